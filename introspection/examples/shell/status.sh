#!/bin/sh
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# status.sh: how a running server is, and what its apps have; needs nothing but busctl.
# usage: status.sh [--user | --system]

set -eu

bus=${1:---system}
name=org.resonate.Resonate1
root=/org/resonate/Resonate1

# get PATH INTERFACE PROPERTY: the value, without its type and without quotes
get () {
  busctl "$bus" get-property "$name" "$1" "$name.$2" "$3" | cut -d ' ' -f 2- | tr -d '"'
}

echo "Resonate $(get $root Manager Version) is $(get $root Manager State), $(get $root Manager Connections) connected"

busctl "$bus" --list tree "$name" | grep "^$root/apps/." | while read -r path; do
  # Of the answer, a(sa{sv})s, the second word is how many there are.
  channels=$(busctl "$bus" call "$name" "$path" "$name.App" ListChannels 'ssua{sv}' '' '' 0 0 | cut -d ' ' -f 2)
  echo "app $(get "$path" App Id): $(get "$path" App Connections) connected, $channels channels on the first page"
done
