#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs an example of a counter as two processes over one Redis, and sees that they count as one.

    test_visits.py COMMAND...
"""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fixtures"))
import redis  # noqa: E402

COMMAND = sys.argv[1:]
DEADLINE_S = 60
VISITS = 200


class Visits(unittest.TestCase):
    def setUp(self):
        self.redis = redis.Redis()
        self.addCleanup(self.redis.close)

    def start(self, url):
        process = subprocess.Popen([*COMMAND, url, str(VISITS)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def read(self, process):
        said, _ = process.communicate(timeout=DEADLINE_S)
        self.assertEqual(process.returncode, 0)
        return [int(line) for line in said.split()]

    def test_two_processes_count_as_one(self):
        told = [self.read(process) for process in [self.start(self.redis.url()), self.start(self.redis.url())]]
        for numbers in told:
            self.assertEqual(len(numbers), VISITS)
            self.assertEqual(numbers, sorted(numbers))
        self.assertEqual(sorted(told[0] + told[1]), list(range(1, 2 * VISITS + 1)))

    def test_one_process_counts_in_memory(self):
        self.assertEqual(self.read(self.start("memory:")), list(range(1, VISITS + 1)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
