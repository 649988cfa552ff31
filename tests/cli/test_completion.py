# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import subprocess
import unittest
from pathlib import Path

from ctl import CtlCase

SCRIPT = Path(__file__).resolve().parents[2] / "data/completions/resonatectl.bash"


class Completion(CtlCase):
    def complete(self, *words):
        """What is offered for the last of the words, which are those behind `resonatectl`."""
        done = subprocess.run(
            ["bash", "-c", 'compopt () { :; }; . "$0"; COMP_WORDS=(resonatectl "$@"); COMP_CWORD=$#; _resonatectl; '
             'printf "%s\\n" "${COMPREPLY[@]}"', SCRIPT, *words],
            cwd=self.folder, text=True, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_every_command(self):
        offered = self.complete("")
        self.assertEqual([word for word in offered if not word.startswith("-")], self.commands())
        self.assertEqual(self.complete("conn"), ["connections", "connection"])

    def test_every_option_and_no_other(self):
        self.assertEqual(sorted(word for word in self.complete("-") if word != "--version"),
                         sorted(long for long, _, _ in self.options() if long != "--version"))
        for command in self.commands():
            with self.subTest(command):
                self.assertEqual(sorted(self.complete(command, "-")),
                                 sorted(long for long, _, _ in self.options(command)))

    def test_the_value_of_an_option_is_no_argument(self):
        for command in self.commands():
            for names in self.options(command):
                for name in names[:2]:
                    if name is None or not names[2]:
                        continue
                    with self.subTest(f"{command} {name}"):
                        offered = self.complete(command, name, "")
                        self.assertEqual([word for word in offered if word.startswith("-")], [])
                        self.assertIn("--json", self.complete(command, name, "value", "--j"))

    def test_options_before_the_command(self):
        self.assertEqual(self.complete("--address", "unix:path=/x", "metr"), ["metrics"])
        self.assertEqual(self.complete("--address", "=", "unix:path=/x", "metr"), ["metrics"])
        self.assertEqual(self.complete("--session", "metrics", "--w"), ["--watch"])

    def test_arguments(self):
        self.assertEqual(self.complete("config", "s"), ["show", "sample"])
        self.assertEqual(self.complete("config", "reload", "--c"), [])
        self.assertEqual(self.complete("import", "so"), ["soketi"])
        self.assertEqual(self.complete("monitor", "--kind", ""), ["connection", "subscription", "message"])
        self.assertEqual(self.complete("monitor", "--kind", "=", "m"), ["message"])

    def test_files(self):
        self.write("here.conf", "")
        for words in (("config", "check", "-c"), ("config", "show", "--config", "="), ("install", "-e"), ("import", "env")):
            self.assertEqual(self.complete(*words, "he"), ["here.conf"])
        self.assertEqual(self.complete("monitor", "-c", "he"), [])


if __name__ == "__main__":
    unittest.main()
