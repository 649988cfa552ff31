/* resonate-glob.c: patterns in which `*` stands for anything
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-glob"

#include "config.h"

#include <string.h>

#include "resonate-glob-private.h"

/*
 * resonate_glob_match:
 * @pattern: literal text, and `*` for any run of bytes, the empty one included
 * @text: what should match as a whole
 *
 * Every literal piece between two stars is looked for once, from where the piece before it ended:
 * the first place it fits leaves the most room for the rest, so there is nothing to go back to. A
 * search is memmem(3), which is linear, so a pattern of many stars costs no more than its length.
 */
gboolean
resonate_glob_match (const char *pattern, const char *text)
{
  const char *star;
  size_t left;

  g_return_val_if_fail (pattern != NULL && text != NULL, FALSE);

  star = strchr (pattern, '*');
  if (star == NULL)
    return strcmp (pattern, text) == 0;

  if (strncmp (pattern, text, (size_t) (star - pattern)) != 0)
    return FALSE;

  text += star - pattern;
  left = strlen (text);
  for (;;)
    {
      const char *piece = star + 1;
      size_t length;
      const char *found;

      star = strchr (piece, '*');
      length = star != NULL ? (size_t) (star - piece) : strlen (piece);

      /* The last piece is anchored at the end. */
      if (star == NULL)
        return length <= left && memcmp (text + left - length, piece, length) == 0;

      found = memmem (text, left, piece, length);
      if (found == NULL)
        return FALSE;

      left -= (size_t) (found - text) + length;
      text = found + length;
    }
}
