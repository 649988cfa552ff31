/* resonate-config-lines.c: on which line of a file each key stands
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-lines-private.h"

#include "../base/resonate-error.h"

/* The grammar is GKeyFile's, which says nothing about where; it merges groups of one name, drops
 * what it takes for a translation, and the last of two equal keys wins in silence. This scan knows
 * the lines, and refuses what is there twice. */

static void
line_free (ResonateConfigLine *self)
{
  g_free (self->group);
  g_free (self->key);
  g_free (self->value);
  g_free (self);
}

static void
add (GPtrArray *lines, const char *group, const char *key, const char *value, unsigned int number)
{
  ResonateConfigLine *line = g_new0 (ResonateConfigLine, 1);

  line->group = g_strdup (group);
  line->key = g_strdup (key);
  line->value = g_strdup (value);
  line->number = number;
  g_ptr_array_add (lines, line);
}

static const ResonateConfigLine *
find (GPtrArray *lines, const char *group, const char *key)
{
  for (unsigned int i = 0; i < lines->len; i++)
    {
      const ResonateConfigLine *line = g_ptr_array_index (lines, i);

      if (strcmp (line->group, group) == 0 && g_strcmp0 (line->key, key) == 0)
        return line;
    }

  return NULL;
}

static gboolean
scan_group (GPtrArray *lines, const char *file, char *line, unsigned int number, GError **error)
{
  g_autofree char *group = NULL;
  const ResonateConfigLine *before;
  char *end = strchr (line, ']');

  if (end == NULL || end[1] != '\0' || end == line + 1)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s:%u: ‘%s’ is not a group: a name in brackets, such as [server]", file, number,
                   line);
      return FALSE;
    }

  group = g_strndup (line + 1, (size_t) (end - line - 1));
  before = find (lines, group, NULL);
  if (before != NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s:%u: [%s] begins on line %u already; put its keys there", file, number, group,
                   before->number);
      return FALSE;
    }

  add (lines, group, NULL, NULL, number);

  return TRUE;
}

static gboolean
scan_key (GPtrArray *lines,
          const char *group,
          const char *file,
          const char *line,
          unsigned int number,
          GError **error)
{
  g_autofree char *key = NULL;
  const ResonateConfigLine *before;
  const char *equals = strchr (line, '=');
  const char *value;

  /* The line may be a secret that lost its key, so it is not repeated. */
  if (equals == NULL || equals == line)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s:%u: neither a comment (#), a group ([server]) nor a value (port=8080)", file,
                   number);
      return FALSE;
    }

  key = g_strchomp (g_strndup (line, (size_t) (equals - line)));
  if (group == NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s:%u: %s: a group comes first, such as [server]", file, number, key);
      return FALSE;
    }

  before = find (lines, group, key);
  if (before != NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s:%u: [%s] %s: it stands on line %u already; keep one of the two", file,
                   number, group, key, before->number);
      return FALSE;
    }

  value = equals + 1;
  while (g_ascii_isspace (*value))
    value++;
  add (lines, group, key, value, number);

  return TRUE;
}

/*
 * resonate_config_lines_check_text:
 * @file: the name to put into errors
 * @text: what is in it
 * @length: in bytes
 * @error: return location for a #GError
 *
 * Returns: %TRUE for text in UTF-8 without a NUL
 */
gboolean
resonate_config_lines_check_text (const char *file, const char *text, size_t length, GError **error)
{
  unsigned int number = 1;
  const char *bad;

  if (g_utf8_validate_len (text, length, &bad))
    return TRUE;

  for (const char *at = text; at < bad; at++)
    number += *at == '\n';
  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "%s:%u: this is not text in UTF-8",
               file, number);

  return FALSE;
}

/*
 * resonate_config_lines_scan:
 * @file: the name to put into errors
 * @text: what is in it
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (element-type ResonateConfigLine): the groups and keys, top to bottom
 */
GPtrArray *
resonate_config_lines_scan (const char *file, const char *text, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  g_auto (GStrv) all = g_strsplit (text, "\n", -1);
  const char *group = NULL;

  for (unsigned int i = 0; all[i] != NULL; i++)
    {
      char *line = g_strstrip (all[i]);

      if (*line == '\0' || *line == '#')
        continue;

      if (*line == '[')
        {
          if (!scan_group (lines, file, line, i + 1, error))
            return NULL;
          group = ((ResonateConfigLine *) g_ptr_array_index (lines, lines->len - 1))->group;
        }
      else if (!scan_key (lines, group, file, line, i + 1, error))
        return NULL;
    }

  return g_steal_pointer (&lines);
}
