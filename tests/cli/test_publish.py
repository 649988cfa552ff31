# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from served import ServedCase, fixture


class Publish(ServedCase):
    def test_everybody_on_the_channel_hears_it(self):
        server = self.serve()
        with self.client(server) as ada, self.client(server) as bob:
            ada.subscribe("news")
            bob.subscribe("news")
            done = self.run_ctl("publish", "news", "said", '{"text":"größe"}')
            self.assertEqual((done.stdout, done.stderr), ("", ""))
            for client in (ada, bob):
                self.assertEqual(client.event("said"), {
                    "event": "said", "channel": "news", "data": '{"text":"größe"}'})

    def test_one_may_be_left_out(self):
        server = self.serve(fixture.an_app("1"), fixture.an_app("2"))
        with self.client(server, "2") as ada, self.client(server, "2") as bob:
            ada.subscribe("news")
            bob.subscribe("news")
            self.assertEqual(self.run_json("publish", "news", "said", "--app", "2", "--except", ada.id), {
                "app": "2", "channel": "news", "event": "said"})
            self.assertEqual(bob.event("said")["data"], "{}")
            ada.fence()

    def test_what_begins_with_a_hyphen(self):
        server = self.serve()
        with self.client(server) as ada:
            ada.subscribe("-news")
            self.run_ctl("publish", "--", "-news", "-said", "--except")
            self.assertEqual(ada.event("-said")["data"], "--except")

    def test_utf8_in_any_locale(self):
        server = self.serve()
        with self.client(server) as ada:
            ada.subscribe("größe")
            self.run_ctl("publish", "größe", "e", '"ä"', LC_ALL="C")
            self.assertEqual(ada.event("e")["data"], '"ä"')

    def test_refused_as_rest_would(self):
        self.serve()
        self.assertRegex(self.failed("publish", "c", ""), r"^resonatectl publish: \S.*name.*\n$")
        self.assertRegex(self.failed("publish", "c", "e", "x" * 10_000), r"^resonatectl publish: \S.*max-request-size.*\n$")

    def test_usage(self):
        for args in ((), ("c",), ("c", "e", "d", "x")):
            self.failed("publish", *args, status=2)


if __name__ == "__main__":
    unittest.main()
