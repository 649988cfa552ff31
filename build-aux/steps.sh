# shellcheck shell=bash
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# steps.sh: what check does is done in steps: each has a log, a verdict and a time.

logs=${root:?}/_build/meson-logs
steps=$logs/check.steps

# end_all: whatever a step started ends with check.
end_all () {
  local group
  trap - EXIT INT TERM
  for group in $(jobs -p); do kill -TERM -- "-$group" 2> /dev/null || true; done
}

# start_beside COMMAND...: in the background, in a process group of its own, which end_all ends.
start_beside () {
  set -m
  "$@" < /dev/null &
  set +m
}

# begin FOLDER...: forgets what an earlier run wrote.
begin () {
  local folder
  mkdir -p "$logs"
  for folder in "$@"; do rm -f "$root/$folder/meson-logs/testlog.json"; done
  rm -f "$logs"/check-*.log
  : > "$steps"
  trap end_all EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

timed () { # timed NAME COMMAND...: runs it into its log; the verdict is in $verdict, the time in $seconds
  local begun=$SECONDS
  log=$logs/check-${1// /-}.log
  verdict=ok
  start_beside "${@:2}" > "$log" 2>&1
  wait $! || verdict='not ok'
  seconds=$((SECONDS - begun))
  printf '%-7s %4d s  %s\n' "$verdict" "$seconds" "$1"
}

# step NAME COMMAND...: counts as one that passed or failed.
step () {
  local verdict seconds log
  timed "$@"
  printf '%s\t%s\t%s\t%s\n' "$verdict" "$seconds" "$1" "$log" >> "$steps"
}

# run NAME COMMAND...: counts for itself what it did: the tests.
run () {
  local verdict seconds log
  timed "$@"
}

# close BUILD:SUITES...: prints what failed, and the one line.
close () {
  "$root/build-aux/count-tests.py" "$steps" "$@"
}
