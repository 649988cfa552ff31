#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""That conformance.py can fail: it has all numbers of the suite, and finds out a server that forgives everything."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DRIVER, LAX = HERE / "conformance.py", HERE / "lax-server.py"

# How many cases the suite has: 301, and four of an older one (cases_close.py).
NUMBERS = {
    "1.1": 8, "1.2": 8, "2": 11, "3": 7, "4.1": 5, "4.2": 5, "5": 20,
    "6.1": 3, "6.2": 4, "6.3": 2, "6.4": 4, "6.5": 5, "6.6": 11, "6.7": 4, "6.8": 2, "6.9": 4, "6.10": 3, "6.11": 5,
    "6.12": 8, "6.13": 5, "6.14": 10, "6.15": 1, "6.16": 3, "6.17": 5, "6.18": 5, "6.19": 5, "6.20": 7, "6.21": 8,
    "6.22": 34, "6.23": 7,
    "7.1": 6, "7.3": 6, "7.5": 1, "7.7": 13, "7.9": 9 + 4, "7.13": 2,
    "9.1": 6, "9.2": 6, "9.3": 9, "9.4": 9, "9.5": 6, "9.6": 6, "9.7": 6, "9.8": 6, "10.1": 1,
}

# What the lax server gets wrong, by group; everything else it does right, and must be told so.
FORGIVEN = {
    "2": [5],
    "3": range(1, 8),
    "4.1": range(1, 6),
    "4.2": range(1, 6),
    "5": [1, 2, *range(9, 19)],
    "6.3": [1, 2],
    "6.4": range(1, 5),
    "6.6": [1, 3, 4, 6, 8, 10],
    "6.8": [1, 2],
    "6.10": [1, 2, 3],
    "6.11": [5],
    **{f"6.{group}": range(1, NUMBERS[f"6.{group}"] + 1) for group in range(12, 22)},
    "7.1": [2, 3, 4, 5, 6],
    "7.3": [2, 6],
    "7.5": [1],
    "7.9": [*range(1, 10), 12, 13],
    "7.13": [1, 2],
}

# Two cases wait that long for what does not come.
DEADLINE = "4"
LINE = re.compile(r"^(ok|not ok) \d+ - (\S+)")


def driver(*arguments, **environment):
    return subprocess.run(
        [DRIVER, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def numbers(table):
    return {f"{group}.{number}" for group, some in table.items() for number in some}


def of_group(names, group):
    return {name for name in names if name.rpartition(".")[0] == group}


def difference(expected, found):
    """What is wrong, or None."""
    if expected == found:
        return None
    return f"missing: {sorted(expected - found)}; not expected: {sorted(found - expected)}"


def check_numbers():
    listed = [line.split()[0] for line in driver("--list").stdout.splitlines()]
    twice = {name for name in listed if listed.count(name) > 1}
    if twice:
        return f"twice: {sorted(twice)}"
    return difference(numbers({group: range(1, n + 1) for group, n in NUMBERS.items()}), set(listed))


def check_lax_server():
    """Yields what is checked, and what is wrong."""
    ran = driver("--server", LAX, "--deadline", DEADLINE, "--only", r"^([1-7]|10)\.")
    lines = [found.groups() for found in map(LINE.match, ran.stdout.splitlines()) if found]
    failed = {name for verdict, name in lines if verdict == "not ok"}
    passed = {name for verdict, name in lines if verdict == "ok"}
    yield "a run with failures has a status", None if ran.returncode == 1 else f"it is {ran.returncode}"
    forgiven = numbers(FORGIVEN)
    for group in [group for group in NUMBERS if not group.startswith("9.")]:
        wrong = difference(of_group(forgiven, group), of_group(failed, group))
        yield f"{group}: what is forgiven fails, and no more", wrong
        everything = {f"{group}.{number}" for number in range(1, NUMBERS[group] + 1)}
        yield f"{group}: the rest passes", difference(everything - forgiven, of_group(passed, group))


def check_servers():
    ran = driver("--server", "/bin/true")
    wrong = None if ran.returncode and ran.stdout.startswith("Bail out!") else ran.stdout
    yield "a program that does not serve ends the run", wrong
    ran = driver("--server", LAX, "--only", r"^1\.1\.1$")
    yield "what is right passes", None if ran.returncode == 0 else ran.stdout
    ran = driver("--server", LAX, "--only", r"^1\.1\.1$", LAX_STATUS="3")
    is_told = ran.returncode == 1 and "the server left with 3" in ran.stdout
    yield "a server that leaves with a status fails", None if is_told else ran.stdout
    ran = driver("--only", "no such number")
    yield "a run of nothing has a status", None if ran.returncode == 2 else f"it is {ran.returncode}"


def checks():
    yield "all numbers of the suite are there, once", check_numbers()
    yield from check_servers()
    yield from check_lax_server()


def main():
    n = n_failed = 0
    for n, (title, wrong) in enumerate(checks(), 1):
        n_failed += wrong is not None
        print(f"{'not ok' if wrong else 'ok'} {n} - {title}")
        for line in (wrong or "").splitlines():
            print(f"# {line}")
    print(f"1..{n}")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
