# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from served import GLib, ServedCase, fixture
from test_channels import subscribe_to_presence


class User(ServedCase):
    def test_every_connection_of_a_user(self):
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        app = fixture.an_app("2")
        with self.client(server, "2") as first, self.client(server, "2") as second, self.client(server, "2") as bob:
            subscribe_to_presence(first, app, "presence-a", "ada")
            subscribe_to_presence(second, app, "presence-b", "ada")
            subscribe_to_presence(bob, app, "presence-c", "bob")
            self.assertEqual(self.run_ctl("terminate", "--user", "ada", "--app=2").stdout, "2 connections are closed.\n")
            self.assertIsNotNone(first.end())
            self.assertIsNotNone(second.end())
            bob.fence()

    def test_a_user_who_is_not_there(self):
        self.serve()
        self.assertEqual(self.run_json("terminate", "--user", "ada"), {"terminated": 0})


class Socket(ServedCase):
    def test_one_client_of_whichever_application(self):
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        with self.client(server, "2") as ada, self.client(server, "2") as bob:
            self.assertEqual(self.run_json("terminate", "--socket", ada.id), {"terminated": 1})
            self.assertIsNotNone(ada.end())
            bob.fence()
            self.assertEqual(self.run_ctl("terminate", "--socket", bob.id, "--app", "2").stdout,
                             "1 connection is closed.\n")
            self.assertIsNotNone(bob.end())

    def test_nobody(self):
        self.serve()
        self.assertRegex(self.failed("terminate", "--socket", "1.1"), r"^resonatectl terminate: [^:]+\n$")
        self.assertRegex(self.failed("terminate", "--socket", "1.1", "--app=1001"), r"^resonatectl terminate: [^:]+\n$")

    def test_a_server_that_does_not_say_whose_it_is(self):
        self.stranger(Manager_GetConnection=lambda socket: GLib.Variant("(a{sv})", ({},)))
        self.assertIn("does not say which application", self.failed("terminate", "--socket", "1.1"))


class Usage(ServedCase):
    def test_one_of_two(self):
        self.serve()
        self.assertIn("one of --user and --socket", self.failed("terminate", status=2))
        self.failed("terminate", "--user", "a", "--socket", "1.1", status=2)
        self.failed("terminate", "1.1", status=2)


if __name__ == "__main__":
    unittest.main()
