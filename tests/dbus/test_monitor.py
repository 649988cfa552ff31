#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Manager.Monitor: what happens is told to who asked for it, as far as it was asked for."""

import json
import time
import unittest

from bus import APP, MANAGER, ROOT, BusCase, GLib, fixture, peer, wait_until


def options(**filters):
    types = {bool: "b", str: "s", list: "as", int: "i"}
    return {name: GLib.Variant(types[type(value)], value) for name, value in filters.items()}


class MonitorCase(BusCase):
    def setUp(self):
        super().setUp()
        self.batches = self.record(MANAGER, "Events")

    def monitor(self, connection=None, **filters):
        self.call(MANAGER, "Monitor", "(a{sv})", options(**filters), connection=connection)

    def events(self, batches=None):
        return [event for batch, _ in (self.batches if batches is None else batches) for event in batch]

    def names(self):
        return [event[1] for event in self.events()]

    def wait_for(self, *names):
        """The events so far, which must be these, in this order."""
        wait_until(f"{names}", lambda: len(self.events()) >= len(names))
        self.assertEqual(self.names(), list(names))
        return self.events()


class What(MonitorCase):
    def test_the_life_of_a_client(self):
        before = time.time_ns() // 1000
        server = self.serve()
        self.monitor()
        with self.client(server) as client:
            client.subscribe("news")
            client.say(peer.message("hello", "news", {"a": 1}))
            client.fence()
            self.call(APP, "Publish", "(sasss)", "greeting", ["news"], "{}", "", path=f"{ROOT}/apps/1001")
            client.event("greeting")
            client.send(peer.frame((4001).to_bytes(2, "big") + b"enough", first=peer.FIN | peer.CLOSE))
            client.end()
        events = self.wait_for("opened", "received", "subscribed", "received", "received", "published",
                               "unsubscribed", "closed")
        times = [event[0] for event in events]
        self.assertTrue(before <= times[0] and times == sorted(times) and times[-1] <= time.time_ns() // 1000)
        self.assertEqual({event[2] for event in events}, {"1001"})
        self.assertEqual([event[3] for event in events if event[1] != "published"], [client.id] * 7)
        facts = [event[4] for event in events]
        self.assertEqual(facts[0], {"address": "127.0.0.1"})
        self.assertEqual(facts[1], {"event": "pusher:subscribe", "size": 58})
        self.assertEqual(facts[2], {"channel": "news"})
        self.assertEqual(facts[3], {"event": "hello", "channel": "news", "size": 55})
        self.assertEqual(events[5][3:], ("", {"event": "greeting", "channel": "news", "size": 2}))
        self.assertEqual(facts[6], {"channel": "news"})
        self.assertEqual(facts[7], {"address": "127.0.0.1", "code": 4001, "reason": "enough"})
        self.assertEqual([dropped for _, dropped in self.batches], [0] * len(self.batches))

    def test_a_client_that_is_sent_away(self):
        server = self.serve()
        with self.client(server) as client:
            self.monitor(kinds=["connection"])
            self.call(APP, "TerminateConnection", "(s)", client.id, path=f"{ROOT}/apps/1001")
            (_, _, _, socket, facts), = self.wait_for("closed")
        self.assertEqual((socket, facts["code"]), (client.id, 4009))

    def test_client_events_and_who_sent_them(self):
        server = self.serve()
        app = fixture.an_app("1001")
        with self.client(server) as one, self.client(server) as two:
            for client in (one, two):
                client.subscribe("private-a", auth=peer.channel_auth(app, client, "private-a"))
            self.monitor(kinds=["message"], payloads=True)
            one.say(peer.message("client-move", "private-a", {"x": 1}))
            two.event("client-move")
            received, published = self.wait_for("received", "published")
        self.assertEqual(received[3:], (one.id, {
            "event": "client-move", "channel": "private-a", "size": 66, "data": '{"x": 1}'}))
        self.assertEqual(published[3:], (one.id, {
            "event": "client-move", "channel": "private-a", "size": 8, "data": '{"x": 1}'}))


class Filters(MonitorCase):
    def test_payloads_only_when_asked_for_and_never_a_signature(self):
        server = self.serve()
        app = fixture.an_app("1001")
        with self.client(server) as client:
            self.monitor(payloads=True, kinds=["message"])
            client.subscribe("private-a", auth=peer.channel_auth(app, client, "private-a"))
            self.call(APP, "Publish", "(sasss)", "e", ["private-a"], "secret words", "", path=f"{ROOT}/apps/1001")
            client.event("e")
            events = self.wait_for("received", "published")
            self.assertEqual(events[1][4]["data"], "secret words")
            self.assertNotIn("data", events[0][4])
            self.monitor(kinds=["message"])
            self.call(APP, "Publish", "(sasss)", "e", ["private-a"], "secret words", "", path=f"{ROOT}/apps/1001")
            self.assertNotIn("data", self.wait_for("received", "published", "published")[2][4])

    def test_by_kind_app_channel_and_socket(self):
        server = self.serve(fixture.an_app("1001"), fixture.an_app("2"))
        with self.client(server) as one, self.client(server, "2") as two, self.client(server) as three:
            everybody = (one, two, three)
            for filters, expected in (
                    ({"kinds": ["subscription"]}, [one.id, two.id, three.id]),
                    ({"kinds": ["subscription"], "app": "2"}, [two.id]),
                    ({"kinds": ["subscription"], "socket": three.id}, [three.id]),
                    ({"channel": "a*"}, [one.id, two.id, three.id]),
                    ({"channel": "a"}, []),
                    ({"channel": "b*", "app": "1001"}, [one.id, three.id]),
                    ({"kinds": []}, [])):
                with self.subTest(filters):
                    del self.batches[:]
                    self.monitor(**filters)
                    for client in everybody:
                        for channel in ("a-1", "b-1"):
                            client.subscribe(channel)
                            client.say(peer.message("pusher:unsubscribe", data={"channel": channel}))
                        client.fence()
                    # The fence: what is told of afterwards, when all of the above would have been.
                    self.monitor(kinds=["connection"])
                    with self.client(server) as last:
                        wait_until("the fence", lambda: (self.events() or [("",) * 4])[-1][3] == last.id)
                    wait_until("the end of the fence", lambda: self.names()[-1] == "closed")
                    told = self.events()[:-2]
                    self.assertEqual(sorted({event[3] for event in told}), sorted(set(expected)))
                    if "channel" in filters:
                        self.assertTrue(all(event[4]["channel"][0] == filters["channel"][0] for event in told))

    def test_what_is_no_filter(self):
        self.serve()
        for filters, text in (({"chanel": "a"}, "no option .chanel"), ({"kinds": ["everything"]}, "everything"),
                              ({"kinds": "message"}, "a list"), ({"app": 1001}, "a string"),
                              ({"payloads": "yes"}, "a boolean")):
            self.assert_fails("BadArgument", text, MANAGER, "Monitor", "(a{sv})", options(**filters))


class Who(MonitorCase):
    def test_only_who_asked_is_told_and_until_it_has_enough(self):
        server = self.serve()
        other = self.bus.connect()
        theirs = self.record(MANAGER, "Events", other)
        self.monitor(kinds=["connection"])
        self.client(server).close()
        self.wait_for("opened", "closed")
        self.call(MANAGER, "StopMonitor")
        self.call(MANAGER, "StopMonitor")
        self.assertEqual(theirs, [])
        self.monitor(connection=other, kinds=["connection"])
        self.client(server).close()
        wait_until("events for the other", lambda: len(self.events(theirs)) == 2)
        self.assertEqual(self.names(), ["opened", "closed"])

    def test_sixteen_may_listen_and_who_leaves_the_bus_makes_room(self):
        server = self.serve()
        others = [self.bus.connect() for _ in range(16)]
        for other in others:
            self.monitor(connection=other)
        self.assert_fails("Limit", "16", MANAGER, "Monitor", "(a{sv})", {})
        others.pop().close_sync()

        def listen():
            try:
                self.monitor(kinds=["connection"])
                return True
            except GLib.Error:
                return False

        wait_until("room", listen)
        self.client(server).close()
        self.wait_for("opened", "closed")

    def test_events_of_a_moment_come_together(self):
        server = self.serve()
        with self.client(server) as client:
            self.monitor(kinds=["message"])
            client.send(b"".join(peer.frame(peer.message("hello", data=json.dumps(i))) for i in range(100)))
            self.wait_for(*["received"] * 100)
        self.assertLess(len(self.batches), 20)


if __name__ == "__main__":
    unittest.main()
