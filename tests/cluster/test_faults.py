#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Redis that answers with errors: each is understood by its name, is an outage, and is over when it is over."""

import unittest

import nodes
from nodes import redis

import faulty_redis

# Whether it is a refusal of everything, or of what writes.
OUTAGES = {
    "LOADING": (), "MASTERDOWN": (), "NOAUTH": (),
    "READONLY": ("PUBLISH", "SET", "EVALSHA", "EVAL"), "OOM": ("PUBLISH", "SET", "EVALSHA", "EVAL"),
}


class FaultsTest(nodes.ClusterCase):
    def setUp(self):
        super().setUp()
        self.redis = self.start_redis()

    def between(self):
        faulty = faulty_redis.FaultyRedis(self.redis.address)
        self.addCleanup(faulty.close)
        return faulty

    def start_behind(self, faulty, **keywords):
        return self.start_node(f"redis://{faulty.host}:{faulty.port}", **keywords)

    def test_a_redis_that_refuses_is_an_outage_that_ends(self):
        faulty = self.between()
        node = self.start_behind(faulty)
        other = self.start_node(self.redis.url())
        self.wait_until_ready()
        audience = self.gather()
        near, far = (audience.join(one, "hall") for one in (node, other))
        n = 0
        for name, commands in OUTAGES.items():
            with self.subTest(name):
                refused = faulty.n_refused
                faulty.fail(name, *commands)
                # What was refused to go round is delivered where it is.
                n += 1
                node.publish(self.app, "hall", n)
                audience.wait(lambda: ("publisher", n) in near.heard["hall"], "it is heard where it was said")
                self.assertGreater(faulty.n_refused, refused)
                faulty.heal()
                self.wait_until_ready(node)
                n += 1
                node.publish(self.app, "hall", n)
                audience.wait(lambda: ("publisher", n) in far.heard["hall"], "it is heard on the other node")
        audience.wait(lambda: near.heard["hall"][-1] == ("publisher", n), "it is heard where it was said")
        self.assert_heard(near, "hall", range(1, n + 1))
        self.assertEqual(audience.complaints, [])

    def test_is_not_ready_before_redis_is(self):
        for name in ("LOADING", "NOAUTH", "MASTERDOWN"):
            with self.subTest(name):
                faulty = self.between()
                faulty.fail(name)
                node = self.start_behind(faulty)
                redis.wait_until(lambda: faulty.n_refused >= 2, "it tries again and again")
                self.assertIsNotNone(node.ready())
                self.assertIn(name, node.log())
                faulty.heal()
                self.wait_until_ready(node)

    def test_a_wrong_password_is_named_and_never_shown(self):
        server = self.start_redis(password="right-word")
        node = self.start_node(server.url(password="wrong-word"))
        redis.wait_until(lambda: "WRONGPASS" in node.log(), "the log names what is wrong")
        self.assertIsNotNone(node.ready())
        self.assertNotIn("wrong-word", node.log())
        server.call("CONFIG", "SET", "requirepass", "wrong-word")
        self.wait_until_ready(node)

    def test_scripts_that_redis_forgot_are_sent_again(self):
        both = self.start_nodes(2, self.redis.url())
        audience = self.gather()
        first = audience.join(both[0], "presence-hall", user="a")
        self.redis.call("SCRIPT", "FLUSH")
        second = audience.join(both[1], "presence-hall", user="b")
        audience.wait(lambda: first.members["presence-hall"] == {"a", "b"}, "the first knows of the second")
        self.redis.call("SCRIPT", "FLUSH")
        audience.remove(second)
        audience.wait(lambda: first.members["presence-hall"] == {"a"}, "the first knows that the second has left")
        self.assertIsNone(both[0].ready())


if __name__ == "__main__":
    unittest.main()
