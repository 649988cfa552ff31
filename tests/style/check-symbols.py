#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails when the library exports anything but its public prototypes, or hides one of them.

    check-symbols.py LIBRARY HEADER...

Public is what a header marks with RESONATE_AVAILABLE_IN_1_0, and the get_type () of every public enumeration, which
glib-mkenums writes.
"""

import re
import subprocess
import sys
from pathlib import Path

PROTOTYPE = re.compile(r"RESONATE_AVAILABLE_IN_1_0\s+(?!G_DECLARE)[^;(]*?\b(resonate_\w+)\s*\(")
CLASS = re.compile(r"RESONATE_AVAILABLE_IN_1_0\s+G_DECLARE_\w+\s*\(\s*\w+,\s*(\w+)")
ENUM = re.compile(r"typedef enum\s*\{[^}]*\}\s*(Resonate\w+);")
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def c_name(camel):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", camel).lower()


def declared(headers):
    for header in headers:
        text = COMMENT.sub("", Path(header).read_text())
        yield from PROTOTYPE.findall(text)
        yield from (f"{name}_get_type" for name in CLASS.findall(text))
        yield from (f"{c_name(name)}_get_type" for name in ENUM.findall(text))


def exported(library):
    listed = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", library], check=True, capture_output=True, text=True
    )
    return {line.split()[0] for line in listed.stdout.splitlines()}


def main():
    library, *headers = sys.argv[1:]
    public, found = set(declared(headers)), exported(library)
    for name in sorted(found - public):
        print(f"{name} is exported and in no public header")
    for name in sorted(public - found):
        print(f"{name} is public and not exported")
    return 1 if found != public else 0


if __name__ == "__main__":
    sys.exit(main())
