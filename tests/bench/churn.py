#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that come, subscribe, speak, hear and leave, three with a close frame and one with a reset: when all of them
have been there, the server has the memory that it had after the first ones, and the descriptors it had before them.

Environment: RESONATED and RESONATE_BENCH name the programs when they are not in `_build`.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from programs import ask, start

FIRST = 20000
# At a time. The first ones come closer together: what the heap needs at most it has by then, and only a leak
# adds to it.
WINDOW = 300
FIRST_WINDOW = 600
GROWTH = 1.02
LEAVES = 30


def descriptors(server):
    return sorted(int(name) for name in os.listdir(f"/proc/{server.pid}/fd"))


def rss_kib(server):
    """From smaps_rollup: it counts pages, while the sums in `status` may be off by some hundreds."""
    text = Path(f"/proc/{server.pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Rss:"))


def churn(server, count, window, before):
    """Returns the RSS once the last one is gone; raises when descriptors stay."""
    figures = ask(server, "churn", count=count, connections=window)
    assert figures["connections"] == figures["events"] == count, figures
    end = time.monotonic() + LEAVES
    while descriptors(server) != before:
        if time.monotonic() > end:
            raise AssertionError(f"{len(descriptors(server))} descriptors are open; at the start it was {len(before)}")
        time.sleep(0.05)
    rss = rss_kib(server)
    print(f"{count:,} clients, {figures['resets']:,} reset, {figures['per_second']:,} a second: {rss:,} KiB")
    return rss


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=200000, metavar="N",
                        help=f"in all, more than {2 * FIRST:,} (default: 200000)")
    options = parser.parse_args()
    if options.connections < 2 * FIRST:
        parser.error(f"the memory of the first {FIRST:,} is compared with that of all")
    with start() as server:
        before = descriptors(server)
        first = churn(server, FIRST, FIRST_WINDOW, before)
        last = churn(server, options.connections - FIRST, WINDOW, before)
    if last > first * GROWTH:
        print(f"the server grew by {last - first:,} KiB, {last / first - 1:.1%}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
