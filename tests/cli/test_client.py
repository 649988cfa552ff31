# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What all commands that speak to a server have in common: finding it, and what they say when they do not."""

import subprocess
import unittest

from ctl import PROGRAM
from served import ServedCase, fixture

# Every command, with arguments that it takes.
COMMANDS = [
    ("status",), ("apps",), ("metrics",), ("metrics", "--watch"), ("monitor",), ("channels",), ("members", "presence-c"),
    ("connections",), ("connection", "1.1"), ("publish", "c", "e"), ("terminate", "--user", "u"),
    ("terminate", "--socket", "1.1"), ("config", "reload"), ("reload",), ("reload", "--drain"), ("restart",), ("stop",),
]


class NoServer(ServedCase):
    def test_every_command_says_so_with_3(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.assertIn("There is no server on the bus of this user", self.failed(*command, status=3))
                self.failed(*command, "--json", status=3)

    def test_none_is_started(self):
        """A name that the bus could activate stays without an owner."""
        started = self.folder / "started"
        services = self.folder / "services"
        self.write("services/org.resonate.Resonate1.service",
                   f"[D-BUS Service]\nName=org.resonate.Resonate1\nExec=/usr/bin/touch {started}\n")
        self.bus.stop()
        config = self.bus._config
        config.write_text(config.read_text().replace("<policy", f"<servicedir>{services}</servicedir>\n  <policy", 1))
        self.bus.start()
        self.failed("status", status=3)
        self.assertFalse(started.exists())

    def test_no_bus(self):
        self.bus.stop()
        self.assertIn("There is no bus to ask", self.failed("status", status=3))

    def test_no_bus_is_named_and_none_is_started(self):
        self.assertIn("the environment names none of this user",
                      self.failed("status", status=3, DBUS_SESSION_BUS_ADDRESS="", XDG_RUNTIME_DIR=""))

    def test_the_bus_of_the_runtime_folder(self):
        self.assertIn("There is no server", self.failed("status", status=3, DBUS_SESSION_BUS_ADDRESS="",
                                                        XDG_RUNTIME_DIR=self.bus.folder))


class Address(ServedCase):
    def setUp(self):
        super().setUp()
        del self.environment["DBUS_SESSION_BUS_ADDRESS"]

    def ask(self, *args, **environment):
        return subprocess.run([PROGRAM, *args], env={**self.environment, **environment}, capture_output=True, text=True,
                              timeout=60)

    def test_before_and_behind_the_command(self):
        self.serve()
        self.assertEqual(self.ask("--address", self.bus.address, "status").returncode, 0)
        self.assertEqual(self.ask("status", f"--address={self.bus.address}").returncode, 0)
        self.assertEqual(self.ask("--address", "unix:path=/nowhere", "status", "--address", self.bus.address).returncode, 0)

    def test_the_system_bus(self):
        self.serve()
        self.assertEqual(self.ask("--system", "status", DBUS_SYSTEM_BUS_ADDRESS=self.bus.address).returncode, 0)

    def test_nobody_there(self):
        self.assertEqual(self.ask("--address", "unix:path=/nowhere", "status").returncode, 3)
        done = self.ask("--address", self.bus.address, "status")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("There is no server on that bus", done.stderr)

    def test_no_address(self):
        done = self.ask("--address", "nonsense", "status")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--address: ", done.stderr)

    def test_one_bus_only(self):
        for other in ("--session", "--system"):
            self.assertEqual(self.ask("--address", self.bus.address, other, "status").returncode, 2)


class WhichApp(ServedCase):
    def test_one_of_several_has_to_be_named(self):
        self.serve(*(fixture.an_app(str(number)) for number in range(30)))
        for command in (("channels",), ("connections",), ("members", "presence-c"), ("publish", "c", "e"),
                        ("terminate", "--user", "u")):
            with self.subTest(command):
                said = self.failed(*command, status=2)
                self.assertIn("There are several applications, name one of them: 0, 1, 10, 11, ", said)
                self.assertIn(", …", said)
                self.assertLess(len(said), 300)

    def test_an_unknown_one(self):
        self.serve(fixture.an_app("1"), fixture.an_app("2"))
        for command in (("channels", "9"), ("connections", "9"), ("monitor", "9"), ("members", "presence-c", "--app", "9"),
                        ("publish", "c", "e", "--app=9"), ("terminate", "--user", "u", "-a", "9")):
            with self.subTest(command):
                self.assertIn("There is no application “9”, but: 1, 2", self.failed(*command))

    def test_none_at_all(self):
        self.stranger(apps=())
        self.assertIn("The server has no application", self.failed("channels"))


class Errors(ServedCase):
    def test_a_sentence_without_what_the_bus_puts_around_it(self):
        self.stranger(Manager_Stop=lambda: "Limit Not today.")
        self.assertEqual(self.failed("stop"), "resonatectl stop: Not today.\n")
        self.assertEqual(self.failed("stop", "--json"), "resonatectl stop: Not today.\n")

    def test_a_method_that_the_server_does_not_have(self):
        self.stranger(Manager_Stop=lambda: "UnknownMethod It has none.")
        self.assertEqual(self.failed("stop"), "resonatectl stop: It has none.\n")

    def test_what_is_no_utf8_is_refused_before_it_is_sent(self):
        self.serve()
        for command in (("channels", b"\xff"), ("publish", "c", b"\xff"), ("channels", "--prefix", b"\xff"),
                        ("terminate", b"--user=\xff")):
            with self.subTest(command):
                self.assertIn("is no UTF-8", self.failed(*command, status=2))

    def test_utf8_in_any_locale(self):
        self.serve()
        for locale in ("C", "C.UTF-8"):
            self.assertIn("There is no application", self.failed("channels", "größe", LC_ALL=locale))
            self.assertIn("There is no application", self.failed("members", "c", "--app", "größe", LC_ALL=locale))


if __name__ == "__main__":
    unittest.main()
