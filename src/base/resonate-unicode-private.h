/* resonate-unicode-private.h: the four hexadecimal digits of a JSON escape
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads four digits that are known to be there. */
static inline gunichar
resonate_unicode_from_hex (const char *digits)
{
  gunichar c = 0;

  for (int i = 0; i < 4; i++)
    c = c << 4 | (gunichar) g_ascii_xdigit_value (digits[i]);

  return c;
}

G_END_DECLS
