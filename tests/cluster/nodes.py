# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several servers that are one, over one Redis, each of them on a wire of its own."""

import contextlib
import json
import signal
import sys
import unittest
from pathlib import Path

for folder in ("fixtures", "edge"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))
import peer  # noqa: E402
import proxy  # noqa: E402
import redis  # noqa: E402
import server as fixture  # noqa: E402
from audience import Audience  # noqa: E402

START_SECONDS = 20


def cluster_text(url, redis_keys=None, cluster_keys=None):
    """The groups of the configuration that make a server one of many."""
    groups = [("redis", {"url": url, **(redis_keys or {})}), ("cluster", {"enabled": "true", **(cluster_keys or {})})]
    return "\n" + "\n".join(
        "\n".join([f"[{name}]", *(f"{key.replace('_', '-')} = {value}" for key, value in keys.items()), ""])
        for name, keys in groups if keys)


class Node:
    """One server. It can die and come back, on another port then: whoever connects asks the node where it is."""

    def __init__(self, name, config, bus="--no-bus", env=None):
        self.name, self.config = name, config
        self._bus, self._env = bus, env
        self.server = None
        self.is_paused = False
        self.start()

    def start(self):
        self.server = fixture.Server(self.config, bus=self._bus, env=self._env)

    @property
    def host(self):
        return self.server.host

    @property
    def port(self):
        return self.server.port

    @property
    def is_running(self):
        return self.server.process.returncode is None and self.server.process.poll() is None

    def kill(self):
        """Without a word to anybody."""
        self.server.process.kill()
        self.server.wait(-signal.SIGKILL)

    def pause(self):
        self.is_paused = True
        self.server.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.server.process.send_signal(signal.SIGCONT)
        self.is_paused = False

    def stop(self):
        """It leaves as it should: with status 0 and no complaint."""
        if self.is_running:
            self.server.process.send_signal(signal.SIGCONT)
            self.server.stop()

    def ask(self, app, method, path, body=b""):
        return peer.ask(self, peer.signed(app, method, path, body))

    def get(self, app, path):
        """What a REST query is answered, which has to be 200."""
        status, body = self.ask(app, "GET", path)
        assert status == 200, f"{self.name} answers {path} with {status} {body!r}"
        return json.loads(body)

    def users(self, app, channel):
        return {str(user["id"]) for user in self.get(app, f"/channels/{channel}/users")["users"]}

    def publish(self, app, channel, n, who="publisher"):
        peer.publish(self, app, channel, json.dumps({"from": who, "n": n}))

    def ready(self):
        """None when it is, else why not."""
        status, body = peer.ask(self, b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return None if status == 200 else body.decode()

    def log(self):
        return self.server.stderr()


class Publisher(peer.Peer):
    """Events over HTTP on one connection that is kept, numbered for each channel."""

    def __init__(self, node, app, who="publisher"):
        super().__init__(node)
        self.node, self.app, self.who = node, app, who
        self.said = {}

    def say(self, channel):
        """Publishes the next event of CHANNEL; returns its number and the status of the answer."""
        n = self.said[channel] = self.said.get(channel, 0) + 1
        self.send(peer.signed(self.app, "POST", "/events", peer.event(channel, json.dumps({"from": self.who, "n": n}))))
        return n, self.answer()[0]

    def pour(self, channel, count, at_once=50):
        """Publishes COUNT events, AT_ONCE of them before their answers are read; returns what is not 200."""
        bad = []
        for begin in range(0, count, at_once):
            numbers = range(self.said.get(channel, 0) + 1, self.said.get(channel, 0) + min(at_once, count - begin) + 1)
            self.said[channel] = numbers[-1]
            self.send(b"".join(peer.signed(self.app, "POST", "/events",
                                           peer.event(channel, json.dumps({"from": self.who, "n": n})))
                               for n in numbers))
            bad += [status for status in (self.answer()[0] for _ in numbers) if status != 200]
        return bad


class ClusterCase(unittest.TestCase):
    """Each test has its own Redis and its own nodes; whatever a node complained of fails the test."""

    maxDiff = None

    def setUp(self):
        self.app = fixture.an_app(accept_client_events_from="all")
        self.nodes = []

    def start_redis(self, *config, **options):
        server = redis.Redis(*config, **options)
        self.addCleanup(server.close)
        return server

    def wire(self, server, seed=0):
        """A wire to SERVER that the test may cut."""
        wire = proxy.Proxy(server.address, seed)
        self.addCleanup(wire.close)
        return wire

    def start_node(self, url, name=None, server=None, redis_keys=None, bus="--no-bus", env=None, **cluster_keys):
        """A node that is ready; CLUSTER_KEYS are those of the group `cluster`."""
        config = fixture.config_text(server, [self.app], cluster_text(url, redis_keys, cluster_keys))
        node = Node(name or "ABCDEFGH"[len(self.nodes)], config, bus, env)
        self.nodes.append(node)
        self.addCleanup(self.end, node)
        return node

    def end(self, node):
        """Even one that hangs ends with the test."""
        try:
            node.stop()
        finally:
            if node.is_running:
                with contextlib.suppress(AssertionError):
                    node.kill()

    def wait_until_ready(self, *nodes, seconds=START_SECONDS):
        for node in nodes or self.nodes:
            redis.wait_until(lambda: node.ready() is None, f"{node.name} is ready", seconds)

    def start_nodes(self, count, url, **keywords):
        nodes = [self.start_node(url, **keywords) for _ in range(count)]
        self.wait_until_ready(*nodes)
        return nodes

    def gather(self, **keywords):
        audience = Audience(self.app, **keywords)
        self.addCleanup(audience.close)
        return audience

    def assert_heard(self, listener, channel, expected, who="publisher"):
        """LISTENER has heard the numbers EXPECTED of WHO, in that order, each once."""
        with listener.audience.lock:
            heard = [n for said_by, n in listener.heard[channel] if said_by == who]
        self.assertEqual(heard, list(expected), f"{listener} on {channel}")
