/* resonate-json-writer.c: writing JSON, byte for byte as PHP does
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-json-writer"

#include "config.h"

#include "resonate-json-writer-private.h"

#include <string.h>

#include "resonate-octets-private.h"

/* "Compatible with Reverb" means that a frame of ours is the frame PHP's json_encode () would have
 * written: "/" is escaped, everything above ASCII is a lower-case \u escape, DEL and <>&' are not
 * touched. (spec: Pusher protocol of Reverb, JSON encoding rules) */

#define UNIT 6 /* \u0000 */

/* How long a byte becomes. A character above ASCII counts where it begins, so that what is measured
 * is what is written, also for a text that is not what it should be. */
static const guint8 written_length[256] = {
  [0x00 ... 0x07] = UNIT,
  [0x08 ... 0x0a] = 2,
  [0x0b] = UNIT,
  [0x0c ... 0x0d] = 2,
  [0x0e ... 0x1f] = UNIT,
  [0x20 ... 0x21] = 1,
  ['"'] = 2,
  [0x23 ... 0x2e] = 1,
  ['/'] = 2,
  [0x30 ... 0x5b] = 1,
  ['\\'] = 2,
  [0x5d ... 0x7f] = 1,
  [0xc0 ... 0xef] = UNIT,
  [0xf0 ... 0xff] = 2 * UNIT,
};

/* Whether there are eight bytes and all of them mean themselves. */
static gboolean
are_plain (const char *at, const char *end)
{
  ResonateOctets octets;

  if (end - at < (gssize) sizeof octets)
    return FALSE;

  octets = resonate_octets_load (at);

  return (resonate_octets_equal (octets, '"') | resonate_octets_equal (octets, '\\') |
          resonate_octets_equal (octets, '/') | resonate_octets_below (octets, 0x20) |
          resonate_octets_above_ascii (octets)) == 0;
}

static size_t
measure (const char *at, const char *end)
{
  size_t length = 0;

  while (at < end)
    {
      size_t n = MIN (sizeof (ResonateOctets), (size_t) (end - at));

      if (are_plain (at, end))
        {
          length += n;
          at += n;
          continue;
        }

      for (const char *stop = at + n; at < stop; at++)
        length += written_length[(guint8) *at];
    }

  return length;
}

static char *
write_unit (char *out, unsigned int unit)
{
  static const char digits[] = "0123456789abcdef";

  *out++ = '\\';
  *out++ = 'u';
  *out++ = digits[unit >> 12 & 15];
  *out++ = digits[unit >> 8 & 15];
  *out++ = digits[unit >> 4 & 15];
  *out++ = digits[unit & 15];

  return out;
}

static char *
write_character (char *out, const char *at)
{
  static const char names[] = "btn?fr";
  gunichar c;

  switch (written_length[(guint8) *at])
    {
    case 0: /* it was written with the byte that begins it */
      return out;

    case 1:
      *out++ = *at;
      return out;

    case 2:
      *out++ = '\\';
      *out++ = (guint8) *at < 0x20 ? names[*at - '\b'] : *at;
      return out;

    case UNIT:
      return write_unit (out, g_utf8_get_char (at));

    default:
      c = g_utf8_get_char (at) - 0x10000;
      out = write_unit (out, 0xd800 + (c >> 10 & 0x3ff));
      return write_unit (out, 0xdc00 + (c & 0x3ff));
    }
}

/*
 * resonate_json_append_string:
 * @text: valid UTF-8; may hold NUL bytes when @length says how long it is
 * @length: in bytes, or -1 up to the first NUL
 *
 * Appends @text with its quotes.
 */
void
resonate_json_append_string (GString *out, const char *text, gssize length)
{
  const char *at = text;
  const char *end;
  size_t start;
  char *to;

  g_return_if_fail (out != NULL);
  g_return_if_fail (text != NULL);

  end = text + (length < 0 ? (gssize) strlen (text) : length);
  start = out->len;
  g_string_set_size (out, start + measure (at, end) + strlen ("\"\""));

  to = out->str + start;
  *to++ = '"';
  while (at < end)
    {
      size_t n = MIN (sizeof (ResonateOctets), (size_t) (end - at));

      if (are_plain (at, end))
        {
          memcpy (to, at, n);
          to += n;
          at += n;
          continue;
        }

      for (const char *stop = at + n; at < stop; at++)
        to = write_character (to, at);
    }
  *to++ = '"';

  g_assert (to == out->str + out->len);
}

/* Appends `"name":`, with a comma before it unless it is the first of its object. */
void
resonate_json_append_name (GString *out, const char *name)
{
  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  resonate_json_append_string (out, name, -1);
  g_string_append_c (out, ':');
}

/* Appends the one body that every refusal over HTTP has. */
void
resonate_json_append_error (GString *out, const char *message)
{
  g_string_append (out, "{\"error\":");
  resonate_json_append_string (out, message, -1);
  g_string_append_c (out, '}');
}
