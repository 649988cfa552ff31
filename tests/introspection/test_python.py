# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a script that embeds the server relies on: names, errors, properties, lists, signals, and its life."""

import hashlib
import hmac
import json
import os
import socket
import unittest

import gi

gi.require_version("Resonate", "1")
gi.require_version("Soup", "3.0")
from gi.repository import Gio, GLib, Resonate, Soup  # noqa: E402

DEADLINE_S = 20
KEY, SECRET = "app-key", "app-secret"


def wait_until(condition, what):
    """Runs the main loop until `condition ()`, and fails by name when it never comes."""
    late = []
    source = GLib.timeout_add_seconds(DEADLINE_S, lambda: late.append(True))
    while not condition():
        if late:
            raise AssertionError(f"waited in vain for {what}")
        GLib.MainContext.default().iteration(True)
    if not late:
        GLib.source_remove(source)


def finish(start, end):
    """Calls an asynchronous method and returns what its finish function does."""
    results = []
    start(lambda _, result: results.append(result))
    wait_until(lambda: results, "an answer")
    return end(results[0])


class Client:
    """A client of the protocol, in the same main loop."""

    def __init__(self, uri, key=KEY):
        self.frames, self.closed, self.session = [], [], Soup.Session(proxy_resolver=None)
        message = Soup.Message.new("GET", f"{uri}/app/{key}".replace("http", "ws", 1))
        self.socket = finish(
            lambda done: self.session.websocket_connect_async(message, None, [], 0, None, done),
            self.session.websocket_connect_finish,
        )
        self.socket.connect("message", lambda _, kind, text: self.frames.append(json.loads(text.get_data())))
        self.socket.connect("closed", lambda socket: self.closed.append(socket.get_close_code()))

    def expect(self, event):
        wait_until(lambda: self.frames, event)
        frame = self.frames.pop(0)
        assert frame["event"] == event, frame
        return json.loads(frame["data"]) if "data" in frame else None

    def greet(self):
        self.id = self.expect("pusher:connection_established")["socket_id"]
        return self

    def send(self, event, **data):
        self.socket.send_text(json.dumps({"event": event, "data": data}))

    def subscribe(self, channel, user=None):
        data = {"channel": channel}
        if user is not None:
            data["channel_data"] = json.dumps({"user_id": user, "user_info": {"name": user.title()}})
            text = f"{self.id}:{channel}:{data['channel_data']}"
            data["auth"] = f"{KEY}:{hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()}"
        self.send("pusher:subscribe", **data)
        return self.expect("pusher_internal:subscription_succeeded")


class Names(unittest.TestCase):
    def test_enumerations(self):
        self.assertEqual(Resonate.ChannelKind.PRESENCE_CACHE.value_nick, "presence-cache")
        self.assertEqual(Resonate.ServerState.DRAINING.value_nick, "draining")
        self.assertEqual(Resonate.ClientEvents.MEMBERS.value_nick, "members")
        self.assertEqual(Resonate.SendQueuePolicy.DROP_OLDEST.value_nick, "drop-oldest")

    def test_codes_of_the_protocol(self):
        self.assertEqual(int(Resonate.PusherError.OVER_QUOTA), 4004)
        self.assertEqual(Resonate.PusherError.to_string(Resonate.PusherError.NO_PONG), "Pong reply not received in time")

    def test_traffic_in_the_log(self):
        self.assertFalse(Resonate.log_get_traffic())
        Resonate.log_set_traffic(True)
        self.assertTrue(Resonate.log_get_traffic())
        Resonate.log_set_traffic(False)


class Errors(unittest.TestCase):
    def assert_fails(self, domain, code, call, *args):
        with self.assertRaises(GLib.Error) as raised:
            call(*args)
        self.assertTrue(raised.exception.matches(domain, code), raised.exception)
        return raised.exception.message

    def test_configuration(self):
        config = Resonate.Config.new()
        said = self.assert_fails(
            Resonate.Error.quark(), Resonate.Error.CONFIG, config.override, "server", "port", "eighty"
        )
        self.assertIn("port", said)

    def test_an_id_twice(self):
        apps = Resonate.AppList.new()
        apps.add(Resonate.App.new("1", "a", "s"))
        self.assert_fails(Resonate.Error.quark(), Resonate.Error.CONFIG, apps.add, Resonate.App.new("1", "b", "s"))

    def test_a_message_that_is_none(self):
        self.assert_fails(
            Resonate.PusherError.quark(), Resonate.PusherError.INVALID_MESSAGE,
            Resonate.Message.new, GLib.Bytes.new(b"[1]"),
        )

    def test_an_app_that_is_not_there(self):
        server = Resonate.Server.new(Resonate.Config.new())
        self.assert_fails(
            Resonate.Error.quark(), Resonate.Error.UNKNOWN_APP, server.publish, "7", ["c"], "e", "{}", None
        )
        self.assert_fails(Resonate.Error.quark(), Resonate.Error.UNKNOWN_APP, server.terminate_user, "7", "ada")
        self.assertIsNone(server.get_channels("7"))


class Values(unittest.TestCase):
    def test_configuration(self):
        config = Resonate.Config(port=9000, host=["127.0.0.1", "::1"], path="ws/")
        self.assertEqual(config.props.port, 9000)
        self.assertEqual(config.get_host(), ["127.0.0.1", "::1"])
        self.assertEqual(config.props.path, "/ws")
        self.assertIsNone(config.props.hostname)
        self.assertEqual(config.props.drain_timeout, 30 * GLib.USEC_PER_SEC)
        self.assertFalse(config.get_proxy_protocol())
        self.assertFalse(config.get_permessage_deflate())

    def test_an_app(self):
        app = Resonate.App.new("1001", KEY, SECRET)
        app.props.max_connections = 5
        app.props.allowed_origins = ["*.example.org"]
        app.props.accept_client_events_from = Resonate.ClientEvents.NONE
        self.assertEqual((app.props.id, app.props.key, app.get_max_connections()), ("1001", KEY, 5))
        self.assertTrue(app.allows_origin("https://www.example.org"))
        self.assertFalse(app.allows_origin("https://example.com"))
        self.assertFalse(hasattr(app.props, "secret"))

    def test_apps_are_a_list_model(self):
        apps, changes = Resonate.AppList.new(), []
        apps.connect("items-changed", lambda _, *change: changes.append(change))
        for name in ("1", "2"):
            apps.add(Resonate.App.new(name, f"key-{name}", "secret"))
        self.assertIsInstance(apps, Gio.ListModel)
        self.assertEqual([app.props.id for app in apps], ["1", "2"])
        self.assertEqual(apps.get_by_key("key-2"), apps.get_by_id("2"))
        self.assertTrue(apps.remove("1"))
        self.assertFalse(apps.remove("1"))
        self.assertEqual(changes, [(0, 0, 1), (1, 0, 1), (0, 1, 0)])

    def test_a_message_keeps_its_text(self):
        text = b'{"event":"client-typing","channel":"private-a","data":{"big":12345678901234567890,"n":1.0}}'
        message = Resonate.Message.new(GLib.Bytes.new(text))
        self.assertEqual(message.get_event(), "client-typing")
        self.assertEqual(message.get_channel(), "private-a")
        self.assertEqual(message.dup_data(), '{"big":12345678901234567890,"n":1.0}')
        self.assertEqual(message.get_text().get_data(), text)


class Serving(unittest.TestCase):
    def setUp(self):
        self.config = Resonate.Config(host=["127.0.0.1"], port=0)
        self.config.get_apps().add(Resonate.App.new("1", KEY, SECRET))
        self.server = Resonate.Server.new(self.config)
        finish(lambda done: self.server.start_async(None, done), self.server.start_finish)
        (self.uri,) = self.server.dup_uris()

    def tearDown(self):
        self.assertTrue(finish(lambda done: self.server.stop_async(None, done), self.server.stop_finish))
        self.assertEqual(self.server.props.state, Resonate.ServerState.STOPPED)

    def listen(self, *names):
        heard = []
        for name in names:
            self.server.connect(name, lambda _, *about, name=name: heard.append((name, *about)))
        return heard

    def test_another_configuration(self):
        config = Resonate.Config(host=["127.0.0.1"], port=0, path="/ws", drain_timeout=5000000)
        app = Resonate.App.new("1", KEY, "another")
        app.set_secret("another", SECRET)
        app.props.enabled = False
        config.get_apps().add(app)
        changes = [
            ("server", "path", "needs-reload"), ("server", "drain-timeout", "applied"), ("app 1", "secret", "applied"),
            ("app 1", "previous-secret", "applied"), ("app 1", "enabled", "applied"),
        ]
        self.assertEqual(self.config.compare(config).unpack(), changes)
        client = Client(self.uri).greet()
        applied = finish(
            lambda done: self.server.apply_config_async(config, None, done), self.server.apply_config_finish
        )
        self.assertEqual(applied.unpack(), changes)
        self.assertFalse(self.config.get_apps().get_by_id("1").get_enabled())
        wait_until(lambda: client.closed, "a close frame")
        self.assertEqual(client.closed, [int(Resonate.PusherError.APP_DISABLED)])

    def test_signals_of_the_server(self):
        heard = self.listen(
            "opened", "closed", "subscribed", "unsubscribed", "occupied", "vacated", "member-added", "member-removed"
        )
        client = Client(self.uri).greet()
        client.subscribe("presence-lobby", "ada")
        channel = self.server.get_channels("1").lookup("presence-lobby")
        connection = self.server.get_connection("1", client.id)
        app = self.config.get_apps().get_by_id("1")
        client.socket.close(1000, None)
        wait_until(lambda: heard[-1][0] == "closed", "closed")
        self.assertEqual(
            heard,
            [
                ("opened", connection),
                ("occupied", app, channel),
                ("member-added", app, channel, "ada"),
                ("subscribed", connection, channel),
                ("member-removed", app, channel, "ada"),
                ("vacated", app, channel),
                ("unsubscribed", connection, channel),
                ("closed", connection),
            ],
        )

    def test_signals_of_a_channel_and_a_connection(self):
        heard = []
        first, second = Client(self.uri).greet(), Client(self.uri).greet()
        first.subscribe("presence-lobby", "ada")
        channel = self.server.get_channels("1").lookup("presence-lobby")
        for name in ("member-added", "member-removed"):
            channel.connect(name, lambda _, user, name=name: heard.append((name, user)))
        connection = self.server.get_connection("1", second.id)
        connection.connect("subscribed", lambda _, to: heard.append(("subscribed", to.props.name)))
        connection.connect("closed", lambda _: heard.append(("closed",)))
        second.subscribe("presence-lobby", "bob")
        second.socket.close(1000, None)
        wait_until(lambda: ("closed",) in heard, "closed")
        self.assertEqual(
            heard,
            [("member-added", "bob"), ("subscribed", "presence-lobby"), ("member-removed", "bob"), ("closed",)],
        )

    def test_channels_are_list_models(self):
        channels = self.server.get_channels("1")
        client = Client(self.uri).greet()
        client.subscribe("presence-lobby", "ada")
        client.subscribe("news")
        self.assertEqual([channel.props.name for channel in channels], ["presence-lobby", "news"])
        lobby = channels.lookup("presence-lobby")
        self.assertEqual(lobby.props.kind, Resonate.ChannelKind.PRESENCE)
        self.assertEqual(lobby.get_item_type(), Resonate.Subscription.__gtype__)
        (subscription,) = list(lobby)
        self.assertEqual((subscription.props.socket_id, subscription.props.user_id), (client.id, "ada"))
        self.assertEqual(json.loads(subscription.props.user_info), {"name": "Ada"})
        self.assertEqual(subscription.get_connection().dup_channels(), ["presence-lobby", "news"])
        self.assertEqual((lobby.get_user_count(), lobby.has_user("ada"), lobby.has_user("bob")), (1, True, False))

    def test_a_connection(self):
        client = Client(self.uri).greet()
        connection = self.server.get_connection("1", client.id)
        self.assertEqual(connection.props.app.props.id, "1")
        self.assertEqual(connection.props.remote_address, "127.0.0.1")
        self.assertIsNone(connection.props.origin)
        self.assertEqual(self.server.get_n_connections(), 1)
        connection.send("hello", None, '{"n":1}')
        self.assertEqual(client.expect("hello"), {"n": 1})
        connection.close(4200, "Come again")
        wait_until(lambda: client.closed, "a close frame")
        self.assertEqual(client.closed, [4200])

    def test_publish(self):
        first, second = Client(self.uri).greet(), Client(self.uri).greet()
        first.subscribe("news")
        second.subscribe("news")
        self.assertTrue(self.server.publish("1", ["news", "empty"], "headline", '{"n":1}', second.id))
        self.assertTrue(self.server.publish("1", ["news"], "headline", '{"n":2}', None))
        self.assertEqual([first.expect("headline"), first.expect("headline")], [{"n": 1}, {"n": 2}])
        self.assertEqual(second.expect("headline"), {"n": 2})

    def test_tap(self):
        told = []
        self.server.connect("received", lambda _, connection, message: told.append((connection, message.get_event())))
        self.server.connect("published", lambda _, app, sender, channel, event, data: told.append(
            (app.props.id, sender, channel, event, data.get_data())))
        self.server.connect("left", lambda _, connection, code, reason: told.append((connection, code, reason)))
        client = Client(self.uri).greet()
        connection = self.server.find_connection(client.id)
        self.server.set_tapped(True)
        client.send("pusher:ping")
        client.expect("pusher:pong")
        self.server.publish("1", ["news"], "headline", "{}", None)
        self.server.terminate_connection("1", client.id)
        self.assertEqual(told, [
            (connection, "pusher:ping"), ("1", None, "news", "headline", b"{}"),
            (connection, 4009, "You got disconnected by the app.")])

    def test_facts_pages_and_numbers(self):
        client = Client(self.uri).greet()
        client.subscribe("presence-lobby", "ada")
        client.subscribe("cache-news")
        connection = self.server.find_connection(client.id)
        self.assertIs(connection, self.server.get_connection("1", client.id))
        self.assertEqual(connection.get_user_id(), "ada")
        self.assertEqual((connection.count_channels(), connection.get_queued_bytes()), (2, 0))
        self.assertEqual((connection.get_messages_received(), connection.get_rate_limit_remaining()), (2, -1))
        self.assertGreater(connection.get_messages_sent(), 2)
        self.assertGreater(connection.get_bytes_sent(), connection.get_bytes_received())
        self.assertGreaterEqual(connection.get_last_activity(), connection.get_opened_at())
        self.assertIsInstance(connection.is_hibernating(), bool)

        self.assertEqual(self.server.page_connections("1", "", 0), ([connection], ""))
        self.assertEqual(self.server.page_subscribers("1", "cache-news", "", 0), ([connection], ""))
        self.assertEqual(self.server.page_users("1", "presence-lobby", "", 0), (["ada"], ""))
        page, cursor = self.server.page_channels("1", "", "", 1)
        more, end = self.server.page_channels("1", "", cursor, 1)
        self.assertEqual(sorted(channel.props.name for channel in page + more), ["cache-news", "presence-lobby"])
        self.assertEqual(end, "")
        self.assertEqual(self.server.get_channels("1").lookup("presence-lobby").count_user("ada"), 1)
        self.assertFalse(self.server.has_cached("1", "cache-news"))
        self.server.publish("1", ["cache-news"], "headline", "{}", None)
        self.assertTrue(self.server.has_cached("1", "cache-news"))
        self.assertEqual(Resonate.ChannelKind.from_name("private-a"), Resonate.ChannelKind.PRIVATE)

        self.assertEqual(self.server.count_connections("1"), 1)
        self.assertEqual(self.server.dup_metrics().unpack()["resonate_connections"], 1)
        self.assertIn("# EOF", self.server.format_metrics("openmetrics"))
        self.assertGreater(self.server.props.started_at, 0)
        with self.assertRaises(GLib.Error) as raised:
            self.server.terminate_connection("1", "1.1")
        self.assertTrue(raised.exception.matches(Resonate.Error.quark(), Resonate.Error.NOT_FOUND))

    def test_terminate(self):
        client = Client(self.uri).greet()
        client.subscribe("presence-lobby", "ada")
        self.assertEqual(self.server.terminate_user("1", "bob"), 0)
        self.assertEqual(self.server.terminate_user("1", "ada"), 1)
        wait_until(lambda: client.closed, "a close frame")
        self.assertEqual(client.closed, [4009])

    def test_apps_come_and_go(self):
        apps = self.config.get_apps()
        apps.add(Resonate.App.new("2", "second-key", "secret"))
        client = Client(self.uri, "second-key").greet()
        self.assertIsNotNone(self.server.get_connection("2", client.id))
        apps.remove("2")
        wait_until(lambda: client.closed, "a close frame")
        self.assertIsNone(self.server.get_channels("2"))

    def test_starting_twice(self):
        with self.assertRaises(GLib.Error) as raised:
            finish(lambda done: self.server.start_async(None, done), self.server.start_finish)
        self.assertTrue(raised.exception.matches(Resonate.Error.quark(), Resonate.Error.BAD_STATE))

    def test_stop_sends_clients_away(self):
        client = Client(self.uri).greet()
        self.assertTrue(finish(lambda done: self.server.stop_async(None, done), self.server.stop_finish))
        wait_until(lambda: client.closed, "a close frame")
        self.assertEqual(client.closed, [1001])
        self.assertEqual(self.server.dup_uris(), [])

    def test_drain_waits_for_clients(self):
        states, done = [], []
        self.server.connect("notify::state", lambda server, _: states.append(server.props.state.value_nick))
        client = Client(self.uri).greet()
        self.server.connect("drained", lambda _, n_forced: states.append(n_forced))
        self.server.drain_async(60 * GLib.USEC_PER_SEC, None, lambda server, result: done.append(server.drain_finish(result)))
        client.send("pusher:ping")
        client.expect("pusher:pong")
        self.assertEqual((states, done), (["draining"], []))
        self.assertGreater(self.server.props.drain_deadline, self.server.props.started_at)
        client.socket.close(1000, None)
        wait_until(lambda: done, "the end of the drain")
        self.assertEqual((states, done), (["draining", 0, "stopped"], [True]))
        self.assertEqual(self.server.props.drain_deadline, 0)

    def test_started_again(self):
        finish(lambda done: self.server.stop_async(None, done), self.server.stop_finish)
        finish(lambda done: self.server.start_async(None, done), self.server.start_finish)
        (uri,) = self.server.dup_uris()
        Client(uri).greet()

    def test_two_servers_as_one(self):
        self.assertEqual(self.server.props.cluster_state, Resonate.ClusterState.OFF)
        self.assertIsNone(self.server.props.node_id)
        finish(lambda done: self.server.stop_async(None, done), self.server.stop_finish)
        topics = Resonate.PubSub.new_local()
        config = Resonate.Config.new()
        config.props.host, config.props.port, config.props.cluster_node_id = ["127.0.0.1"], 0, "other"
        config.get_apps().add(Resonate.App.new("1", "key", "secret"))
        other = Resonate.Server.new(config)
        for server in (self.server, other):
            server.set_pub_sub(topics)
            finish(lambda done: server.start_async(None, done), server.start_finish)
        self.assertEqual(other.props.cluster_state, Resonate.ClusterState.CONNECTED)
        self.assertRegex(other.dup_node_id(), "^other-[0-9a-f]{8}$")
        (uri,) = self.server.dup_uris()
        client = Client(uri).greet()
        client.subscribe("news")
        other.publish("1", ["news"], "said", "{}", None)
        self.assertEqual(client.expect("said"), {})
        finish(lambda done: other.stop_async(None, done), other.stop_finish)

    def test_sockets_it_listens_on(self):
        (fd,) = self.server.dup_sockets()
        with socket.socket(fileno=os.dup(fd)) as listening:
            self.assertEqual(listening.getsockname(), ("127.0.0.1", int(self.uri.rsplit(":", 1)[1])))
        finish(lambda done: self.server.stop_async(None, done), self.server.stop_finish)
        self.assertEqual(self.server.dup_sockets(), [])

    def test_a_replacement_that_leaves(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client = Client(self.uri).greet()
        theirs.close()
        with self.assertRaises(GLib.Error):
            finish(
                lambda done: self.server.hand_over_async(Gio.Socket.new_from_fd(ours.detach()), -1, None, done),
                self.server.hand_over_finish,
            )
        client.send("pusher:ping")
        client.expect("pusher:pong")

    def test_a_predecessor_that_leaves(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.close()
        server = Resonate.Server.new(Resonate.Config.new())
        with self.assertRaises(GLib.Error) as raised:
            finish(
                lambda done: server.take_over_async(Gio.Socket.new_from_fd(ours.detach()), None, done),
                server.take_over_finish,
            )
        self.assertTrue(raised.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CONNECTION_CLOSED))
        self.assertEqual(server.get_state(), Resonate.ServerState.STOPPED)


if __name__ == "__main__":
    unittest.main()
