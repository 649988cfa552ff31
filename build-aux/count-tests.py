#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts what passed and failed in the steps of build-aux/check, and closes with that line.

usage: count-tests.py STEPS [BUILD:SUITE,SUITE...]...

STEPS is a file with a line `ok|not ok <TAB> seconds <TAB> name <TAB> log` for every step. For each BUILD the
tests in its meson-logs/testlog.json are counted, those of TAP point by point. What was skipped, did not end in
time or ended oddly has failed; so has a SUITE without a test. The logs of what failed are printed.
"""

import json
import re
import sys
from pathlib import Path

POINT = re.compile(r"^(ok|not ok)\b(?:\s+\d+)?(.*)$")
EXCUSE = re.compile(r"#\s*(skip|todo)", re.IGNORECASE)
LOG_LINES = 200


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.failures = []

    def passes(self, number=1):
        self.passed += number

    def fails(self, name, log, number=1):
        self.failed += number
        self.failures.append((name, log))


def points(text):
    """Passed and failed points of a TAP stream, and from the first of the latter on, its lines."""
    passed, failed, log = 0, 0, []
    for line in text.splitlines():
        found = POINT.match(line)
        if found and found[1] == "ok" and not EXCUSE.search(found[2]):
            passed += 1
            failing = False
        elif found:
            failed += 1
            failing = True
        elif not line.startswith("#"):
            failing = False
        if failed and failing:
            log.append(line)
    return passed, failed, "\n".join(log)


def count_test(count, build, test):
    name = f"{build.name}: {test['name'].removeprefix('resonate:')} ({test['result']})"
    text = test.get("stdout") or ""
    errors = test.get("stderr") or ""
    passed, failed, log = points(text)
    good = test["result"] == "OK"
    if passed + failed == 0:
        if good:
            count.passes()
        else:
            count.fails(name, text + errors)
        return
    count.passes(passed)
    if failed or not good:
        # A program that fell says so in none of its points.
        count.fails(name, f"{log or text}\n{errors}", max(failed, 1))


def count_build(count, build, suites):
    log = build / "meson-logs/testlog.json"
    tests = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    for test in tests:
        count_test(count, build, test)
    for suite in suites:
        if not any(re.match(rf"\S+:{suite} / ", test["name"]) for test in tests):
            count.fails(f"{build.name}: {suite}", "No test of this suite ran.")


def count_steps(count, steps):
    for line in steps.read_text().splitlines():
        verdict, _, name, log = line.split("\t")
        if verdict == "ok":
            count.passes()
        else:
            count.fails(name, Path(log).read_text(errors="replace"))


def main(steps, *builds):
    count = Count()
    count_steps(count, Path(steps))
    for build in builds:
        folder, _, suites = build.rpartition(":")
        count_build(count, Path(folder), suites.split(","))
    for name, log in count.failures:
        lines = log.strip().splitlines()
        left_out = len(lines) - LOG_LINES
        print(f"\n=== FAILED {name}")
        if left_out > 0:
            print(f"[{left_out} lines left out]")
        print("\n".join(lines[-LOG_LINES:]))
    if count.failures:
        print()
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
