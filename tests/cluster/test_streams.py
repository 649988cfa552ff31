#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A group of consumers, killed at random: nothing is lost, what is poison ends as a dead letter, and what comes twice is what a
killed one had in hand. The sixth acceptance test; RESONATE_SEED replays one."""

import os
import random
import signal
import subprocess
import time
import unittest
from collections import defaultdict
from pathlib import Path

from nodes import redis

WORKER = os.environ["RESONATE_STREAM_WORKER"]
SEED = int(os.environ.get("RESONATE_SEED", time.time_ns() % 2**32))

N_ENTRIES, N_POISON = 10_000, 10
NAMES = ["ada", "bob", "cyd"]
WINDOW, MIN_IDLE_MS, MAX_DELIVERIES = 16, 2000, 5
N_KILLS, KILL_AT_BYTES = 12, (5_000, 200_000)  # of what all workers have written: at any time but the very last
PATIENCE_S = 120
STREAM, GROUP = "resonate:work", "resonate"


class Life:
    """One run of a worker. It writes to a file, which is there also when it was killed."""

    def __init__(self, url, folder, name, number):
        self.path, self.was_killed = Path(folder) / f"{name}-{number}", False
        with self.path.open("wb") as out:
            self.process = subprocess.Popen(
                [WORKER, url, "work", name, f"max-in-flight={WINDOW}", f"min-idle-ms={MIN_IDLE_MS}", "block-ms=100",
                 "reclaim-interval-ms=200", f"max-deliveries={MAX_DELIVERIES}"], stdout=out)

    def kill(self):
        self.was_killed = True
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def lines(self):
        for line in self.path.read_text().splitlines():
            entry, payload, attempt = line.split()
            yield entry, payload, int(attempt)


class Streams(unittest.TestCase):
    def setUp(self):
        self.redis = redis.Redis()
        self.addCleanup(self.redis.close)
        self.connection = self.redis.connect()
        self.addCleanup(self.connection.close)
        self.lives, self.running = [], {}
        self.addCleanup(lambda: [life.kill() for life in self.lives if life.process.poll() is None])
        self.random = random.Random(SEED)
        print(f"RESONATE_SEED={SEED}", flush=True)

    def begin(self, name):
        self.running[name] = Life(self.redis.url(), self.redis.folder, name, len(self.lives))
        self.lives.append(self.running[name])

    def append(self):
        poison = set(self.random.sample(range(N_ENTRIES + N_POISON), N_POISON))
        number = 0
        for place in range(N_ENTRIES + N_POISON):
            self.connection.call("XADD", STREAM, "*", "payload", "poison" if place in poison else str(number))
            number += place not in poison

    def is_done(self):
        group = dict(zip(*[iter(self.connection.call("XINFO", "GROUPS", STREAM)[0])] * 2))
        return group["pending"] == 0 and group["last-delivered-id"] == self.last

    def kill_at_random(self):
        for size in sorted(self.random.sample(range(*KILL_AT_BYTES), N_KILLS)):
            redis.wait_until(lambda: sum(life.path.stat().st_size for life in self.lives) >= size, "work is done", PATIENCE_S)
            name = self.random.choice(NAMES)
            self.running[name].kill()
            self.begin(name)

    def check(self):
        had = defaultdict(list)
        for life in self.lives:
            for entry, payload, attempt in life.lines():
                had[entry, payload].append((attempt, life))

        self.assertEqual({int(payload) for _, payload in had if payload != "poison"}, set(range(N_ENTRIES)))
        doubles = defaultdict(int)
        for (_, payload), deliveries in had.items():
            deliveries.sort(key=lambda delivery: delivery[0])
            if payload == "poison":
                self.assertLessEqual(len(deliveries), MAX_DELIVERIES)
                continue
            for _, life in deliveries[:-1]:
                self.assertTrue(life.was_killed, "an entry came twice, and nobody who had it was killed")
                doubles[life] += 1
        for life, n in doubles.items():
            self.assertLessEqual(n, WINDOW)
        self.assertTrue(doubles, "nobody was killed with an entry in hand: the test has shown nothing")

    def check_dead(self):
        letters = self.connection.call("XRANGE", f"{STREAM}:dead", "-", "+")
        fields = [dict(zip(*[iter(pairs)] * 2)) for _, pairs in letters]
        self.assertEqual({letter["payload"] for letter in fields}, {"poison"})
        self.assertEqual(len({letter["dead-id"] for letter in fields}), N_POISON)
        for letter in fields:
            self.assertEqual(letter["dead-stream"], "work")
            self.assertGreaterEqual(int(letter["dead-attempts"]), MAX_DELIVERIES)

    def test_killed_at_random(self):
        for name in NAMES:
            self.begin(name)
        self.append()
        self.last = self.connection.call("XREVRANGE", STREAM, "+", "-", "COUNT", "1")[0][0]
        self.kill_at_random()
        redis.wait_until(self.is_done, "all entries are dealt with", PATIENCE_S)

        # Who is told to stop leaves nothing behind.
        for name in NAMES:
            self.assertEqual(self.running[name].stop(), 0)
        self.assertEqual(self.connection.call("XINFO", "CONSUMERS", STREAM, GROUP), [])
        self.check()
        self.check_dead()


if __name__ == "__main__":
    unittest.main()
