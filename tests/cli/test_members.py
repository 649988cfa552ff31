# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from served import ServedCase, fixture
from test_channels import subscribe_to_presence


class Members(ServedCase):
    def test_users_and_their_connections(self):
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        app = fixture.an_app("2")
        with self.client(server, "2") as first, self.client(server, "2") as second, self.client(server, "2") as bob:
            subscribe_to_presence(first, app, "presence-room", "ada")
            subscribe_to_presence(second, app, "presence-room", "ada")
            subscribe_to_presence(bob, app, "presence-room", "bob")
            rows = self.table("members", "presence-room", "--app", "2")
            found = self.run_json("members", "presence-room", "-a", "2")
        self.assertEqual(rows[0], ["USER", "CONNECTIONS"])
        self.assertEqual(sorted(rows[1:]), [["ada", "2"], ["bob", "1"]])
        self.assertEqual(found["app"], "2")
        self.assertEqual(sorted(found["members"], key=lambda row: row["user"]), [
            {"user": "ada", "connections": 2}, {"user": "bob", "connections": 1}])

    def test_a_channel_that_nobody_is_on(self):
        self.serve()
        self.assertEqual(self.run_json("members", "presence-room"), {"app": "1001", "members": []})

    def test_a_channel_without_presence_is_refused(self):
        self.serve()
        self.assertRegex(self.failed("members", "news"), r"^resonatectl members: [^:]*presence")

    def test_usage(self):
        self.serve()
        self.assertIn("An argument is missing", self.failed("members", status=2))
        self.failed("members", "a", "b", status=2)


if __name__ == "__main__":
    unittest.main()
