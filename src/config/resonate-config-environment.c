/* resonate-config-environment.c: keys by their names in the environment
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-environment-private.h"

#include "../base/resonate-error.h"
#include "resonate-env-file-private.h"

/* One layer: the `.env` file, or the environment of the process. */
typedef struct
{
  GPtrArray *entries; /* (nullable) (element-type ResonateEnvEntry): NULL for the process */
  const char *file;
  const char *const *environment;
} Layer;

static char *
dup_value (const Layer *layer, const char *name)
{
  const ResonateEnvEntry *entry;

  if (layer->entries == NULL)
    return resonate_env_dup_converted (g_environ_getenv ((char **) layer->environment, name));

  entry = resonate_env_file_find (layer->entries, name);

  return entry != NULL ? resonate_env_dup_converted (entry->value) : NULL;
}

static char *
dup_origin (const Layer *layer, const char *name)
{
  if (layer->entries == NULL)
    return g_strdup_printf ("environment %s", name);

  return g_strdup_printf ("%s:%u %s", layer->file,
                          resonate_env_file_find (layer->entries, name)->number, name);
}

/* The group of the app that names without an id mean; NULL with @error set when that is nobody. */
static char *
dup_app_group (ResonateConfigSettings *settings,
               const char *app_id,
               const char *origin,
               GError **error)
{
  GPtrArray *ids = resonate_config_settings_get_app_ids (settings);

  if (app_id != NULL)
    return resonate_config_settings_dup_app_group (app_id);

  if (ids->len == 1)
    return resonate_config_settings_dup_app_group (ids->pdata[0]);

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
               ids->len == 0 ? "%s: there is no application that this could belong to; "
                               "REVERB_APP_ID names one"
                             : "%s: there are several applications; REVERB_APP_ID says which of "
                               "them is meant",
               origin);

  return NULL;
}

static gboolean
read_name (ResonateConfigSettings *settings,
           const Layer *layer,
           const ResonateConfigKey *key,
           const char *name,
           const char *app_id,
           GError **error)
{
  g_autofree char *value = dup_value (layer, name);
  g_autofree char *folder = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *group = NULL;

  if (value == NULL)
    return TRUE;

  folder = layer->file != NULL ? g_path_get_dirname (layer->file) : NULL;
  origin = dup_origin (layer, name);
  group = strcmp (key->group, "app") == 0 ? dup_app_group (settings, app_id, origin, error)
                                          : g_strdup (key->group);
  if (group == NULL)
    return FALSE;

  return resonate_config_settings_put (settings, group, key->name, value, folder, origin, error);
}

/* In a shared environment a name that means nothing may be somebody else's, so it is no error. */
static void
warn_unknown (ResonateConfigSettings *settings, const char *name, const char *origin)
{
  static const char *const prefixes[] = { "RESONATE_SERVER_", "RESONATE_CLUSTER_",
                                          "RESONATE_REDIS_", "RESONATE_APP_" };
  static const char *const groups[] = { "server", "cluster", "redis", "app" };

  for (size_t i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *key = NULL;
      g_autofree char *hint = NULL;

      if (!g_str_has_prefix (name, prefixes[i]) || strcmp (name, "RESONATE_APP_ID") == 0)
        continue;

      key = g_ascii_strdown (name + strlen (prefixes[i]), -1);
      g_strdelimit (key, "_", '-');
      if (resonate_config_keys_find (groups[i], key) != NULL)
        continue;

      hint = resonate_config_keys_dup_hint (groups[i], key);
      g_ptr_array_add (resonate_config_settings_get_warnings (settings),
                       g_strdup_printf ("%s: no key of [%s] is called ‘%s’; %s", origin, groups[i],
                                        key, hint));
    }
}

static void
warn_about_names (ResonateConfigSettings *settings, const Layer *layer)
{
  if (layer->entries != NULL)
    for (unsigned int i = 0; i < layer->entries->len; i++)
      {
        const ResonateEnvEntry *entry = g_ptr_array_index (layer->entries, i);
        g_autofree char *origin = dup_origin (layer, entry->name);

        warn_unknown (settings, entry->name, origin);
      }
  else
    for (const char *const *variable = layer->environment; *variable != NULL; variable++)
      {
        g_autofree char *name = g_strndup (*variable, strcspn (*variable, "="));
        g_autofree char *origin = dup_origin (layer, name);

        warn_unknown (settings, name, origin);
      }
}

static gboolean
read_layer (ResonateConfigSettings *settings,
            const Layer *layer,
            const char *app_id,
            GError **error)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      g_autofree char *own = resonate_config_key_dup_environment (&keys[i]);

      if (keys[i].environment != NULL &&
          !read_name (settings, layer, &keys[i], keys[i].environment, app_id, error))
        return FALSE;

      /* Our own name is the more deliberate one, so it is read over the reference's. */
      if (!read_name (settings, layer, &keys[i], own, app_id, error))
        return FALSE;
    }

  warn_about_names (settings, layer);

  return TRUE;
}

/* Adds the app that a layer names. Only the strongest id counts, for the values of both layers. */
static gboolean
read_app_id (ResonateConfigSettings *settings, const Layer *layer, char **app_id, GError **error)
{
  static const char *const names[] = { "RESONATE_APP_ID", "REVERB_APP_ID" };

  for (size_t i = 0; i < G_N_ELEMENTS (names) && *app_id == NULL; i++)
    {
      g_autofree char *origin = NULL;
      g_autofree char *group = NULL;

      *app_id = dup_value (layer, names[i]);
      if (*app_id == NULL)
        continue;

      origin = dup_origin (layer, names[i]);
      group = resonate_config_settings_dup_app_group (*app_id);
      if (!resonate_config_settings_add_group (settings, group, origin, error))
        return FALSE;
    }

  return TRUE;
}

/*
 * resonate_config_environment_read:
 * @settings: what the files say
 * @env_file: (nullable): a `.env` of Laravel
 * @environment: the environment of the process
 * @error: return location for a #GError
 *
 * Puts the `.env` file and then the environment over the files. A variable that is empty is one
 * that is not set.
 */
gboolean
resonate_config_environment_read (ResonateConfigSettings *settings,
                                  const char *env_file,
                                  const char *const *environment,
                                  GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *app_id = NULL;
  Layer process = { NULL, NULL, environment };
  Layer file = { NULL, env_file, NULL };

  if (env_file != NULL)
    {
      entries = resonate_env_file_load (env_file, environment, error);
      if (entries == NULL)
        return FALSE;
      file.entries = entries;
    }

  if (!read_app_id (settings, &process, &app_id, error))
    return FALSE;

  if (entries != NULL && (!read_app_id (settings, &file, &app_id, error) ||
                          !read_layer (settings, &file, app_id, error)))
    return FALSE;

  return read_layer (settings, &process, app_id, error);
}
