#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""org.resonate.Resonate1.Metrics: numbers by name, and who subscribes to them and to what happens on channels."""

import json
import time
import unittest

from bus import APP, METRICS, ROOT, BusCase, Gio, GLib, fixture, peer, wait_until

PATH = f"{ROOT}/apps/1001"


class Numbers(BusCase):
    def test_they_count(self):
        server = self.serve(fixture.an_app("1001"), fixture.an_app('a"b'))
        zero = self.call(METRICS, "GetSnapshot")
        self.assertEqual(zero["resonate_apps"], 2)
        self.assertAlmostEqual(zero["resonate_start_time_seconds"], time.time(), delta=60)
        self.assertEqual(zero['resonate_connections{app="a\\"b"}'], 0)
        with self.client(server) as one, self.client(server) as two:
            for client in (one, two):
                client.subscribe("news")
            one.say("no message")
            self.assertEqual(one.error(), 4200)
            self.call(APP, "Publish", "(sasss)", "e", ["news"], "{}", "", path=PATH)
            for client in (one, two):
                client.event("e")
            told = self.call(METRICS, "GetSnapshot")
        for name, value in {
                "resonate_connections": 2, "resonate_channels": 1, "resonate_subscriptions": 2,
                "resonate_connections_opened_total": 2, "resonate_messages_received_total": 3,
                "resonate_messages_sent_total": 7, "resonate_events_published_total": 1,
                "resonate_messages_refused_total": 1}.items():
            self.assertEqual(told[f'{name}{{app="1001"}}'], value, name)
            self.assertEqual(told[name], value, name)

    def test_text(self):
        self.serve(fixture.an_app("1001"), fixture.an_app("2"))
        text = self.call(METRICS, "GetText", "(s)", "openmetrics")
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertIn("# TYPE resonate_messages_received counter\n", text)
        self.assertIn('resonate_messages_received_total{app="1001"} 0\n', text)
        # Every line is a comment or a sample, and a family stands together.
        families = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
        self.assertEqual(len(families), len(set(families)))
        self.assertNotIn("\nresonate_connections ", text)
        told = json.loads(self.call(METRICS, "GetText", "(s)", "json"))
        self.assertEqual(told, self.call(METRICS, "GetSnapshot"))
        self.assert_fails("BadArgument", "xml", METRICS, "GetText", "(s)", "xml")


class Subscribing(BusCase):
    def samples(self, connection=None):
        return self.record(METRICS, "Sample", connection)

    def test_a_sample_comes_to_subscribers_only_until_they_end_it(self):
        self.serve()
        other = self.bus.connect()
        mine, theirs = self.samples(), self.samples(other)
        self.call(METRICS, "Subscribe", "(u)", 100)
        wait_until("two samples", lambda: len(mine) >= 2)
        self.assertEqual(set(mine[0][1]), set(self.call(METRICS, "GetSnapshot")))
        self.assertTrue(mine[0][0] < mine[1][0] <= time.time_ns() // 1000)
        self.call(METRICS, "Unsubscribe")
        self.call(METRICS, "Unsubscribe")
        count = len(mine)
        self.call(METRICS, "Subscribe", "(u)", 100, connection=other)
        wait_until("two samples", lambda: len(theirs) >= 2)
        self.assertEqual(len(mine), count)

    def test_an_interval_out_of_range(self):
        self.serve()
        for interval in (0, 99, 3_600_001):
            self.assert_fails("BadArgument", "not between", METRICS, "Subscribe", "(u)", interval)

    def test_sixteen_may_subscribe_and_who_leaves_the_bus_makes_room(self):
        self.serve()
        others = [self.bus.connect() for _ in range(16)]
        for other in others:
            self.call(METRICS, "Subscribe", "(u)", 3_600_000, connection=other)
        self.call(METRICS, "Subscribe", "(u)", 60_000, connection=others[0])
        self.assert_fails("Limit", "16", METRICS, "Subscribe", "(u)", 100)
        others.pop().close_sync()

        def subscribe():
            try:
                self.call(METRICS, "Subscribe", "(u)", 3_600_000)
                return True
            except GLib.Error:
                return False

        wait_until("room", subscribe)

    def test_what_happens_on_channels_is_told_to_subscribers_only(self):
        heard = []
        self.connection.signal_subscribe(
            None, APP, None, None, None, Gio.DBusSignalFlags.NONE,
            lambda *args: heard.append((args[2], args[4], args[5].unpack())))
        server = self.serve()
        app = fixture.an_app("1001")
        with self.client(server) as client:
            client.subscribe("before")
            self.call(METRICS, "Subscribe", "(u)", 3_600_000)
            client.subscribe("news")
            data = json.dumps({"user_id": "ada"})
            client.subscribe("presence-room", channel_data=data,
                             auth=peer.channel_auth(app, client, "presence-room", data))
            client.say(peer.message("pusher:unsubscribe", data={"channel": "presence-room"}))
            wait_until("five signals", lambda: len(heard) >= 5)
        self.assertEqual(heard[:5], [
            (PATH, "ChannelOccupied", ("news",)), (PATH, "ChannelOccupied", ("presence-room",)),
            (PATH, "MemberAdded", ("presence-room", "ada")), (PATH, "MemberRemoved", ("presence-room", "ada")),
            (PATH, "ChannelVacated", ("presence-room",))])
        wait_until("the end of the others", lambda: len(heard) == 7)
        self.call(METRICS, "Unsubscribe")
        with self.client(server) as client:
            client.subscribe("afterwards")
            self.call(METRICS, "Subscribe", "(u)", 3_600_000)
            client.subscribe("at last")
            wait_until("one signal", lambda: len(heard) > 7)
        self.assertEqual(heard[7], (PATH, "ChannelOccupied", ("at last",)))


if __name__ == "__main__":
    unittest.main()
