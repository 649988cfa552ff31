#!/bin/bash
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# lint-tidy.sh: reads src with clang-tidy 14, as .clang-tidy says. usage: lint-tidy.sh BUILD (made by clang)

set -euo pipefail

cd "$(dirname "$0")/.."
find src -name '*.c' | LC_ALL=C sort |
  xargs --max-procs="$(nproc)" --max-args=4 clang-tidy-14 --quiet -p "$1"
