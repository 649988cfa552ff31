#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails when the map of the house in HACKING.md leaves out a file of src/, or names one that is not there."""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path

ROW = re.compile(r"^\| (?:\*\*(\w+)\*\* )?((?:`[^`]+`,? ?)+)\|", re.M)


def noun(path):
    return path.stem.removeprefix("resonate-").removesuffix("-private")


def read_map(text):
    """Returns {folder: [pattern]} of the map's table: a row without a folder belongs to the one above it."""
    text = text.split("## The map of the house", 1)[1].split("\n## ", 1)[0]
    named, folder = {}, None
    for row in ROW.finditer(text):
        folder = row[1] or folder
        if folder is not None:
            named.setdefault(folder, []).extend(" ".join(re.findall(r"`([^`]+)`", row[2])).split())
    return named


def complaints(root):
    named = read_map((root / "HACKING.md").read_text())
    files = {}
    for path in sorted((root / "src").glob("*/*.[ch]")):
        files.setdefault(path.parent.name, set()).add(noun(path))
    for folder in sorted(files.keys() | named.keys()):
        nouns, patterns = files.get(folder, set()), named.get(folder, [])
        yield from (f"{folder}/{n} is not in the map" for n in sorted(nouns) if not any(fnmatch(n, p) for p in patterns))
        yield from (f"{folder}/{p} is not there" for p in patterns if not any(fnmatch(n, p) for n in nouns))


def main():
    found = list(complaints(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
