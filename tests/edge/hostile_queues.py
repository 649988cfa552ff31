#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that ask and never read: what waits for them is bounded, and then they are let go."""

import contextlib
import json

import tap
from attack import AttackCase, attack
from peer import FIN, PING, Peer, ask, crowd, event, frame, signed, until

SMALL_BUFFER = 4096
EVENT_BYTES = 64 * 1024
MAX_PINGS = 200000  # 25 megabytes of pongs
STUCK_SECONDS = 0.2  # a server that takes nothing for so long waits for us


class QueueCase(AttackCase):
    SERVER = {"send-queue-size": "256KiB", "max-request-size": "128KiB", "header-timeout": "1s", "idle-timeout": "1s"}

    def publish(self, n, channel):
        """N events of 64 KiB over one connection."""
        body = event(channel, "x" * EVENT_BYTES)
        with Peer(self.server) as publisher:
            for _ in range(n):
                publisher.send(signed(self.app, "POST", "/events", body))
                self.assertEqual(publisher.answer()[0], 200)

    def is_occupied(self, channel):
        status, body = ask(self.server, signed(self.app, "GET", f"/channels/{channel}"))
        self.assertEqual(status, 200)
        return json.loads(body)["occupied"]


class Close(QueueCase):
    @attack(small=200, full=2000)
    def test_2000_events_do_not_wait_for_a_client_that_never_reads(self, n):
        with self.web_socket(receive_buffer=SMALL_BUFFER) as silent:
            silent.subscribe("flood")
            self.publish(n, "flood")
            until(lambda: not self.is_occupied("flood"), "the client is let go")

    @attack(small=1, full=5)
    def test_pongs_do_not_wait_for_a_client_that_never_reads(self, n):
        before = self.descriptors()
        pings = frame(b"x" * 125, FIN | PING) * 1000
        for _ in range(n):
            with self.web_socket(receive_buffer=SMALL_BUFFER) as silent:
                sent = 0
                while sent < MAX_PINGS and silent.send(pings):
                    sent += 1000
                self.assertLess(sent, MAX_PINGS)
        until(lambda: self.descriptors() <= before, "the clients are let go")

    @attack(small=1, full=3)
    def test_answers_do_not_wait_for_clients_that_never_read(self, n):
        """N clients ask as long as they are heard, and read nothing: a hundred channels with long names are told."""
        before = self.descriptors()
        requests = signed(self.app, "GET", "/channels") * 1000
        with self.web_socket() as bystander, crowd() as silent:
            for i in range(100):
                bystander.subscribe(f"{i:0>200}")
            for _ in range(n):
                silent.append(Peer(self.server, SMALL_BUFFER))
                silent[-1].socket.settimeout(STUCK_SECONDS)
                with contextlib.suppress(TimeoutError):
                    self.assertFalse(all(silent[-1].send(requests) for _ in range(100)), "all requests were taken")
            until(lambda: self.descriptors() <= before + 1, "the clients are let go")


class DropOldest(QueueCase):
    """The policy that keeps the connection keeps the bound."""

    APP = {"send-queue-policy": "drop-oldest"}

    @attack(small=200, full=2000)
    def test_2000_events_do_not_wait_for_a_client_that_never_reads(self, n):
        with self.web_socket(receive_buffer=SMALL_BUFFER) as silent:
            silent.subscribe("flood")
            self.publish(n, "flood")
            self.assertTrue(self.is_occupied("flood"))


if __name__ == "__main__":
    tap.main()
