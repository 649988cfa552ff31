/* import-env.c: the `.env` of a Laravel application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "../base/resonate-error.h"
#include "../config/resonate-config-environment-private.h"
#include "import.h"

static void
copy (Import *self, ResonateConfigSettings *settings, const char *group, const char *kind)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      const ResonateConfigSetting *setting = resonate_config_settings_get (settings, group,
                                                                           keys[i].name);

      if (setting != NULL && g_str_equal (keys[i].group, kind))
        import_write (self, group, keys[i].name, setting->value);
    }
}

/* A file without credentials is one that our server would refuse. */
static gboolean
check_app (const Import *self, const char *file, const char *group, GError **error)
{
  const char *missing = NULL;

  if (!g_key_file_has_key (self->file, group, "key", NULL))
    missing = "REVERB_APP_KEY";
  else if (!g_key_file_has_key (self->file, group, "secret", NULL) &&
           !g_key_file_has_key (self->file, group, "secret-file", NULL))
    missing = "REVERB_APP_SECRET";

  if (missing != NULL)
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, _ ("%s: there is no %s in it"), file,
                 missing);

  return missing == NULL;
}

/* The file is read as the server reads it, and what came of that is written down. */
gboolean
import_env (Import *self, const char *file, GError **error)
{
  static const char *const nothing[] = { NULL };
  g_autoptr (ResonateConfigSettings) settings = resonate_config_settings_new ();
  GPtrArray *ids = resonate_config_settings_get_app_ids (settings);
  GPtrArray *warnings = resonate_config_settings_get_warnings (settings);
  const ResonateConfigSetting *enabled;

  if (!resonate_config_environment_read (settings, file, nothing, error))
    return FALSE;

  if (ids->len == 0)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   _ ("%s: there is no REVERB_APP_ID in it, and so no application"), file);
      return FALSE;
    }

  /* A Laravel application has a Redis, and that is no reason for this server to have it. */
  copy (self, settings, "server", "server");
  enabled = resonate_config_settings_get (settings, "cluster", "enabled");
  if (enabled != NULL && g_ascii_strcasecmp (enabled->value, "true") == 0)
    {
      copy (self, settings, "cluster", "cluster");
      copy (self, settings, "redis", "redis");
    }
  for (unsigned int i = 0; i < ids->len; i++)
    {
      g_autofree char *group = resonate_config_settings_dup_app_group (ids->pdata[i]);

      copy (self, settings, group, "app");
      if (!check_app (self, file, group, error))
        return FALSE;
    }

  for (unsigned int i = 0; i < warnings->len; i++)
    g_ptr_array_add (self->notes, g_strdup (warnings->pdata[i]));

  return TRUE;
}
