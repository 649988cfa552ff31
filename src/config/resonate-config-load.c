/* resonate-config-load.c: reading a configuration from everywhere it may be
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-private.h"

#include "resonate-config-build-private.h"
#include "resonate-config-file-private.h"
#include "resonate-config-environment-private.h"
#include "resonate-config-value-private.h"

/*
 * resonate_config_dup_default_files:
 * @session: %TRUE for the files of a user, %FALSE for those of the machine
 *
 * Returns: (transfer full): the files that are read when none is named, as far as they exist
 */
char **
resonate_config_dup_default_files (gboolean session)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  g_autofree char *file = resonate_config_dup_default_file (session);

  if (resonate_config_file_exists (file))
    g_strv_builder_add (files, file);

  return g_strv_builder_end (files);
}

/*
 * resonate_config_dup_default_file:
 *
 * Returns: (transfer full): where the file is, or would be
 */
char *
resonate_config_dup_default_file (gboolean session)
{
  return g_build_filename (session ? g_get_user_config_dir () : SYSCONFDIR, "resonate",
                           "resonate.conf", NULL);
}

static gboolean
read_all (ResonateConfig *self,
          ResonateConfigSettings *settings,
          const char *const *files,
          const char *env_file,
          const char *const *environment,
          GError **error)
{
  g_auto (GStrv) defaults = NULL;

  if (files == NULL)
    {
      defaults = resonate_config_dup_default_files (FALSE);
      files = (const char *const *) defaults;
    }

  for (; *files != NULL; files++)
    if (!resonate_config_file_read (settings, *files, error))
      return FALSE;

  if (!resonate_config_environment_read (settings, env_file, environment, error))
    return FALSE;

  resonate_config_settings_merge (settings, self->overrides);

  return TRUE;
}

/* The list is what others hold on to, so it stays and its contents are exchanged. */
static void
take_apps (ResonateConfig *self, ResonateAppList *apps)
{
  g_autoptr (ResonateApp) old = NULL;
  unsigned int n_apps = g_list_model_get_n_items (G_LIST_MODEL (apps));

  while ((old = g_list_model_get_item (G_LIST_MODEL (self->apps), 0)) != NULL)
    {
      resonate_app_list_remove (self->apps, resonate_app_get_id (old));
      g_clear_object (&old);
    }

  for (unsigned int i = 0; i < n_apps; i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (G_LIST_MODEL (apps), i);

      resonate_app_list_add (self->apps, app, NULL);
    }
}

/**
 * resonate_config_load:
 * @self: a configuration
 * @files: (nullable) (array zero-terminated=1): files to read instead of the machine's own
 * @env_file: (nullable) (type filename): a Laravel `.env`
 * @error: return location for a #GError
 *
 * Reads a configuration: each file and its drop-ins (`resonate.conf.d/` beside `resonate.conf`),
 * then the `.env`, then the environment, then what [method@Resonate.Config.override] was told. What
 * comes later wins, key by key. What is not said anywhere is at its default.
 *
 * Afterwards the applications are those that were read, and no others. Everything is checked before
 * anything is applied: after an error the configuration is as it was.
 *
 * Fails with %RESONATE_ERROR_CONFIG; the message names the place, the key, what is wrong with the
 * value, and what would be right.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_config_load (ResonateConfig *self,
                      const char *const *files,
                      const char *env_file,
                      GError **error)
{
  g_autoptr (ResonateConfigSettings) settings = NULL;
  g_autoptr (ResonateAppList) apps = NULL;
  g_auto (GStrv) environment = NULL;

  g_return_val_if_fail (RESONATE_IS_CONFIG (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  settings = resonate_config_settings_new ();
  environment = self->environment != NULL ? g_strdupv (self->environment) : g_get_environ ();
  if (!read_all (self, settings, files, env_file, (const char *const *) environment, error))
    return FALSE;

  if (!resonate_config_build_check (settings, error) ||
      !resonate_config_build_find_secrets (settings, (const char *const *) environment, error))
    return FALSE;

  apps = resonate_config_build_apps (settings, (const char *const *) environment, error);
  if (apps == NULL)
    return FALSE;

  resonate_config_build_apply (settings, "server", G_OBJECT (self));
  resonate_config_build_apply (settings, "cluster", G_OBJECT (self));
  resonate_config_build_apply (settings, "redis", G_OBJECT (self));
  take_apps (self, apps);
  resonate_config_settings_wipe (settings);
  g_clear_pointer (&self->settings, resonate_config_settings_free);
  self->settings = g_steal_pointer (&settings);

  return TRUE;
}

/**
 * resonate_config_override:
 * @self: a configuration
 * @group: `server`, `cluster`, `redis`, or `app` and an id
 * @key: a key of the group
 * @value: its value, as a file would have it
 * @error: return location for a #GError
 *
 * Says something that no file and no environment can change: an option of the command line.
 *
 * It counts from the next [method@Resonate.Config.load] on.
 *
 * Fails with %RESONATE_ERROR_CONFIG when there is no such key, or the value is none for it.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_config_override (
  ResonateConfig *self, const char *group, const char *key, const char *value, GError **error)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), FALSE);
  g_return_val_if_fail (group != NULL && key != NULL && value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return resonate_config_settings_put (self->overrides, group, key, value, NULL, "option", error);
}

/**
 * resonate_config_dup_warnings:
 * @self: a configuration
 *
 * Gets what the last load accepted and finds odd. Whoever loaded it says so; the library does not.
 *
 * Returns: (transfer full) (array zero-terminated=1): one text for each
 *
 * Since: 1.0
 */
char **
resonate_config_dup_warnings (ResonateConfig *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GPtrArray *warnings;

  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  warnings = resonate_config_settings_get_warnings (self->settings);
  for (unsigned int i = 0; i < warnings->len; i++)
    g_strv_builder_add (builder, warnings->pdata[i]);

  return g_strv_builder_end (builder);
}

GPtrArray *
resonate_config_get_warnings (ResonateConfig *self)
{
  return resonate_config_settings_get_warnings (self->settings);
}

/*
 * resonate_config_set_environment:
 * @environment: (nullable): `NAME=value`, instead of the environment of the process
 */
void
resonate_config_set_environment (ResonateConfig *self, const char *const *environment)
{
  g_strfreev (self->environment);
  self->environment = g_strdupv ((char **) environment);
}

static void
row_free (ResonateConfigRow *self)
{
  g_free (self->group);
  g_free (self->value);
  g_free (self->origin);
  g_free (self);
}

static ResonateConfigRow *
row_new (ResonateConfig *self, const char *group, const ResonateConfigKey *key)
{
  ResonateConfigRow *row = g_new0 (ResonateConfigRow, 1);
  const ResonateConfigSetting *setting = resonate_config_settings_get (self->settings, group,
                                                                       key->name);
  const char *text = setting != NULL ? setting->value : key->fallback;
  g_auto (GValue) value = G_VALUE_INIT;

  row->group = g_strdup (group);
  row->key = key;
  row->origin = g_strdup (setting != NULL ? setting->origin : "default");

  if (setting != NULL && *setting->value != '\0' && (key->flags & RESONATE_CONFIG_KEY_SECRET) != 0)
    row->value = g_strdup ("********");
  else if (text != NULL && (*text != '\0' || key->fallback != NULL) &&
           resonate_config_value_parse (key, text, &value, NULL))
    row->value = resonate_config_value_format (key, &value);

  return row;
}

static void
add_rows (ResonateConfig *self, GPtrArray *rows, const char *group, const char *kind)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    if (strcmp (keys[i].group, kind) == 0)
      g_ptr_array_add (rows, row_new (self, group, &keys[i]));
}

/*
 * resonate_config_dup_rows:
 *
 * Returns: (transfer full) (element-type ResonateConfigRow): every key of every group, what the
 * last load made of it, and where that came from
 */
GPtrArray *
resonate_config_dup_rows (ResonateConfig *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  GPtrArray *ids = resonate_config_settings_get_app_ids (self->settings);

  add_rows (self, rows, "server", "server");
  add_rows (self, rows, "cluster", "cluster");
  add_rows (self, rows, "redis", "redis");
  for (unsigned int i = 0; i < ids->len; i++)
    {
      g_autofree char *group = resonate_config_settings_dup_app_group (ids->pdata[i]);

      add_rows (self, rows, group, "app");
    }

  return rows;
}
