# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""stop, and restart, which differs from it by the status that the server leaves with."""

import unittest

from served import ServedCase

RESTART_STATUS = 75


class Ending(ServedCase):
    def test_stop(self):
        server = self.serve()
        with self.client(server) as client:
            self.assertEqual(self.run_ctl("stop").stdout, "The server ends, and closes 1 connection.\n")
            self.assertEqual(client.end(), 1001)
        server.wait()

    def test_restart(self):
        server = self.serve()
        with self.client(server) as client:
            self.assertEqual(self.run_json("restart"), {"connections": 1})
            self.assertEqual(client.end(), 1001)
        server.wait(RESTART_STATUS)

    def test_no_arguments(self):
        server = self.serve()
        for command in ("stop", "restart"):
            self.failed(command, "now", status=2)
            self.failed(command, "--force", status=2)
        self.assertEqual(self.pid_of_name(), server.pid)


if __name__ == "__main__":
    unittest.main()
