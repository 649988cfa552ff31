#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A process that goes on for one of several nodes: on the others nobody hears of it."""

import json
import sys
import unittest
from pathlib import Path

import reload
from reload import fixture, peer

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
import redis  # noqa: E402

CHANNEL = "presence-room"
KEYS = "resonate:m:{resonate:ch:1001:" + CHANNEL + "}:"


class ClusterTest(reload.ReloadCase):
    def setUp(self):
        super().setUp()
        self.redis = redis.Redis()
        self.addCleanup(self.redis.close)
        self.extra = f"\n[redis]\nurl = {self.redis.url()}\n\n[cluster]\nenabled = true\nlease = 2s\nheartbeat = 500ms\n"

    def serve_two(self):
        """One that looks on, and one that is replaced."""
        app = fixture.an_app()
        self.other = fixture.Server(fixture.config_text(None, [app], self.extra))
        self.addCleanup(self.other.stop)
        self.serve(app, extra=self.extra)

    def come(self, server, user):
        client = peer.WebSocket(server, self.app)
        self.addCleanup(client.close)
        told = json.loads(reload.join(client, self.app, CHANNEL, user)["data"])
        return client, set(told["presence"]["ids"])

    def assert_next(self, client, event, user):
        found = client.event(f"pusher_internal:member_{event}")
        self.assertEqual(json.loads(found["data"])["user_id"], user)

    def counted(self):
        found = self.redis.call("HGETALL", KEYS + "u")
        return dict(zip(found[::2], found[1::2]))

    def test_nobody_leaves_and_nobody_comes(self):
        self.serve_two()
        bob, _ = self.come(self.other, "bob")
        crowd = [self.come(self.server, f"u{i}")[0] for i in range(20)]
        for i in range(20):
            self.assert_next(bob, "added", f"u{i}")
        for late, client in enumerate(crowd):
            for i in range(late + 1, 20):
                self.assert_next(client, "added", f"u{i}")
        everybody = {"bob"} | {f"u{i}" for i in range(20)}

        for _ in range(2):
            self.reload()
            self.wait_for_old(self.old[-1])
            redis.wait_until(lambda: self.redis.call("SCARD", KEYS + "nodes") == 2, "one node has what two had")
            self.assertEqual(self.counted(), dict.fromkeys(everybody, "1"))

        # Whoever was told of anybody meanwhile would have been told before this.
        eve, known = self.come(self.server, "eve")
        self.assertEqual(known, everybody | {"eve"})
        for client in (bob, *crowd):
            self.assert_next(client, "added", "eve")
        crowd[0].close()
        for client in (bob, eve, *crowd[1:]):
            self.assert_next(client, "removed", "u0")
        bob.close()
        for client in (eve, *crowd[1:]):
            self.assert_next(client, "removed", "bob")


if __name__ == "__main__":
    unittest.main()
