#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails when a file includes a floor above its own, or outgrows the house.

The floors, bottom first. A file may include its own floor and any floor below it; folders that
stand on the same floor do not see each other. The control program stands beside the house: it
sees the base and the configuration, and speaks to a server over the bus only.
"""

import re
import sys
from pathlib import Path

FLOORS = [
    {"base"},
    {"config", "redis", "transport"},
    {"cluster"},
    {"pusher"},
    {"plugin"},
    {"rest", "plugins"},
    {"server"},
    {"dbus"},
    {"daemon"},
    {"cli"},
]
CLI_SEES = ("base", "config")
MAX_LINES, MAX_COLUMNS, MAX_FUNCTION = 500, 110, 60
INCLUDE = re.compile(r'#include "((?:\.\./)+)([a-z]+)/')


def floor_of(folder):
    return next(i for i, floor in enumerate(FLOORS) if folder in floor)


def long_functions(lines):
    """Yields (line, length) of every function body longer than the limit, brace to brace."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{" and start is None:
            start = number
        elif line.startswith("}") and start is not None:
            # A struct or a table of constants closes with a semicolon or a name; it is no function.
            if line == "}" and number - start + 1 > MAX_FUNCTION:
                yield start, number - start + 1
            start = None


def includes(path, lines, mine):
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found or found.group(2) == mine:
            continue
        theirs = found.group(2)
        if mine == "cli":
            if theirs not in CLI_SEES:
                yield path, number, f"cli may not include {theirs}/; it sees {' and '.join(CLI_SEES)}"
        elif floor_of(theirs) >= floor_of(mine):
            yield path, number, f"{mine}/ may not look up (or sideways) at {theirs}/"


def sizes(path, lines):
    if len(lines) > MAX_LINES:
        yield path, len(lines), f"{len(lines)} lines; the limit is {MAX_LINES}"
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS:
            yield path, number, f"{len(line)} columns; the limit is {MAX_COLUMNS}"
    for number, length in long_functions(lines):
        yield path, number, f"a function of {length} lines; the limit is {MAX_FUNCTION}"


def complaints(root):
    src = root / "src"
    for path in sorted([*src.glob("*/**/*.[ch]"), *(root / "tests").glob("**/*.[ch]")]):
        if "node_modules" in path.parts:
            continue
        lines = path.read_text().splitlines()
        yield from sizes(path, lines)
        if src in path.parents:
            yield from includes(path, lines, path.relative_to(src).parts[0])


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(complaints(root))
    for path, number, text in found:
        print(f"{path.relative_to(root)}:{number}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
