#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ten replacements in a row under two thousand clients who listen and two hundred who talk."""

import resource
import unittest

import crowd
import reload
from reload import bus

N_IDLE, N_BUSY, N_RELOADS = 2000, 200, 10
PER_CHANNEL = 100
TALKERS_PER_CHANNEL = 10
TALK_EVERY_SECONDS = 0.5
GAP_GOAL_MS = 250


class LoadTest(reload.ReloadCase):
    def gather(self):
        """Idle members on presence channels, busy ones on presence and private channels."""
        many = crowd.Crowd(self.server, self.app)
        self.addCleanup(many.close)
        channels = []
        for n in range(N_IDLE):
            many.add(f"idle-{n}", f"presence-hall-{n // PER_CHANNEL}")
            if n % PER_CHANNEL == 0:
                channels.append(many.members[-1].channel)
        for n in range(N_BUSY):
            group = n // TALKERS_PER_CHANNEL
            many.add(f"busy-{n}", f"{'private' if group % 2 else 'presence'}-table-{group}", is_talker=True)
            if n % TALKERS_PER_CHANNEL == 0:
                channels.append(many.members[-1].channel)
        many.start(channels, TALK_EVERY_SECONDS)
        return many

    def test_nobody_notices(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.serve(fixture_app())
        many = self.gather()
        gaps = []
        for _ in range(N_RELOADS):
            before = many.n_heard
            report = self.reload()
            gaps.append(report["gap-us"] / 1000)
            self.assertGreaterEqual(report["handed-over"], N_IDLE + N_BUSY)
            self.assertEqual(many.complaints, [])
            # Something is heard of this process before it goes in turn.
            bus.wait_until("the crowd to be heard", lambda: many.n_heard > before + N_BUSY)
        many.stop()
        print(f"# {N_RELOADS} reloads, {many.n_heard} messages heard, {many.n_connects} came and went; nobody was "
              f"served for {max(gaps):.0f} ms at most ({' '.join(f'{gap:.0f}' for gap in gaps)}; goal {GAP_GOAL_MS}), "
              f"nobody heard anything for {many.longest_silence * 1000:.0f} ms at most")
        self.assertEqual(many.complaints, [])
        self.assertGreater(many.n_connects, 0)
        self.assertEqual(self.get(bus.MANAGER, "Connections"), N_IDLE + N_BUSY)


def fixture_app():
    return reload.fixture.an_app(accept_client_events_from="members")


if __name__ == "__main__":
    unittest.main()
