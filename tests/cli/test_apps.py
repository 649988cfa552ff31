# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import unittest

from served import ServedCase, fixture


class Apps(ServedCase):
    def serve_two(self):
        return self.serve(fixture.an_app("shop-2"), fixture.an_app("1001", max_connections=7))

    def test_table(self):
        server = self.serve_two()
        with self.client(server):
            self.assertEqual(self.table("apps"), [
                ["APP", "KEY", "CONNECTIONS", "LIMIT"],
                ["1001", "key-1001", "1", "7"],
                ["shop-2", "key-shop-2", "0", "-"],
            ])

    def test_columns_are_aligned(self):
        self.serve_two()
        self.assertEqual(self.run_ctl("apps").stdout.splitlines()[1:], [
            "1001    key-1001              0      7",
            "shop-2  key-shop-2            0      -",
        ])

    def test_json(self):
        self.serve_two()
        self.assertEqual(self.run_json("apps"), {"apps": [
            {"id": "1001", "key": "key-1001", "connections": 0, "max-connections": 7},
            {"id": "shop-2", "key": "key-shop-2", "connections": 0, "max-connections": None},
        ]})

    def test_no_place_at_all_is_no_lack_of_a_limit(self):
        self.serve(fixture.an_app("1001", max_connections=0))
        self.assertEqual(self.table("apps")[1], ["1001", "key-1001", "0", "0"])
        self.assertEqual(self.run_json("apps")["apps"][0]["max-connections"], 0)

    def test_secrets_are_not_told(self):
        self.serve_two()
        self.assertNotIn("secret-", self.run_ctl("apps").stdout + self.run_ctl("apps", "--json").stdout)


if __name__ == "__main__":
    unittest.main()
