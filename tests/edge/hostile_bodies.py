#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bodies without measure: refused by their heads, and what is sent all the same is not kept."""

import tap
from attack import AttackCase, attack
from peer import Peer

MIB = 1 << 20
MEGABYTES_200 = 200 * 1000 * 1000
LINGERED = 16 * MIB  # so much is thrown away for the sake of the answer; then the connection is reset
SLACK = 8 * MIB  # in the buffers of the kernel
POST = b"POST /apps/1001/events HTTP/1.1\r\nHost: x\r\n"


class Bodies(AttackCase):
    def declared(self, n, head, status):
        for _ in range(n):
            with Peer(self.server) as peer:
                peer.send(POST + head + b"\r\n{")
                self.assertEqual(peer.answer()[0], status)

    @attack(small=5, full=200)
    def test_200_megabytes_are_not_awaited(self, n):
        self.declared(n, b"Content-Length: %d\r\n" % MEGABYTES_200, 413)

    @attack(small=5, full=200)
    def test_200_megabytes_are_not_asked_for(self, n):
        self.declared(n, b"Expect: 100-continue\r\nContent-Length: %d\r\n" % MEGABYTES_200, 413)

    @attack(small=5, full=200)
    def test_one_byte_over_the_limit_is_not_awaited(self, n):
        self.declared(n, b"Content-Length: 10001\r\n", 413)

    def streamed(self, n, head, part, status):
        """Sends until it is stopped, and reads only then."""
        for _ in range(n):
            with Peer(self.server) as peer:
                peer.send(POST + head + b"\r\n")
                sent = 0
                while sent < MEGABYTES_200 and peer.send(part):
                    sent += len(part)
                self.assertLess(sent, LINGERED + SLACK)
                # A reset may have taken the answer with it.
                got = peer.read_to_end()
                self.assertTrue(not got or got.startswith(b"HTTP/1.1 %d " % status), got)

    @attack(small=1, full=5)
    def test_200_megabytes_are_not_read(self, n):
        self.streamed(n, b"Content-Length: %d\r\n" % MEGABYTES_200, b"x" * MIB, 413)

    @attack(small=1, full=5)
    def test_200_megabytes_in_chunks_are_not_read(self, n):
        self.streamed(n, b"Transfer-Encoding: chunked\r\n", b"100000\r\n" + b"x" * MIB + b"\r\n", 411)

    @attack(small=1, full=5)
    def test_200_megabytes_in_chunks_of_a_byte_are_not_read(self, n):
        self.streamed(n, b"Transfer-Encoding: chunked\r\n", b"1\r\nx\r\n" * 100000, 411)

    @attack(small=1, full=5)
    def test_200_megabytes_of_a_head_are_not_read(self, n):
        self.streamed(n, b"X: ", b"x" * MIB, 431)


if __name__ == "__main__":
    tap.main()
