#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples that speak to a running server do what they say."""

import json
import os
import subprocess
import sys
import unittest

from bus import SOURCE, WAIT_SECONDS, BusCase, fixture, peer, wait_until

EXAMPLES = SOURCE / "introspection/examples"


class Examples(BusCase):
    def setUp(self):
        super().setUp()
        self.environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.bus.address, "LC_ALL": "C.UTF-8"}

    def run_shell(self, name, *args):
        done = subprocess.run([EXAMPLES / "shell" / name, *args], env=self.environment, capture_output=True, text=True,
                              timeout=WAIT_SECONDS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def start(self, *command):
        """A program that goes on; its lines are read with next_line ()."""
        child = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)

        def end():
            child.kill()
            child.wait(WAIT_SECONDS)
            child.stdout.close()

        self.addCleanup(end)
        return child

    def test_status(self):
        server = self.serve(fixture.an_app("1001"), fixture.an_app("2"))
        with self.client(server) as client:
            client.subscribe("a")
            client.subscribe("b")
            lines = self.run_shell("status.sh", "--user")
        self.assertEqual(lines[0], "Resonate 1.0.0 is running, 1 connected")
        self.assertEqual(sorted(lines[1:]), ["app 1001: 1 connected, 2 channels on the first page",
                                             "app 2: 0 connected, 0 channels on the first page"])

    def test_publish(self):
        server = self.serve()
        with self.client(server) as client:
            client.subscribe("it's")
            data = "{\"it's\": \"a \\\\ backslash\"}"
            self.assertEqual(self.run_shell("publish.sh", "--session", "1001", "it's", "greeting", data), [])
            self.assertEqual(client.event("greeting"), {"event": "greeting", "channel": "it's", "data": data})

    def test_drain(self):
        server = self.serve()
        with self.client(server):
            lines = self.run_shell("drain.sh", "--session", "500")
        self.assertEqual(lines, ["Draining; 1 connected", "Gone"])
        server.wait()

    def test_roster_watch(self):
        server = self.serve()
        watch = self.start(sys.executable, EXAMPLES / "python/roster_watch.py", "--session")
        self.assertEqual(watch.stdout.readline(), "Watching\n")
        app = fixture.an_app("1001")
        with self.client(server) as ada, self.client(server) as bob:
            for client, user in ((ada, "ada"), (bob, "bob")):
                data = json.dumps({"user_id": user})
                client.subscribe("presence-room", channel_data=data,
                                 auth=peer.channel_auth(app, client, "presence-room", data))
                self.assertTrue(watch.stdout.readline().startswith(f"+ {user} presence-room ["))
            ada.close()
            self.assertEqual(watch.stdout.readline(), "- ada presence-room [bob]\n")

    def test_dashboard(self):
        server = self.serve()
        with self.client(server) as client:
            client.subscribe("news")
            dashboard = self.start("gjs", "-m", EXAMPLES / "gjs/dashboard.js", "--session", "100")
            self.assertEqual(dashboard.stdout.readline(), "1 connected, 1 channels, 0 messages/s in, 0 out\n")

            def hears_of_traffic():
                client.fence()
                return not dashboard.stdout.readline().endswith(" 0 messages/s in, 0 out\n")

            wait_until("traffic", hears_of_traffic)


if __name__ == "__main__":
    unittest.main()
