#!/bin/bash
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# lint-cppcheck.sh: reads src with cppcheck, less what build-aux/cppcheck.suppressions says. usage: lint-cppcheck.sh BUILD

set -euo pipefail

cd "$(dirname "$0")/.."
cppcheck --quiet -j "$(nproc)" --error-exitcode=1 --enable=warning,performance,portability \
  --std=c11 --library=gtk --inline-suppr --suppressions-list=build-aux/cppcheck.suppressions \
  -D_GNU_SOURCE -DRESONATE_COMPILATION '-DG_GNUC_PRINTF(a,b)=' -I "$1" -I "$1/src" -I src src
