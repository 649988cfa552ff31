# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The units that are shipped: systemd understands them, and what they leave open has a bound."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from server import resonated  # noqa: E402

UNITS = Path(os.environ["RESONATE_UNITS"])
MOST_EXPOSURE = 1.5


def analyze(*args, **environment):
    return subprocess.run(["systemd-analyze", "--no-pager", *args], env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
                          text=True, capture_output=True, timeout=60)


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for unit in UNITS.glob("resonated*"):
            shutil.copy(unit, self.folder)

    def change(self, unit, pattern, text):
        path = self.folder / unit
        changed, n = re.subn(pattern, text, path.read_text(), flags=re.M)
        self.assertEqual(n, 1, f"{pattern} in {unit}")
        path.write_text(changed)
        return path

    def verify(self, unit, *args):
        self.change("resonated-session.service" if "--user" in args else "resonated.service", r"^ExecStart=\S+",
                    f"ExecStart={resonated()}")
        return analyze("verify", "--man=no", *args, str(self.folder / unit), XDG_RUNTIME_DIR=str(self.folder))

    def test_all_are_here(self):
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["resonated-session.service", "resonated.service", "resonated.socket"])

    def test_systemd_understands_them(self):
        for unit, args in (("resonated.service", ()), ("resonated.socket", ()), ("resonated-session.service", ("--user",))):
            with self.subTest(unit):
                self.setUp()
                done = self.verify(unit, *args)
                said = [line for line in done.stderr.splitlines() if "resonate" in line]
                self.assertEqual((done.returncode, said), (0, []), done.stderr)

    def test_verify_can_fail(self):
        self.change("resonated.service", "^Type=notify$", "Type=notified")
        self.assertIn("resonated.service", self.verify("resonated.service").stderr)

    def exposure(self, threshold):
        done = analyze("security", "--offline=true", f"--threshold={threshold:.0f}", str(self.folder / "resonated.service"))
        found = re.search(r"Overall exposure level for resonated\.service: (\d+\.\d)", done.stdout)
        self.assertIsNotNone(found, done.stdout + done.stderr)
        return float(found[1]), done.returncode

    def test_exposure(self):
        exposure, status = self.exposure(10 * MOST_EXPOSURE)
        print(f"exposure {exposure}")
        self.assertLessEqual(exposure, MOST_EXPOSURE)
        self.assertEqual(status, 0)

    def test_exposure_can_fail(self):
        self.change("resonated.service", "^CapabilityBoundingSet=$", "")
        exposure, status = self.exposure(10 * MOST_EXPOSURE)
        self.assertGreater(exposure, MOST_EXPOSURE)
        self.assertNotEqual(status, 0)

    def test_watchdog_leaves_time(self):
        text = (self.folder / "resonated.service").read_text()
        for line in ("Type=notify", "NotifyAccess=all", "WatchdogSec=30s", "LimitNOFILE=1048576",
                     "ExecReload=/bin/kill -HUP $MAINPID"):
            self.assertIn(f"\n{line}\n", text)
        self.assertGreater(int(re.search(r"^FileDescriptorStoreMax=(\d+)$", text, re.M)[1]), 0)


if __name__ == "__main__":
    unittest.main()
