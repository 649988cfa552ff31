#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the built server beside a raw epoll server, in one run, and prints one table (or, with --json, JSON).

The server has one processor to itself and the load generator another where there are two. Figures of two machines say
nothing about each other; the ratio to the raw server does. Every figure comes from a fresh server; nothing here is a test
of speed: --smoke only checks, with small numbers, that every figure is there and that every delivery arrived.

Environment: RESONATED, RESONATE_BENCH and RESONATE_RAW_SERVER name the programs when they are not in `_build`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from server import ROOT, Server, an_app, config_text  # noqa: E402

APP = an_app("bench", key="bench", secret="bench", accept_client_events_from="members", max_connections=1000000)
ENDS = 180
# row, unit, measurement, which figure of it, whether the raw server can be asked too
ROWS = [
    ("accept rate", "connections/s", "accept", "per_second"),
    ("accept rate", "connections/CPU s", "accept", "per_cpu_second"),
    ("fan-out, 1 a round", "deliveries/CPU s", "fan-out 1", "per_cpu_second"),
    ("fan-out, 10 a round", "deliveries/CPU s", "fan-out 10", "per_cpu_second"),
    ("echo latency p50", "µs", "echo", "p50_us"),
    ("echo latency p99", "µs", "echo", "p99_us"),
    ("idle connection", "bytes of RSS", "idle", "rss_bytes_per_connection"),
    ("signed REST events", "events/s", "rest", "per_second"),
    ("signed REST events", "events/CPU s", "rest", "per_cpu_second"),
]


def program(variable, name):
    return str(ROOT / os.environ.get(variable, f"_build/tests/{name}"))


def pinned(core):
    """The command in front of what shall run on this core only, where there are two."""
    several = len(os.sched_getaffinity(0)) > 1
    return ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[core])] if several and shutil.which("taskset") else []


def measurements(options):
    n, seconds = options.subscribers, options.seconds
    return {
        "accept": ["accept", "-n", options.connections],
        "fan-out 1": ["fan-out", "-n", n, "-m", 1, "-s", seconds],
        "fan-out 10": ["fan-out", "-n", n, "-m", 10, "-s", seconds],
        "echo": ["echo", "-s", seconds],
        "idle": ["idle", "-n", options.connections],
        "rest": ["rest", "-s", seconds],
    }


def measure(server_program, arguments):
    with Server(config_text(apps=[APP]), program=server_program, wrap=pinned(0)) as server:
        command = [*pinned(1), program("RESONATE_BENCH", "resonate-bench"), *map(str, arguments)]
        command += ["--port", str(server.port), "--pid", str(server.pid)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=ENDS, check=True)
        return json.loads(done.stdout)


def run(options):
    figures = {"raw": {}, "resonate": {}}
    for name, arguments in measurements(options).items():
        if name != "rest":  # the yardstick speaks no HTTP beyond the upgrade
            figures["raw"][name] = measure(program("RESONATE_RAW_SERVER", "raw-server"), arguments)
        figures["resonate"][name] = measure(None, arguments)
    return figures


def rows(figures):
    for label, unit, name, key in ROWS:
        ours = figures["resonate"][name][key]
        raw = figures["raw"].get(name, {}).get(key)
        yield label, unit, ours, raw, ours / raw if raw else None


def table(figures):
    lines = [("", "", "resonate", "raw", "ratio")]
    for label, unit, ours, raw, ratio in rows(figures):
        number = "{:,.0f}".format
        lines.append((label, unit, number(ours), number(raw) if raw else "–", f"{ratio:.2f}" if ratio else "–"))
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths)))
        for line in lines
    )


def document(options, figures):
    return {
        "subscribers": options.subscribers,
        "connections": options.connections,
        "figures": figures,
        "rows": [dict(zip(("what", "unit", "resonate", "raw", "ratio"), row)) for row in rows(figures)],
    }


def check(options, figures):
    """The smoke test: everything was counted, and no delivery is missing (the generator fails when one is)."""
    found = [(server, name, key, value) for server, all in figures.items() for name, one in all.items() for key, value in one.items()]
    wrong = [entry for entry in found if not entry[3] > 0]
    for name in ("fan-out 1", "fan-out 10"):
        for server, all in figures.items():
            one = all[name]
            if one["deliveries"] != one["rounds"] * one["messages"] * options.subscribers:
                wrong.append((server, name, "deliveries", one["deliveries"]))
    for entry in wrong:
        print("wrong:", *entry, file=sys.stderr)
    return 1 if wrong or len(found) < 25 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=1000, help="of the fan-out (default: 1000; try 10000)")
    parser.add_argument("--connections", type=int, default=5000, help="of accept and idle (default: 5000)")
    parser.add_argument("--seconds", type=float, default=3, help="of every timed measurement (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--smoke", action="store_true", help="small numbers; check that the figures are there")
    options = parser.parse_args()
    if options.smoke:
        # Enough connections for their memory to show in whole pages.
        options.subscribers, options.connections, options.seconds = 20, 300, 0.2
    figures = run(options)
    print(json.dumps(document(options, figures), indent=2, ensure_ascii=False) if options.json else table(figures))
    return check(options, figures) if options.smoke else 0


if __name__ == "__main__":
    sys.exit(main())
