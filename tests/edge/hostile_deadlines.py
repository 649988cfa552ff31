#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests that never become whole: all end in time, and a byte now and then gains none."""

import select
import time

import tap
from attack import AttackCase, attack
from peer import Peer, crowd, handshake

TIMEOUT_SECONDS = 1
SLACK_SECONDS = 3  # what a busy machine may add; a drip of all the bytes would take longer
LORIS_SECONDS = 0.05


class Deadlines(AttackCase):
    """A connection costs what it costs, some KiB: the bound on memory is one on what the last hundred add."""

    SERVER = {"header-timeout": f"{TIMEOUT_SECONDS}s"}

    def held(self, n, half, answer):
        """N sockets that say HALF and no more."""
        with crowd() as peers:
            for _ in range(n):
                peers.append(Peer(self.server))
                peers[-1].send(half)
            begun = time.monotonic()
            for peer in peers:
                got = peer.read_to_end()
                self.assertTrue(got.startswith(answer) if answer else not got, got)
            self.assertLess(time.monotonic() - begun, TIMEOUT_SECONDS + SLACK_SECONDS)

    @attack(small=200, full=300)
    def test_half_heads_are_not_held_open(self, n):
        self.held(n, b"GET /up HTTP/1.1\r\nHost: x\r\nX-Half", b"HTTP/1.1 408 ")

    @attack(small=200, full=300)
    def test_half_bodies_are_not_held_open(self, n):
        self.held(n, b"POST /apps/1001/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{", b"HTTP/1.1 408 ")

    @attack(small=200, full=300)
    def test_half_handshakes_are_not_held_open(self, n):
        self.held(n, handshake(self.app)[:-2], b"HTTP/1.1 408 ")

    @attack(small=200, full=300)
    def test_silence_is_not_held_open(self, n):
        self.held(n, b"", b"")

    def drip(self, n, request):
        """N sockets that all send REQUEST byte by byte, until each is told to go."""
        with crowd() as peers:
            for _ in range(n):
                peers.append(Peer(self.server))
                peers[-1].send(request[:1])
            begun = time.monotonic()
            left = list(peers)
            for at in range(1, len(request)):
                for peer in select.select(left, [], [], 0)[0]:
                    self.assertTrue(peer.read_to_end().startswith(b"HTTP/1.1 408 "), peer.got)
                    left.remove(peer)
                for peer in left:
                    peer.send(request[at:at + 1])
                if not left:
                    break
                select.select(left, [], [], LORIS_SECONDS)
            self.assertEqual(left, [])
            self.assertLess(time.monotonic() - begun, TIMEOUT_SECONDS + SLACK_SECONDS)

    @attack(small=10, full=100)
    def test_a_byte_of_a_head_now_and_then_gains_no_time(self, n):
        self.drip(n, b"GET /up HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"x" * 100)

    @attack(small=10, full=100)
    def test_a_byte_of_a_body_now_and_then_gains_no_time(self, n):
        self.drip(n, b"POST /a HTTP/1.1\r\nContent-Length: 999\r\nHost: x\r\n\r\n" + b"x" * 100)


if __name__ == "__main__":
    tap.main()
