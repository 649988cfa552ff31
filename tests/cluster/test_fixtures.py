#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of this folder stand on: the Redis that they start, in all its forms, and the wire that they cut."""

import json
import socket
import time
import unittest

import nodes
from nodes import peer, proxy, redis

import faulty_redis
import redis_groups
import resp


class RedisTest(unittest.TestCase):
    def start(self, *args, **options):
        server = redis.Redis(*args, **options)
        self.addCleanup(server.close)
        return server

    def test_restarts_at_its_address_and_forgets(self):
        server = self.start()
        address = server.address
        server.call("SET", "a", "\u00e9\0b")
        self.assertEqual(server.call("GET", "a"), "\u00e9\0b")
        server.restart()
        self.assertEqual(server.address, address)
        self.assertIsNone(server.call("GET", "a"))

    def test_a_durable_one_remembers(self):
        server = self.start("appendfsync always", durable=True)
        server.call("SET", "a", "b")
        server.restart()
        self.assertEqual(server.call("GET", "a"), "b")

    def test_counts_calls_and_ends_connections(self):
        server = self.start()
        with server.connect() as connection:
            connection.call("GET", "a")
            self.assertEqual(server.calls("get"), 1)
            self.assertEqual([row["cmd"] for row in server.clients()], ["get"])
            self.assertEqual(server.kill_clients(), 1)
            with self.assertRaises(OSError):
                connection.call("GET", "a")

    def test_a_paused_one_answers_nobody(self):
        server = self.start()
        with server.connect() as connection:
            server.pause()
            connection.send("PING")
            connection.socket.settimeout(0.05)
            with self.assertRaises(socket.timeout):
                connection.read()
            server.resume()
        self.assertEqual(server.call("PING"), "PONG")

    def test_users_have_the_rights_of_their_line(self):
        server = self.start(password="p@s:s/", acl=["user bob on >b ~mine:* &mine:* -@all +get"])
        self.assertIn("p%40s%3As%2F@", server.url())
        with server.connect("bob", "b") as bob:
            self.assertIsNone(bob.call("GET", "mine:a"))
            for words in (("GET", "a"), ("SET", "mine:a", "b")):
                with self.assertRaises(resp.Error) as raised:
                    bob.call(*words)
                self.assertEqual(raised.exception.name, "NOPERM")

    def test_speaks_tls_only(self):
        server = self.start(tls=True)
        self.assertEqual(server.call("PING"), "PONG")
        with self.assertRaises(OSError), resp.Connection(server.address) as plain:
            plain.call("PING")

    def test_listens_on_a_path_only(self):
        server = self.start(socket=True)
        self.assertTrue(server.url(database=3).endswith("/redis.sock?db=3"))
        self.assertEqual(server.call("PING"), "PONG")
        with self.assertRaises(OSError):
            resp.Connection((server.host, server.port))


class GroupsTest(unittest.TestCase):
    def test_sentinels_agree_on_another_master(self):
        with redis_groups.Watched() as group:
            old = group.master()
            new = group.fail_over()
            self.assertIsNot(old, new)
            self.assertEqual(new.info("replication")["role"], "master")

    def test_a_slot_moves_with_its_keys(self):
        with redis_groups.Cluster() as group:
            slot = group.slot("{a}b")
            source = group.owner(slot)
            target = next(server for server in group.servers if server is not source)
            source.call("SET", "{a}b", "c")
            group.migrate(slot, target)
            self.assertEqual(target.call("GET", "{a}b"), "c")
            with self.assertRaises(resp.Error) as raised:
                source.call("GET", "{a}b")
            self.assertEqual(str(raised.exception), f"MOVED {slot} {target.host}:{target.port}")


class WireTest(unittest.TestCase):
    def setUp(self):
        self.server = redis.Redis()
        self.addCleanup(self.server.close)
        self.wire = proxy.Proxy(self.server.address, seed=1)
        self.addCleanup(self.wire.close)

    def connect(self):
        connection = resp.Connection((self.wire.host, self.wire.port))
        self.addCleanup(connection.close)
        return connection

    def test_passes_everything_on_in_portions(self):
        connection = self.connect()
        self.wire.chop()
        text = "x" * 50000
        self.assertEqual(connection.call("ECHO", text), text)
        self.assertGreater(self.wire.n_bytes, 2 * len(text))

    def test_holds_and_lets_go(self):
        connection = self.connect()
        connection.call("PING")
        self.wire.hold()
        connection.send("PING")
        connection.socket.settimeout(0.05)
        with self.assertRaises(socket.timeout):
            connection.socket.recv(1, socket.MSG_PEEK)
        self.wire.mend()
        connection.socket.settimeout(redis.START_SECONDS)
        self.assertEqual(connection.socket.recv(7), b"+PONG\r\n")

    def test_is_late(self):
        connection = self.connect()
        connection.call("PING")
        self.wire.delay(0.05)
        begun = time.monotonic()
        connection.call("PING")
        self.assertGreaterEqual(time.monotonic() - begun, 0.1)

    def test_cuts_until_mended(self):
        connection = self.connect()
        connection.call("PING")
        self.wire.cut()
        with self.assertRaises(OSError):
            connection.call("PING")
        with self.assertRaises(OSError):
            self.connect().call("PING")
        self.wire.mend()
        self.assertEqual(self.connect().call("PING"), "PONG")

    def test_resets_once(self):
        connection = self.connect()
        connection.call("PING")
        self.wire.reset()
        with self.assertRaises(OSError):
            connection.call("PING")
        self.assertEqual(self.connect().call("PING"), "PONG")


class FaultyTest(unittest.TestCase):
    def test_answers_what_it_is_told_to(self):
        with redis.Redis() as server, faulty_redis.FaultyRedis(server.address) as faulty:
            with resp.Connection((faulty.host, faulty.port)) as connection:
                connection.call("RPUSH", "list", "a", "b")
                faulty.fail("OOM", "SET")
                with self.assertRaises(resp.Error) as raised:
                    connection.call("SET", "a", "b")
                self.assertEqual(raised.exception.name, "OOM")
                self.assertEqual(connection.call("LRANGE", "list", "0", "-1"), ["a", "b"])
                faulty.heal()
                self.assertEqual(connection.call("SET", "a", "b"), "OK")
                self.assertEqual(connection.call("SUBSCRIBE", "topic"), ["subscribe", "topic", 1])
                server.call("PUBLISH", "topic", "said")
                self.assertEqual(connection.read(), ["message", "topic", "said"])


class AudienceTest(nodes.ClusterCase):
    """One server that knows of no Redis is enough to see that the clients see."""

    def setUp(self):
        super().setUp()
        self.add_node(nodes.fixture.config_text(None, [self.app]))
        self.audience = self.gather()

    def test_numbers_what_it_hears(self):
        listener = self.audience.join(self.nodes[0], "hall")
        with nodes.Publisher(self.nodes[0], self.app) as publisher:
            self.assertEqual(publisher.pour("hall", 120), [])
            self.assertEqual(publisher.say("hall"), (121, 200))
        self.audience.fence()
        self.assert_heard(listener, "hall", range(1, 122))
        with self.assertRaises(AssertionError):
            self.assert_heard(listener, "hall", range(1, 121))

    def test_knows_who_is_there(self):
        first, second = (self.audience.join(self.nodes[0], "presence-hall", user=user) for user in ("a", "b"))
        second.publish("presence-hall", 1)
        self.audience.wait(lambda: first.heard["presence-hall"] == [("b", 1)], "what the second says is heard")
        self.assertEqual(first.members["presence-hall"], {"a", "b"})
        self.assertEqual(self.nodes[0].users(self.app, "presence-hall"), {"a", "b"})
        self.assertEqual(self.nodes[0].metrics()["resonate_connections"], 2)
        self.audience.remove(second)
        self.audience.wait(lambda: first.members["presence-hall"] == {"a"}, "it is known who has left")
        self.assertEqual(self.audience.complaints, [])

    def test_complains_of_edges_that_are_none(self):
        listener = self.audience.join(self.nodes[0], "presence-hall", user="a")
        with self.audience.lock:
            for event, user in (("member_added", "a"), ("member_removed", "b")):
                told = {"event": f"pusher_internal:{event}", "channel": "presence-hall",
                        "data": json.dumps({"user_id": user})}
                listener._take(peer.TEXT, json.dumps(told))
        self.assertEqual(len(self.audience.complaints), 2)

    def test_a_killed_node_is_lost(self):
        listener = self.audience.join(self.nodes[0], "hall")
        self.nodes[0].kill()
        self.audience.wait(lambda: not listener.is_open, "the connection ends")
        self.nodes[0].start()
        self.audience.join(self.nodes[0], "hall")


if __name__ == "__main__":
    unittest.main()
