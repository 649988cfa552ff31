#!/bin/sh
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fails when a file with strings for translators is missing from po/POTFILES.in, when one is listed that
# has none, or when a language lacks a string.

set -eu

cd "$1"
status=0

sources=$(grep -rlE '(^|[^A-Za-z_])(N?_|ngettext) \("' src | LC_ALL=C sort)
policies=$(find data/polkit -name '*.policy.in' | LC_ALL=C sort)
present=$(printf '%s\n%s\n' "$policies" "$sources" | LC_ALL=C sort)
listed=$(grep -v '^#' po/POTFILES.in | LC_ALL=C sort)
if [ "$present" != "$listed" ]; then
  echo 'po/POTFILES.in does not list the files that have strings. It should be:' >&2
  echo "$present" >&2
  status=1
fi

template=$(mktemp)
trap 'rm -f "$template"' EXIT
# shellcheck disable=SC2086
xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=ngettext:1,2 -o "$template" $sources
# shellcheck disable=SC2086
xgettext --from-code=UTF-8 --its=data/polkit/its/resonate-polkit.its --join-existing -o "$template" $policies
sed -i 's/charset=CHARSET/charset=UTF-8/' "$template"

languages=$(grep -v '^#' po/LINGUAS)
for language in $languages; do
  if ! missing=$(msgcmp "po/$language.po" "$template" 2>&1); then
    echo "po/$language.po is not complete:" >&2
    echo "$missing" >&2
    status=1
  fi
  if ! broken=$(msgfmt --check -o /dev/null "po/$language.po" 2>&1); then
    echo "$broken" >&2
    status=1
  fi
done

exit $status
