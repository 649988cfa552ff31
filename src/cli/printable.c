/* printable.c: text made fit for a terminal, whoever wrote it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "printable.h"

#define ELLIPSIS "…"

/* What moves the cursor, rings, or turns the direction of what follows: names of channels and users
 * are chosen by strangers, and an administrator's terminal obeys whatever reaches it. */
static gboolean
is_harmless (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_SURROGATE &&
         type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/*
 * printable_dup:
 * @text: UTF-8
 *
 * Returns: @text with everything that is no character to look at in hexadecimal
 */
char *
printable_dup (const char *text)
{
  GString *made = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_harmless (c))
        g_string_append_len (made, at, g_utf8_next_char (at) - at);
      else
        g_string_append_printf (made, c < 0x100 ? "\\x%02x" : "\\u{%x}", c);
    }

  return g_string_free (made, FALSE);
}

static int
get_character_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;

  return g_unichar_iswide (c) ? 2 : 1;
}

/* How many columns of a terminal @text takes. */
int
printable_get_width (const char *text)
{
  int width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += get_character_width (g_utf8_get_char (text));

  return width;
}

/* Appends @text, and blanks until it takes @width columns. */
void
printable_append (GString *line, const char *text, int width)
{
  g_string_append (line, text);
  for (int i = printable_get_width (text); i < width; i++)
    g_string_append_c (line, ' ');
}

/* Shortens @line to @width columns; the last one then says so. */
void
printable_cut (GString *line, int width)
{
  const char *at = line->str;
  const char *end = at;
  int so_far = 0;

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      so_far += get_character_width (g_utf8_get_char (at));
      if (so_far > width)
        {
          g_string_truncate (line, (size_t) (end - line->str));
          g_string_append (line, ELLIPSIS);
          return;
        }
      if (so_far < width)
        end = g_utf8_next_char (at);
    }
}

/*
 * printable_dup_moment:
 * @time_us: microseconds since 1970, UTC
 *
 * Returns: date and time as the clock on the wall shows them
 */
char *
printable_dup_moment (int64_t time_us)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  return moment != NULL ? g_date_time_format (moment, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
}

/* Returns: @duration_us in the largest two units that it has, such as `2 h 5 min` */
char *
printable_dup_duration (int64_t duration_us)
{
  int64_t seconds = MAX (0, duration_us / G_USEC_PER_SEC);

  if (seconds >= 86400)
    return g_strdup_printf (_ ("%d d %d h"), (int) (seconds / 86400), (int) (seconds / 3600 % 24));

  if (seconds >= 3600)
    return g_strdup_printf (_ ("%d h %d min"), (int) (seconds / 3600), (int) (seconds / 60 % 60));

  if (seconds >= 60)
    return g_strdup_printf (_ ("%d min %d s"), (int) (seconds / 60), (int) (seconds % 60));

  return g_strdup_printf (_ ("%d s"), (int) seconds);
}
