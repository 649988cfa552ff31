#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Redis goes away, in each way in which it can, and comes back: a node serves those whom it has, and then all again.

Case 4 of section 9.12 of the specification is the restart under load."""

import json
import re
import unittest
from pathlib import Path

import load
import nodes
from nodes import redis

# 64 MiB of events that have not come back, as many of commands without an answer, these as bytes on their way, and what
# an allocator makes of that.
MAX_GROWTH_KIB = 5 * 64 * 1024
CHANNELS = ["hall", "private-hall", "presence-hall"]


def resident_kib(node):
    text = Path(f"/proc/{node.server.pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", text, re.M)[1])


class OutageTest(nodes.ClusterCase):
    def setUp(self):
        super().setUp()
        self.redis = self.start_redis()
        self.troubles = load.Troubles()

    def furnish(self, *wires, **keywords):
        """Two nodes, on WIRES where there are some, three listeners on each, and publishers on both."""
        urls = [self.redis.url(port=wire.port) for wire in wires] + [self.redis.url()] * (2 - len(wires))
        self.both = [self.start_node(url, **keywords) for url in urls]
        self.wait_until_ready()
        self.audience = self.gather()
        self.listeners = [
            self.audience.join(node, *CHANNELS, user=f"{node.name}-{n}") for node in self.both for n in range(3)]
        self.await_members({listener.user for listener in self.listeners})
        self.loads = [load.Load(node, self.app, CHANNELS) for node in self.both]
        for one in self.loads:
            self.addCleanup(one.stop)
        self.await_crossing()

    def await_crossing(self):
        """What is said from now on, on each node, is heard by everybody on each channel."""
        marks = [(one, channel, one.last(channel)) for one in self.loads for channel in CHANNELS]

        def is_heard():
            return all(
                max((n for who, n in listener.heard[channel] if who == one.who), default=0) > mark
                for listener in self.audience.alive() for one, channel, mark in marks)

        self.audience.wait(is_heard, "everybody hears both publishers")

    def await_members(self, users):
        """Everybody, and every node, knows that USERS are in the hall and nobody else."""
        self.audience.wait(
            lambda: all(one.members["presence-hall"] == users for one in self.audience.alive()),
            f"everybody knows {sorted(users)}")
        for node in self.both:
            self.assertEqual(node.users(self.app, "presence-hall"), users)

    def await_trouble(self, *of):
        for node in of:
            redis.wait_until(node.ready, f"{node.name} says that Redis is away")

    def await_recovery(self, *of):
        self.wait_until_ready(*of)
        self.await_crossing()
        self.troubles.end(*of)
        self.await_crossing()

    def finish(self):
        for one in self.loads:
            one.stop()
        self.assertEqual(load.what_is_missing(self.audience.alive(), self.loads, self.troubles), [])
        self.assertEqual(self.audience.complaints, [])
        for one in self.loads:
            self.assertEqual({said.status for said in one.said}, {200})

    def gaps(self):
        return [node.metrics()["resonate_cluster_gaps_total"] for node in self.both]

    def test_restart_under_load(self):
        self.furnish()
        before = self.gaps()
        self.troubles.begin(*self.both)
        self.redis.kill()
        self.await_trouble(*self.both)
        # Alone, each of them serves those whom it has.
        mark = {one: one.last("hall") for one in self.loads}
        for own, node in zip(self.loads, self.both):
            mine = [listener for listener in self.listeners if listener.node is node]
            self.audience.wait(
                lambda: all(listener.heard["hall"][-1] > (own.who, mark[own]) for listener in mine),
                f"those on {node.name} go on hearing it")
        # Meanwhile somebody leaves and somebody comes, whom the other node cannot know of.
        self.audience.remove(self.listeners[0])
        newcomer = self.audience.join(self.both[1], *CHANNELS, user="newcomer")
        self.redis.start()
        self.await_recovery(*self.both)
        self.await_members({listener.user for listener in (*self.listeners[1:], newcomer)})
        for one_before, after in zip(before, self.gaps()):
            self.assertGreater(after, one_before)
        self.finish()

    def test_one_node_is_cut_off(self):
        wire = self.wire(self.redis)
        self.furnish(wire)
        self.troubles.begin(self.both[0])
        wire.cut()
        self.await_trouble(self.both[0])
        self.assertIsNone(self.both[1].ready())
        wire.mend()
        self.await_recovery(self.both[0])
        self.await_members({listener.user for listener in self.listeners})
        self.finish()

    def test_connections_that_redis_ends(self):
        self.furnish()
        for kind in ("pubsub", "normal"):
            self.troubles.begin(*self.both)
            self.assertGreaterEqual(self.redis.kill_clients(kind), 2)
            self.await_recovery(*self.both)
        self.await_members({listener.user for listener in self.listeners})
        self.finish()

    def test_a_silent_redis_is_found_out(self):
        wire = self.wire(self.redis)
        self.furnish(wire)
        self.troubles.begin(self.both[0])
        wire.hold()
        self.await_trouble(self.both[0])
        wire.mend()
        self.await_recovery(self.both[0])
        self.await_members({listener.user for listener in self.listeners})
        self.finish()

    def test_a_bad_wire_is_no_trouble(self):
        """Bytes that come a few at a time, and late, are all there in the end."""
        wire = self.wire(self.redis, seed=9)
        self.furnish(wire)
        wire.chop()
        wire.delay(0.02)
        for _ in range(3):
            self.await_crossing()
        self.assertIsNone(self.both[0].ready())
        self.finish()

    def test_everything_is_forgotten(self):
        """FLUSHALL takes the rosters, and the nodes write them again."""
        self.furnish(heartbeat="1s", lease="4s")
        users = {listener.user for listener in self.listeners}
        self.redis.call("FLUSHALL")
        # A node that has just come knows only what is in Redis.
        redis.wait_until(lambda: self.redis.call("KEYS", "*lease*"), "the leases are there again")
        third = self.start_node(self.redis.url(), heartbeat="1s", lease="4s")
        self.wait_until_ready(third)

        def is_known():
            with nodes.Audience(self.app) as other:
                guest = other.join(third, "presence-hall", user="A-0")
                return guest.members["presence-hall"] == users

        redis.wait_until(is_known, "a new node knows everybody")
        self.finish()


class RefusalTest(nodes.ClusterCase):
    def test_refuses_where_told_to(self):
        server = self.start_redis()
        refusing = self.start_node(server.url(), when_degraded="refuse")
        serving = self.start_node(server.url(), when_degraded="serve")
        self.wait_until_ready()
        audience = self.gather()
        listeners = [audience.join(node, "hall") for node in (refusing, serving)]
        server.kill()
        for node in (refusing, serving):
            redis.wait_until(node.ready, f"{node.name} says that Redis is away")
        event = nodes.peer.event("hall", '{"from":"publisher","n":1}')
        status, body = refusing.ask(self.app, "POST", "/events", event)
        self.assertEqual(status, 503)
        self.assertIn(b"error", body)
        self.assertEqual(serving.ask(self.app, "POST", "/events", event)[0], 200)
        audience.wait(lambda: listeners[1].heard["hall"], "what was taken is delivered")
        audience.fence()
        self.assertEqual(listeners[0].heard["hall"], [])
        server.start()
        self.wait_until_ready()
        self.assertEqual(refusing.ask(self.app, "POST", "/events", event)[0], 200)
        audience.wait(lambda: listeners[0].heard["hall"] and len(listeners[1].heard["hall"]) == 2, "both hear it")

    def test_what_waits_for_redis_has_a_bound(self):
        """Twenty thousand events of eight kilobytes are 160 MB, and would be thrice as much: not all are kept."""
        server = self.start_redis()
        wire = self.wire(server)
        node = self.start_node(server.url(port=wire.port))
        self.wait_until_ready()
        audience = self.gather()
        listener = audience.join(node, "hall")
        # The one who listens is left out: what waits for a client is not what is looked at here.
        event = json.dumps({"name": "e", "channel": "hall", "data": "x" * 8000, "socket_id": listener.id}).encode()

        def pour(count):
            with nodes.peer.Peer(node) as publisher:
                for _ in range(count // 10):
                    publisher.send(nodes.peer.signed(self.app, "POST", "/events", event) * 10)
                    self.assertEqual([publisher.answer()[0] for _ in range(10)], [200] * 10)

        for break_it in (wire.hold, server.kill):
            wire.mend()
            pour(500)
            before = resident_kib(node)
            break_it()
            pour(20000)
            self.assertLess(resident_kib(node) - before, MAX_GROWTH_KIB)
        server.start()
        wire.mend()
        self.wait_until_ready()
        node.publish(self.app, "hall", 1)
        audience.wait(lambda: listener.heard["hall"] == [("publisher", 1)], "it serves as before")

    def test_starts_without_redis_and_finds_it(self):
        server = self.start_redis()
        server.stop()
        node = self.start_node(server.url())
        self.assertIsNotNone(node.ready())
        audience = self.gather()
        listener = audience.join(node, "hall")
        node.publish(self.app, "hall", 1)
        audience.wait(lambda: listener.heard["hall"], "it is heard at once")
        server.start()
        self.wait_until_ready()
        self.assertEqual(server.subscribers(next(iter(server.topics("*hall*")))), 1)


if __name__ == "__main__":
    unittest.main()
