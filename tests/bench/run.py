#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the built server beside a raw epoll server, in one run, and prints one table (or, with --json, JSON).

The server has one processor to itself and the load generator another where there are two. Figures of two machines say
nothing about each other; the ratio to the raw server does. Every figure comes from a fresh server. Nothing here is a
test of speed: --smoke only checks, with small numbers, that every figure is there and that every delivery arrived.

Environment: RESONATED, RESONATE_BENCH and RESONATE_RAW_SERVER name the programs when they are not in `_build`.
"""

import argparse
import json
import math
import re
import sys

import instructions
from programs import ask, raw_server, start
from rows import document, rows, table

# What may be nothing, or less, in a short run: differences of memory and of time.
MAY_BE_NOTHING = re.compile(r"extra_us|cpu_percent|pings|_bytes$")
# The yardstick speaks no HTTP beyond the upgrade, and has no timers.
NOT_RAW = re.compile("instructions|idle cpu|turn|rest")


def measurements(options):
    """By name: what the load generator is asked, and with which arguments."""
    seconds, settling = options.seconds, {"still": options.still, "nap": options.nap}
    fan_outs = [(n, messages) for n in options.subscribers for messages in (1, 10)] + [(options.most, 1)]
    return {
        **{
            f"fan-out {n} {messages}": ("fan-out", {"connections": n, "messages": messages, "seconds": seconds})
            for n, messages in fan_outs
        },
        "idle memory": ("idle-memory", {"connections": options.connections, **settling}),
        "idle cpu": ("idle-cpu", {"connections": options.idle, "seconds": options.silence, **settling}),
        "idle cpu with pings": ("idle-cpu", {"connections": options.idle, "seconds": options.pings, **settling}),
        "turn": ("turn", {"connections": options.most, "seconds": seconds, **settling}),
        "incoming": ("incoming", {"connections": 100, "seconds": seconds}),
        "echo": ("echo", {"seconds": seconds}),
        "accept": ("accept", {"connections": options.connections}),
        "rest": ("rest", {"connections": 64, "seconds": seconds}),
        "storm": ("storm", {"connections": options.storm, "seconds": seconds}),
    }


def measure(name, options):
    """The figures of one measurement: of the server, and of the raw one where it can be asked."""
    if name == "instructions":
        return {"delivery": instructions.count("delivery in all").each}, {}
    measurement, arguments = measurements(options)[name]
    raw = {}
    if not NOT_RAW.search(name):
        with start(raw_server()) as server:
            raw = ask(server, measurement, **arguments)
    with start() as server:
        return ask(server, measurement, **arguments), raw


def run(options):
    """Returns the rows with their figures, and all figures there are."""
    wanted = [row for row in rows(options) if re.search(options.only, row.label)]
    figures = {}
    for row in wanted:
        if row.measurement not in figures:
            figures[row.measurement] = measure(row.measurement, options)
    filled = []
    for row in wanted:
        ours, raw = figures[row.measurement]
        filled.append(row._replace(ours=ours[row.figure], raw=raw.get(row.figure)))
    return filled, {name: dict(zip(("resonate", "raw"), both)) for name, both in figures.items()}


def complaints(options, filled, figures):
    """The smoke test: everything was counted, and no delivery is missing (the generator fails when one is)."""
    for row in filled:
        if (row.raw is None) != bool(NOT_RAW.search(row.measurement)):
            yield f"{row.label}: raw is {row.raw}"
    for name, both in figures.items():
        for server, one in both.items():
            for figure, value in one.items():
                if not math.isfinite(value) or (value <= 0 and not MAY_BE_NOTHING.search(figure)):
                    yield f"{server}: {name}: {figure} is {value}"
            if "deliveries" in one and one["deliveries"] != one["rounds"] * one["messages"] * one["subscribers"]:
                yield f"{server}: {name}: {one['deliveries']} deliveries"
    missing = set(measurements(options)) - set(figures)
    if missing:
        yield f"not measured: {', '.join(sorted(missing))}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="REGEX", help="only rows whose name matches")
    parser.add_argument("--quick", action="store_true", help="shorter, and less exact")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--smoke", action="store_true", help="small numbers; check that the figures are there")
    parser.add_argument("--subscribers", type=int, nargs="+", default=[1000, 10000], metavar="N",
                        help="of the fan-outs (default: 1000 10000)")
    parser.add_argument("--most", type=int, default=18990, metavar="N",
                        help="subscribers of the one publish, and idle connections of the turn (default: 18990, which "
                        "20000 descriptors allow; the generator needs as many)")
    parser.add_argument("--seconds", type=float, metavar="S", help="of every timed measurement (default: 3)")
    options = parser.parse_args()
    options.connections, options.idle, options.storm = 10000, 10000, 9000
    options.still, options.nap, options.silence, options.pings = 2, 6, 10, 60
    options.seconds = options.seconds or (1 if options.quick else 3)
    if options.smoke:
        options.subscribers, options.most, options.seconds = [20, 50], 100, 0.2
        options.connections, options.idle, options.storm = 300, 100, 50
        options.still, options.nap, options.silence, options.pings = 0.2, 0.2, 0.2, 0.2
        # A test of its own, for what can run below valgrind.
        options.only = "^(?!user instructions)"
    return options


def main():
    options = arguments()
    filled, figures = run(options)
    if options.json:
        print(json.dumps({"figures": figures, "rows": document(filled)}, indent=2, ensure_ascii=False))
    else:
        print(table(filled))
    wrong = list(complaints(options, filled, figures)) if options.smoke else []
    for complaint in wrong:
        print("wrong:", complaint, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
