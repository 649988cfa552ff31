#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails when README.md leaves out a line of the conformance list, or names a test that does not exist."""

import json
import re
import sys
from pathlib import Path

LINES = range(1, 351)
ROW = re.compile(r"^\| (\d+)(?:–(\d+))? \| (.+) \|$")
ENDINGS = {"unit": ".c", "edge": ".py", "cli": ".py", "dbus": ".py", "reload": ".py", "cluster": ".py"}
NAMED = re.compile(r"`((?:wire|clients|conformance|browser|edge|unit|cli|dbus|reload|cluster)/[\w-]+)`")


def exists(tests, name, scenarios):
    suite, noun = name.split("/")
    if suite == "wire":
        return noun in scenarios
    return (tests / suite / (noun + ENDINGS.get(suite, ".test.mjs"))).exists()


def complaints(tests):
    scenarios = json.loads((tests / "wire" / "expect.json").read_text())
    seen = []
    for text in (tests / "README.md").read_text().splitlines():
        row = ROW.match(text)
        if not row:
            continue
        seen += range(int(row[1]), int(row[2] or row[1]) + 1)
        names = NAMED.findall(row[3])
        if not names and not row[3].startswith(("not a test: ", "later: ")):
            yield f"line {row[1]} names neither a test nor a reason"
        for name in names:
            if not exists(tests, name, scenarios):
                yield f"line {row[1]} names {name}, which does not exist"
    for line in LINES:
        if seen.count(line) != 1:
            yield f"line {line} is there {seen.count(line)} times"
    if len(seen) != len(LINES):
        yield f"{len(seen)} lines are listed; there are {len(LINES)}"


def main():
    tests = Path(sys.argv[1]).resolve() / "tests"
    found = list(complaints(tests))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
