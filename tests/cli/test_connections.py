# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""connections, the list, and connection, all about one."""

import time
import unittest

from served import ServedCase, fixture

NOBODY = "1.1"


class Connections(ServedCase):
    def test_table(self):
        server = self.serve()
        with self.client(server) as first, self.client(server) as second:
            first.subscribe("news")
            rows = self.table("connections")
        self.assertEqual(rows[0], ["SOCKET", "ADDRESS", "SINCE", "CHANNELS", "USER"])
        found = {row[0]: (row[1], row[-2], row[-1]) for row in rows[1:]}
        self.assertEqual(found, {first.id: ("127.0.0.1", "1", "-"), second.id: ("127.0.0.1", "0", "-")})

    def test_json(self):
        before = time.time_ns() // 1000
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        with self.client(server, "2") as client:
            found = self.run_json("connections", "2")
            self.assertEqual(self.run_json("connections", "1"), {"app": "1", "connections": []})
        self.assertEqual(found["app"], "2")
        (row,) = found["connections"]
        self.assertTrue(before <= row["opened-at"] <= time.time_ns() // 1000)
        self.assertEqual((row["socket"], row["address"], row["channels"]), (client.id, "127.0.0.1", 0))

    def test_usage(self):
        self.failed("connections", "a", "b", status=2)


class Connection(ServedCase):
    def test_table(self):
        server = self.serve()
        with self.client(server) as client:
            client.subscribe("news")
            client.subscribe("sport")
            rows = dict(line.split("  ", 1) for line in self.run_ctl("connection", client.id).stdout.splitlines())
        rows = {name.strip(): value.strip() for name, value in rows.items()}
        self.assertEqual(rows["Socket"], client.id)
        self.assertEqual((rows["Application"], rows["Address"], rows["User"]), ("1001", "127.0.0.1", "-"))
        self.assertEqual(sorted(rows["Channels"].split(", ")), ["news", "sport"])
        self.assertEqual((rows["Messages received"], rows["Bytes queued"]), ("2", "0"))
        self.assertRegex(rows["Connected since"], r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertRegex(rows["Last activity"], r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertIn(rows["Hibernating"], ("yes", "no"))
        self.assertEqual(rows["Messages left by the rate limit"], "-")

    def test_json(self):
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        with self.client(server, "2") as client:
            client.subscribe("news")
            found = self.run_json("connection", client.id)
        self.assertEqual((found["socket"], found["app"], found["channels"]), (client.id, "2", ["news"]))
        self.assertEqual(found["messages-received"], 1)

    def test_nobody(self):
        self.serve()
        self.assertRegex(self.failed("connection", NOBODY), r"^resonatectl connection: [^:]+\n$")

    def test_usage(self):
        self.assertIn("An argument is missing", self.failed("connection", status=2))
        self.failed("connection", NOBODY, NOBODY, status=2)


if __name__ == "__main__":
    unittest.main()
