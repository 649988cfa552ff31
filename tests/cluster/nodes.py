# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several servers that are one, over one Redis, each of them on a wire of its own."""

import json
import signal
import sys
import unittest
from pathlib import Path

for folder in ("fixtures", "edge", "dbus"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))
import bus as message_bus  # noqa: E402
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
    """One server, on a message bus of its own, where its numbers are read. It can die and come back, on another port
    then: whoever connects asks the node where it is."""

    def __init__(self, name, config, env=None):
        self.name, self.config = name, config
        self.bus = message_bus.Bus(message_bus.SESSION_CONFIG)
        self._env = {**(env or {}), "DBUS_SESSION_BUS_ADDRESS": self.bus.address}
        self._connection = self.bus.connect()
        self.server = None
        self.is_paused = False
        self.start()

    def start(self):
        self.server = fixture.Server(self.config, bus="--session", env=self._env)
        redis.wait_until(lambda: self._owner() == self.server.pid, f"{self.name} is on its bus")

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

    def close(self):
        """Even one that hangs ends with the test."""
        try:
            self.stop()
        finally:
            if self.is_running:
                self.server.process.kill()
                self.server.process.wait()
            self._connection.close_sync(None)
            self.bus.close()

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
        """None when it takes clients and reaches the other nodes, else what it says."""
        status, body = peer.ask(self, b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return None if status == 200 and b"degraded" not in body else body.decode()

    def metrics(self):
        """What it counts, by name."""
        return self._call(message_bus.NAME, message_bus.ROOT, message_bus.METRICS, "GetSnapshot")

    def _owner(self):
        """The process that has the server's name on the bus."""
        name = message_bus.GLib.Variant("(s)", (message_bus.NAME,))
        try:
            return self._call("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetConnectionUnixProcessID", name)
        except message_bus.GLib.Error:
            return None

    def _call(self, name, path, interface, method, arguments=None):
        return self._connection.call_sync(
            name, path, interface, method, arguments, None, message_bus.Gio.DBusCallFlags.NO_AUTO_START,
            message_bus.WAIT_SECONDS * 1000, None).unpack()[0]

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
            portion = min(at_once, count - begin)
            self.ask_later(channel, portion)
            bad += self.answers(portion)
        return bad

    def ask_later(self, channel, count):
        """Sends the next COUNT events of CHANNEL, whose answers are to be read."""
        first = self.said.get(channel, 0) + 1
        self.said[channel] = first + count - 1
        self.send(b"".join(
            peer.signed(self.app, "POST", "/events", peer.event(channel, json.dumps({"from": self.who, "n": n})))
            for n in range(first, first + count)))

    def answers(self, count):
        """Those of the next COUNT answers that are not 200."""
        return [status for status in (self.answer()[0] for _ in range(count)) if status != 200]


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

    def wire(self, server, **options):
        """A wire to SERVER that the test may cut."""
        wire = proxy.Proxy(server.address, **options)
        self.addCleanup(wire.close)
        return wire

    def start_node(self, url, server=None, redis_keys=None, env=None, **cluster_keys):
        """A node, which may not be ready yet; CLUSTER_KEYS are those of the group `cluster`."""
        return self.add_node(fixture.config_text(server, [self.app], cluster_text(url, redis_keys, cluster_keys)), env)

    def add_node(self, config, env=None):
        node = Node("ABCDEFGH"[len(self.nodes)], config, env)
        self.nodes.append(node)
        self.addCleanup(node.close)
        return node

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
