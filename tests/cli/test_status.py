# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import os
import time
import unittest

from served import ServedCase, fixture


class Status(ServedCase):
    def test_table(self):
        server = self.serve()
        rows = dict(line.split(None, 1) for line in self.run_ctl("status").stdout.splitlines())
        self.assertEqual(rows["State"], "running")
        self.assertEqual(rows["Listening"], server.url)
        self.assertEqual((rows["Applications"], rows["Connections"]), ("1", "0"))
        self.assertRegex(rows["Started"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(\d+ s ago\)$")
        self.assertNotIn("Drained", rows)
        self.assertNotIn("Cluster", rows)

    def test_json(self):
        before = time.time_ns() // 1000
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        with self.client(server, "2"):
            found = self.run_json("status")
        self.assertTrue(before <= found.pop("started-at") <= time.time_ns() // 1000)
        self.assertEqual(found, {"state": "running", "version": "1.0.0", "listening": [server.url], "connections": 1,
                                 "apps": 2, "drain-deadline": None, "cluster": "off", "node-id": None})

    def test_a_server_that_drains(self):
        server = self.serve()
        with self.client(server):
            self.call("org.resonate.Resonate1.Manager", "Drain", "(u)", 20_000)
            self.assertIn("Drained at the latest  20", self.run_ctl("status").stdout)
            found = self.run_json("status")
            self.assertEqual(found["state"], "draining")
            self.assertGreater(found["drain-deadline"], time.time_ns() // 1000)
        server.wait()

    def test_german(self):
        self.serve()
        said = self.run_ctl("status", LANGUAGE="de", RESONATE_LOCALEDIR=os.environ["RESONATE_LOCALEDIR"])
        self.assertIn("Lauscht auf   http://", said.stdout)

    def test_usage(self):
        self.assertIn("“x” is one argument too many", self.failed("status", "x", status=2))


if __name__ == "__main__":
    unittest.main()
