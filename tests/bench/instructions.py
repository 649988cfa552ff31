#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the instructions that the server executes for one of a thing, below valgrind: a figure that no neighbour on
the machine disturbs.

A delivery is what the loop over the audience does. In all there is the message that comes in besides, and the turns of
the main loop: a slice of a broadcast ends by the clock, so that there are more of them the slower the machine is.

The server is run twice, with few of them and with many; the difference is divided by how many there were more, and
start, arrivals and end cancel out. Without arguments: the delivery of one message to one subscriber, which fails above
the gate.

Environment: RESONATED and RESONATE_BENCH name the programs when they are not in `_build`.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from programs import ask, start

# User instructions of one delivery, at most.
GATE = 200

SUBSCRIBERS = 1000
TOP = 15
TOTALS = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)
FUNCTION = re.compile(r"^\s*([\d,]+) \([ \d.]+%\)\s+(?:\S*?:)?(\S.*?)(?: \[\S*\])?$")


class Thing(NamedTuple):
    """What is counted: what the generator does few and many times, and how many of the thing are in each time."""

    measurement: str
    by: str
    few: int
    many: int
    in_each: int = 1
    arguments: dict = {}
    inside: str = ""  # the function that is counted, with all that it calls, in place of everything


THINGS = {
    "delivery": Thing("fan-out", "count", 10, 60, SUBSCRIBERS, {"connections": SUBSCRIBERS}, "spread"),
    "delivery in all": Thing("fan-out", "count", 10, 60, SUBSCRIBERS, {"connections": SUBSCRIBERS}),
    "connection": Thing("accept", "connections", 100, 400),
    "event": Thing("rest", "count", 200, 1200, 1, {"connections": 4}),
    "message": Thing("incoming", "count", 200, 2200, 1, {"connections": 20}),
}


class Counted(NamedTuple):
    each: float
    functions: list  # of (instructions for each, name), most first


def functions_of(profile):
    """Instructions by function, as callgrind_annotate tells them."""
    command = ["callgrind_annotate", "--threshold=100", "--auto=no", str(profile)]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        match = FUNCTION.match(line)
        if match and match[2] != "PROGRAM TOTALS":
            found[match[2]] = found.get(match[2], 0) + int(match[1].replace(",", ""))
    return found


def profile(thing, times, folder):
    """One run below valgrind; returns its file."""
    path = Path(folder) / f"callgrind.{times}"
    wrap = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={path}"]
    if thing.inside:
        wrap.append(f"--toggle-collect={thing.inside}")
    with start(wrap=wrap) as server:
        ask(server, thing.measurement, **{**thing.arguments, thing.by: times})
    return path


def count(name, by_function=False):
    thing = THINGS[name]
    for tool in ("valgrind", "callgrind_annotate"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is needed: apt-get install valgrind")
    with tempfile.TemporaryDirectory(prefix="resonate-callgrind-") as folder:
        profiles = [profile(thing, times, folder) for times in (thing.few, thing.many)]
        few, many = (int(TOTALS.search(path.read_text())[1]) for path in profiles)
        divisor = (thing.many - thing.few) * thing.in_each
        functions = []
        if by_function:
            before, after = map(functions_of, profiles)
            functions = sorted(((after[f] - before.get(f, 0)) / divisor, f) for f in after)[::-1]
    return Counted((many - few) / divisor, functions)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("things", nargs="*", metavar="THING", default=["delivery"],
                        help=f"one or more of {', '.join(THINGS)}, or all (default: delivery)")
    parser.add_argument("--verbose", action="store_true", help=f"also the {TOP} functions with the most instructions")
    options = parser.parse_args()
    things = list(THINGS) if options.things == ["all"] else options.things
    unknown = [name for name in things if name not in THINGS]
    if unknown:
        parser.error(f"nothing is counted by the name of {unknown[0]}")
    status = 0
    for name in things:
        counted = count(name, options.verbose)
        gate = f", the gate is {GATE:,}" if name == "delivery" else ""
        print(f"{counted.each:,.1f} instructions for each {name}{gate}")
        for instructions, function in counted.functions[:TOP]:
            print(f"{instructions:12,.1f}  {function}")
        if not 0 < counted.each or (name == "delivery" and counted.each > GATE):
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
