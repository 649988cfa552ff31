#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The members of presence channels over many nodes: one list, each coming and going once, and no ghosts."""

import unittest

import nodes
import redis_groups
from nodes import redis

LEASE, HEARTBEAT = 2, 0.5
ROOMS, MEMBERS = 100, 50
CROWD, CHANNELS = 1000, 50


class PresenceTest(nodes.ClusterCase):
    def start(self, count=2, **options):
        self.redis = self.start_redis(**options)
        started = self.start_nodes(count, self.redis.url(), lease=f"{LEASE}s", heartbeat=f"{HEARTBEAT * 1000:.0f}ms")
        self.audience = self.gather()
        return started

    def stored(self, channel):
        """The users that Redis counts on CHANNEL."""
        return set(self.redis.call("HKEYS", f"resonate:m:{{resonate:ch:1001:{channel}}}:u"))

    def wait_members(self, listener, channel, users, seconds=nodes.START_SECONDS):
        self.audience.wait(lambda: listener.members.get(channel) == users,
                           f"{listener} knows {len(users)} on {channel}, not "
                           f"{len(listener.members.get(channel, ()))}", seconds)

    def wait_stored(self, channel, users, seconds=nodes.START_SECONDS):
        redis.wait_until(lambda: self.stored(channel) == users, f"Redis has {len(users)} on {channel}", seconds)

    def assert_quiet(self):
        """Nobody was told of somebody whom it knew, or did not know, and everybody knows the same."""
        self.audience.fence(*self.audience.alive())
        self.assertEqual(self.audience.complaints, [])

    def test_one_list(self):
        here, there = self.start()
        ada = self.audience.join(here, "presence-x", user="ada")
        bob = self.audience.join(there, "presence-x", user="bob")
        self.assertEqual(bob.members["presence-x"], {"ada", "bob"})
        self.wait_members(ada, "presence-x", {"ada", "bob"})
        for node in (here, there):
            self.assertEqual(node.users(self.app, "presence-x"), {"ada", "bob"})
            self.assertEqual(node.get(self.app, "/channels/presence-x?info=user_count"),
                             {"occupied": True, "user_count": 2})
        self.audience.remove(bob)
        self.wait_members(ada, "presence-x", {"ada"})
        self.assertEqual(there.users(self.app, "presence-x"), {"ada"})
        self.assert_quiet()

    def test_one_user_on_two_nodes(self):
        here, there = self.start()
        eve = self.audience.join(here, "presence-x", user="eve")
        first = self.audience.join(here, "presence-x", user="ada")
        second = self.audience.join(there, "presence-x", user="ada")
        self.assertEqual(second.members["presence-x"], {"ada", "eve"})
        self.audience.remove(first)
        redis.wait_until(lambda: self.redis.call("HGET", "resonate:m:{resonate:ch:1001:presence-x}:u", "ada") == "1",
                         "the first is gone")
        self.assert_quiet()
        self.assertEqual((eve.members["presence-x"], self.audience.n_removed), ({"ada", "eve"}, 0))
        self.audience.remove(second)
        self.wait_members(eve, "presence-x", {"eve"})
        self.assert_quiet()

    def fill(self, node, rooms):
        """MEMBERS clients of NODE, each on all ROOMS under its own name."""
        return [self.audience.add(node, *rooms, user=f"{node.name}{i}") for i in range(MEMBERS)]

    def test_killed_node(self):
        """Within a lease and a heartbeat each of 5,000 members leaves once (9.12, 2)."""
        here, there = self.start()
        rooms = [f"presence-{i}" for i in range(ROOMS)]
        watcher = self.audience.join(there, *rooms, user="watcher")
        crowd = self.fill(here, rooms)
        self.audience.settle()
        everybody = {one.user for one in crowd} | {"watcher"}
        for room in rooms:
            self.wait_members(watcher, room, everybody)
        removed = self.audience.n_removed
        here.kill()
        for room in rooms:
            self.wait_members(watcher, room, {"watcher"}, LEASE + 2 * HEARTBEAT + nodes.START_SECONDS)
        self.assert_quiet()
        self.assertEqual(self.audience.n_removed - removed, ROOMS * MEMBERS)
        for room in rooms:
            self.assertEqual(self.stored(room), {"watcher"})
        self.assertEqual(there.users(self.app, rooms[0]), {"watcher"})
        redis.wait_until(lambda: not self.redis.call("ZCARD", "resonate:{nodes}:dead"), "it is forgotten")

    def test_suspended_node(self):
        """It has its members again, who left and came once for the others, and never for its own (9.12, 3)."""
        here, there = self.start()
        bob = self.audience.join(there, "presence-x", user="bob")
        ada = self.audience.join(here, "presence-x", user="ada")
        self.wait_members(bob, "presence-x", {"ada", "bob"})
        added = self.audience.n_added
        here.pause()
        self.wait_members(bob, "presence-x", {"bob"})
        here.resume()
        self.wait_members(bob, "presence-x", {"ada", "bob"})
        self.wait_stored("presence-x", {"ada", "bob"})
        here.publish(self.app, "presence-x", 1)
        self.audience.wait(lambda: ada.heard["presence-x"] and bob.heard["presence-x"], "both can be reached")
        self.assert_quiet()
        self.assertEqual((self.audience.n_added - added, self.audience.n_removed), (1, 1))
        self.assertEqual(ada.members["presence-x"], {"ada", "bob"})

    def test_storm_of_reloads(self):
        """A thousand pages are loaded again, each new socket before the old one goes: no news (9.12, 5)."""
        here, there = self.start()
        channels = [f"presence-{i}" for i in range(CHANNELS)]

        def come(node):
            return [self.audience.add(node, channels[i % CHANNELS], user=f"u{i}") for i in range(CROWD)]

        old = come(here)
        self.audience.settle()
        users = {channel: {f"u{i}" for i in range(c, CROWD, CHANNELS)} for c, channel in enumerate(channels)}
        for channel in channels:
            self.wait_stored(channel, users[channel])
        new = come(there)
        self.audience.settle()
        for one in old:
            self.audience.remove(one)
        redis.wait_until(lambda: here.get(self.app, "/connections")["connections"] == CROWD, "the old ones are gone")
        for one in new:
            self.wait_members(one, one.channels[0], users[one.channels[0]])
        for channel in channels:
            self.wait_stored(channel, users[channel])
            there.publish(self.app, channel, 1)
        for one in new:
            self.audience.wait(lambda: one.heard[one.channels[0]], f"{one} can be reached")
        self.assert_quiet()
        self.assertEqual(self.audience.n_removed, 0)

    def test_redis_restarts(self):
        """With what it had or without it, and with who came and went meanwhile, there is one list again (9.12, 4)."""
        for durable in (False, True):
            with self.subTest(durable=durable):
                self.nodes = []
                here, there = self.start(durable=durable)
                ada = self.audience.join(here, "presence-x", user="ada")
                bob = self.audience.join(there, "presence-x", user="bob")
                gone = self.audience.join(there, "presence-x", user="gone")
                self.wait_members(ada, "presence-x", {"ada", "bob", "gone"})
                self.redis.stop()
                redis.wait_until(lambda: b"degraded" in self.ready(here) and b"degraded" in self.ready(there),
                                 "both know")
                eve = self.audience.join(here, "presence-x", user="eve")
                self.audience.remove(gone)
                self.wait_members(bob, "presence-x", {"ada", "bob"})
                self.redis.start()
                for one in (ada, bob, eve):
                    self.wait_members(one, "presence-x", {"ada", "bob", "eve"})
                self.wait_stored("presence-x", {"ada", "bob", "eve"})
                self.assert_quiet()

    def test_redis_cluster(self):
        """The keys of a channel are where its topic is, and a dead node's are found wherever they are."""
        group = redis_groups.Cluster()
        self.addCleanup(group.close)
        here, there = self.start_nodes(2, group.url(), lease=f"{LEASE}s", heartbeat=f"{HEARTBEAT * 1000:.0f}ms")
        self.audience = self.gather()
        rooms = [f"presence-{i}" for i in range(20)]
        bob = self.audience.join(there, *rooms, user="bob")
        self.audience.join(here, *rooms, user="ada")
        for room in rooms:
            self.wait_members(bob, room, {"ada", "bob"})
        here.kill()
        for room in rooms:
            self.wait_members(bob, room, {"bob"})
        self.assert_quiet()

    def ready(self, node):
        return nodes.peer.ask(node, b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")[1]

    def test_redis_loses_all(self):
        here, there = self.start()
        ada = self.audience.join(here, "presence-x", user="ada")
        bob = self.audience.join(there, "presence-x", user="bob")
        self.wait_members(ada, "presence-x", {"ada", "bob"})
        self.redis.call("FLUSHALL")
        self.wait_stored("presence-x", {"ada", "bob"}, HEARTBEAT + nodes.START_SECONDS)
        eve = self.audience.join(there, "presence-x", user="eve")
        self.assertLessEqual({"bob", "eve"}, eve.members["presence-x"])
        for one in (ada, bob, eve):
            self.wait_members(one, "presence-x", {"ada", "bob", "eve"})
        self.assert_quiet()
        self.assertEqual(self.audience.n_removed, 0)

    def test_stopped_node_leaves_nothing(self):
        """Who stops a node waits for no lease."""
        here, there = self.start()
        bob = self.audience.join(there, "presence-x", user="bob")
        self.audience.join(here, "presence-x", user="ada")
        self.wait_members(bob, "presence-x", {"ada", "bob"})
        here.stop()
        self.wait_members(bob, "presence-x", {"bob"})
        self.assertEqual(self.stored("presence-x"), {"bob"})
        names = self.redis.call("ZRANGE", "resonate:{nodes}", 0, -1)
        self.assertEqual(len(names), 1, names)
        self.assert_quiet()


if __name__ == "__main__":
    unittest.main()
