# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fixture of the attacks: a server, a probe beside it, and what must hold while and after it is attacked."""

import functools
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fixtures"))

from peer import WebSocket, publish  # noqa: E402: the path to the fixtures comes first
from server import Server, an_app, config_text, resonated  # noqa: E402

MAX_GROWTH_KIB = 2048
MAX_P99_MS = 20
# Other processes of the machine can only add to a latency: the least of a few is that of the server.
ATTEMPTS = 3
IS_SANITIZED = b"__asan_init" in Path(resonated()).read_bytes()


def attack(small, full):
    """Makes of `test (self, n)` a test that attacks with SMALL first, so that what a server keeps for good is there,
    and then, watched, with FULL."""

    def decorate(method):
        @functools.wraps(method)
        def test(self):
            method(self, small)
            self.assert_serves()
            for _ in range(ATTEMPTS):
                seen = self.watched(lambda: method(self, full))
                if IS_SANITIZED or seen["p99"] < MAX_P99_MS:
                    return
            self.fail(f"others wait: {seen}")

        return test

    return decorate


def rows(table, **sizes):
    """Adds to a class a test for each row of TABLE: {what is forbidden: the arguments of its `row (self, n, …)`}."""

    def decorate(case):
        for name, arguments in table.items():
            def test(self, n, arguments=arguments):
                self.row(n, *arguments)

            test.__name__ = f"test_{name}"
            setattr(case, test.__name__, attack(**sizes)(test))
        return case

    return decorate


class AttackCase(unittest.TestCase):
    """Tests against one server; SERVER and APP are keys of its configuration, WRAP a command in front of it,
    TRIES how often a new client of the probe's may have to come."""

    SERVER = {}
    APP = {}
    WRAP = ()
    TRIES = 1

    @classmethod
    def setUpClass(cls):
        cls.app = an_app(**cls.APP)
        cls.server = Server(config_text(cls.SERVER, [cls.app]), wrap=cls.WRAP)
        cls.probe = subprocess.Popen(
            [sys.executable, str(HERE / "probe.py"), cls.server.host, str(cls.server.port), cls.app["key"],
             str(cls.server.pid), str(cls.TRIES)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    @classmethod
    def tearDownClass(cls):
        try:
            cls.server.stop()
        finally:
            cls.probe.communicate()

    def tell(self, word):
        self.probe.stdin.write(word + "\n")
        self.probe.stdin.flush()
        line = self.probe.stdout.readline()
        self.assertNotEqual(line, "", "the probe was not served; its standard error says why")
        return line

    def watched(self, act):
        """Runs ACT and returns what the probe saw meanwhile; memory and service are asserted here."""
        self.tell("begin")
        try:
            act()
        finally:
            seen = json.loads(self.tell("end"))
        print(f"# {json.dumps(seen)}", flush=True)
        if not IS_SANITIZED:
            self.assertLessEqual(seen["grown_kib"], MAX_GROWTH_KIB, "the attack was stored")
        self.assert_serves()
        return seen

    def assert_serves(self):
        """A new client comes, subscribes, and hears what is published."""
        with WebSocket(self.server, self.app) as peer:
            peer.subscribe("fresh")
            publish(self.server, self.app, "fresh", "news")
            self.assertEqual(peer.event("e")["data"], "news")

    def descriptors(self):
        """How many the server has open."""
        return len(os.listdir(f"/proc/{self.server.pid}/fd"))

    def web_socket(self, *args, **keywords):
        return WebSocket(self.server, self.app, *args, **keywords)
