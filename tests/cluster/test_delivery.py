#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is said on one node and heard on another: once, in one order, and only where somebody listens.

The cases 1 and 7 of section 9.12 of the specification, at its sizes."""

import resource
import unittest

import nodes
from nodes import redis

N_ROOMS, N_MEMBERS = 100, 50
N_NUMBERED = 10_000


class DeliveryTest(nodes.ClusterCase):
    def setUp(self):
        super().setUp()
        self.redis = self.start_redis()

    def test_a_node_hears_nothing_of_rooms_that_are_not_on_it(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        wire = self.wire(self.redis, is_recorded=True)
        near = self.start_node(self.redis.url())
        far = self.start_node(self.redis.url(port=wire.port))
        self.wait_until_ready()
        audience = self.gather()
        rooms = [f"presence-room-{n}" for n in range(N_ROOMS)]
        for room in rooms:
            for n in range(N_MEMBERS):
                audience.add(near, room, user=f"{room}-{n}")
            audience.settle()
        outsider = audience.join(far, "elsewhere")
        for room in rooms:
            near.publish(self.app, room, 1)
        audience.wait(lambda: audience.n_heard == N_ROOMS * N_MEMBERS, "every member hears its room")
        # What Redis had for the other node is there when this is.
        near.publish(self.app, "elsewhere", 1)
        audience.wait(lambda: outsider.heard["elsewhere"], "the other node hears what it listens to")
        self.assertIn(b"elsewhere", wire.spoken)
        self.assertNotIn(b"presence-room-", wire.spoken)
        self.assertEqual(audience.complaints, [])

    def test_ten_thousand_are_heard_in_order_on_both(self):
        first, second = self.start_nodes(2, self.redis.url())
        audience = self.gather()
        listeners = [audience.join(node, "hall") for node in (first, second) for _ in range(2)]
        with nodes.Publisher(first, self.app) as publisher:
            self.assertEqual(publisher.pour("hall", N_NUMBERED), [])
        audience.wait(lambda: audience.n_heard >= N_NUMBERED * len(listeners), "everything is heard", 60)
        for listener in listeners:
            self.assert_heard(listener, "hall", range(1, N_NUMBERED + 1))

    def test_publishers_on_both_are_heard_in_one_order(self):
        both = self.start_nodes(2, self.redis.url())
        audience = self.gather()
        listeners = [audience.join(node, "hall") for node in both]
        with nodes.Publisher(both[0], self.app, "a") as a, nodes.Publisher(both[1], self.app, "b") as b:
            for _ in range(50):
                # Both are on the way before either is answered.
                for publisher in (a, b):
                    publisher.ask_later("hall", 20)
                for publisher in (a, b):
                    self.assertEqual(publisher.answers(20), [])
        audience.wait(lambda: audience.n_heard == 4000, "everything is heard")
        first, second = (listener.heard["hall"] for listener in listeners)
        self.assertEqual(first, second)
        for who in "ab":
            self.assert_heard(listeners[0], "hall", range(1, 1001), who)

    def test_client_events_leave_out_the_sender_wherever_it_is(self):
        both = self.start_nodes(2, self.redis.url())
        audience = self.gather()
        members = [audience.join(node, "private-hall", user=f"{node.name}{n}") for node in both for n in range(2)]
        for n in range(1, 101):
            for member in members:
                member.publish("private-hall", n)
        audience.wait(lambda: audience.n_heard == 100 * 4 * 3, "everything is heard")
        audience.fence()
        for member in members:
            for other in members:
                self.assert_heard(member, "private-hall", [] if other is member else range(1, 101), other.user)

    def test_who_has_left_a_channel_is_asked_for_no_more(self):
        first, second = self.start_nodes(2, self.redis.url())
        audience = self.gather()
        listener = audience.join(second, "hall", "porch")
        topics = self.redis.topics("*hall*")
        self.assertEqual(len(topics), 1)
        with audience.lock:
            listener.leave("hall")
        redis.wait_until(lambda: not self.redis.topics("*hall*"), "nobody listens to the hall")
        self.assertEqual(len(self.redis.topics("*porch*")), 1)
        first.publish(self.app, "porch", 1)
        audience.wait(lambda: listener.heard["porch"], "the porch is heard")


if __name__ == "__main__":
    unittest.main()
