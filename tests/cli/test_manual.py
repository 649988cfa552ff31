# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""resonatectl(1) and resonated(8) name what the programs have, and nothing else."""

import os
import re
import subprocess
import unittest
from pathlib import Path

from ctl import CtlCase

PAGES = Path(__file__).resolve().parents[2] / "data/man"
COMMON = {"--json", "--session", "--system", "--address", "--help"}


def section(text, title):
    """What stands below a title, up to the next one."""
    return re.search(rf"(?m)^{re.escape(title)}\n=+\n((?:.|\n)*?)(?=\n\S.*\n=+\n|\Z)", text)[1]


def terms(text):
    """The lines that have an indented line below them."""
    return re.findall(r"(?m)^(\S.*)\n    \S", text)


class Resonatectl(CtlCase):
    def setUp(self):
        super().setUp()
        self.page = (PAGES / "resonatectl.1.rst").read_text()

    def test_every_command_has_a_description(self):
        described = [term.split()[0] for title in ("NEED NO SERVER", "ASK A SERVER", "STEER A SERVER")
                     for term in terms(section(self.page, f"COMMANDS THAT {title}"))]
        self.assertEqual(sorted(set(described)), sorted(self.commands()))

    def test_the_synopsis_has_every_option(self):
        lines = section(self.page, "SYNOPSIS").splitlines()
        for command in self.commands():
            with self.subTest(command):
                said = {option for line in lines if f" **{command}**" in line for option in re.findall(r"\*\*(--[a-z-]+)\*\*", line)}
                self.assertEqual(said, {long for long, _, _ in self.options(command)} - COMMON)

    def test_every_option_has_a_description(self):
        described = {}
        for term in terms(section(self.page, "OPTIONS")):
            long, _, short = term.partition(", ")
            described[long.split()[0]] = (short.split() or [None])[0]
        there = {long: short for command in ((), *((name,) for name in self.commands()))
                 for long, short, _ in self.options(*command)}
        self.assertEqual(described, there)


class Resonated(CtlCase):
    def test_every_option(self):
        page = (PAGES / "resonated.8.rst").read_text()
        text = subprocess.run([os.environ["RESONATED"], "--help"], capture_output=True, text=True, timeout=60).stdout
        there = set(re.findall(r"(?m)^  (?:-\w, )?(--[a-z-]+)", text))
        self.assertEqual(set(re.findall(r"\*\*(--[a-z-]+)\*\*", section(page, "SYNOPSIS"))), there - {"--help"})
        described = {option for term in terms(section(page, "OPTIONS")) for option in re.findall(r"--[a-z-]+", term)}
        self.assertEqual(described - {"--help"}, there - {"--help"})


if __name__ == "__main__":
    unittest.main()
