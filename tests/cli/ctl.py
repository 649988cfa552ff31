# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs resonatectl in a folder of its own, with an environment of its own."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["RESONATECTL"]
KEPT = ("PATH", "G_DEBUG", "MALLOC_PERTURB_", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


class CtlCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment.update(LC_ALL="C.UTF-8", HOME=folder.name, XDG_CONFIG_HOME=folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        return path

    def run_ctl(self, *args, status=0, text=None, **environment):
        done = subprocess.run(
            [PROGRAM, *args], cwd=self.folder, env={**self.environment, **environment},
            input=text, text=True, encoding="utf-8", capture_output=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def run_json(self, *args, status=0, **keywords):
        return json.loads(self.run_ctl("--json", *args, status=status, **keywords).stdout)

    def rows(self, *args, **keywords):
        """What `config show` says, as {(group, key): (value, origin)}."""
        shown = self.run_json("config", "show", *args, **keywords)
        return {(row["group"], row["key"]): (row["value"], row["origin"]) for row in shown["keys"]}

    def commands(self):
        """What `resonatectl --help` names."""
        text = self.run_ctl("--help").stdout
        return re.findall(r"(?m)^  ([a-z]+) +\S", text.split("Commands:", 1)[1])

    def options(self, *command):
        """The options of a command, each as its long name, its short one or None, and whether it takes a value."""
        found = re.findall(r"(?m)^  (?:(-\w), )?(--[a-z-]+)(=\S+)?", self.run_ctl(*command, "--help").stdout)
        return [(long, short or None, bool(value)) for short, long, value in found]
