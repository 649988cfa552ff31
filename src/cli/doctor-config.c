/* doctor-config.c: is the configuration right, and what it lies in closed
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "../config/resonate-app-private.h"
#include "doctor.h"

/* What a service of systemd is given, root sees here. */
#define CREDENTIALS "/run/credentials/resonated.service"

/* “FILE:LINE: [GROUP] KEY: problem; what would be right” is how configurations are complained
 * about; of a value, what would be right stands behind a colon. */
static void
find_complaint (Doctor *self, DoctorSeverity severity, const char *text)
{
  g_autoptr (GRegex)
    place = g_regex_new ("^((?:.+?:\\d+|file [^:]+|environment \\w+|default)): ", 0, 0, NULL);
  g_autoptr (GRegex) value = g_regex_new ("^\\[[^]]*\\] [\\w-]+: ", 0, 0, NULL);
  g_autoptr (GMatchInfo) found = NULL;
  g_autofree char *where = NULL;
  g_autofree char *problem = NULL;
  const char *fix = strrchr (text, ';');
  int end = 0;

  if (g_regex_match (place, text, 0, &found))
    {
      where = g_match_info_fetch (found, 1);
      g_match_info_fetch_pos (found, 0, NULL, &end);
      text += end;
    }

  g_clear_pointer (&found, g_match_info_unref);
  if (fix == NULL && g_regex_match (value, text, 0, &found))
    {
      g_match_info_fetch_pos (found, 0, NULL, &end);
      fix = strstr (text + end, ": ");
    }

  problem = fix != NULL ? g_strndup (text, (size_t) (fix - text)) : g_strdup (text);
  doctor_find (self, severity, where, fix != NULL ? fix + strlen ("; ") : NULL, "%s", problem);
}

/* Would a server take it, and what does it find odd? */
void
doctor_check_config (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *warnings;

  if (!cli_is_session (self->cli) && g_file_test (CREDENTIALS, G_FILE_TEST_IS_DIR))
    g_setenv ("CREDENTIALS_DIRECTORY", CREDENTIALS, FALSE);

  if (self->files == NULL)
    self->files = resonate_config_dup_default_files (cli_is_session (self->cli));

  if (!resonate_config_load (self->config, (const char *const *) self->files, self->env_file,
                             &error))
    {
      find_complaint (self, DOCTOR_ERROR, error->message);
      return;
    }

  self->rows = resonate_config_dup_rows (self->config);
  warnings = resonate_config_get_warnings (self->config);
  for (unsigned int i = 0; i < warnings->len; i++)
    find_complaint (self, DOCTOR_WARNING, warnings->pdata[i]);
}

static void
check_mode (Doctor *self, const char *where, const char *file, unsigned int forbidden)
{
  GStatBuf status;
  g_autofree char *fix = NULL;

  if (g_stat (file, &status) != 0 || !S_ISREG (status.st_mode))
    return;

  if ((status.st_mode & forbidden & (S_IWGRP | S_IWOTH)) != 0)
    {
      fix = g_strdup_printf ("chmod go-w %s", file);
      doctor_find (self, DOCTOR_ERROR, where, fix, _ ("others can write %s (mode %04o)"), file,
                   status.st_mode & 07777);
    }
  else if ((status.st_mode & forbidden & S_IROTH) != 0)
    {
      fix = g_strdup_printf ("chmod o-rwx %s", file);
      doctor_find (self, DOCTOR_ERROR, where, fix, _ ("everybody can read %s (mode %04o)"), file,
                   status.st_mode & 07777);
    }
}

/* That everybody can read the secret of an application is among the warnings of the configuration.
 */
void
doctor_check_files (Doctor *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (unsigned int i = 0; i < self->rows->len; i++)
    {
      const ResonateConfigRow *row = self->rows->pdata[i];
      const char *colon = strchr (row->origin, ':');
      g_autofree char *file = colon != NULL ? g_strndup (row->origin, colon - row->origin) : NULL;

      if (strcmp (row->key->name, "tls-key") == 0 ||
          strcmp (row->key->name, "tls-key-password-file") == 0)
        {
          if (row->value != NULL)
            check_mode (self, row->origin, row->value, S_IWGRP | S_IWOTH | S_IROTH);
        }
      else if (strcmp (row->key->name, "secret-file") == 0 && row->value != NULL)
        check_mode (self, row->origin, row->value, S_IWGRP | S_IWOTH);

      if (file != NULL && g_hash_table_add (seen, g_strdup (file)))
        check_mode (self, NULL, file, S_IWGRP | S_IWOTH);
    }
}

/* A page of anybody may connect. That is the default, and for some what they want. */
void
doctor_check_origins (Doctor *self)
{
  GListModel *apps = G_LIST_MODEL (resonate_config_get_apps (self->config));

  for (unsigned int i = 0; i < g_list_model_get_n_items (apps); i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (apps, i);
      g_autofree char *group = resonate_config_settings_dup_app_group (resonate_app_get_id (app));

      if (g_strv_contains (resonate_app_get_allowed_origins (app), "*"))
        doctor_find_key (self, DOCTOR_NOTE, group, "allowed-origins", "www.example.org",
                         _ ("the pages of every site may connect"));
    }
}
