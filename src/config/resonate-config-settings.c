/* resonate-config-settings.c: what was said about each key, and where
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-settings-private.h"

#include "../base/resonate-error.h"
#include "resonate-config-value-private.h"

#define APP_PREFIX "app "

struct _ResonateConfigSettings
{
  GHashTable *by_key;  /* (element-type utf8 ResonateConfigSetting): `app 1001/max-connections` */
  GPtrArray *app_ids;  /* (element-type utf8): in the order they were first named */
  GHashTable *origins; /* (element-type utf8 utf8): where the first word of an app is, by its id */
  GPtrArray *warnings; /* (element-type utf8) */
};

/* Whether there was a secret is none. */
static void
wipe (ResonateConfigSetting *setting)
{
  size_t length = strlen (setting->value);

  if ((setting->key->flags & RESONATE_CONFIG_KEY_SECRET) == 0 || length == 0)
    return;

  explicit_bzero (setting->value, length);
  setting->value[0] = '*';
}

static void
setting_free (ResonateConfigSetting *setting)
{
  wipe (setting);
  g_free (setting->value);
  g_free (setting->origin);
  g_free (setting);
}

ResonateConfigSettings *
resonate_config_settings_new (void)
{
  ResonateConfigSettings *self = g_new0 (ResonateConfigSettings, 1);

  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) setting_free);
  self->app_ids = g_ptr_array_new_with_free_func (g_free);
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
resonate_config_settings_free (ResonateConfigSettings *self)
{
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_clear_pointer (&self->app_ids, g_ptr_array_unref);
  g_clear_pointer (&self->origins, g_hash_table_unref);
  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_free (self);
}

char *
resonate_config_settings_dup_app_group (const char *id)
{
  return g_strconcat (APP_PREFIX, id, NULL);
}

/* The id in `app 1001`; NULL for every other group, the one without an id included. */
static char *
dup_app_id (const char *group)
{
  g_autofree char *id = NULL;

  if (!g_str_has_prefix (group, APP_PREFIX))
    return NULL;

  id = g_strstrip (g_strdup (group + strlen (APP_PREFIX)));

  return *id != '\0' ? g_steal_pointer (&id) : NULL;
}

/* Puts @key into place without questions. */
static void
replace (ResonateConfigSettings *self,
         const char *group,
         const ResonateConfigKey *key,
         char *value,
         const char *origin)
{
  ResonateConfigSetting *setting = g_new0 (ResonateConfigSetting, 1);

  setting->key = key;
  setting->value = value;
  setting->origin = g_strdup (origin);
  g_hash_table_replace (self->by_key, g_strdup_printf ("%s/%s", group, key->name), setting);
}

static void
forget (ResonateConfigSettings *self, const char *group, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", group, name);

  g_hash_table_remove (self->by_key, path);
}

/* Of the two ways to give a secret, the stronger layer's counts. */
static void
forget_other_way (ResonateConfigSettings *self, const char *group, const char *name)
{
  static const char *const ways[][2] = {
    { "secret", "secret-file" },
    { "previous-secret", "previous-secret-file" },
    { "password", "password-file" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (strcmp (name, ways[i][0]) == 0)
        forget (self, group, ways[i][1]);
      else if (strcmp (name, ways[i][1]) == 0)
        forget (self, group, ways[i][0]);
    }
}

/*
 * resonate_config_settings_add_group:
 * @group: `server`, or `app` and an id
 * @origin: where it is named
 *
 * Notes that a group is there, even without a key. An unknown one is an error.
 */
gboolean
resonate_config_settings_add_group (ResonateConfigSettings *self,
                                    const char *group,
                                    const char *origin,
                                    GError **error)
{
  g_autofree char *id = dup_app_id (group);
  const char *problem = "there is no such group; the groups are [server], [cluster], [redis] and, "
                        "for each application, [app ID]";

  if (strcmp (group, "app") != 0 && strcmp (group, resonate_config_group_get_kind (group)) == 0)
    return TRUE;

  if (id != NULL && resonate_config_value_is_word (id))
    {
      if (!g_hash_table_contains (self->origins, id))
        {
          g_hash_table_insert (self->origins, g_strdup (id), g_strdup (origin));
          g_ptr_array_add (self->app_ids, g_steal_pointer (&id));
        }
      return TRUE;
    }

  if (id != NULL)
    problem = "an id stands in URLs: it has no blanks and none of / ? # % [ ]";
  else if (g_str_has_prefix (group, "app"))
    problem = "the group of an application names its id, such as [app 1001]";

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "%s: [%s]: %s", origin, group,
               problem);

  return FALSE;
}

static gboolean
check (ResonateConfigSettings *self,
       const char *group,
       const ResonateConfigKey *key,
       const char *value,
       const char *origin,
       GError **error)
{
  g_auto (GValue) parsed = G_VALUE_INIT;

  if (!resonate_config_value_parse (key, value, &parsed, error))
    {
      g_prefix_error (error, "%s: [%s] %s: ", origin, group, key->name);
      return FALSE;
    }

  if (!resonate_config_value_choice_is_known (key, value))
    {
      g_autofree char *expectation = resonate_config_value_dup_expectation (key);
      g_autofree char *taken = resonate_config_value_format (key, &parsed);

      g_ptr_array_add (self->warnings,
                       g_strdup_printf ("%s: [%s] %s: ‘%s’ is not %s; taken as %s", origin, group,
                                        key->name, value, expectation, taken));
    }

  return TRUE;
}

/* The value as it is kept: names of files no longer depend on where they were read. */
static char *
dup_resolved (const ResonateConfigKey *key, const char *value, const char *folder)
{
  g_autofree char *absolute = NULL;

  if (key->type != RESONATE_CONFIG_FILE || *value == '\0')
    return g_strdup (value);

  /* `--config resonate.conf` makes the folder itself a relative name. */
  absolute = folder != NULL ? g_canonicalize_filename (folder, NULL) : NULL;

  return g_canonicalize_filename (value, absolute);
}

/*
 * resonate_config_settings_put:
 * @self: the settings
 * @group: `server`, or `app` and an id
 * @name: a key
 * @value: what is said about it
 * @folder: (nullable): where names of files are relative to
 * @origin: where it is said
 * @error: return location for a #GError
 *
 * Puts a value over the one before it. It is checked even when a stronger layer will hide it, since
 * a mistake in a file is a mistake on the day the environment changes, too.
 */
gboolean
resonate_config_settings_put (ResonateConfigSettings *self,
                              const char *group,
                              const char *name,
                              const char *value,
                              const char *folder,
                              const char *origin,
                              GError **error)
{
  g_autofree char *id = dup_app_id (group);
  g_autofree char *normal = NULL;
  const char *kind = resonate_config_group_get_kind (group);
  const ResonateConfigKey *key;

  if (!resonate_config_settings_add_group (self, group, origin, error))
    return FALSE;

  normal = id != NULL ? resonate_config_settings_dup_app_group (id) : g_strdup (group);
  key = resonate_config_keys_find (kind, name);
  if (key == NULL)
    {
      g_autofree char *hint = resonate_config_keys_dup_hint (kind, name);

      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s: [%s] %s: there is no such key; %s", origin, normal, name, hint);
      return FALSE;
    }

  if (!check (self, normal, key, value, origin, error))
    return FALSE;

  forget_other_way (self, normal, name);
  replace (self, normal, key, dup_resolved (key, value, folder), origin);

  return TRUE;
}

/* The secret that a file or a credential holds: its file stays a setting beside it. */
void
resonate_config_settings_put_secret (ResonateConfigSettings *self,
                                     const char *group,
                                     const char *name,
                                     const char *secret,
                                     const char *origin)
{
  replace (self, group, resonate_config_keys_find (resonate_config_group_get_kind (group), name),
           g_strdup (secret), origin);
}

/*
 * resonate_config_settings_get:
 *
 * Returns: (transfer none) (nullable): what was said; NULL for nothing, or an empty text where only
 *   a text makes sense
 */
ResonateConfigSetting *
resonate_config_settings_get (ResonateConfigSettings *self, const char *group, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", group, name);

  return g_hash_table_lookup (self->by_key, path);
}

/* Puts everything @over says over what @self says. */
void
resonate_config_settings_merge (ResonateConfigSettings *self, ResonateConfigSettings *over)
{
  GHashTableIter iter;
  gpointer path;
  gpointer value;

  for (unsigned int i = 0; i < over->app_ids->len; i++)
    {
      g_autofree char *group = resonate_config_settings_dup_app_group (over->app_ids->pdata[i]);

      resonate_config_settings_add_group (self, group, "", NULL);
    }

  g_hash_table_iter_init (&iter, over->by_key);
  while (g_hash_table_iter_next (&iter, &path, &value))
    {
      const ResonateConfigSetting *setting = value;
      g_autofree char *group = g_strndup (path, strlen (path) - strlen (setting->key->name) - 1);

      forget_other_way (self, group, setting->key->name);
      replace (self, group, setting->key, g_strdup (setting->value), setting->origin);
    }
}

/* Once the apps have their secrets, nothing else needs them. */
void
resonate_config_settings_wipe (ResonateConfigSettings *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    wipe (value);
}

/* Where the application was named first. */
const char *
resonate_config_settings_get_app_origin (ResonateConfigSettings *self, const char *id)
{
  return g_hash_table_lookup (self->origins, id);
}

GPtrArray *
resonate_config_settings_get_app_ids (ResonateConfigSettings *self)
{
  return self->app_ids;
}

GPtrArray *
resonate_config_settings_get_warnings (ResonateConfigSettings *self)
{
  return self->warnings;
}
