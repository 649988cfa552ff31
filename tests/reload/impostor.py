#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A replacement that goes along up to the step that it is told, and then does what it should not."""

import signal
import sys

from gi.repository import Gio

from dialogue import BATCH, DONE, GO, INSTALLED, KEPT, OFFER, READY, STATE, TAKEN, GLib, from_environment


def main(act, *refused):
    old = from_environment()
    old.expect(OFFER)
    if act == "answers-wrong":
        old.say(TAKEN)
        signal.pause()
    if act == "takes-the-name":
        connection = Gio.bus_get_sync(Gio.BusType.SESSION)
        connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                             GLib.Variant("(su)", ("org.resonate.Resonate1", 3)), None, Gio.DBusCallFlags.NONE, -1, None)
    old.say(READY)
    if act == "takes-the-name":
        old.expect(STATE)
        return
    if act == "ends-when-ready":
        return
    old.expect(STATE)
    word = old.hear()[0]
    if act == "ends-in-the-middle":
        return
    if act == "acknowledges-nothing":
        signal.pause()
    while word == BATCH:
        old.say(KEPT, GLib.Variant("au", [int(place) for place in refused]))
        word = old.hear()[0]
    assert word == DONE
    if act == "ends-before-it-has-all":
        return
    old.say(INSTALLED)
    old.expect(GO)
    if act == "ends-before-it-takes":
        return
    if act == "never-takes":
        signal.pause()
    old.say(TAKEN)


main(*sys.argv[1:])
