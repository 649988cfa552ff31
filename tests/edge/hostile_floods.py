#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Much of what is small: frames that cost their sender nothing may not cost everybody else their turn."""

import struct

import tap
from attack import AttackCase, attack
from peer import CLOSE, CONTINUATION, FIN, PING, PONG, PUSHER_PING, TEXT, frame

LIMIT = 10000
NORMAL = 1000


class Floods(AttackCase):
    """N frames at once, from one client, as fast as they are taken."""

    def unfinished(self, n, part):
        with self.web_socket() as peer:
            peer.pour(frame(b"x" * LIMIT, TEXT) + part * n + frame(b"", FIN | CONTINUATION))

    @attack(small=10000, full=1000000)
    def test_fragments_of_one_byte_do_not_hold_the_others_up(self, n):
        self.unfinished(n, frame(b"x", CONTINUATION))

    @attack(small=10000, full=1000000)
    def test_fragments_of_nothing_do_not_hold_the_others_up(self, n):
        self.unfinished(n, frame(b"", CONTINUATION))

    @attack(small=10000, full=200000)
    def test_fragments_and_pings_do_not_hold_the_others_up(self, n):
        self.unfinished(n, frame(b"x", CONTINUATION) + frame(b"", FIN | PING))

    def flood(self, n, part):
        with self.web_socket() as peer:
            peer.pour(part * n)

    @attack(small=10000, full=200000)
    def test_empty_pings_do_not_hold_the_others_up(self, n):
        self.flood(n, frame(b"", FIN | PING))

    @attack(small=10000, full=100000)
    def test_full_pings_do_not_hold_the_others_up(self, n):
        self.flood(n, frame(b"x" * 125, FIN | PING))

    @attack(small=10000, full=200000)
    def test_pongs_do_not_hold_the_others_up(self, n):
        self.flood(n, frame(b"", FIN | PONG))

    @attack(small=10000, full=100000)
    def test_messages_do_not_hold_the_others_up(self, n):
        self.flood(n, frame(PUSHER_PING))

    @attack(small=10000, full=100000)
    def test_refused_messages_do_not_hold_the_others_up(self, n):
        self.flood(n, frame(b"x"))

    @attack(small=100, full=2000)
    def test_oversized_messages_do_not_hold_the_others_up(self, n):
        self.flood(n, frame(b"x" * (LIMIT + 1)))

    @attack(small=2, full=200)
    def test_a_close_frame_is_not_answered_twice(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(frame(struct.pack("!H", NORMAL), FIN | CLOSE) * 1000)
                self.assertEqual(peer.end(), NORMAL)
                self.assertIsNone(peer.next_frame())


if __name__ == "__main__":
    tap.main()
