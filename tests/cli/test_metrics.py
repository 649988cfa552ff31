# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import math
import unittest

from served import METRICS, GLib, ServedCase, fixture

START_US = 1_800_000_000_000_000
VALUES = {"resonate_b_total": 4.0, "resonate_a": 0.25, 'resonate_b_total{app="1001"}': 1e15, "resonate_c": math.inf}


def snapshot(values):
    return GLib.Variant("(a{sd})", (values,))


class Snapshot(ServedCase):
    def setUp(self):
        super().setUp()
        self.stranger(Metrics_GetSnapshot=lambda: snapshot(VALUES))

    def test_table(self):
        self.assertEqual(self.run_ctl("metrics").stdout.splitlines(), [
            "NAME                                     VALUE",
            "resonate_a                                0.25",
            "resonate_b_total                             4",
            'resonate_b_total{app="1001"}  1000000000000000',
            "resonate_c                                 inf",
        ])

    def test_json(self):
        text = self.run_ctl("--json", "metrics").stdout
        self.assertEqual(self.run_json("metrics"), {"values": {
            "resonate_a": 0.25, "resonate_b_total": 4, 'resonate_b_total{app="1001"}': 10 ** 15, "resonate_c": None}})
        self.assertNotIn("4.0", text)


class Watch(ServedCase):
    def setUp(self):
        super().setUp()
        self.server = self.stranger()

    def sample(self, second, values):
        self.server.send(self.server.caller_of("Metrics.Subscribe"), METRICS, "Sample",
                         GLib.Variant("(ta{sd})", (START_US + second * 1_000_000, values)))

    def test_documents(self):
        shown = self.watch("metrics", "--watch", "--json")
        self.sample(0, {"resonate_a": 1})
        self.assertEqual(shown.document(), {"time": START_US, "values": {"resonate_a": 1}})
        self.assertEqual(self.server.called[-1][:2], ("Metrics.Subscribe", (1000,)))
        self.assertEqual(shown.end(), 0)

    def test_tables_with_rates_of_what_is_counted(self):
        shown = self.watch("metrics", "--watch")
        self.sample(0, {"resonate_a": 1, "resonate_b_total": 10})
        self.assertRegex(shown.line(), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertEqual([shown.line() for _ in range(4)], [
            "NAME              VALUE  PER SECOND",
            "resonate_a            1           -",
            "resonate_b_total     10           -",
            "",
        ])
        self.sample(2, {"resonate_a": 2, "resonate_b_total": 15})
        self.assertEqual([shown.line() for _ in range(5)][2:], [
            "resonate_a            2           -",
            "resonate_b_total     15         2.5",
            "",
        ])

    def test_a_terminal_is_cleared_and_not_exceeded(self):
        shown = self.terminal("metrics", "--watch", rows=10)
        self.sample(0, {f"resonate_{number:02}": number for number in range(20)})
        text = shown.until("… and 14 more rows\n")
        self.assertTrue(text.startswith("\x1b[H\x1b[2J"))
        self.assertIn("resonate_05", text)
        self.assertNotIn("resonate_06", text)

    def test_it_goes_on_with_the_process_that_takes_over(self):
        shown = self.watch("metrics", "--watch", "--json")
        self.sample(0, {"resonate_a": 1})
        shown.line()
        self.server = self.stranger()
        self.sample(1, {"resonate_a": 2})
        self.assertEqual(shown.document()["values"], {"resonate_a": 2})


class Served(ServedCase):
    """What the built server counts."""

    def test_once_and_again(self):
        server = self.serve(fixture.an_app("1001"), fixture.an_app("2"))
        with self.client(server):
            values = self.run_json("metrics")["values"]
            self.assertEqual((values["resonate_apps"], values["resonate_connections"]), (2, 1))
            self.assertEqual(values['resonate_connections{app="2"}'], 0)
            shown = self.watch("metrics", "--watch", "--json")
            self.assertEqual(shown.document()["values"]["resonate_connections"], 1)
            self.assertEqual(shown.end(), 0)


class Refused(ServedCase):
    def test_the_server_says_why(self):
        self.stranger(Metrics_GetSnapshot=lambda: "AccessDenied You may not.",
                      Metrics_Subscribe=lambda interval_ms: "Limit Too many listen.")
        self.assertEqual(self.failed("metrics"), "resonatectl metrics: You may not.\n")
        self.assertEqual(self.failed("metrics", "--watch"), "resonatectl metrics: Too many listen.\n")

    def test_usage(self):
        self.failed("metrics", "x", status=2)


if __name__ == "__main__":
    unittest.main()
