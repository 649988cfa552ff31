# shellcheck shell=bash
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# lib.sh: what run and check share: packages, and where things are.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export root

fail () {
  printf '%s\n' "$@" >&2
  exit 1
}

# absent_packages GROUP...: those of the groups that are not installed, on one line.
absent_packages () {
  local group wanted=()
  for group in "$@"; do
    mapfile -t -O "${#wanted[@]}" wanted < <(sed -n "s/^$group //p" "$root/build-aux/packages")
  done
  comm -23 <(printf '%s\n' "${wanted[@]}" | LC_ALL=C sort -u) \
    <(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | LC_ALL=C sort -u) | paste -sd ' '
}

# install_packages GROUP...: says what it installs, or what to type where it may not.
install_packages () {
  local absent as_root=() command
  if ! command -v dpkg-query apt-get > /dev/null; then
    echo 'Not a Debian: what is needed is listed in build-aux/packages.'
    return
  fi
  absent=$(absent_packages "$@")
  [ -n "$absent" ] || return 0

  command="apt-get install --yes --no-install-recommends $absent"
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null || { ! [ -t 0 ] && ! sudo -n true 2> /dev/null; }; then
      fail 'Packages are missing that only root may install. Type as root:' '' \
        "  apt-get update && $command" ''
    fi
    as_root=(sudo)
  fi

  echo "Installing: $absent"
  # A source of somebody else's that does not answer is no reason to stop here.
  "${as_root[@]}" apt-get update -qq || true
  # shellcheck disable=SC2086
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $command -qq -o Dpkg::Use-Pty=0 < /dev/null ||
    fail 'That did not work. Try, as root:' '' "  apt-get update && $command" ''
}

# node_groups: the groups of packages that a test in JavaScript still needs.
node_groups () {
  node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2> /dev/null || echo node
  command -v npm > /dev/null || echo npm
}
