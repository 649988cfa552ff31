#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What everybody else sees of an attack, from a process of its own.

usage: probe.py HOST PORT KEY PID [TRIES]

`begin` on standard input starts a watch: the answer is a line as soon as the first ping was answered. From then on
pusher:ping goes to and fro, a thousand times a second at most, and GET /up now and then. `end` ends it, and the
answer is a line of JSON: how many pings, their p50 and p99 and the slowest /up in milliseconds, and by how much the
memory of process PID had grown when it was at its most, in KiB. The time that the two
processes waited for a processor is not counted. Who asks for /up comes TRIES times before it takes a connection that
ends without a word for an answer.
"""

import json
import math
import re
import select
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from peer import GET_UP, WebSocket, ask

PAUSE_SECONDS = 0.001
UP_EVERY_SECONDS = 0.05

# An attack may be over at once; what it leaves behind is waited for all the same.
MIN_PINGS = 5


class Waits:
    """How long this process and another have waited for a processor, as the kernel counts it: what the machine does
    besides is no fault of the server. The waits may overlap, so the longer one is what is sure."""

    def __init__(self, pid):
        self.files = [Path("/proc/self/schedstat"), Path(f"/proc/{pid}/schedstat")]
        self.before = []

    def begin(self):
        self.before = self.now()

    def now(self):
        return [int(path.read_bytes().split()[1]) for path in self.files]

    def milliseconds(self):
        return max(after - before for before, after in zip(self.before, self.now())) / 1e6


class Memory:
    """The high-water mark that the kernel keeps: samples would miss what lasts for one turn of a loop."""

    def __init__(self, pid):
        self.folder = f"/proc/{pid}"
        with open(f"{self.folder}/clear_refs", "w") as marks:
            marks.write("5")
        self.before = self.field("VmRSS")

    def field(self, name):
        with open(f"{self.folder}/status") as status:
            return int(re.search(rf"^{name}:\s+(\d+) kB$", status.read(), re.M)[1])

    def growth(self):
        return self.field("VmHWM") - self.before


def milliseconds(begun):
    return (time.monotonic() - begun) * 1000


def ask_for_life(server, tries):
    begun = time.monotonic()
    for left in reversed(range(tries)):
        try:
            status, body = ask(server, GET_UP)
            break
        except AssertionError:
            if not left:
                raise
    if (status, body) != (200, b'{"health":"OK"}'):
        raise AssertionError(f"/up said {status} {body!r}")
    return milliseconds(begun)


def is_told_to_end(seconds):
    if not select.select([sys.stdin], [], [], seconds)[0]:
        return False
    return sys.stdin.readline().strip() in ("end", "")


def watch(server, app, pid, tries):
    with WebSocket(server, app) as peer:
        peer.fence()
        ask_for_life(server, tries)
        memory = Memory(pid)
        print("watching", flush=True)

        waits = Waits(pid)
        pings, lives, next_life = [], [], 0.0
        while len(pings) < MIN_PINGS or not is_told_to_end(PAUSE_SECONDS):
            waits.begin()
            begun = time.monotonic()
            peer.fence()
            pings.append(max(0.0, milliseconds(begun) - waits.milliseconds()))
            if begun >= next_life:
                lives.append(ask_for_life(server, tries))
                next_life = time.monotonic() + UP_EVERY_SECONDS
        growth = memory.growth()

    pings.sort()
    print(json.dumps({
        "count": len(pings), "p50": round(pings[len(pings) // 2], 3),
        "p99": round(pings[math.ceil(len(pings) * 0.99) - 1], 3), "slowest_up": round(max(lives), 3),
        "grown_kib": growth,
    }), flush=True)


def main(host, port, key, pid, tries="1"):
    server, app = SimpleNamespace(host=host, port=int(port)), {"key": key}
    while sys.stdin.readline().strip() == "begin":
        watch(server, app, pid, int(tries))


if __name__ == "__main__":
    main(*sys.argv[1:])
