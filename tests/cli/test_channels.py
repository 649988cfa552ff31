# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import json
import unittest

from served import GLib, ServedCase, fixture, peer

MANY = 2500


def subscribe_to_presence(client, app, channel, user, **info):
    data = json.dumps({"user_id": user, "user_info": info})
    client.subscribe(channel, auth=peer.channel_auth(app, client, channel, data), channel_data=data)


class Channels(ServedCase):
    def test_table(self):
        server = self.serve()
        with self.client(server) as ada, self.client(server) as bob:
            ada.subscribe("news")
            for client, user in ((ada, "ada"), (bob, "bob")):
                subscribe_to_presence(client, fixture.an_app(), "presence-room", user)
            rows = self.table("channels")
        self.assertEqual(rows[0], ["CHANNEL", "SUBSCRIPTIONS", "USERS"])
        self.assertEqual(sorted(rows[1:]), [["news", "1", "-"], ["presence-room", "2", "2"]])

    def test_json_and_prefix(self):
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        with self.client(server, "2") as client:
            for channel in ("room-größe", "room-2", "hall"):
                client.subscribe(channel)
            found = self.run_json("channels", "2", "--prefix", "room-")
            self.assertEqual(self.run_json("channels", "1"), {"app": "1", "channels": []})
        self.assertEqual(found["app"], "2")
        self.assertEqual(sorted(found["channels"], key=lambda row: row["channel"]), [
            {"channel": "room-2", "subscriptions": 1}, {"channel": "room-größe", "subscriptions": 1}])

    def test_more_than_a_page(self):
        server = self.serve(fixture.an_app(max_subscriptions_per_connection=MANY))
        with self.client(server) as client:
            for number in range(MANY):
                client.say(peer.message("pusher:subscribe", data={"channel": f"c{number}"}))
            for _ in range(MANY):
                client.event("pusher_internal:subscription_succeeded")
            names = {f"c{number}" for number in range(MANY)}
            rows = self.table("channels")[1:]
            self.assertEqual(len(rows), MANY)
            self.assertEqual({name for name, _, _ in rows}, names)
            self.assertEqual({row["channel"] for row in self.run_json("channels")["channels"]}, names)

    def test_nobody_anywhere(self):
        self.serve()
        self.assertEqual(self.table("channels"), [["CHANNEL", "SUBSCRIPTIONS", "USERS"]])

    def test_usage(self):
        self.failed("channels", "a", "b", status=2)
        self.failed("channels", "--prefix", status=2)


class Pages(ServedCase):
    """Pages as a test cuts them."""

    def pages(self, *pages):
        def answer(prefix, cursor, limit, options):
            at = int(cursor or 0)
            rows = [(name, {"subscriptions": GLib.Variant("u", 1)}) for name in pages[at]]
            return GLib.Variant("(a(sa{sv})s)", (rows, str(at + 1) if at + 1 < len(pages) else ""))

        return self.stranger(App_ListChannels=answer)

    def test_columns_only_grow(self):
        self.pages(["a"], [], ["a-longer-name"], ["b"])
        self.assertEqual(self.run_ctl("channels").stdout.splitlines(), [
            "CHANNEL  SUBSCRIPTIONS  USERS",
            "a                    1      -",
            "a-longer-name              1      -",
            "b                          1      -",
        ])

    def test_wide_and_harmful_names(self):
        self.pages(["房间", "e\u0301", "\x1b[31m", "a\nb"])
        self.assertEqual(self.run_ctl("channels").stdout.splitlines()[1:], [
            "房间                  1      -",
            "e\u0301                     1      -",
            "\\x1b[31m              1      -",
            "a\\x0ab                1      -",
        ])

    def test_a_list_without_an_end_is_left(self):
        self.stranger(App_ListChannels=lambda *_: GLib.Variant("(a(sa{sv})s)", ([], "more")))
        self.assertIn("the same page again", self.failed("channels", "--json"))

    def test_an_error_behind_the_first_page(self):
        def answer(prefix, cursor, limit, options):
            return "BadArgument The cursor is stale." if cursor else GLib.Variant("(a(sa{sv})s)", ([("a", {})], "1"))

        self.stranger(App_ListChannels=answer)
        self.assertEqual(self.failed("channels", "--json"), "resonatectl channels: The cursor is stale.\n")
        self.assertIn("stale", self.run_ctl("channels", status=1).stderr)


if __name__ == "__main__":
    unittest.main()
