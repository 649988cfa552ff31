# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import os
import unittest

from ctl import CtlCase


class Keygen(CtlCase):
    def test_forms(self):
        made = self.run_json("keygen")
        self.assertEqual(list(made), ["id", "key", "secret"])
        self.assertRegex(made["id"], r"^[1-9][0-9]{5}$")
        self.assertRegex(made["key"], r"^[a-z0-9]{20}$")
        self.assertRegex(made["secret"], r"^[a-z0-9]{20}$")

    def test_text(self):
        lines = self.run_ctl("keygen").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["id", "key", "secret"])

    def test_never_the_same(self):
        self.assertNotEqual(self.run_json("keygen")["secret"], self.run_json("keygen")["secret"])

    def test_json_behind_the_command(self):
        self.assertTrue(self.run_ctl("keygen", "--json").stdout.startswith("{"))

    def test_stores_nothing(self):
        self.run_ctl("keygen")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_no_arguments(self):
        self.assertIn("one argument too many", self.run_ctl("keygen", "x", status=2).stderr)


class Usage(CtlCase):
    def test_no_command(self):
        self.assertIn("A command is missing", self.run_ctl(status=2).stderr)

    def test_unknown_command(self):
        done = self.run_ctl("fly", status=2)
        self.assertIn("There is no command “fly”", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_unknown_option(self):
        self.run_ctl("--fly", status=2)
        self.run_ctl("keygen", "--fly", status=2)
        self.run_ctl("--session", "--system", "keygen", status=2)

    def test_help_names_every_command(self):
        text = self.run_ctl("--help").stdout
        for command in ("install", "keygen", "config", "import"):
            self.assertRegex(text, rf"(?m)^  {command} +\S")
            self.assertIn("Usage:", self.run_ctl(command, "--help").stdout)

    def test_version(self):
        self.assertRegex(self.run_ctl("--version").stdout, r"^resonatectl \d+\.\d+\.\d+\n$")

    def test_translated(self):
        done = self.run_ctl("fly", status=2, LANGUAGE="de",
                            RESONATE_LOCALEDIR=os.environ["RESONATE_LOCALEDIR"])
        self.assertIn("Es gibt keinen Befehl „fly“", done.stderr)


if __name__ == "__main__":
    unittest.main()
