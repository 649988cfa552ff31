#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Three nodes and three hundred clients, while nodes are killed and paused, wires cut and Redis restarted, at random.

usage: test_chaos.py [--seed N] [--seconds N]

What happens, and when, follows from the seed; a failure prints it, and what was to happen. In the end every roster
is who is connected, and nobody has missed, or heard twice, what crossed between two nodes that were well."""

import argparse
import sys
import unittest

import chaos
import load
import nodes

N_NODES, N_CLIENTS, N_USERS = 3, 300, 260
N_HALLS, N_ROOMS = 20, 10
LEASE_SECONDS, HEARTBEAT_SECONDS = 4, 1
EVERY_SECONDS = 0.02

options = argparse.Namespace(seed=5, seconds=60)


class ChaosTest(nodes.ClusterCase):
    def test_in_the_end_everything_is_right(self):
        blows = chaos.plan(options.seed, options.seconds, ["A", "B", "C"])
        try:
            self.weather(blows)
        except BaseException:
            print(f"# replay with: {sys.argv[0]} --seed {options.seed} --seconds {options.seconds}", file=sys.stderr)
            print("\n".join(f"# {blow}" for blow in blows), file=sys.stderr)
            raise

    def furnish(self):
        self.redis = self.start_redis()
        self.wires = {}
        for name in "ABC"[:N_NODES]:
            self.wires[name] = self.wire(self.redis, seed=options.seed)
            self.start_node(self.redis.url(port=self.wires[name].port), lease=f"{LEASE_SECONDS}s",
                            heartbeat=f"{HEARTBEAT_SECONDS}s")
        self.wait_until_ready()
        self.halls = [f"presence-hall-{n}" for n in range(N_HALLS)]
        self.rooms = [f"room-{n}" for n in range(N_ROOMS)]
        places = [(f"user-{n % N_USERS}", (self.halls[n % N_HALLS], self.rooms[n % N_ROOMS], f"own-{n}"))
                  for n in range(N_CLIENTS)]
        self.audience = self.gather()
        self.crowd = chaos.Crowd(self.audience, self.nodes, places, options.seed)
        self.crowd.fill()
        self.addCleanup(self.crowd.stop)

    def weather(self, blows):
        self.furnish()
        troubles = load.Troubles()
        loads = [load.Load(node, self.app, self.halls + self.rooms, EVERY_SECONDS) for node in self.nodes]
        for one in loads:
            self.addCleanup(one.stop)
        storm = chaos.Storm(self.nodes, self.wires, self.redis, troubles)
        storm.run(blows)
        self.wait_until_ready(seconds=chaos.RECOVERY_SECONDS)
        self.crowd.stop()
        for one in loads:
            one.stop()
        self.audience.wait(lambda: all(one.is_open and one.is_settled for one in self.crowd.at.values()),
                           "everybody is somewhere", chaos.RECOVERY_SECONDS)
        self.audience.fence(*self.crowd.at.values())
        self.assert_rosters()
        self.assertEqual(load.what_is_missing(self.crowd.at.values(), loads, troubles), [])
        self.assertEqual(self.audience.complaints, [])
        self.tell(blows, loads)

    def assert_rosters(self):
        """Within a lease and a heartbeat, each list is of those who are connected."""
        for hall in self.halls:
            users = self.crowd.users_of(hall)
            for node in self.nodes:
                chaos.settled(lambda: node.users(self.app, hall) == users, f"{node.name} knows who is in {hall}")
            members = [one for one in self.crowd.at.values() if hall in one.heard]
            self.audience.wait(lambda: all(one.members[hall] == users for one in members),
                               f"those in {hall} know each other", chaos.RECOVERY_SECONDS)
        for node in self.nodes:
            self.assertEqual(node.get(self.app, "/connections")["connections"], N_CLIENTS)
            found = node.get(self.app, "/channels?filter_by_prefix=presence-&info=user_count")["channels"]
            self.assertEqual({name: one["user_count"] for name, one in found.items()},
                             {hall: len(self.crowd.users_of(hall)) for hall in self.halls})
            found = node.get(self.app, "/channels?filter_by_prefix=room-&info=subscription_count")["channels"]
            self.assertEqual({name: one["subscription_count"] for name, one in found.items()},
                             {room: N_CLIENTS // N_ROOMS for room in self.rooms})

    def tell(self, blows, loads):
        kinds = [blow.kind for blow in blows]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in chaos.KINDS if kind in kinds)
        print(f"# seed {options.seed}: {counts}; {sum(len(one.said) for one in loads)} events said, "
              f"{self.audience.n_heard} heard, {len(self.audience.listeners)} clients came, "
              f"{self.audience.n_added} and {self.audience.n_removed} edges")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--seed", type=int, default=options.seed)
    parser.add_argument("--seconds", type=float, default=options.seconds)
    options, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
