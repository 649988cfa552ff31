#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The gate on the system bus: polkit decides, by a table; where there is none, root may and nobody else."""

import os
import re
import subprocess
import sys
import time
import unittest
from xml.etree import ElementTree

from bus import APP, MANAGER, METRICS, NAME, ROOT, SOURCE, WAIT_SECONDS, Gio, GLib, SystemCase, wait_until

PATH = f"{ROOT}/apps/1001"
NOBODY = 65534

# Every method with arguments that it takes, and what it needs. What ends the server is called where it is refused.
METHODS = {
    (MANAGER, "CheckConfig"): ("inspect", "()"),
    (MANAGER, "Drain"): ("manage", "(u)", 0),
    (MANAGER, "GetConnection"): ("inspect", "(s)", "1.1"),
    (MANAGER, "Monitor"): ("inspect", "(a{sv})", {}),
    (MANAGER, "Reload"): ("manage", "(a{sv})", {}),
    (MANAGER, "ReloadConfig"): ("manage", "()"),
    (MANAGER, "Restart"): ("manage", "()"),
    (MANAGER, "Stop"): ("manage", "()"),
    (MANAGER, "StopMonitor"): ("inspect", "()"),
    (METRICS, "GetSnapshot"): ("inspect", "()"),
    (METRICS, "GetText"): ("inspect", "(s)", "json"),
    (METRICS, "Subscribe"): ("inspect", "(u)", 1000),
    (METRICS, "Unsubscribe"): ("inspect", "()"),
    (APP, "Channels"): ("inspect", "(su)", "", 0),
    (APP, "GetChannel"): ("inspect", "(s)", "a"),
    (APP, "IsOnline"): ("inspect", "(ss)", "presence-a", "b"),
    (APP, "ListChannels"): ("inspect", "(ssua{sv})", "", "", 0, {}),
    (APP, "ListConnections"): ("inspect", "(su)", "", 0),
    (APP, "ListMembers"): ("inspect", "(ssu)", "presence-a", "", 0),
    (APP, "Publish"): ("publish", "(sasss)", "e", ["c"], "{}", ""),
    (APP, "SocketCount"): ("inspect", "(s)", "a"),
    (APP, "Sockets"): ("inspect", "(ssu)", "a", "", 0),
    (APP, "TerminateConnection"): ("manage", "(s)", "1.1"),
    (APP, "TerminateUser"): ("manage", "(s)", "a"),
    (APP, "UserCount"): ("inspect", "(s)", "presence-a"),
    (APP, "Users"): ("inspect", "(ssu)", "presence-a", "", 0),
}
ENDS_OR_IS_NOT_THERE = {"Drain", "Restart", "Stop", "Reload", "ReloadConfig"}


class GateCase(SystemCase):
    def is_let_through(self, interface, method, signature, *arguments):
        """Whether the answer is anything but that the caller may not."""
        try:
            self.call(interface, method, signature, *arguments, path=PATH if interface == APP else ROOT)
        except GLib.Error as error:
            return Gio.DBusError.get_remote_error(error) != f"{NAME}.Error.Unauthorized"
        return True


class Table(GateCase):
    def test_the_policy_of_polkit_has_the_actions_of_the_table(self):
        policy = ElementTree.parse(SOURCE / "data/polkit/org.resonate.Resonate1.policy.in").getroot()
        actions = {action.get("id"): action for action in policy.iter("action")}
        needed = {action for action, *_ in METHODS.values()} | {"tap-payload"}
        self.assertEqual(set(actions), {f"{NAME}.{action}" for action in needed})
        for action in actions.values():
            # Without this polkit answers nobody but root about somebody else.
            self.assertEqual(action.find("annotate[@key='org.freedesktop.policykit.owner']").text, "unix-user:resonate")
            self.assertEqual({allow.text for allow in action.find("defaults")} - {"auth_admin", "auth_admin_keep"}, set())

    def test_every_method_of_the_xml_has_its_action(self):
        found = set()
        for path in (SOURCE / "introspection/dbus").glob("*.xml"):
            text = path.read_text()
            interface = re.search(r'<interface name="([^"]+)"', text)[1]
            found |= {(interface, name) for name in re.findall(r'<method name="([^"]+)"', text)}
            # The documentation says the same.
            for name, comment in re.findall(r"<!--\s+(\w+):\s*\n(.*?)-->\s*<method", text, re.S):
                self.assertIn(f"``{METHODS[interface, name][0]}``", comment, name)
        self.assertEqual(found, set(METHODS))

    def test_polkit_says_no(self):
        self.polkit()
        self.serve()
        for (interface, method), (_, *arguments) in METHODS.items():
            self.assertFalse(self.is_let_through(interface, method, *arguments), method)
        self.assertEqual(self.get(MANAGER, "State"), "running")

    def test_polkit_says_yes_to_one_action_and_to_no_other(self):
        self.polkit()
        self.serve()
        for granted in ("inspect", "publish", "manage"):
            self.allow(granted)
            for (interface, method), (needed, *arguments) in METHODS.items():
                if method not in ENDS_OR_IS_NOT_THERE or needed != granted:
                    self.assertEqual(self.is_let_through(interface, method, *arguments), needed == granted, method)

    def test_payloads_need_a_right_of_their_own(self):
        self.polkit()
        self.serve()
        wanted = {"payloads": GLib.Variant("b", True)}
        for granted, answer in ((["inspect"], False), (["tap-payload"], False), (["inspect", "tap-payload"], True)):
            self.allow(*granted)
            self.assertEqual(self.is_let_through(MANAGER, "Monitor", "(a{sv})", wanted), answer, granted)

    def test_the_name_of_what_is_missing_is_told(self):
        self.polkit()
        self.serve()
        self.assert_fails("Unauthorized", rf"Stop needs {NAME}\.manage", MANAGER, "Stop")

    def test_properties_are_open(self):
        self.polkit()
        self.serve()
        self.assertEqual(self.get(MANAGER, "State"), "running")
        self.assertEqual(list(self.objects()), [PATH])

    def test_the_switch_for_debug_messages_is_no_way_around(self):
        self.polkit()
        self.serve()
        arguments = ("org.gtk.Debugging", "SetDebugEnabled", "(b)", True)
        with self.assertRaises(GLib.Error):
            self.call(*arguments, path="/org/gtk/Debugging")
        self.allow("manage")
        self.call(*arguments, path="/org/gtk/Debugging")

    def test_a_question_without_an_answer_does_not_hold_up_the_end(self):
        self.polkit()
        server = self.serve()
        self.tell_polkit("SimulateHang", "(b)", True)
        self.connection.call(NAME, "/org/gtk/Debugging", "org.gtk.Debugging", "SetDebugEnabled",
                             GLib.Variant("(b)", (True,)), None, Gio.DBusCallFlags.NONE, -1, None, None)
        wait_until("the question", lambda: self.tell_polkit("HaveHangingCalls")[0])
        begun = time.monotonic()
        server.stop()
        self.assertLess(time.monotonic() - begun, 10)

    def test_calls_that_wait_for_polkit_are_bounded_and_hold_nobody_up(self):
        self.polkit()
        server = self.serve()
        self.tell_polkit("SimulateHang", "(b)", True)
        answers = []

        def answered(connection, result):
            try:
                answers.append(connection.call_finish(result).unpack())
            except GLib.Error as error:
                answers.append(Gio.DBusError.get_remote_error(error))

        def ask(connection):
            connection.call(NAME, ROOT, METRICS, "GetSnapshot", None, None, Gio.DBusCallFlags.NONE, -1, None, answered)

        for _ in range(9):
            ask(self.connection)
        wait_until("the refusal of the ninth", lambda: answers)
        self.assertEqual(answers, [f"{NAME}.Error.Limit"])
        with self.client(server) as client:
            client.fence()
        self.allow("inspect")
        self.tell_polkit("SimulateHang", "(b)", False)
        # What hangs was decided when it was asked.
        self.tell_polkit("ReleaseHangingCalls")
        wait_until("the other answers", lambda: len(answers) == 9)
        self.assertEqual(answers[1:], [f"{NAME}.Error.Unauthorized"] * 8)
        self.assertTrue(self.call(METRICS, "GetSnapshot"))


CALL_AS_NOBODY = """
import sys
from gi.repository import Gio, GLib
flags = Gio.DBusConnectionFlags
bus = Gio.DBusConnection.new_for_address_sync(sys.argv[1], flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION)
try:
    bus.call_sync(sys.argv[2], sys.argv[3], sys.argv[4], "GetSnapshot", None, None, Gio.DBusCallFlags.NONE, -1, None)
    print("yes")
except GLib.Error as error:
    print(Gio.DBusError.get_remote_error(error))
"""


class WithoutPolkit(GateCase):
    def test_root_may(self):
        self.serve()
        # Who runs the tests as somebody else is somebody else.
        self.assertEqual(self.is_let_through(METRICS, "GetSnapshot", "()"), os.geteuid() == 0)

    def test_others_may_not(self):
        self.serve()
        asked = subprocess.run(
            [sys.executable, "-c", CALL_AS_NOBODY, self.bus.address, NAME, ROOT, METRICS],
            user=NOBODY if os.geteuid() == 0 else None, capture_output=True, text=True, timeout=WAIT_SECONDS)
        self.assertEqual(asked.stdout.strip(), f"{NAME}.Error.Unauthorized", asked.stderr)


if __name__ == "__main__":
    unittest.main()
