#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""All the ways to a Redis: TLS, a user with no right too many, Sentinels whose master falls, a Cluster whose slots
move."""

import re
import unittest
from pathlib import Path

import load
import nodes
from nodes import redis

import redis_groups

ROOT = Path(__file__).resolve().parents[2]
CHANNELS = ["hall", "private-hall", "presence-hall"]


def documented_rights():
    """The line of an ACL file that the documentation gives, without its comment."""
    text = (ROOT / "README.md").read_text()
    return re.search(r"^(user resonate on .*)$", text, re.M)[1]


class LinksCase(nodes.ClusterCase):
    def furnish(self, url, **keywords):
        self.both = self.start_nodes(2, url, **keywords)
        self.audience = self.gather()
        self.listeners = [
            self.audience.join(node, *CHANNELS, user=f"{node.name}-{n}") for node in self.both for n in range(2)]
        self.await_members()

    def await_members(self):
        users = {listener.user for listener in self.listeners}
        self.audience.wait(
            lambda: all(one.members["presence-hall"] == users for one in self.listeners), "everybody knows everybody")
        for node in self.both:
            self.assertEqual(node.users(self.app, "presence-hall"), users)

    def exercise(self):
        """Everything that needs Redis, once: it goes round, and nothing is refused."""
        for channel in CHANNELS:
            for node in self.both:
                node.publish(self.app, channel, 1, node.name)
        self.audience.wait(lambda: self.audience.n_heard == len(CHANNELS) * 2 * 4, "everybody hears everything")
        for node in self.both:
            self.assertEqual(node.get(self.app, "/connections")["connections"], 4)
            found = node.get(self.app, "/channels?info=subscription_count")["channels"]
            self.assertEqual({name: one.get("subscription_count") for name, one in found.items()},
                             {"hall": 4, "private-hall": 4, "presence-hall": None})
        gone = self.listeners.pop()
        self.both[0].ask(self.app, "POST", f"/users/{gone.user}/terminate_connections", b"{}")
        self.audience.wait(lambda: not gone.is_open, "a user is terminated from the other node")
        self.await_members()
        self.assertEqual(self.audience.complaints, [])
        for node in self.both:
            self.assertNotIn("NOPERM", node.log())

    def crossing(self, loads, seconds=redis.START_SECONDS):
        marks = {(one, channel): one.last(channel) for one in loads for channel in CHANNELS}
        self.audience.wait(
            lambda: all(max((n for who, n in listener.heard[channel] if who == one.who), default=0) > mark
                        for listener in self.listeners for (one, channel), mark in marks.items()),
            "everybody hears both publishers", seconds)

    def under_load(self, disturb):
        """Runs DISTURB () while both nodes publish, and asks for everything that was no trouble."""
        troubles = load.Troubles()
        loads = [load.Load(node, self.app, CHANNELS) for node in self.both]
        for one in loads:
            self.addCleanup(one.stop)
        self.crossing(loads)
        disturb(troubles)
        self.wait_until_ready(*self.both)
        self.crossing(loads)
        troubles.end(*self.both)
        self.crossing(loads)
        for one in loads:
            one.stop()
        self.await_members()
        self.assertEqual(load.what_is_missing(self.listeners, loads, troubles), [])
        self.assertEqual(self.audience.complaints, [])
        for one in loads:
            self.assertEqual({said.status for said in one.said}, {200})


class LinksTest(LinksCase):
    def test_tls_of_a_stranger_is_refused(self):
        server = self.start_redis(tls=True)
        node = self.start_node(server.url())
        redis.wait_until(lambda: "certificate" in node.log().lower(), "the log says what is wrong")
        self.assertIsNotNone(node.ready())

    def test_a_user_with_the_documented_rights(self):
        line = documented_rights().replace(">PASSWORD", ">word")
        server = self.start_redis(password="of-the-test", acl=[line])
        self.furnish(server.url("resonate", "word"))
        self.exercise()
        denied = [entry for entry in server.call("ACL", "LOG")]
        self.assertEqual(denied, [])

    def test_a_unix_socket_and_a_database(self):
        server = self.start_redis(socket=True)
        self.furnish(server.url(database=3))
        self.exercise()
        self.assertEqual(set(server.info("keyspace")) - {"# Keyspace"}, {"db3"})


class SentinelTest(LinksCase):
    def test_fail_over_under_load(self):
        group = redis_groups.Watched()
        self.addCleanup(group.close)
        self.furnish(group.url())

        def fall(troubles):
            troubles.begin(*self.both)
            group.fail_over()

        self.under_load(fall)

    def test_a_master_that_steps_back_is_left(self):
        """Nobody falls: the old master lives on as a replica, which answers READONLY."""
        group = redis_groups.Watched()
        self.addCleanup(group.close)
        self.furnish(group.url())

        def swap(troubles):
            troubles.begin(*self.both)
            old = group.master()
            group.sentinels[0].call("SENTINEL", "FAILOVER", group.name)
            redis.wait_until(lambda: (new := group.master()) is not old and new, "another master")

        self.under_load(swap)


class ClusterTest(LinksCase):
    def test_slots_move_under_load(self):
        group = redis_groups.Cluster()
        self.addCleanup(group.close)
        self.furnish(group.url())
        self.exercise()

        def move(troubles):
            troubles.begin(*self.both)
            slots = {group.slot(key) for server in group.servers for key in server.call("KEYS", "*")}
            slots |= {group.slot(topic) for server in group.servers
                      for topic in server.call("PUBSUB", "SHARDCHANNELS")}
            self.assertTrue(slots)
            for slot in slots:
                source = group.owner(slot)
                group.migrate(slot, next(server for server in group.servers if server is not source))

        self.under_load(move)


if __name__ == "__main__":
    unittest.main()
