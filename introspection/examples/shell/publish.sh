#!/bin/sh
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# publish.sh: sends an event to everybody on a channel; needs nothing but gdbus.
# usage: publish.sh --session|--system APP CHANNEL EVENT DATA      (an app whose id is of letters and digits)

set -eu

if [ $# -ne 5 ]; then
  echo 'usage: publish.sh --session|--system APP CHANNEL EVENT DATA' >&2
  exit 2
fi

# GVariant's text takes a string in single quotes, with a backslash before what is special.
quote () {
  printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\']/\\\\&/g")"
}

gdbus call "$1" --dest org.resonate.Resonate1 --object-path "/org/resonate/Resonate1/apps/$2" \
  --method org.resonate.Resonate1.App.Publish \
  "$(quote "$4")" "[$(quote "$3")]" "$(quote "$5")" "''" > /dev/null
