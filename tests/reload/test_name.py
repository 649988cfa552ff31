#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The name on the bus over replacements: somebody has it all the time, and it is somebody who has the clients."""

import threading
import unittest

import reload
from reload import bus
from bus import Gio, GLib

N_RELOADS = 12
APP_PATH = f"{bus.ROOT}/apps/1001"


class Publisher(threading.Thread):
    """Publishes one, two, three, and so on to CHANNEL, on a connection of its own. What is refused is a complaint."""

    def __init__(self, a_bus, channel):
        super().__init__()
        self.connection, self.channel = a_bus.connect(), channel
        self.said, self.complaints, self.is_over = 0, [], False

    def destination(self):
        return bus.NAME

    def run(self):
        while not self.is_over:
            arguments = GLib.Variant("(sasss)", ("e", [self.channel], str(self.said + 1), ""))
            try:
                self.connection.call_sync(self.destination(), APP_PATH, bus.APP, "Publish", arguments, None,
                                          Gio.DBusCallFlags.NONE, bus.WAIT_SECONDS * 1000, None)
                self.said += 1
            except GLib.Error as error:
                self.complaints.append(error.message)
        self.connection.close_sync(None)

    def end(self):
        self.is_over = True
        self.join(bus.WAIT_SECONDS)


class Asker(Publisher):
    """Looks up who has the name, and asks that one, as a proxy of GIO does that is made for one call."""

    def destination(self):
        return self.connection.call_sync(
            "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetNameOwner", GLib.Variant("(s)", (bus.NAME,)),
            None, Gio.DBusCallFlags.NONE, bus.WAIT_SECONDS * 1000, None)[0]


class NameTest(reload.ReloadCase):
    def check_no_call_is_refused(self, kind):
        self.serve()
        client = self.connect()
        reload.join(client, self.app, "private-a")
        publisher = kind(self.bus, "private-a")
        self.addCleanup(publisher.end)
        publisher.start()
        heard = 0
        for _ in range(N_RELOADS):
            self.reload()
            until = publisher.said
            while heard < until:
                heard += 1
                self.assertEqual(client.event("e")["data"], str(heard))
            self.assertEqual(publisher.complaints, [])
        publisher.end()
        self.assertFalse(publisher.is_alive())
        self.assertEqual(publisher.complaints, [])
        self.assertGreater(publisher.said, N_RELOADS)
        for number in range(heard + 1, publisher.said + 1):
            self.assertEqual(client.event("e")["data"], str(number))
        client.fence()

    def test_no_call_is_refused_and_no_event_is_lost(self):
        self.check_no_call_is_refused(Publisher)

    def test_who_has_looked_up_the_owner_is_not_refused(self):
        self.check_no_call_is_refused(Asker)

    def test_the_name_is_never_nobodys(self):
        """Else who calls, and lets the bus start a server, would start a second one."""
        self.serve()
        owners = []
        self.connection.signal_subscribe(
            "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", None, bus.NAME,
            Gio.DBusSignalFlags.NONE, lambda *args: owners.append(args[5].unpack()[2]))
        for _ in range(N_RELOADS):
            self.reload()
            self.wait_for_old(self.old[-1])
        bus.wait_until("all the owners", lambda: len(owners) >= N_RELOADS)
        self.assertNotIn("", owners)
        self.assertEqual(len(owners), N_RELOADS)

    def test_reload_is_not_answered_by_one_who_has_the_name_still(self):
        self.serve()
        self.connect()
        for _ in range(N_RELOADS):
            pid = self.call(bus.MANAGER, "Reload", "(a{sv})", {})["pid"]
            self.old.append(self.pid)
            self.pid = pid
            self.assertEqual(self.pid_of_name(), pid)
            self.assertEqual(self.get(bus.MANAGER, "State"), "running")
            self.assertNotEqual(self.get(bus.MANAGER, "Listening"), [])
            self.assertEqual(self.get(bus.MANAGER, "Connections"), 1)


if __name__ == "__main__":
    unittest.main()
