/* resonate-config-file.c: resonate.conf and its drop-ins
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "resonate-config-file-private.h"

#include "../base/resonate-error.h"
#include "resonate-config-lines-private.h"

/* GKeyFile complains of its own complaint when a second escape is wrong, so it is not asked. */
static gboolean
is_escaped_well (const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (*value != '\\')
        continue;

      value++;
      if (*value == '\0' || strchr ("sntr\\", *value) == NULL)
        return FALSE;
    }

  return TRUE;
}

/* GKeyFile knows the escapes. One that is meant to be a blank at an end is written `\s`. */
static char *
dup_value (const ResonateConfigLine *line)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  g_key_file_set_value (key_file, "g", "k", line->value);

  return g_key_file_get_string (key_file, "g", "k", NULL);
}

static gboolean
has_line (GPtrArray *lines, const char *group, const char *key)
{
  for (unsigned int i = 0; i < lines->len; i++)
    {
      const ResonateConfigLine *line = g_ptr_array_index (lines, i);

      if (strcmp (line->group, group) == 0 && g_strcmp0 (line->key, key) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
read_line (ResonateConfigSettings *settings,
           const ResonateConfigLine *line,
           const char *folder,
           const char *origin,
           GError **error)
{
  g_autofree char *value = NULL;

  if (line->key == NULL)
    return resonate_config_settings_add_group (settings, line->group, origin, error);

  if (is_escaped_well (line->value))
    {
      value = dup_value (line);
      return resonate_config_settings_put (settings, line->group, line->key, value, folder, origin,
                                           error);
    }

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
               "%s: [%s] %s: a backslash is followed by s, n, t, r or another backslash", origin,
               line->group, line->key);

  return FALSE;
}

/* A secret is said here, or in a file of its own. */
static gboolean
check_alone (GPtrArray *lines, const ResonateConfigLine *line, const char *origin, GError **error)
{
  static const char *const secrets[] = { "secret", "password", NULL };
  g_autofree char *other = NULL;

  if (line->key == NULL || !g_strv_contains (secrets, line->key))
    return TRUE;

  other = g_strdup_printf ("%s-file", line->key);
  if (!has_line (lines, line->group, other))
    return TRUE;

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
               "%s: [%s] %s: %s is given, too; keep one of the two", origin, line->group, line->key,
               other);

  return FALSE;
}

static gboolean
read_lines (ResonateConfigSettings *settings, GPtrArray *lines, const char *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file);

  for (unsigned int i = 0; i < lines->len; i++)
    {
      const ResonateConfigLine *line = g_ptr_array_index (lines, i);
      g_autofree char *origin = g_strdup_printf ("%s:%u", file, line->number);

      if (!check_alone (lines, line, origin, error))
        return FALSE;

      if (!read_line (settings, line, folder, origin, error))
        return FALSE;
    }

  return TRUE;
}

static void
warn_if_public (ResonateConfigSettings *settings, GPtrArray *lines, const char *file)
{
  GStatBuf status;

  if (g_stat (file, &status) != 0 || (status.st_mode & 0004) == 0)
    return;

  for (unsigned int i = 0; i < lines->len; i++)
    {
      const ResonateConfigLine *line = g_ptr_array_index (lines, i);

      if (g_strcmp0 (line->key, "secret") == 0)
        {
          g_ptr_array_add (resonate_config_settings_get_warnings (settings),
                           g_strdup_printf ("%s:%u: everybody on this machine can read the secret; "
                                            "chmod o-r %s",
                                            file, line->number, file));
          return;
        }
    }
}

static gboolean
read_one (ResonateConfigSettings *settings, const char *file, GError **error)
{
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = NULL;
  size_t length;

  if (!g_file_get_contents (file, &text, &length, &problem))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "The configuration: %s",
                   problem->message);
      return FALSE;
    }

  if (!resonate_config_lines_check_text (file, text, length, error))
    return FALSE;

  lines = resonate_config_lines_scan (file, text, error);
  if (lines == NULL)
    return FALSE;

  warn_if_public (settings, lines, file);

  return read_lines (settings, lines, file, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The `*.conf` in the folder of drop-ins beside @file, in the order of their names. */
static GPtrArray *
dup_drop_ins (const char *file)
{
  GPtrArray *drop_ins = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_strconcat (file, ".d", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") && *name != '.')
      g_ptr_array_add (drop_ins, g_build_filename (folder, name, NULL));

  g_ptr_array_sort (drop_ins, compare_names);

  return drop_ins;
}

/*
 * resonate_config_file_exists:
 *
 * Returns: %TRUE if there is the file, or a drop-in beside it
 */
gboolean
resonate_config_file_exists (const char *file)
{
  g_autoptr (GPtrArray) drop_ins = NULL;

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return TRUE;

  drop_ins = dup_drop_ins (file);

  return drop_ins->len > 0;
}

/*
 * resonate_config_file_read:
 * @settings: what is known so far
 * @file: a file of groups and keys
 * @error: return location for a #GError
 *
 * Reads a file and then its drop-ins. A file that is missing is an error, unless there are
 * drop-ins.
 */
gboolean
resonate_config_file_read (ResonateConfigSettings *settings, const char *file, GError **error)
{
  g_autoptr (GPtrArray) drop_ins = dup_drop_ins (file);

  if (drop_ins->len == 0 || g_file_test (file, G_FILE_TEST_EXISTS))
    {
      if (!read_one (settings, file, error))
        return FALSE;
    }

  for (unsigned int i = 0; i < drop_ins->len; i++)
    if (!read_one (settings, drop_ins->pdata[i], error))
      return FALSE;

  return TRUE;
}

/*
 * resonate_config_file_dup_escaped:
 * @value: any text
 *
 * Returns: (transfer full): @value so that resonate_config_file_read () reads the same again
 */
char *
resonate_config_file_dup_escaped (const char *value)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  char *raw;
  size_t length;

  g_key_file_set_string (key_file, "g", "k", value);
  raw = g_key_file_get_value (key_file, "g", "k", NULL);

  /* GKeyFile escapes blanks at the start, and leaves those at the end. */
  length = strlen (raw);
  if (length > 0 && (raw[length - 1] == ' ' || raw[length - 1] == '\t'))
    {
      char *escaped = g_strdup_printf ("%.*s\\%c", (int) length - 1, raw,
                                       raw[length - 1] == ' ' ? 's' : 't');

      g_free (raw);
      return escaped;
    }

  return raw;
}
