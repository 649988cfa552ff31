# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import itertools
import json
import select
import signal
import subprocess
import threading
import time
import unittest

from served import LINE_SECONDS, PROGRAM, GLib, ReloadCase, ServedCase, fixture, join, peer, wait_until

N_RELOADS = 6


class Drain(ServedCase):
    def test_it_returns_when_the_server_has_ended(self):
        server = self.serve()
        with self.client(server) as client:
            done = self.run_ctl("reload", "--drain", "--timeout", "200ms")
            self.assertRegex(done.stdout, r"^1 connection is asked to leave\.\n"
                                          r"The server ends at \d{4}-.* at the latest\.\nThe server has ended\.\n$")
            self.assertIsNotNone(client.end())
        server.wait()

    def test_nobody_to_wait_for(self):
        server = self.serve(server={"drain-timeout": "1h"})
        found = self.run_json("reload", "--drain")
        self.assertEqual((found["draining"], found["ended"]), (0, True))
        server.wait()

    def test_json(self):
        server = self.serve()
        with self.client(server):
            found = self.run_json("reload", "--drain", "-t", "0")
        self.assertEqual((found["draining"], found["ended"]), (1, True))
        self.assertLess(found["drain-deadline"], (time.time_ns() + 1_000_000_000) // 1000)
        server.wait()

    def test_a_server_that_drains_already_refuses(self):
        server = self.serve()
        with self.client(server):
            self.call("org.resonate.Resonate1.Manager", "Drain", "(u)", 20_000)
            self.assertIn("draining", self.failed("reload", "--drain"))
        server.wait()


class Usage(ServedCase):
    def test_times(self):
        self.serve()
        for option in ("--timeout", "--health-timeout"):
            for value in ("x", "-1", "1.5", "2d", ""):
                with self.subTest(option + value):
                    self.assertIn(f"{option}: ‘{value}’ is not a duration",
                                  self.failed("reload", f"{option}={value}", status=2))
        self.failed("reload", "--health-timeout", "0", status=2)

    def test_what_excludes_each_other(self):
        self.serve()
        self.assertIn("--health-timeout", self.failed("reload", "--drain", "--health-timeout", "1s", status=2))
        self.failed("reload", "now", status=2)


class Swap(ServedCase, ReloadCase):
    """That it happens; what clients notice of it, which is nothing, is in tests/reload."""

    def follow(self, report):
        self.old.append(self.pid)
        self.pid = report["pid"]
        self.wait_for_name(self.pid)

    def test_the_clients_go_over(self):
        self.serve()
        client = self.connect()
        report = self.run_json("reload", "--timeout", "5s", "--health-timeout", "20s")
        self.follow(report)
        self.assertNotEqual(self.pid, self.server.pid)
        self.assertEqual((report["handed-over"], report["draining"]), (1, 0))
        client.fence()
        self.assertEqual(self.run_json("status")["connections"], 1)

    def test_a_monitor_goes_on(self):
        self.serve()
        client = self.connect()
        shown = self.watch("monitor", "--channel", "news")

        def is_heard(event):
            self.run_ctl("publish", "news", event)
            return select.select([shown.process.stdout], [], [], 0)[0] and shown.document().get("event") == event

        wait_until("what is published", lambda: is_heard("before"))
        self.follow(self.run_json("reload"))
        wait_until("what the next process publishes", lambda: is_heard("after"))
        self.assertEqual(shown.end(), 0)
        client.fence()

    def test_no_event_is_missing_from_a_monitor_without_a_word(self):
        """A client talks all the time: what is not told is from the time before the gap that is told."""
        self.serve(fixture.an_app(accept_client_events_from="all"))
        client = self.connect()
        shown = self.watch("monitor", "--kind", "message", "--payloads")
        said, told = itertools.count(1), []
        reader = threading.Thread(target=lambda: [told.append(json.loads(line)) for line in shown.process.stdout])
        reader.start()

        def talk_until(what, condition):
            def talk():
                client.say(peer.message("client-said", "private-a", next(said)))
                return condition()

            wait_until(what, talk)

        join(client, self.app, "private-a")
        talk_until("what is said", lambda: told)
        for n_gaps in range(1, N_RELOADS + 1):
            reloading = subprocess.Popen([PROGRAM, "--session", "--json", "reload"], env=self.environment,
                                         stdout=subprocess.PIPE, text=True)
            talk_until("the reload", lambda: reloading.poll() is not None)
            self.follow(json.loads(reloading.communicate()[0]))
            talk_until("what the next process hears", lambda: self.count_gaps(told) == n_gaps and "gap" not in told[-1])
        shown.process.send_signal(signal.SIGINT)
        self.assertEqual(shown.process.wait(LINE_SECONDS), 0)
        reader.join(LINE_SECONDS)
        self.check_told(told)

    @staticmethod
    def count_gaps(told):
        return len([event for event in told if "gap" in event])

    def check_told(self, told):
        """Numbers follow each other, but for those right before a gap."""
        expected = None
        for event in told:
            if "gap" in event:
                expected = None
            elif event.get("event") == "client-said" and event["kind"] == "received":
                number = int(event["data"])
                self.assertIn(expected, (None, number), told)
                expected = number + 1
            self.assertNotIn("dropped", event)

    def test_a_replacement_that_fails(self):
        self.serve()
        client = self.connect()
        self.install_script("exit 78")
        self.assertRegex(self.failed("reload"), r"^resonatectl reload: .*\b78\b")
        client.fence()
        self.assertEqual(self.pid_of_name(), self.server.pid)

    def test_a_server_that_drains_is_not_replaced(self):
        self.serve()
        client = self.connect()
        self.call("org.resonate.Resonate1.Manager", "Drain", "(u)", 20_000)
        self.assertIn("running", self.failed("reload"))
        client.close()
        self.server.process.wait(20)


class Report(ServedCase):
    """What is said about a swap."""

    def swap(self, report):
        return self.stranger(Manager_Reload=lambda options: report)

    def test_table(self):
        stranger = self.swap(GLib.Variant("(a{sv})", ({
            "pid": GLib.Variant("u", 4711), "handed-over": GLib.Variant("u", 200), "draining": GLib.Variant("u", 1),
            "gap-us": GLib.Variant("t", 12345)},)))
        self.assertEqual(self.run_ctl("reload", "--timeout=1min", "--health-timeout=500ms").stdout,
                         "Process 4711 serves now, after 12.3 ms without service.\n"
                         "200 connections went over to it.\n"
                         "1 connection stays with the old process until it is closed.\n")
        self.assertEqual(stranger.called[-1][:2], ("Manager.Reload", ({"timeout-ms": 60000, "health-timeout-ms": 500},)))

    def test_json(self):
        stranger = self.swap(GLib.Variant("(a{sv})", ({"pid": GLib.Variant("u", 1), "handed-over": GLib.Variant("u", 0)},)))
        self.assertEqual(self.run_json("reload"), {"pid": 1, "handed-over": 0})
        self.assertEqual(stranger.called[-1][:2], ("Manager.Reload", ({},)))


if __name__ == "__main__":
    unittest.main()
