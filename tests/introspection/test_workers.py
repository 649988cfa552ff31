#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs an example of a consumer group as two processes over one Redis, and sees that they share the work.

    test_workers.py SOURCE COMMAND...
"""

import asyncio
import re
import signal
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "fixtures"))
import redis  # noqa: E402

SOURCE, *COMMAND = sys.argv[1:]
DEADLINE_S = 60
MAX_LINES = 25
JOBS = [f"job-{number}" for number in range(100)]


class Worker:
    @classmethod
    async def start(cls, *args):
        self = cls()
        self.process = await asyncio.create_subprocess_exec(*COMMAND, *args, stdout=asyncio.subprocess.PIPE)
        self.jobs = []
        return self

    async def say(self):
        return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def run(self):
        assert [await self.say(), await self.say()] == ["starting", "running"]

    async def work(self):
        """Hears of jobs for as long as there are any."""
        while line := await self.say():
            if line in ("draining", "stopped"):
                continue
            assert line.startswith("done "), line
            self.jobs.append(line.removeprefix("done "))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)


class Workers(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.redis = redis.Redis()
        self.addCleanup(self.redis.close)
        self.workers = []

    async def asyncTearDown(self):
        for worker in self.workers:
            if worker.process.returncode is None:
                worker.process.kill()
                await worker.process.wait()

    async def start(self, *args):
        self.workers.append(await Worker.start(self.redis.url(), *args))
        await self.workers[-1].run()

    async def until(self, condition):
        while not condition():
            await asyncio.sleep(0.01)

    async def share(self):
        await self.start("ada")
        await self.start("bob", *JOBS)
        work = [asyncio.create_task(worker.work()) for worker in self.workers]
        done = lambda: sorted(job for worker in self.workers for job in worker.jobs)  # noqa: E731
        await self.until(lambda: len(done()) >= len(JOBS))

        # One may have been quick. While both wait, Redis gives a job to who has waited longest.
        jobs = list(JOBS)
        while not all(worker.jobs for worker in self.workers):
            jobs.append(f"more-{len(jobs)}")
            self.redis.call("XADD", "resonate:jobs", "*", "payload", jobs[-1])
            await self.until(lambda: len(done()) >= len(jobs))

        for worker in self.workers:
            worker.stop()
        await asyncio.gather(*work)
        self.assertEqual(done(), sorted(jobs))
        for worker in self.workers:
            self.assertEqual(await worker.process.wait(), 0)
        self.assertEqual(self.redis.call("XINFO", "CONSUMERS", "resonate:jobs", "resonate"), [])

    async def test_two_processes_share_the_work(self):
        await asyncio.wait_for(self.share(), DEADLINE_S)

    def test_is_short(self):
        text = re.sub(r'^""".*?"""$', "", Path(SOURCE).read_text(), flags=re.M)
        code = [line for line in text.splitlines() if line.strip() and not re.match(r"\s*(#|//)", line)]
        self.assertLessEqual(len(code), MAX_LINES)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
