#!/bin/sh
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails when clang-format 14 would lay a file out otherwise. With --fix, lays it out.

set -eu

tool=$(command -v clang-format-14 || command -v clang-format || true)
if [ -z "$tool" ] || ! "$tool" --version | grep -q 'version 14\.'; then
  echo 'clang-format 14 is needed: apt-get install clang-format-14' >&2
  exit 1
fi

cd "$1"
mode='--dry-run -Werror'
[ "${2-}" = --fix ] && mode=-i
# shellcheck disable=SC2086
find src tests -name node_modules -prune -o -name '*.[ch]' -exec "$tool" $mode --style=file {} +
