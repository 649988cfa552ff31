# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from served import GLib, ServedCase, fixture


class Served(ServedCase):
    def test_changes_of_a_real_server(self):
        server = self.serve()
        self.assertEqual(self.run_ctl("config", "reload").stdout, "Nothing has changed.\n")
        server.config_file.write_text(fixture.config_text({"max-connections": "99"}, [
            fixture.an_app(max_connections=7), fixture.an_app("2")]))
        changes = self.run_json("config", "reload")["changes"]
        self.assertIn({"group": "app 1001", "key": "max-connections", "result": "applied"}, changes)
        self.assertIn({"group": "app 2", "key": None, "result": "applied"}, changes)
        self.assertEqual([app["max-connections"] for app in self.run_json("apps")["apps"]], [7, None])

    def test_a_mistake_is_named_and_nothing_changes(self):
        server = self.serve()
        server.config_file.write_text(fixture.config_text({"port": "x"}))
        self.assertIn(f"{server.config_file}:2", self.failed("config", "reload"))
        self.assertEqual(self.run_json("status")["apps"], 1)


class Report(ServedCase):
    """What is said of changes."""

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
