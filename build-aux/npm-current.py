#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Succeeds when node_modules holds what package-lock.json says. usage: npm-current.py FOLDER"""

import json
import sys
from pathlib import Path


def packages(lock):
    """Places and versions; what is optional may be absent on a machine of another kind."""
    if not lock.exists():
        return None
    found = json.loads(lock.read_text())["packages"]
    return {place: one["version"] for place, one in found.items() if place and not one.get("optional")}


folder = Path(sys.argv[1])
wanted = packages(folder / "package-lock.json")
present = packages(folder / "node_modules/.package-lock.json")
sys.exit(0 if wanted == present and all((folder / place).is_dir() for place in wanted) else 1)
