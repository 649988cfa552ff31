#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""org.resonate.Resonate1.App: what an app has, in pages; publishing to it, and sending its clients away."""

import contextlib
import json
import time
import unittest

from bus import APP, MANAGER, ROOT, BusCase, GLib, fixture, peer

PATH = f"{ROOT}/apps/1001"


class AppCase(BusCase):
    def setUp(self):
        super().setUp()
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def ask(self, method, signature="()", *arguments):
        return self.call(APP, method, signature, *arguments, path=PATH)

    def refused(self, error, text, method, *arguments):
        self.assert_fails(error, text, APP, method, *arguments, path=PATH)

    def connect(self, server, *channels, app_id="1001"):
        client = self.stack.enter_context(self.client(server, app_id))
        for channel in channels:
            client.subscribe(channel)
        return client

    def join(self, client, channel, user):
        """Puts the client on a presence channel, as USER."""
        data = json.dumps({"user_id": user})
        auth = peer.channel_auth(fixture.an_app("1001"), client, channel, data)
        client.say(peer.message("pusher:subscribe", data={"channel": channel, "auth": auth, "channel_data": data}))
        client.event("pusher_internal:subscription_succeeded")

    def read_all(self, method, *arguments, limit=3, between=lambda: None):
        """All rows of all pages."""
        rows, cursor = [], ""
        signature = "(" + "s" * len(arguments) + ("sua{sv})" if method == "ListChannels" else "su)")
        while True:
            last = [{}] if method == "ListChannels" else []
            page, cursor = self.ask(method, signature, *arguments, cursor, limit, *last)
            self.assertLessEqual(len(page), limit or 1000)
            rows += page
            if not cursor:
                return rows
            between()


class Publishing(AppCase):
    def test_publish_reaches_who_is_on_the_channels_but_one(self):
        server = self.serve()
        first, second = self.connect(server, "news"), self.connect(server, "news", "other")
        self.ask("Publish", "(sasss)", "greeting", ["news", "other"], '{"a":1}', first.id)
        for channel in ("news", "other"):
            self.assertEqual(second.event("greeting"), {"event": "greeting", "data": '{"a":1}', "channel": channel})
        first.fence()

    def test_what_rest_would_refuse(self):
        self.serve()
        self.refused("BadArgument", "a name", "Publish", "(sasss)", "", ["a"], "{}", "")
        self.refused("BadArgument", "a channel", "Publish", "(sasss)", "e", [], "{}", "")
        self.refused("Limit", "101 channels", "Publish", "(sasss)", "e", ["c"] * 101, "{}", "")
        self.refused("Limit", "max-request-size", "Publish", "(sasss)", "e", ["c"], "x" * 10_000, "")


class Lists(AppCase):
    def test_channels(self):
        server = self.serve()
        client, other = self.connect(server, "a-1", "a-2", "b"), self.connect(server, "a-1")
        self.join(client, "presence-room", "ada")
        self.join(other, "presence-room", "ada")
        rows = dict(self.read_all("ListChannels", ""))
        self.assertEqual(rows, {
            "a-1": {"subscriptions": 2}, "a-2": {"subscriptions": 1}, "b": {"subscriptions": 1},
            "presence-room": {"subscriptions": 2, "users": 1}})
        self.assertEqual(sorted(name for name, _ in self.read_all("ListChannels", "a-")), ["a-1", "a-2"])
        self.assertEqual(sorted(self.read_all("Channels")), ["a-1", "a-2", "b", "presence-room"])
        self.assertEqual(self.ask("Channels", "(su)", "", 0)[1], "")

    def test_connections(self):
        before = time.time_ns() // 1000
        server = self.serve()
        clients = [self.connect(server, *["a", "b"][:i % 3]) for i in range(7)]
        self.join(clients[0], "presence-room", "ada")
        rows = dict(self.read_all("ListConnections"))
        self.assertEqual(set(rows), {client.id for client in clients})
        facts = rows[clients[0].id]
        self.assertTrue(before <= facts.pop("opened-at") <= time.time_ns() // 1000)
        self.assertEqual(facts, {"address": "127.0.0.1", "channels": 1, "user": "ada"})
        self.assertEqual([rows[client.id]["channels"] for client in clients], [1, 1, 2, 0, 1, 2, 0])
        self.assertNotIn("user", rows[clients[1].id])

    def test_members_users_and_sockets(self):
        server = self.serve()
        clients = [self.connect(server) for _ in range(8)]
        for i, client in enumerate(clients):
            self.join(client, "presence-room", f"user-{i // 2}")
        self.assertEqual(sorted(self.read_all("ListMembers", "presence-room")), [(f"user-{i}", 2) for i in range(4)])
        self.assertEqual(sorted(self.read_all("Users", "presence-room")), [f"user-{i}" for i in range(4)])
        self.assertEqual(sorted(self.read_all("Sockets", "presence-room")), sorted(client.id for client in clients))
        self.assertEqual(self.ask("UserCount", "(s)", "presence-room"), 4)
        self.assertEqual(self.ask("SocketCount", "(s)", "presence-room"), 8)
        self.assertTrue(self.ask("IsOnline", "(ss)", "presence-room", "user-3"))
        self.assertFalse(self.ask("IsOnline", "(ss)", "presence-room", "user-4"))

    def test_a_channel_that_nobody_is_on_has_no_rows(self):
        self.serve()
        for method in ("Users", "ListMembers", "Sockets"):
            self.assertEqual(self.ask(method, "(ssu)", "presence-empty", "", 0), ([], ""))
        self.assertEqual(self.ask("UserCount", "(s)", "presence-empty"), 0)
        self.assertEqual(self.ask("SocketCount", "(s)", "empty"), 0)

    def test_only_a_presence_channel_has_users(self):
        self.serve()
        for method, arguments in (("Users", ("(ssu)", "news", "", 0)), ("ListMembers", ("(ssu)", "news", "", 0)),
                                  ("UserCount", ("(s)", "news")), ("IsOnline", ("(ss)", "news", "ada"))):
            self.refused("BadArgument", "presence", method, *arguments)

    def test_a_cursor_that_is_none(self):
        self.serve()
        for cursor in ("x", "-1", "1123456789abcdef0", "12 "):
            self.refused("BadArgument", "no cursor", "Channels", "(su)", cursor, 0)

    def test_an_option_that_is_none(self):
        self.serve()
        self.refused("BadArgument", "no option .sort", "ListChannels", "(ssua{sv})", "", "", 0,
                     {"sort": GLib.Variant("s", "name")})

    def test_who_stays_is_told_once_while_others_come_and_go(self):
        server = self.serve()
        staying = [self.connect(server, f"stays-{i}", "all") for i in range(30)]
        going = [self.connect(server, f"goes-{i}", "all") for i in range(30)]

        def change():
            for client in going[:3]:
                client.close()
            del going[:3]
            going.append(self.connect(server, f"comes-{len(going)}", "all"))
            # A channel that is left and joined again is where it was.
            staying[0].say(peer.message("pusher:unsubscribe", data={"channel": "stays-0"}))
            staying[0].subscribe("stays-0")
            staying[0].fence()

        ids = {client.id for client in staying}
        for method, arguments, stay in (
                ("ListConnections", (), ids), ("Sockets", ("all",), ids),
                ("Channels", (), {f"stays-{i}" for i in range(30)} | {"all"})):
            rows = self.read_all(method, *arguments, limit=7, between=change)
            names = [row if isinstance(row, str) else row[0] for row in rows]
            self.assertEqual(len(names), len(set(names)), method)
            self.assertLessEqual(stay, set(names), method)

    def test_a_page_has_a_thousand_rows_at_most(self):
        server = self.serve(fixture.an_app("1001", max_subscriptions_per_connection=2000))
        client = self.connect(server)
        client.pour(b"".join(peer.frame(peer.message("pusher:subscribe", data={"channel": f"c{i}"}))
                             for i in range(1500)))
        for limit in (0, 1000, 1001, 2 ** 32 - 1):
            page, cursor = self.ask("Channels", "(su)", "", limit)
            self.assertEqual(len(page), 1000)
            self.assertNotEqual(cursor, "")
        rest, cursor = self.ask("Channels", "(su)", cursor, 0)
        self.assertEqual(cursor, "")
        self.assertEqual(len(set(page + rest)), 1501)


class Channel(AppCase):
    def test_what_it_is(self):
        server = self.serve()
        client = self.connect(server, "cache-weather")
        client.event("pusher:cache_miss")
        self.join(client, "presence-room", "ada")
        self.assertEqual(self.ask("GetChannel", "(s)", "cache-weather"),
                         {"kind": "cache", "occupied": True, "subscriptions": 1, "cached": False})
        self.ask("Publish", "(sasss)", "rain", ["cache-weather", "cache-other"], "{}", "")
        self.assertTrue(self.ask("GetChannel", "(s)", "cache-weather")["cached"])
        self.assertEqual(self.ask("GetChannel", "(s)", "cache-other"),
                         {"kind": "cache", "occupied": False, "subscriptions": 0, "cached": True})
        self.assertEqual(self.ask("GetChannel", "(s)", "presence-room"),
                         {"kind": "presence", "occupied": True, "subscriptions": 1, "users": 1})
        self.assertEqual(self.ask("GetChannel", "(s)", "private-encrypted-x"),
                         {"kind": "private-encrypted", "occupied": False, "subscriptions": 0})


class SendingAway(AppCase):
    def test_a_user(self):
        server = self.serve()
        clients = [self.connect(server) for _ in range(3)]
        for client, user in zip(clients, ("ada", "ada", "bob")):
            self.join(client, "presence-room", user)
        self.assertEqual(self.ask("TerminateUser", "(s)", "ada"), 2)
        self.assertEqual(clients[0].end(), 4009)
        self.assertEqual(self.get(APP, "Connections", PATH), 1)
        self.assertEqual(self.ask("TerminateUser", "(s)", "nobody"), 0)

    def test_a_connection(self):
        server = self.serve(fixture.an_app("1001"), fixture.an_app("2"))
        client, other = self.connect(server), self.connect(server, app_id="2")
        self.ask("TerminateConnection", "(s)", client.id)
        self.assertEqual(client.end(), 4009)
        self.refused("NotFound", "socket id", "TerminateConnection", "(s)", client.id)
        self.refused("NotFound", "socket id", "TerminateConnection", "(s)", other.id)
        other.fence()


class Inspecting(AppCase):
    def test_a_connection_with_all_its_facts(self):
        before = time.time_ns() // 1000
        server = self.serve(fixture.an_app("1001", rate_limiting_enabled="true", rate_limit_max_attempts=10,
                                           rate_limit_decay_seconds=3600))
        client = self.stack.enter_context(
            peer.WebSocket(server, fixture.an_app("1001"), extra="Origin: https://example.org\r\n"))
        client.subscribe("news")
        self.join(client, "presence-room", "ada")
        client.fence()
        facts = self.call(MANAGER, "GetConnection", "(s)", client.id)
        now = time.time_ns() // 1000
        self.assertTrue(before <= facts.pop("opened-at") <= facts.pop("last-activity") <= now)
        # Three messages came; five went: the id, two answers, and a pong.
        received, sent = facts.pop("bytes-received"), facts.pop("bytes-sent")
        self.assertTrue(200 < received < 2000 and 200 < sent < 2000, (received, sent))
        self.assertEqual(facts, {
            "app": "1001", "address": "127.0.0.1", "origin": "https://example.org", "user": "ada",
            "channels": ["news", "presence-room"], "queued-bytes": 0, "messages-received": 3, "messages-sent": 4,
            "rate-limit-remaining": 7, "hibernating": True})

    def test_bytes_are_those_of_the_frames(self):
        server = self.serve()
        client = self.connect(server)

        def traffic():
            facts = self.call(MANAGER, "GetConnection", "(s)", client.id)
            return [facts[name] for name in ("messages-received", "bytes-received", "messages-sent", "bytes-sent")]

        before = traffic()
        client.say("x" * 100)
        self.assertEqual(client.error(), 4200)
        after = traffic()
        self.assertEqual([b - a for a, b in zip(before, after)][:3], [1, 106, 1])

    def test_nobody(self):
        self.serve()
        self.assert_fails("NotFound", "socket id", MANAGER, "GetConnection", "(s)", "1.1")


if __name__ == "__main__":
    unittest.main()
