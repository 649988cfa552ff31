/* dotenv.c: what a Laravel application needs in its `.env`
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "../config/resonate-env-file-private.h"
#include "dotenv.h"

/* In the order and the words of the reference's install command. */
static const struct
{
  const char *name;
  const char *value; /* (nullable): NULL for a credential */
} variables[] = {
  { "REVERB_APP_ID", NULL },
  { "REVERB_APP_KEY", NULL },
  { "REVERB_APP_SECRET", NULL },
  { "REVERB_HOST", "\"localhost\"" },
  { "REVERB_PORT", "8080" },
  { "REVERB_SCHEME", "http" },
  { "VITE_REVERB_APP_KEY", "\"${REVERB_APP_KEY}\"" },
  { "VITE_REVERB_HOST", "\"${REVERB_HOST}\"" },
  { "VITE_REVERB_PORT", "\"${REVERB_PORT}\"" },
  { "VITE_REVERB_SCHEME", "\"${REVERB_SCHEME}\"" },
};

/* A secret of the administrator's own may hold anything; then it is written in quotes. */
static char *
dup_quoted (const char *value)
{
  GString *quoted;

  if (value[strspn (value, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.:/+=")] == '\0')
    return g_strdup (value);

  quoted = g_string_new ("\"");
  for (; *value != '\0'; value++)
    {
      if (strchr ("\"\\$", *value) != NULL)
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *value);
    }
  g_string_append_c (quoted, '"');

  return g_string_free (quoted, FALSE);
}

static char *
dup_value (size_t i, const Credentials *credentials)
{
  const char *const made[] = { credentials->id, credentials->key, credentials->secret };

  if (variables[i].value != NULL)
    return g_strdup (variables[i].value);

  g_assert (i < G_N_ELEMENTS (made));
  return dup_quoted (made[i]);
}

/* `NAME=` on a line of its own is a place that waits to be filled. */
static gboolean
fill_line (char **lines, const ResonateEnvEntry *entry, const char *value)
{
  char **line = &lines[entry->number - 1];
  g_autofree char *stripped = g_strstrip (g_strdup (*line));
  g_autofree char *empty = g_strconcat (entry->name, "=", NULL);

  if (strcmp (stripped, empty) != 0)
    return FALSE;

  g_free (*line);
  *line = g_strconcat (empty, value, NULL);

  return TRUE;
}

static char *
dup_completed (const char *text,
               GPtrArray *entries,
               const Credentials *credentials,
               GPtrArray *added)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) more = g_string_new (NULL);
  g_autofree char *filled = NULL;
  gboolean frontend = FALSE;

  for (size_t i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      const ResonateEnvEntry *entry = resonate_env_file_find (entries, variables[i].name);
      gboolean vite = g_str_has_prefix (variables[i].name, "VITE_");
      g_autofree char *value = dup_value (i, credentials);

      if (entry != NULL && entry->value != NULL && *entry->value != '\0')
        continue;

      g_ptr_array_add (added, g_strdup (variables[i].name));
      if (entry != NULL && fill_line (lines, entry, value))
        continue;

      if (vite && !frontend && more->len > 0)
        g_string_append_c (more, '\n');
      frontend = frontend || vite;
      g_string_append_printf (more, "%s=%s\n", variables[i].name, value);
    }

  filled = g_strjoinv ("\n", lines);
  if (more->len == 0)
    return g_steal_pointer (&filled);

  return g_strconcat (filled, *filled == '\0' || g_str_has_suffix (filled, "\n") ? "" : "\n",
                      *filled == '\0' ? "" : "\n", more->str, NULL);
}

/*
 * dotenv_complete:
 * @file: a `.env` that is there
 * @credentials: of the application
 * @added: (element-type utf8): takes the names that were missing
 *
 * Adds the variables that are missing. Those that are there stay, whatever they say.
 */
gboolean
dotenv_complete (const char *file, const Credentials *credentials, GPtrArray *added, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *real = NULL;
  g_autofree char *text = NULL;
  g_autofree char *completed = NULL;
  GStatBuf status;

  /* The file may be a link into a shared folder of a deployment: the link is not replaced. */
  real = realpath (file, NULL);
  if (real == NULL || g_stat (real, &status) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", file,
                   g_strerror (errno));
      return FALSE;
    }

  if (!g_file_get_contents (real, &text, NULL, error))
    return FALSE;

  entries = resonate_env_file_parse (file, text, (const char *const *) environment, error);
  if (entries == NULL)
    return FALSE;

  completed = dup_completed (text, entries, credentials, added);
  if (added->len == 0)
    return TRUE;

  return g_file_set_contents_full (real, completed, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   status.st_mode & 07777, error);
}
