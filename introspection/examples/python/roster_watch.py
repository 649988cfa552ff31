#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints who comes to the presence channels of a running server, and who leaves. Needs GIO and nothing else.

usage: roster_watch.py [--session]
"""

import sys

from gi.repository import Gio, GLib

NAME = "org.resonate.Resonate1"
ROOT = "/org/resonate/Resonate1"


def call(bus, path, interface, method, arguments=None):
    return bus.call_sync(NAME, path, f"{NAME}.{interface}", method, arguments, None,
                         Gio.DBusCallFlags.NONE, -1, None).unpack()


def list_members(bus, path, channel):
    """All users, page after page: the last one has no cursor."""
    cursor, users = "", []
    while True:
        page, cursor = call(bus, path, "App", "Users", GLib.Variant("(ssu)", (channel, cursor, 0)))
        users += page
        if not cursor:
            return users


def on_signal(bus, sender, path, interface, signal, arguments):
    if signal in ("MemberAdded", "MemberRemoved"):
        channel, user = arguments.unpack()
        here = ", ".join(sorted(list_members(bus, path, channel)))
        print(f"{'+' if signal == 'MemberAdded' else '-'} {user} {channel} [{here}]", flush=True)


def main():
    kind = Gio.BusType.SESSION if "--session" in sys.argv[1:] else Gio.BusType.SYSTEM
    bus = Gio.bus_get_sync(kind, None)
    bus.signal_subscribe(NAME, f"{NAME}.App", None, None, None, Gio.DBusSignalFlags.NONE, on_signal)
    # Whoever subscribes to the numbers hears what happens on channels, too; these come once an hour.
    call(bus, ROOT, "Metrics", "Subscribe", GLib.Variant("(u)", (3_600_000,)))
    print("Watching", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
