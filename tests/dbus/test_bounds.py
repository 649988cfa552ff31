#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What callers on the bus can make the server do: not much. Nobody is slowed down, and nothing is kept for who does
not read."""

import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from bus import NAME, WAIT_SECONDS, BusCase, SystemCase, fixture, peer, wait_until

PROBE = Path(__file__).resolve().parents[1] / "edge/probe.py"
CALLERS = 10
CHANNELS = 3000
MAX_P99_MS = 20
MAX_GROWTH_KIB = 4096
IS_SANITIZED = "ASAN_OPTIONS" in os.environ

CONNECT = """
import sys
from gi.repository import Gio, GLib
flags = Gio.DBusConnectionFlags
bus = Gio.DBusConnection.new_for_address_sync(sys.argv[1], flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION)
def call(path, interface, method, arguments):
    return bus.call_sync(sys.argv[2], path, sys.argv[2] + interface, method, arguments, None, 0, -1, None).unpack()
"""

# Reads all channels five times. What it takes of the processors is not what is asked here.
READS_LISTS = CONNECT + """
import os
os.nice(19)
for _ in range(5):
    rows, cursor = call("/org/resonate/Resonate1/apps/1001", ".App", "ListChannels",
                        GLib.Variant("(ssua{sv})", ("", "", 0, {})))
    while cursor:
        more, cursor = call("/org/resonate/Resonate1/apps/1001", ".App", "ListChannels",
                            GLib.Variant("(ssua{sv})", ("", cursor, 0, {})))
        rows += more
    assert len(set(name for name, _ in rows)) == len(rows) == int(sys.argv[3]), len(rows)
"""

# Listens, stops in the middle of it, and says what it was told once it goes on.
STOPS_LISTENING = CONNECT + """
import os, signal
told, lost, loop = 0, 0, GLib.MainLoop()
def on_events(*args):
    global told, lost
    events, dropped = args[5].unpack()
    told, lost = told + len(events), lost + dropped
    if any(facts.get("event") == "the end" for *_, facts in events):
        loop.quit()
bus.signal_subscribe(None, sys.argv[2] + ".Manager", "Events", None, None, 0, on_events)
call("/org/resonate/Resonate1", ".Manager", "Monitor", GLib.Variant("(a{sv})", ({
    "kinds": GLib.Variant("as", ["message"]), "payloads": GLib.Variant("b", True)},)))
print("listening", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
loop.run()
print(told, lost)
"""


class Spawning:
    def spawn(self, code, *arguments):
        child = subprocess.Popen([sys.executable, "-c", code, self.bus.address, NAME, *arguments],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def end():
            child.kill()
            child.wait(WAIT_SECONDS)
            child.stdin.close()
            child.stdout.close()

        self.addCleanup(end)
        return child


class Lists(Spawning, BusCase):
    def test_ten_callers_of_long_lists_slow_nobody_down(self):
        app = fixture.an_app("1001", max_subscriptions_per_connection=CHANNELS + 1)
        server = self.serve(app)
        with peer.WebSocket(server, app) as client:
            client.pour(b"".join(peer.frame(peer.message("pusher:subscribe", data={"channel": f"channel-{i}"}))
                                 for i in range(CHANNELS)))
            probe = subprocess.Popen(
                [sys.executable, PROBE, server.host, str(server.port), app["key"], str(server.pid)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            probe.stdin.write("begin\n")
            probe.stdin.flush()
            self.assertEqual(probe.stdout.readline(), "watching\n")
            callers = [self.spawn(READS_LISTS, str(CHANNELS + 1)) for _ in range(CALLERS)]
            wait_until("the callers' end", lambda: all(caller.poll() is not None for caller in callers))
            seen = json.loads(probe.communicate("end\n", WAIT_SECONDS)[0])
        print(f"# {CALLERS} callers read {CHANNELS} channels five times; {json.dumps(seen)}", flush=True)
        self.assertEqual([caller.returncode for caller in callers], [0] * CALLERS)
        self.assertGreaterEqual(seen["count"], 100)
        if not IS_SANITIZED:
            self.assertLess(seen["p99"], MAX_P99_MS)


class Tap(Spawning):
    def test_a_tap_that_does_not_read_loses_events_and_not_memory(self):
        server = self.serve_to_all()

        def resident_kib():
            status = Path(f"/proc/{server.pid}/status").read_text()
            return int(status.split("VmRSS:")[1].split()[0])

        def flood(client):
            client.pour(b"".join(peer.frame(peer.message("hello", "x", {"x": "y" * 2000})) for _ in range(4000)))

        with self.client(server) as client:
            flood(client)
            listener = self.spawn(STOPS_LISTENING)
            self.assertEqual(listener.stdout.readline(), "listening\n")
            wait_until("its sleep", lambda: Path(f"/proc/{listener.pid}/stat").read_text().split(") ")[1][0] == "T")
            before = resident_kib()
            for _ in range(5):
                flood(client)
            grown = resident_kib() - before
            listener.send_signal(signal.SIGCONT)
            # Until one of these is told.
            wait_until("the end of it", lambda: self.say_the_end(client) or listener.poll() is not None)
        told, lost = map(int, listener.communicate(timeout=WAIT_SECONDS)[0].split())
        print(f"# told of {told}, lost {lost}; {grown} KiB more", flush=True)
        self.assertGreater(lost, 15_000)
        # One signal was on the way, and one waited.
        self.assertLess(told, 500)
        if not IS_SANITIZED:
            self.assertLess(grown, MAX_GROWTH_KIB)

    @staticmethod
    def say_the_end(client):
        client.say(peer.message("the end", "x"))
        client.fence()


class TapOnTheSessionBus(Tap, BusCase):
    serve_to_all = BusCase.serve


class TapOnTheSystemBus(Tap, SystemCase):
    """The shipped policy lets the server ask whether somebody reads."""

    def serve_to_all(self):
        self.polkit()
        self.allow("inspect", "tap-payload")
        return self.serve()


if __name__ == "__main__":
    unittest.main()
