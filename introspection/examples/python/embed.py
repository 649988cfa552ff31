#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server inside a program: it says what happens, and welcomes whoever subscribes."""

import signal

import gi

gi.require_version("Resonate", "1")
from gi.repository import GLib, Resonate  # noqa: E402

config = Resonate.Config(host=["127.0.0.1"], port=0)
config.get_apps().add(Resonate.App.new("1", "app-key", "app-secret"))
server, loop = Resonate.Server.new(config), GLib.MainLoop()
NAMED_BY = {Resonate.Connection: "socket-id", Resonate.App: "id", Resonate.Channel: "name"}


def tell(name, *about):
    print(name, *(x if isinstance(x, str) else x.get_property(NAMED_BY[type(x)]) for x in about), flush=True)
    if name == "subscribed":
        server.publish("1", [about[1].props.name], "welcome", '{"from":"python"}', None)


for name in "opened closed subscribed unsubscribed occupied vacated member-added member-removed".split():
    server.connect(name, lambda _, *about, name=name: tell(name, *about))
server.start_async(None, lambda _, result: server.start_finish(result) and print(*server.dup_uris(), flush=True))
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, server.stop_async, None, lambda *_: loop.quit())
loop.run()
