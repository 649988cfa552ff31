#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What somebody else publishes on the topics of the nodes: with a secret nothing of it is believed, and without one
what is no envelope is dropped and counted."""

import hashlib
import hmac
import json
import tempfile
import unittest
from pathlib import Path

import nodes

SECRET = "a secret of thirty-two characters"

SAID = '"payload":{"event":"e","channels":["hall"],"data":"1"}'

# None of these may reach a client or end a node.
MALFORMED = [
    "", "{", "[]", "null", "\u0000", "x" * 100, '{"v":1}', "[" * 2000, '{"type":"message"}', '"reverb"',
    'O:8:"stdClass":0:{}',
    '{"v":1,"type":"message","application":"nobody","node":"x","seq":1,%s}' % SAID,
    '{"v":99,"type":"message","application":"1001","node":"x","seq":1,%s}' % SAID,
    '{"v":1,"type":"message","application":"1001","node":"x","seq":-1,%s}' % SAID,
    '{"v":1,"type":"message","application":"1001","node":"x","seq":1,"payload":"none"}',
    '{"v":1,"type":"message","application":"1001","node":"x","seq":1}',
    '{"v":1,"type":"terminate","application":"1001","node":"x","seq":1,"payload":{}}',
    '{"v":1,"type":"conquer","application":"1001","node":"x","seq":1,"payload":{}}',
]


def dropped(node):
    """How many envelopes NODE has dropped, whatever was wrong with them."""
    return sum(value for name, value in node.metrics().items() if name.startswith("resonate_envelopes_dropped"))


class ForgeryCase(nodes.ClusterCase):
    def furnish(self, **cluster_keys):
        self.redis = self.start_redis()
        self.both = self.start_nodes(2, self.redis.url(), **cluster_keys)
        self.audience = self.gather()
        self.listeners = [self.audience.join(node, "hall", "presence-hall", user=node.name) for node in self.both]
        self.topic = next(iter(self.redis.topics("*:hall")))

    def prove_alive(self, n):
        """An event of a node goes to everybody, and is the next thing that they hear."""
        self.both[0].publish(self.app, "hall", n)
        self.audience.wait(
            lambda: all(("publisher", n) in listener.heard["hall"] for listener in self.listeners), "an event is heard")
        for listener in self.listeners:
            self.assert_heard(listener, "hall", range(1, n + 1))
            self.assertTrue(listener.is_open)
            self.assertEqual([who for who, _ in listener.heard["hall"]], ["publisher"] * n)
            self.assertEqual(listener.members["presence-hall"], {"A", "B"})
            self.assertEqual(listener.errors, [])
        self.assertEqual(self.audience.complaints, [])

    def assert_dropped(self, count):
        """Both nodes have dropped COUNT envelopes since they were asked the last time."""
        for node, before in self.before.items():
            nodes.redis.wait_until(lambda: dropped(node) - before >= count, f"{node.name} has dropped {count}")
            self.assertEqual(dropped(node) - before, count)
        self.remember()

    def remember(self):
        self.before = {node: dropped(node) for node in self.both}


class OpenTest(ForgeryCase):
    def test_what_is_no_envelope_is_dropped_and_counted(self):
        self.furnish()
        self.prove_alive(1)
        self.remember()
        for text in MALFORMED:
            for topic in (self.topic, "reverb"):
                self.assertEqual(self.redis.call("PUBLISH", topic, text), 2, topic)
        self.prove_alive(2)
        self.assert_dropped(2 * len(MALFORMED))

    def test_a_flood_of_it_is_logged_in_a_few_lines(self):
        self.furnish()
        lines = [node.log().count("\n") for node in self.both]
        with self.redis.connect() as connection:
            for _ in range(2000):
                connection.send("PUBLISH", "reverb", "rubbish")
            for _ in range(2000):
                self.assertEqual(connection.read(), 2)
        self.prove_alive(1)
        for node, before in zip(self.both, lines):
            self.assertLess(node.log().count("\n") - before, 10)


class SecretTest(ForgeryCase):
    def setUp(self):
        super().setUp()
        # Whoever runs the test may read it, and nobody else.
        self.folder = tempfile.TemporaryDirectory(prefix="resonate-secret-")
        self.addCleanup(self.folder.cleanup)
        self.secret_file = Path(self.folder.name) / "secret"
        self.secret_file.write_text(SECRET)
        self.secret_file.chmod(0o600)
        self.furnish(secret_file=self.secret_file)
        with self.redis.connect() as ear:
            ear.call("SUBSCRIBE", self.topic)
            self.prove_alive(1)
            self.true = ear.read()[2]
        self.remember()

    def envelope(self, **members):
        """What a node has said, as another would have said it, but for MEMBERS, and without a signature."""
        parts = json.loads(self.true)
        del parts["mac"]
        return json.dumps({**parts, "node": "forger-1-00000000", "seq": 1, **members}, separators=(",", ":"))

    @staticmethod
    def sign(topic, text, secret=SECRET):
        mac = hmac.new(secret.encode(), f"{topic}\n{text[:-1]}".encode(), hashlib.sha256).hexdigest()
        return f'{text[:-1]},"mac":"{mac}"}}'

    def test_what_is_not_signed_is_not_believed(self):
        plain = self.envelope()
        signed = self.sign(self.topic, plain)
        forged = [
            (self.topic, plain),
            (self.topic, self.sign(self.topic, plain, "another secret")),
            (self.topic, self.sign("reverb", plain)),
            (self.topic, signed[:-3] + ("1" if signed[-3] == "0" else "0") + '"}'),
            (self.topic, signed.replace("forger", "friend")),
            (self.topic, plain[:-1] + ',"mac":""}'),
            (self.topic, plain[:-1] + ',"mac":"' + "0" * 64 + '"}'),
            (self.topic, plain[:-1] + ',"mac":null}'),
            (self.topic.replace("hall", "presence-hall"), self.envelope(
                type="presence", payload={"channel": "presence-hall", "event": "member_removed", "user_id": "A"})),
            ("reverb", self.envelope(type="terminate", payload={"user_id": "A"})),
        ]
        for topic, text in forged:
            self.assertEqual(self.redis.call("PUBLISH", topic, text), 2, topic)
        self.prove_alive(2)
        self.assert_dropped(len(forged))

    def test_what_was_signed_is_believed_once_and_where_it_was_said(self):
        porch = self.topic.replace("hall", "porch")
        with self.audience.lock:
            for listener in self.listeners:
                listener.join("porch")
        self.audience.wait(lambda: all("porch" in one.joined for one in self.listeners), "everybody is on the porch")
        # Word for word again, on its own topic and on another.
        for topic in (self.topic, porch):
            self.assertEqual(self.redis.call("PUBLISH", topic, self.true), 2, topic)
        self.prove_alive(2)
        for listener in self.listeners:
            self.assertEqual(listener.heard["porch"], [])
        self.assert_dropped(2)

    def test_who_knows_the_secret_is_believed(self):
        """The other tests would pass, too, if what they forge were refused for another reason."""
        self.assertEqual(self.sign(self.topic, self.true[:self.true.rindex(',"mac":')] + "}"), self.true)
        self.redis.call("PUBLISH", self.topic, self.sign(self.topic, self.envelope()))
        self.audience.wait(
            lambda: all(listener.heard["hall"] == [("publisher", 1)] * 2 for listener in self.listeners), "it is heard")
        self.assert_dropped(0)


if __name__ == "__main__":
    unittest.main()
