#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Brackets by the hundred thousand, wherever JSON is read: no stack grows with them, and no tree."""

import json

import tap
from attack import AttackCase, attack
from peer import ask, channel_auth, event, message, signed

BRACKETS = 300000
INVALID_FORMAT = 4200


OBJECTS = BRACKETS // 5  # as many bytes


def nested(n):
    return "[" * (n // 2) + "]" * (n // 2)


class Messages(AttackCase):
    APP = {"max-message-size": "2MiB", "accept-client-events-from": "members"}

    def refused(self, n, text):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.say(text)
                self.assertEqual(peer.error(), INVALID_FORMAT)
                peer.fence()

    @attack(small=2, full=20)
    def test_brackets_without_an_end_are_no_message(self, n):
        self.refused(n, "[" * BRACKETS)

    @attack(small=2, full=20)
    def test_brackets_are_no_message(self, n):
        self.refused(n, nested(BRACKETS))

    @attack(small=2, full=20)
    def test_objects_are_no_message(self, n):
        self.refused(n, '{"a":' * OBJECTS)

    @attack(small=2, full=20)
    def test_brackets_are_no_data(self, n):
        self.refused(n, '{"event":"client-x","channel":"private-x","data":' + nested(BRACKETS) + "}")

    @attack(small=2, full=20)
    def test_objects_are_no_data(self, n):
        data = '{"a":' * OBJECTS + "0" + "}" * OBJECTS
        self.refused(n, '{"event":"client-x","channel":"private-x","data":' + data + "}")

    @attack(small=2, full=20)
    def test_brackets_are_no_channel_data(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                text = '{"user_id":"1","user_info":' + nested(BRACKETS) + "}"
                auth = channel_auth(self.app, peer, "presence-x", text)
                data = {"channel": "presence-x", "auth": auth, "channel_data": text}
                peer.say(message("pusher:subscribe", data=data))
                self.assertEqual(peer.error(), INVALID_FORMAT)
                peer.fence()


class Bodies(AttackCase):
    SERVER = {"max-request-size": "2MiB"}

    def refused(self, n, body, path="/events"):
        for _ in range(n):
            status, answer = ask(self.server, signed(self.app, "POST", path, body.encode()))
            self.assertEqual(status, 400, answer)
            self.assertIn("error", json.loads(answer))

    @attack(small=2, full=20)
    def test_brackets_without_an_end_are_no_event(self, n):
        self.refused(n, "[" * BRACKETS)

    @attack(small=2, full=20)
    def test_brackets_are_no_event(self, n):
        self.refused(n, nested(BRACKETS))

    @attack(small=2, full=20)
    def test_objects_are_no_event(self, n):
        self.refused(n, '{"a":' * OBJECTS)

    @attack(small=2, full=20)
    def test_brackets_are_no_batch(self, n):
        self.refused(n, '{"batch":' + nested(BRACKETS) + "}", "/batch_events")

    @attack(small=2, full=20)
    def test_brackets_are_no_data(self, n):
        self.refused(n, '{"name":"e","channel":"deep","data":' + nested(BRACKETS) + "}")

    @attack(small=2, full=20)
    def test_brackets_in_a_text_are_text(self, n):
        with self.web_socket() as peer:
            peer.subscribe("deep")
            for _ in range(n):
                status, _ = ask(self.server, signed(self.app, "POST", "/events", event("deep", "[" * BRACKETS)))
                self.assertEqual(status, 200)
                self.assertEqual(peer.event("e")["data"], "[" * BRACKETS)


if __name__ == "__main__":
    tap.main()
