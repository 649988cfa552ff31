#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""org.resonate.Resonate1.Manager: the server as a whole, and how it is on a bus at all."""

import time
import unittest
import urllib.request

from bus import APP, MANAGER, NAME, ROOT, BusCase, Gio, GLib, fixture, wait_until


def is_up(server):
    with urllib.request.urlopen(f"{server.url}/up", timeout=20) as answer:
        return answer.status == 200


class Properties(BusCase):
    def test_they_say_how_the_server_is(self):
        before = time.time_ns() // 1000
        server = self.serve()
        self.assertEqual(self.get(MANAGER, "Version"), "1.0.0")
        self.assertEqual(self.get(MANAGER, "State"), "running")
        self.assertEqual(self.get(MANAGER, "Listening"), [server.url])
        self.assertEqual(self.get(MANAGER, "Connections"), 0)
        self.assertEqual(self.get(MANAGER, "DrainDeadline"), 0)
        self.assertTrue(before <= self.get(MANAGER, "StartedAt") <= time.time_ns() // 1000)

    def test_none_is_writable(self):
        self.serve()
        with self.assertRaises(GLib.Error) as raised:
            self.call("org.freedesktop.DBus.Properties", "Set", "(ssv)", MANAGER, "State", GLib.Variant("s", "stopped"))
        self.assertIn(Gio.DBusError.get_remote_error(raised.exception),
                      ("org.freedesktop.DBus.Error.InvalidArgs", "org.freedesktop.DBus.Error.PropertyReadOnly"))
        self.assertEqual(self.get(MANAGER, "State"), "running")

    def test_a_method_that_is_none_is_unknown(self):
        self.serve()
        self.assert_fails("org.freedesktop.DBus.Error.UnknownMethod", "Explode", MANAGER, "Explode")


class Objects(BusCase):
    def test_an_app_is_an_object_and_its_secret_is_not_on_the_bus(self):
        self.serve(fixture.an_app("1001"), fixture.an_app("shop-2_b", max_connections=7))
        found = self.objects()
        self.assertEqual(sorted(found), [f"{ROOT}/apps/1001", f"{ROOT}/apps/shop_2d2_5fb"])
        self.assertEqual(found[f"{ROOT}/apps/1001"][APP],
                         {"Id": "1001", "Key": "key-1001", "MaxConnections": -1, "Connections": 0})
        self.assertEqual(found[f"{ROOT}/apps/shop_2d2_5fb"][APP]["MaxConnections"], 7)
        self.assertNotIn("secret-", repr(found))


class Ending(BusCase):
    def test_stop(self):
        server = self.serve()
        self.call(MANAGER, "Stop")
        server.wait()

    def test_restart_leaves_with_a_status_that_asks_for_it(self):
        server = self.serve()
        self.call(MANAGER, "Restart")
        server.wait(75)

    def test_drain_says_so_and_ends(self):
        drained = self.record(MANAGER, "Drained")
        changed = self.record("org.freedesktop.DBus.Properties", "PropertiesChanged")
        server = self.serve()
        self.assertEqual(self.call(MANAGER, "Drain", "(u)", 20_000), 0)
        server.wait()
        wait_until("Drained", lambda: drained)
        self.assertEqual(drained, [(0,)])
        said = {name: value for _, values, _ in changed for name, value in values.items()}
        self.assertIn("draining", [values.get("State") for _, values, _ in changed])
        self.assertIn("DrainDeadline", said)

    def test_a_server_that_drains_cannot_be_drained(self):
        server = self.serve()
        with self.client(server):
            self.assertEqual(self.call(MANAGER, "Drain", "(u)", 20_000), 1)
            self.assertGreater(self.get(MANAGER, "DrainDeadline"), time.time_ns() // 1000)
            self.assert_fails("BadState", "draining", MANAGER, "Drain", "(u)", 20_000)
        server.wait()

    def test_who_does_not_leave_in_time_is_cut_off_and_counted(self):
        drained = self.record(MANAGER, "Drained")
        server = self.serve()
        with self.client(server), self.client(server) as leaves:
            self.assertEqual(self.get(MANAGER, "Connections"), 2)
            self.call(MANAGER, "Drain", "(u)", 500)
            leaves.close()
            server.wait()
        wait_until("Drained", lambda: drained)
        self.assertEqual(drained, [(1,)])


class Configuration(BusCase):
    def test_check_config_tells_file_line_and_text(self):
        server = self.serve()
        self.assertEqual(self.call(MANAGER, "CheckConfig"), [])
        server.config_file.write_text(fixture.config_text().rstrip() + "\nping-interval = soon\n")
        (file, line, text), = self.call(MANAGER, "CheckConfig")
        self.assertEqual(file, str(server.config_file))
        self.assertEqual(server.config_file.read_text().splitlines()[line - 1], "ping-interval = soon")
        self.assertRegex(text, r"^\[app 1001\] ping-interval: ")
        self.assertTrue(is_up(server))

    def test_a_change_is_applied_and_told(self):
        server = self.serve()
        reloaded = self.record(MANAGER, "ConfigReloaded")
        self.assertEqual(self.call(MANAGER, "ReloadConfig"), [])
        server.config_file.write_text(fixture.config_text().rstrip() + "\nmax-connections = 7\n[app 2002]\nkey = k2\n"
                                      "secret = a-secret-of-its-own\n")
        changes = self.call(MANAGER, "ReloadConfig")
        self.assertEqual(sorted(changes), [("app 1001", "max-connections", "applied"), ("app 2002", "", "applied")])
        self.assertEqual(self.get(APP, "MaxConnections", path=f"{ROOT}/apps/1001"), 7)
        self.assertIn(f"{ROOT}/apps/2002", self.objects())
        wait_until("ConfigReloaded", lambda: reloaded)
        self.assertEqual(reloaded, [(changes,)])

    def test_what_only_a_new_process_can_do_is_named(self):
        server = self.serve()
        server.config_file.write_text(fixture.config_text({"path": "/elsewhere"}))
        self.assertIn(("server", "path", "needs-reload"), self.call(MANAGER, "ReloadConfig"))
        self.assertTrue(is_up(server))

    def test_a_broken_one_is_refused_with_its_line_and_the_old_one_goes_on(self):
        server = self.serve()
        server.config_file.write_text(fixture.config_text().rstrip() + "\nmax-connections = many\n")
        line = len(server.config_file.read_text().splitlines())
        self.assert_fails("Config", rf"resonate\.conf:{line}: \[app 1001\] max-connections: ", MANAGER, "ReloadConfig")
        self.assertTrue(is_up(server))
        self.assertEqual(self.get(APP, "MaxConnections", path=f"{ROOT}/apps/1001"), -1)


class TheBus(BusCase):
    def test_it_may_go_and_come_back(self):
        server = self.serve()
        self.bus.stop()
        wait_until("a word about it", lambda: "Lost the session bus" in server.stderr())
        self.assertTrue(is_up(server))
        self.bus.start()
        self.connection = self.bus.connect()
        self.wait_for_name(server.pid)
        self.assertEqual(self.get(MANAGER, "State"), "running")
        self.assertEqual(list(self.objects()), [f"{ROOT}/apps/1001"])

    def test_it_may_come_late(self):
        self.bus.stop()
        with fixture.Server(bus="--session", env={"DBUS_SESSION_BUS_ADDRESS": self.bus.address}) as server:
            wait_until("a word about it", lambda: "No session bus" in server.stderr())
            self.assertTrue(is_up(server))
            self.bus.start()
            self.connection = self.bus.connect()
            self.wait_for_name(server.pid)
            self.assertEqual(self.get(MANAGER, "State"), "running")

    def test_none_is_named_and_the_server_serves(self):
        nowhere = {"DBUS_SESSION_BUS_ADDRESS": "", "XDG_RUNTIME_DIR": ""}
        with fixture.Server(bus="--session", env=nowhere) as server:
            wait_until("a word about it", lambda: "No session bus is named" in server.stderr())
            self.assertTrue(is_up(server))

    def test_replace_listens_beside_the_old_and_takes_over(self):
        old = self.serve()
        new = self.serve(args=["--replace", "--port", str(old.port)])
        old.wait()
        self.assertEqual(new.port, old.port)
        self.assertTrue(is_up(new))
        self.assertEqual(self.pid_of_name(), new.pid)

    def test_who_is_replaced_takes_nobody_from_who_listens_beside(self):
        """A drain that refuses those who come would refuse half of all."""
        old = self.serve(server={"drain-timeout": "60s"})
        client = self.client(old)
        new = self.serve(args=["--replace", "--port", str(old.port)])
        wait_until("a word about it", lambda: "Draining" in old.stderr())
        for _ in range(50):
            self.client(new).close()
        client.fence()
        client.close()
        old.wait()

    def test_a_second_server_waits_for_the_name(self):
        first = self.serve()
        with fixture.Server(bus="--session", env={"DBUS_SESSION_BUS_ADDRESS": self.bus.address}) as second:
            wait_until("a word about it", lambda: f"has the name {NAME}" in second.stderr())
            self.assertEqual(self.pid_of_name(), first.pid)
            first.stop()
            self.wait_for_name(second.pid)

    def test_the_port_of_a_server_is_not_shared_by_mistake(self):
        first = self.serve()
        with self.assertRaises(AssertionError) as raised:
            fixture.Server(args=["--port", str(first.port)])
        self.assertIn("Cannot listen", str(raised.exception))

    def test_debug_messages_have_a_switch(self):
        server = self.serve()
        for wanted in (True, False):
            self.call("org.gtk.Debugging", "SetDebugEnabled", "(b)", wanted, path="/org/gtk/Debugging")
            with self.client(server) as client:
                client.fence()
            self.assertEqual(f"{client.id}: Connection established" in server.stderr(), wanted)


if __name__ == "__main__":
    unittest.main()
