#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts visits together with everybody who runs it with the same URI, and says each number that was its own."""

import sys

import gi

gi.require_version("Resonate", "1")
from gi.repository import GLib, Resonate  # noqa: E402

uri, visits = sys.argv[1], int(sys.argv[2])
loop = GLib.MainLoop()


def counted(counter, result, left):
    print(counter.increment_finish(result), flush=True)
    count(counter, left - 1)


def count(counter, left):
    if left > 0:
        counter.increment_async(1, None, counted, left)
    else:
        loop.quit()


def opened(_, result):
    count(Resonate.Store.open_finish(result).get_counter("visits", 0), visits)


Resonate.Store.open_async(uri, None, None, opened)
loop.run()
