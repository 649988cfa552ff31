/* daemon-log.c: where the log goes, and how much of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-log.h"

#include <stdio.h>
#include <string.h>

/* Under systemd the journal gets every field; anywhere else standard error gets a line. Standard
 * output is left to the one line that says where we serve. */
static struct
{
  GLogLevelFlags lowest; /* what is less important than this is not written */
  gboolean journal;
} daemon_log = { .lowest = G_LOG_LEVEL_MASK };

static const char *
name_of (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK)
    {
    case G_LOG_LEVEL_ERROR:
      return "ERROR";
    case G_LOG_LEVEL_CRITICAL:
      return "CRITICAL";
    case G_LOG_LEVEL_WARNING:
      return "WARNING";
    case G_LOG_LEVEL_MESSAGE:
      return "notice";
    case G_LOG_LEVEL_INFO:
      return "info";
    default:
      return "debug";
    }
}

static const char *
field_of (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
        return fields[i].value;
    }

  return "";
}

/* What clients and publishers named must not look like a line of ours, nor speak to a terminal. */
static char *
without_controls (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_iscntrl (c))
        g_string_append_printf (line, "\\x%02x", c);
      else
        g_string_append_unichar (line, c);
    }

  return g_string_free (line, FALSE);
}

static void
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  g_autofree char *message = without_controls (field_of (fields, n_fields, "MESSAGE"));
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");

  fprintf (stderr, "%s.%03dZ %-8s %s: %s\n", time, g_date_time_get_microsecond (now) / 1000,
           name_of (level), field_of (fields, n_fields, "GLIB_DOMAIN"), message);
}

/* GLib's levels are bits: the less important, the higher. What GLib and libsoup say to themselves
 * at debug level is not about us. */
gboolean
daemon_log_wants (GLogLevelFlags level, const char *domain)
{
  if ((level & G_LOG_LEVEL_MASK) > daemon_log.lowest)
    return FALSE;

  return (level & G_LOG_LEVEL_MASK) < G_LOG_LEVEL_DEBUG ||
         (domain != NULL && g_str_has_prefix (domain, "resonate"));
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (!daemon_log_wants (level, field_of (fields, n_fields, "GLIB_DOMAIN")))
    return G_LOG_WRITER_HANDLED;

  if (!daemon_log.journal ||
      g_log_writer_journald (level, fields, n_fields, NULL) != G_LOG_WRITER_HANDLED)
    write_line (level, fields, n_fields);

  return G_LOG_WRITER_HANDLED;
}

void
daemon_log_set_lowest (GLogLevelFlags lowest)
{
  daemon_log.lowest = lowest;
}

void
daemon_log_init (void)
{
  daemon_log.journal = g_log_writer_is_journald (fileno (stderr));
  g_log_set_writer_func (write_log, NULL, NULL);
}
