# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import re
import select
import signal
import unittest

from served import APP, MANAGER, ROOT, Gio, GLib, ServedCase, fixture, wait_until

NOON_US = 1_800_000_000_123_456


def row(kind, app="1001", socket="1.1", time_us=NOON_US, **facts):
    kinds = {int: "u", str: "s"}
    named = {name: GLib.Variant(kinds[type(value)], value) for name, value in facts.items()}
    return time_us, kind, app, socket, named


def events(*rows, dropped=0):
    return GLib.Variant("(a(tsssa{sv})t)", (list(rows), dropped))


class Tapped(ServedCase):
    """What is shown of events that a stranger sends."""

    def send(self, *rows, **keywords):
        self.server.send(self.server.caller_of("Manager.Monitor"), MANAGER, "Events", events(*rows, **keywords))

    def setUp(self):
        super().setUp()
        self.server = self.stranger()


class Documents(Tapped):
    def test_one_a_line_where_there_is_no_terminal(self):
        shown = self.watch("monitor")
        self.send(row("opened", address="::1"), row("published", socket="", channel="c", event="e", size=2))
        self.assertEqual(shown.document(), {
            "time": NOON_US, "kind": "opened", "app": "1001", "socket": "1.1", "address": "::1"})
        self.assertEqual(shown.document(), {
            "time": NOON_US, "kind": "published", "app": "1001", "socket": None, "channel": "c", "event": "e", "size": 2})
        self.assertEqual(shown.end(), 0)
        self.assertEqual(shown.errors, "")

    def test_on_a_terminal_when_asked_for(self):
        shown = self.terminal("monitor", "--json")
        self.send(row("opened"))
        shown.until('"kind":"opened"')

    def test_utf8_in_any_locale(self):
        shown = self.watch("monitor", LC_ALL="C")
        self.send(row("subscribed", channel="größe\n"))
        self.assertEqual(shown.document()["channel"], "größe\n")

    def test_what_was_lost_is_counted(self):
        shown = self.watch("monitor")
        self.send(row("closed", code=1001), dropped=7)
        self.assertEqual(shown.document(), {"dropped": 7})
        self.assertEqual(shown.document()["code"], 1001)


class Gaps(Tapped):
    """Another one takes the name, as in a reload."""

    def next_server(self):
        self.server.caller_of("Manager.Monitor")
        second = self.stranger()
        second.caller_of("Manager.Monitor")
        return second

    def test_it_is_not_said_of_the_first(self):
        shown = self.watch("monitor")
        self.send(row("opened"))
        self.assertEqual(shown.document()["kind"], "opened")

    def test_a_line_of_its_own(self):
        shown = self.terminal("monitor", NO_COLOR="1")
        self.server = self.next_server()
        self.send(row("closed", reason="the end"))
        self.assertIn("… another process goes on: events before this line may be missing\n", shown.until("the end"))


class Filter(Tapped):
    def asked(self, *args):
        shown = self.watch("monitor", *args)
        self.server.caller_of("Manager.Monitor")
        shown.end()
        return [arguments for name, arguments, _ in self.server.called if name == "Manager.Monitor"]

    def test_everything(self):
        self.assertEqual(self.asked(), [({},)])

    def test_all_there_is(self):
        asked = self.asked("1001", "--channel", "room-*", "--socket=1.1", "--kind", "message", "-k", "connection",
                           "--payloads")
        self.assertEqual(asked, [({"app": "1001", "channel": "room-*", "socket": "1.1",
                                   "kinds": ["message", "connection"], "payloads": True},)])


class Lines(Tapped):
    def shown(self, *rows, dropped=0, **keywords):
        shown = self.terminal("monitor", **keywords)
        self.send(*rows, row("closed", reason="the end"), dropped=dropped)
        return shown.until("the end")

    def test_colours(self):
        text = self.shown(row("opened", address="::1"), dropped=2)
        self.assertRegex(text, r"\d\d:\d\d:\d\d\.123  \x1b\[32mopened      \x1b\[0m  1001  1\.1 ")
        self.assertIn("\x1b[1;31m… 2 events were lost: they come too fast\x1b[0m\n", text)

    def test_no_colours(self):
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.server.called.clear()
            self.assertNotIn("\x1b", self.shown(row("opened"), dropped=2, **environment))

    def test_an_empty_no_color_is_none(self):
        self.assertIn("\x1b[", self.shown(row("opened"), NO_COLOR=""))

    def test_columns_are_aligned(self):
        text = self.shown(row("published", socket="", channel="presence-房间", event="a", size=3),
                          row("received", app="7", channel="c", event="client-b", size=1, user="u"), NO_COLOR="1")
        first, second, _ = (line[14:] for line in text.splitlines())
        self.assertEqual(first.split(), ["published", "1001", "presence-房间", "a", "(3", "bytes)"])
        self.assertEqual(second, "received      7     1.1  c              client-b (1 byte) user=u")

    def test_lines_end_with_the_terminal(self):
        text = self.shown(row("received", channel="c", event="e", size=200, data="x" * 200), columns=60, NO_COLOR="1")
        line = text.splitlines()[0]
        self.assertEqual(len(line), 60)
        self.assertTrue(line.endswith("xxx…"))

    def test_a_width_that_was_chosen(self):
        text = self.shown(row("received", channel="c", event="e", data="x" * 200), COLUMNS="100", NO_COLOR="1")
        self.assertEqual(len(text.splitlines()[0]), 100)

    def test_strangers_do_not_write_to_the_terminal(self):
        text = self.shown(row("received", channel="\x1b[2J\u202eevil\u0085", event="a\nb", data="\x07"), NO_COLOR="1",
                          columns=200)
        self.assertIn("\\x1b[2J\\u{202e}evil\\x85", text)
        self.assertIn("a\\x0ab", text)
        self.assertFalse(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text))


class Backpressure(Tapped):
    N_EVENTS = 5000  # more than a pipe holds

    def ask(self, method, done):
        self.server.connection.call(self.server.caller_of("Manager.Monitor"), "/", "org.freedesktop.DBus.Peer", method,
                                    None, None, Gio.DBusCallFlags.NONE, 20_000, None, lambda *_: done.append(method))

    def test_a_ping_is_not_answered_before_what_came_before_it_was_shown(self):
        """So the server does not send what nobody reads."""
        shown, answered = self.watch("monitor"), []
        self.send(*[row("opened")] * self.N_EVENTS)
        self.ask("Ping", answered)
        self.ask("GetMachineId", answered)
        wait_until("an answer", lambda: answered)
        self.assertEqual(answered, ["GetMachineId"])
        shown.lines(self.N_EVENTS)
        wait_until("Ping", lambda: len(answered) == 2)


class Ends(Tapped):
    def test_signals_are_the_usual_end(self):
        for signum in (signal.SIGINT, signal.SIGTERM):
            self.server.called.clear()
            shown = self.watch("monitor")
            self.send(row("opened"))
            shown.line()
            self.assertEqual(shown.end(signum), 0)

    def test_the_server_leaves(self):
        shown = self.watch("monitor")
        self.send(row("opened"))
        shown.line()
        self.server.close()
        self.assertEqual(shown.wait(), 3)
        self.assertEqual(shown.errors, "resonatectl monitor: The server has left the bus\n")

    def test_the_bus_leaves(self):
        shown = self.watch("monitor")
        self.send(row("opened"))
        shown.line()
        self.bus.stop()
        self.assertEqual(shown.wait(), 3)

    def test_nobody_reads_any_more(self):
        shown = self.watch("monitor")
        self.send(row("opened"))
        shown.line()
        shown.process.stdout.close()
        self.send(row("opened"))
        self.assertEqual(shown.process.wait(20), -signal.SIGPIPE)

    def test_it_goes_on_with_the_process_that_takes_over(self):
        shown = self.watch("monitor", "--channel", "c")
        self.send(row("opened"))
        shown.line()
        successor = self.stranger()
        self.server = successor
        self.send(row("opened", socket="2.2"))
        self.assertEqual(list(shown.document()), ["gap"])
        self.assertEqual(shown.document()["socket"], "2.2")
        self.assertEqual(successor.called[-1][1], ({"channel": "c"},))
        self.assertEqual(shown.end(), 0)


class Refused(ServedCase):
    def test_the_server_says_why(self):
        self.stranger(Manager_Monitor=lambda options: "Limit Too many listen.")
        self.assertEqual(self.failed("monitor"), "resonatectl monitor: Too many listen.\n")

    def test_usage(self):
        self.failed("monitor", "a", "b", status=2)
        self.failed("monitor", "--channel", status=2)


class Served(ServedCase):
    """What the built server tells."""

    def begun(self, *args):
        """The command, as soon as it hears of what is published."""
        shown = self.watch("monitor", *args)

        def is_heard():
            self.call(APP, "Publish", "(sasss)", "e", ["fence"], "{}", "", path=f"{ROOT}/apps/1001")
            return select.select([shown.process.stdout], [], [], 0)[0]

        wait_until("what is published", is_heard)
        return shown

    @staticmethod
    def until(shown, kind):
        """The documents up to the first of that kind, without those that made sure of the beginning."""
        found = []
        while not found or found[-1]["kind"] != kind:
            document = shown.document()
            if document.get("channel") != "fence":
                found.append(document)
        return found

    def test_the_life_of_a_client(self):
        server = self.serve()
        shown = self.begun("1001", "--kind", "connection", "--kind", "subscription", "--kind", "message")
        with self.client(server) as client:
            client.subscribe("news")
        found = self.until(shown, "closed")
        self.assertEqual([event["kind"] for event in found],
                         ["opened", "received", "subscribed", "unsubscribed", "closed"])
        self.assertEqual({event["socket"] for event in found}, {client.id})
        self.assertEqual(found[0]["address"], "127.0.0.1")
        self.assertEqual(found[2]["channel"], "news")
        self.assertEqual(shown.end(), 0)

    def test_payloads_only_when_asked_for(self):
        self.serve()
        for args, data in ((), None), (("--payloads",), '{"a":1}'):
            shown = self.begun("--kind", "message", *args)
            self.run_ctl("publish", "news", "said", '{"a":1}')
            (event,) = self.until(shown, "published")
            self.assertEqual((event["event"], event["size"], event.get("data")), ("said", 7, data))
            self.assertEqual(shown.end(), 0)

    def test_one_application_of_several(self):
        server = self.serve(fixture.an_app("1001"), fixture.an_app("2"))
        shown = self.begun("1001")
        with self.client(server, "2"), self.client(server, "1001") as client:
            self.assertEqual(self.until(shown, "opened")[-1]["socket"], client.id)

    def test_a_kind_that_there_is_not(self):
        self.serve()
        self.assertRegex(self.failed("monitor", "--kind", "gossip"), r"^resonatectl monitor: \S.*gossip.*\n$")


if __name__ == "__main__":
    unittest.main()
