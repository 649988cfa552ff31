#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One of a group that shares work: run it twice, with the same URI and another name. It appends the jobs it is given."""

import signal
import sys

import gi

gi.require_version("Resonate", "1")
from gi.repository import GLib, Resonate  # noqa: E402

uri, name, *jobs = sys.argv[1:]
log, loop = Resonate.StreamLog.new_for_uri(uri, None), GLib.MainLoop()
consumer = Resonate.Consumer(log=log, streams=["jobs"], name=name, block_ms=100)


def tell(*_):
    print(consumer.get_state().value_nick, flush=True)
    if consumer.get_state() == Resonate.ConsumerState.RUNNING:
        for job in jobs:
            log.append_async("jobs", GLib.Bytes(job.encode()), None, -1, None, lambda log, result: log.append_finish(result))


def work(_, delivery):
    print("done", delivery.get_payload().get_data().decode(), flush=True)
    return True


consumer.connect("notify::state", tell)
consumer.connect("delivery", work)
consumer.start()
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, consumer.stop_async, 5000, None, lambda *_: loop.quit())
loop.run()
