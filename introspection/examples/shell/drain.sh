#!/bin/sh
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# drain.sh: lets the clients of a server go one after the other, and ends when it has left the bus; gdbus and busctl.
# usage: drain.sh --session|--system [MILLISECONDS]

set -eu

bus=${1:---system}
name=org.resonate.Resonate1

remaining=$(gdbus call "$bus" --dest $name --object-path /org/resonate/Resonate1 \
  --method $name.Manager.Drain "${2:-0}" | tr -dc '0-9 ' | cut -d ' ' -f 2)
echo "Draining; $remaining connected"

# busctl has another word for the session bus.
if [ "$bus" = --session ]; then bus=--user; fi
while busctl "$bus" status $name > /dev/null 2>&1; do
  sleep 0.2
done
echo 'Gone'
