/* resonate-json-writer.c: writing JSON, byte for byte as PHP does
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-json-writer"

#include "config.h"

#include "resonate-json-writer-private.h"

#include <string.h>

/* "Compatible with Reverb" means that a frame of ours is the frame PHP's json_encode () would have
 * written: "/" is escaped, everything above ASCII is a lower-case \u escape, DEL and <>&' are not
 * touched. (spec: Pusher protocol of Reverb, JSON encoding rules) */

static void
append_utf16 (GString *out, unsigned int unit)
{
  static const char digits[] = "0123456789abcdef";
  const char escape[6] = { '\\',
                           'u',
                           digits[unit >> 12 & 15],
                           digits[unit >> 8 & 15],
                           digits[unit >> 4 & 15],
                           digits[unit & 15] };

  g_string_append_len (out, escape, sizeof escape);
}

static void
append_control (GString *out, char c)
{
  static const char bytes[] = "\b\f\n\r\t";
  static const char names[] = "bfnrt";
  const char *found = c != '\0' ? strchr (bytes, c) : NULL;

  if (found == NULL)
    {
      append_utf16 (out, (guint8) c);
      return;
    }

  g_string_append_c (out, '\\');
  g_string_append_c (out, names[found - bytes]);
}

static void
append_unichar (GString *out, gunichar c)
{
  if (c < 0x10000)
    {
      append_utf16 (out, c);
      return;
    }

  c -= 0x10000;
  append_utf16 (out, 0xd800 + (c >> 10));
  append_utf16 (out, 0xdc00 + (c & 0x3ff));
}

static gboolean
is_plain (char c)
{
  return (guint8) c >= 0x20 && (guint8) c < 0x80 && c != '"' && c != '\\' && c != '/';
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

  g_return_if_fail (out != NULL);
  g_return_if_fail (text != NULL);

  end = text + (length < 0 ? (gssize) strlen (text) : length);

  g_string_append_c (out, '"');
  while (at < end)
    {
      const char *plain = at;

      while (at < end && is_plain (*at))
        at++;
      g_string_append_len (out, plain, at - plain);
      if (at == end)
        break;

      if ((guint8) *at >= 0x80)
        {
          append_unichar (out, g_utf8_get_char (at));
          at = g_utf8_next_char (at);
          continue;
        }

      if ((guint8) *at < 0x20)
        append_control (out, *at);
      else
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, *at);
        }
      at++;
    }
  g_string_append_c (out, '"');
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
