#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is published on one node, to who is on another: everybody, once, in one order, and nobody else."""

import json
import time
import unittest
import urllib.request

import nodes
from nodes import peer, redis

TOPIC = "resonate:ch:1001:"


class EventsTest(nodes.ClusterCase):
    def start(self, count=2, **cluster_keys):
        self.redis = self.start_redis()
        started = self.start_nodes(count, self.redis.url(), **cluster_keys)
        self.audience = self.gather()
        return started

    def heard(self, listener, channel, count):
        self.audience.wait(lambda: len(listener.heard[channel]) >= count, f"{listener} hears {count} of {channel}")

    def ready(self, node):
        return peer.ask(node, b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")[1]

    def warning(self, node):
        target = peer.signed(self.app, "POST", "/users/nobody/terminate_connections").split(b" ")[1].decode()
        request = urllib.request.Request(f"http://{node.host}:{node.port}{target}", data=b"", method="POST")
        with urllib.request.urlopen(request) as answer:
            return answer.headers["Resonate-Warning"]

    def test_everywhere_once(self):
        here, there = self.start()
        ada, bob = self.audience.join(here, "news"), self.audience.join(there, "news")
        here.publish(self.app, "news", 1)
        there.publish(self.app, "news", 2)
        for listener in (ada, bob):
            self.heard(listener, "news", 2)
        self.audience.fence()
        self.assertEqual(ada.heard["news"], bob.heard["news"])
        self.assertEqual(sorted(ada.heard["news"]), [("publisher", 1), ("publisher", 2)])
        self.assertIsNone(self.warning(here))

    def test_one_order_of_ten_thousand(self):
        here, there = self.start()
        ada, bob = self.audience.join(here, "news"), self.audience.join(there, "news")
        with nodes.Publisher(here, self.app, "here") as one, nodes.Publisher(there, self.app, "there") as other:
            for _ in range(50):
                self.assertEqual(one.pour("news", 100) + other.pour("news", 100), [])
        for listener in (ada, bob):
            self.heard(listener, "news", 10_000)
        self.assertEqual(ada.heard["news"], bob.heard["news"])
        for who in ("here", "there"):
            self.assert_heard(ada, "news", range(1, 5001), who)

    def test_no_event_after_the_answer_is_missed(self):
        """The topic is heard before the client is told that it is on the channel."""
        here, there = self.start()
        for n in range(100):
            listener = self.audience.join(there, f"new-{n}")
            here.publish(self.app, f"new-{n}", n)
            self.heard(listener, f"new-{n}", 1)

    def test_client_events_and_who_is_left_out(self):
        here, there = self.start()
        ada = self.audience.join(here, "private-talk", user="ada")
        bob = self.audience.join(there, "private-talk", user="bob")
        with self.audience.lock:
            ada.publish("private-talk", 1)
        self.heard(bob, "private-talk", 1)
        body = json.loads(peer.event("private-talk", json.dumps({"from": "publisher", "n": 2})))
        status, _ = here.ask(self.app, "POST", "/events", json.dumps({**body, "socket_id": bob.id}).encode())
        self.assertEqual(status, 200)
        self.heard(ada, "private-talk", 1)
        there.publish(self.app, "private-talk", 3)
        self.heard(bob, "private-talk", 2)
        self.heard(ada, "private-talk", 2)
        self.assertEqual(ada.heard["private-talk"], [("publisher", 2), ("publisher", 3)])
        self.assertEqual(bob.heard["private-talk"], [("ada", 1), ("publisher", 3)])

    def test_terminate_everywhere(self):
        here, there = self.start()
        bob = self.audience.join(there, "presence-x", user="bob")
        self.assertEqual(here.ask(self.app, "POST", "/users/bob/terminate_connections")[0], 200)
        self.audience.wait(lambda: not bob.is_open, "bob is sent away")
        self.assertIn(4009, bob.errors)

    def test_interest(self):
        """A node hears the channels that somebody on it is on, and no others (9.12, 1)."""
        here, there = self.start()
        listener = self.audience.join(here, "mine")
        self.audience.join(there, "theirs")
        self.assertEqual(self.redis.topics("resonate:ch:*"), {TOPIC + "mine", TOPIC + "theirs"})
        self.assertEqual(self.redis.subscribers(TOPIC + "mine"), 1)
        self.audience.remove(listener)
        redis.wait_until(lambda: self.redis.subscribers(TOPIC + "mine") == 0, "the topic is let go")

    def test_one_command_for_an_event(self):
        here, there = self.start()
        listener = self.audience.join(there, "news")
        before = self.redis.calls("publish")
        with nodes.Publisher(here, self.app) as publisher:
            self.assertEqual(publisher.pour("news", 100), [])
        self.heard(listener, "news", 100)
        self.assertEqual(self.redis.calls("publish") - before, 100)

    def test_nothing_is_forged(self):
        here, there = self.start(secret="between-us")
        listener = self.audience.join(there, "news")
        payload = {"event": "e", "channels": ["news"], "data": json.dumps({"from": "publisher", "n": 9})}
        for extra in ({}, {"mac": "0" * 64}):
            self.redis.call("PUBLISH", TOPIC + "news", json.dumps({
                "v": 1, "type": "message", "application": "1001", "node": "x", "seq": 1,
                "time": time.time_ns() // 1000, "payload": payload, **extra}, separators=(",", ":")))
        here.publish(self.app, "news", 1)
        self.heard(listener, "news", 1)
        self.audience.fence()
        self.assert_heard(listener, "news", [1])
        self.assertIn("Pub/sub envelope dropped: it is not signed (1)", there.log())

    def test_redis_restarts(self):
        here, there = self.start()
        ada, bob = self.audience.join(here, "news"), self.audience.join(there, "news")
        self.redis.stop()
        redis.wait_until(lambda: b"degraded" in self.ready(here), "the node knows")
        here.publish(self.app, "news", 1)
        self.heard(ada, "news", 1)
        self.assertEqual(self.warning(here), "This node only: the others cannot be reached.")
        self.redis.start()
        for node in (here, there):
            redis.wait_until(lambda: b"degraded" not in self.ready(node), f"{node.name} is back")
        redis.wait_until(lambda: self.redis.subscribers(TOPIC + "news") == 2, "the topics are back")
        here.publish(self.app, "news", 2)
        for listener in (ada, bob):
            self.audience.wait(lambda: ("publisher", 2) in listener.heard["news"], f"{listener} hears again")
        self.audience.fence()
        self.assert_heard(ada, "news", [1, 2])
        self.assert_heard(bob, "news", [2])

    def test_refuses_while_redis_is_away(self):
        (here,) = self.start(1, when_degraded="refuse")
        self.redis.stop()
        redis.wait_until(lambda: here.ready() is not None, "the node is not ready")
        self.assertIn("The cluster cannot be reached.", here.ready())
        answer = here.ask(self.app, "POST", "/events", peer.event("news", "{}"))
        self.assertEqual(answer, (503, b'{"error":"The cluster cannot be reached."}'))
        self.redis.start()
        self.wait_until_ready(here)
        here.publish(self.app, "news", 1)


if __name__ == "__main__":
    unittest.main()
