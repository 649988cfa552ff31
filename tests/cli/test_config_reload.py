# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from served import GLib, ServedCase


class Report(ServedCase):
    """What is said of changes; that there are the right ones is in tests/dbus."""

    def changed(self, *changes):
        return self.stranger(Manager_ReloadConfig=lambda: GLib.Variant("(a(sss))", (list(changes),)))

    def test_table(self):
        self.changed(("app 1", "max-connections", "applied"), ("server", "port", "needs-reload"))
        self.assertEqual(self.run_ctl("config", "reload").stdout.splitlines(), [
            "GROUP   KEY              RESULT",
            "app 1   max-connections  applied",
            "server  port             needs-reload",
            "",
            "“resonatectl reload” has the rest take effect.",
        ])

    def test_all_has_taken_effect(self):
        self.changed(("app 1", "max-connections", "applied"))
        self.assertNotIn("resonatectl reload", self.run_ctl("config", "reload").stdout)

    def test_nothing(self):
        self.changed()
        self.assertEqual(self.run_ctl("config", "reload").stdout, "Nothing has changed.\n")
        self.assertEqual(self.run_json("config", "reload"), {"changes": []})

    def test_an_application_that_is_there_in_one_of_both_only(self):
        self.changed(("app 7", "", "applied"))
        self.assertIn("app 7  (all of it)  applied", self.run_ctl("config", "reload").stdout)
        self.assertEqual(self.run_json("config", "reload"), {
            "changes": [{"group": "app 7", "key": None, "result": "applied"}]})

    def test_json(self):
        self.changed(("server", "port", "needs-reload"))
        self.assertEqual(self.run_json("config", "reload"), {
            "changes": [{"group": "server", "key": "port", "result": "needs-reload"}]})

    def test_a_configuration_that_is_refused(self):
        self.stranger(Manager_ReloadConfig=lambda: "Config /etc/resonate.conf:3: [server] port: ‘x’ is not a port")
        self.assertEqual(self.failed("config", "reload"),
                         "resonatectl config: /etc/resonate.conf:3: [server] port: ‘x’ is not a port\n")


class Usage(ServedCase):
    def test_files_are_the_servers_own(self):
        self.assertIn("reload takes none", self.failed("config", "reload", "-c", "x.conf", status=2))
        self.failed("config", "reload", "-e", ".env", status=2)
        self.failed("config", "reload", "now", status=2)


if __name__ == "__main__":
    unittest.main()
