#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Replacements that fail, at each step there is: the server serves on, and says why."""

import json
import os
import re
import time
import unittest
from pathlib import Path

import reload
from reload import bus, peer

IMPOSTOR = Path(__file__).with_name("impostor.py")


class FailureTest(reload.ReloadCase):
    def setUp(self):
        super().setUp()
        self.serve(server={"drain-timeout": "1s"})
        self.clients = [self.connect() for _ in range(200)]
        for number, client in enumerate(self.clients[:10]):
            reload.join(client, self.app, "presence-room", f"u{number}")
        for client in self.clients[:10]:
            client.say(peer.PUSHER_PING)
            while json.loads(client.next_frame()[1])["event"] != "pusher:pong":
                pass
        self.said = 0

    def impersonate(self, act):
        self.install_script(f"exec /usr/bin/python3 {IMPOSTOR} {act}")

    def check_serves(self):
        """Everybody is there, hears everything once, and nothing else; others may come."""
        self.said += 1
        self.publish("presence-room", str(self.said))
        for client in self.clients[:10]:
            self.assertEqual(client.event("e")["data"], str(self.said))
        for client in self.clients:
            client.fence()
        self.connect().close()
        bus.wait_until("the visitor to be gone", lambda: self.get(bus.MANAGER, "Connections") == 200)
        self.assertEqual(self.get(bus.MANAGER, "State"), "running")
        self.assertEqual(self.pid_of_name(), self.server.pid)

    def children(self):
        """What the server has started and not seen the end of."""
        return Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()

    def check_fails(self, text, error="Failed", **options):
        named = {name.replace("_", "-"): bus.GLib.Variant("u", value) for name, value in options.items()}
        started = time.monotonic()
        self.assert_fails(error, text, bus.MANAGER, "Reload", "(a{sv})", named)
        self.assertLess(time.monotonic() - started, 10)
        self.assertEqual(self.children(), [])
        self.check_serves()

    def test_it_ends_at_once(self):
        self.install_script("exit 3")
        self.check_fails(re.escape(f"{self.program} ended with status 3"))

    def test_it_is_not_there(self):
        self.program.unlink()
        self.check_fails(f"Cannot start {self.program}: .*No such file")

    def test_it_is_no_program(self):
        self.install("/etc")
        self.check_fails(f"Cannot start {self.program}: .*Permission denied")

    def test_it_hangs(self):
        self.install_script("exec sleep 1000")
        self.check_fails("not ready in time", health_timeout_ms=300)

    def test_its_configuration_is_refused(self):
        self.server.config_file.write_text("[server]\nport = many\n")
        self.check_fails("ended with status 78")

    def test_it_cannot_listen(self):
        self.install_script('SOUP_SERVER_HTTP2=1 exec "$RESONATED" "$@"')
        self.check_fails("SOUP_SERVER_HTTP2")

    def test_it_answers_what_was_not_asked(self):
        self.impersonate("answers-wrong")
        self.check_fails("says ‘taken’ where ‘ready’ belongs")

    def test_it_ends_when_it_is_ready(self):
        self.impersonate("ends-when-ready")
        self.check_fails("The other process has ended|Cannot say ‘.*’: Broken pipe")

    def test_it_ends_and_had_the_name_already(self):
        self.impersonate("takes-the-name")
        self.assert_fails("Failed", "The other process has ended|Broken pipe", bus.MANAGER, "Reload", "(a{sv})", {})
        self.wait_for_name(self.pid)
        self.check_serves()

    def test_it_ends_in_the_middle_of_the_batches(self):
        self.impersonate("ends-in-the-middle")
        self.check_fails("The other process has ended|Cannot say ‘.*’: Broken pipe")

    def test_it_does_not_acknowledge(self):
        self.impersonate("acknowledges-nothing")
        self.check_fails("does not answer")

    def test_it_ends_before_it_has_all(self):
        self.impersonate("ends-before-it-has-all")
        self.check_fails("The other process has ended")

    def test_it_ends_before_it_takes(self):
        self.impersonate("ends-before-it-takes")
        self.check_fails("The other process has ended")

    def test_it_never_takes(self):
        self.impersonate("never-takes")
        self.check_fails("does not answer")

    def test_a_failure_is_forgotten_by_the_next(self):
        self.impersonate("ends-in-the-middle")
        self.check_fails("The other process has ended|Cannot say ‘.*’: Broken pipe")
        self.install(reload.fixture.resonated())
        report = self.reload()
        self.assertEqual((report["handed-over"], report["draining"]), (200, 0))
        for client in self.clients:
            client.fence()

    def test_options_that_there_are_not(self):
        for name, value in [("timeout", bus.GLib.Variant("u", 1)), ("timeout-ms", bus.GLib.Variant("s", "1"))]:
            self.assert_fails("BadArgument", name, bus.MANAGER, "Reload", "(a{sv})",
                              {name: value})
        self.check_serves()


class RefusalTest(reload.ReloadCase):
    def leave(self):
        self.assertEqual(self.server.process.poll(), 0)
        self.server.wait()

    def test_who_is_refused_stays_and_is_sent_away(self):
        self.serve(server={"drain-timeout": "1s"})
        clients = [self.connect() for _ in range(3)]
        self.install_script(f"exec /usr/bin/python3 {IMPOSTOR} takes 1")
        report = self.call(bus.MANAGER, "Reload", "(a{sv})", {})
        self.assertEqual((report["handed-over"], report["draining"]), (2, 1))
        self.assertEqual(sorted(str(client.end()) for client in clients), ["4200", "None", "None"])
        self.assertEqual(self.server.process.wait(bus.WAIT_SECONDS), 0)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main()
