#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the process is given and what is taken from it: descriptors, and an environment."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import tap
from attack import AttackCase, attack
from peer import GET_UP, Peer, crowd, handshake, until
from server import config_text, resonated

DESCRIPTORS = 128
FAILURE = 1


class Descriptors(AttackCase):
    """More sockets than the server has descriptors; the probe beside them is a client like them. Who
    is accepted and has not spoken before a hundred others came makes room for them, and comes again."""

    WRAP = ("prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}")
    TRIES = 3

    def flood(self, n, request):
        before = self.descriptors()
        with crowd() as peers:
            for _ in range(n):
                peers.append(Peer(self.server))
                peers[-1].send(request)
            with Peer(self.server) as peer:
                peer.send(GET_UP)
                self.assertEqual(peer.answer()[0], 200)
        until(lambda: self.descriptors() <= before, "the sockets are closed")

    @attack(small=600, full=1000)
    def test_silent_sockets_do_not_make_it_deaf(self, n):
        self.flood(n, b"")

    @attack(small=600, full=1000)
    def test_half_requests_do_not_make_it_deaf(self, n):
        self.flood(n, b"GET /up HTTP/1.1\r\nHost: x\r\n")

    @attack(small=600, full=1000)
    def test_idle_connections_do_not_make_it_deaf(self, n):
        self.flood(n, GET_UP)

    @attack(small=600, full=1000)
    def test_web_sockets_do_not_make_it_deaf(self, n):
        self.flood(n, handshake(self.app))

    def test_who_was_told_the_last_word_makes_room_first(self):
        before = self.descriptors()
        with crowd() as peers, Peer(self.server) as silent:
            for _ in range(2 * DESCRIPTORS):
                peers.append(Peer(self.server))
                peers[-1].send(handshake(self.app))
                while b"\r\n\r\n" not in peers[-1].got and peers[-1].read():
                    pass
                self.assertRegex(peers[-1].got, rb"^HTTP/1\.1 (101|503) ")
            silent.send(GET_UP)
            self.assertEqual(silent.answer()[0], 200)
        until(lambda: self.descriptors() <= before, "the sockets are closed")


class Environment(unittest.TestCase):
    def test_http_2_of_libsoup_is_not_served(self):
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "resonate.conf"
            config.write_text(config_text())
            done = subprocess.run(
                [resonated(), "--config", str(config), "--host", "127.0.0.1", "--port", "0", "--no-bus"],
                env={**os.environ, "SOUP_SERVER_HTTP2": "1"}, capture_output=True, text=True, timeout=60,
            )
        self.assertEqual(done.returncode, FAILURE)
        self.assertEqual(done.stdout, "")
        self.assertIn("SOUP_SERVER_HTTP2 is set in the environment", done.stderr)


if __name__ == "__main__":
    tap.main()
