/* resonate-config-change.c: what another configuration changes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-change-private.h"

#include "resonate-app-private.h"
#include "resonate-config-private.h"

static void
change_free (ResonateConfigChange *self)
{
  g_clear_object (&self->next);
  g_clear_object (&self->present);
  g_free (self->group);
  g_free (self);
}

static void
add (GPtrArray *changes,
     const ResonateConfigKey *key,
     const char *app_id,
     ResonateApp *present,
     ResonateApp *next)
{
  ResonateConfigChange *change = g_new0 (ResonateConfigChange, 1);

  g_assert (app_id != NULL || key != NULL);

  change->group = app_id != NULL ? resonate_config_settings_dup_app_group (app_id)
                                 : g_strdup (key->group);
  change->key = key;
  g_set_object (&change->present, present);
  g_set_object (&change->next, next);
  g_ptr_array_add (changes, change);
}

static gboolean
values_differ (const char *property, GObject *present, GObject *next)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (present), property);
  g_auto (GValue) old = G_VALUE_INIT;
  g_auto (GValue) new = G_VALUE_INIT;

  g_value_init (&old, pspec->value_type);
  g_value_init (&new, pspec->value_type);
  g_object_get_property (present, property, &old);
  g_object_get_property (next, property, &new);

  /* Lists are compared by what is in them, and not by where they are. */
  if (pspec->value_type == G_TYPE_STRV)
    return !g_strv_equal (g_value_get_boxed (&old), g_value_get_boxed (&new));

  return g_param_values_cmp (pspec, &old, &new) != 0;
}

/* What is no property of an app. Where its secrets were read is not looked at: what they are is. */
static gboolean
identities_differ (const char *name, ResonateApp *present, ResonateApp *next)
{
  if (strcmp (name, "key") == 0)
    return strcmp (resonate_app_get_key (present), resonate_app_get_key (next)) != 0;

  if (strcmp (name, "secret") == 0)
    return strcmp (resonate_app_get_secret (present), resonate_app_get_secret (next)) != 0;

  return strcmp (name, "previous-secret") == 0 &&
         g_strcmp0 (resonate_app_get_previous_secret (present),
                    resonate_app_get_previous_secret (next)) != 0;
}

/* An app with another key is another app to its clients: all else goes with that. */
static gboolean
is_replaced (const ResonateConfigChange *change)
{
  return change->key != NULL && change->present != NULL && strcmp (change->key->name, "key") == 0;
}

static void
list_server_changes (GPtrArray *changes, ResonateConfig *self, ResonateConfig *next)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    if (strcmp (keys[i].group, "app") != 0 &&
        values_differ (resonate_config_key_get_property (&keys[i]), G_OBJECT (self),
                       G_OBJECT (next)))
      add (changes, &keys[i], NULL, NULL, NULL);
}

static void
list_app_changes (GPtrArray *changes, ResonateApp *present, ResonateApp *next)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      gboolean differs;

      if (strcmp (keys[i].group, "app") != 0)
        continue;

      differs = (keys[i].flags & RESONATE_CONFIG_KEY_IDENTITY) != 0
                  ? identities_differ (keys[i].name, present, next)
                  : values_differ (keys[i].name, G_OBJECT (present), G_OBJECT (next));
      if (!differs)
        continue;

      add (changes, &keys[i], resonate_app_get_id (next), present, next);
      if (is_replaced (changes->pdata[changes->len - 1]))
        return;
    }
}

GPtrArray *
resonate_config_list_changes (ResonateConfig *self, ResonateConfig *next)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) change_free);
  GListModel *present_apps = G_LIST_MODEL (self->apps);
  GListModel *next_apps = G_LIST_MODEL (next->apps);

  list_server_changes (changes, self, next);

  for (unsigned int i = 0; i < g_list_model_get_n_items (next_apps); i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (next_apps, i);
      const char *id = resonate_app_get_id (app);
      ResonateApp *present = resonate_app_list_get_by_id (self->apps, id);

      if (present == NULL)
        add (changes, NULL, id, NULL, app);
      else if (present != app)
        list_app_changes (changes, present, app);
    }

  for (unsigned int i = 0; i < g_list_model_get_n_items (present_apps); i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (present_apps, i);
      const char *id = resonate_app_get_id (app);

      if (resonate_app_list_get_by_id (next->apps, id) == NULL)
        add (changes, NULL, id, app, NULL);
    }

  return changes;
}

void
resonate_config_changes_add_server_key (GPtrArray *changes, const char *name)
{
  const ResonateConfigKey *key = resonate_config_keys_find ("server", name);

  for (unsigned int i = 0; i < changes->len; i++)
    if (((ResonateConfigChange *) changes->pdata[i])->key == key)
      return;

  add (changes, key, NULL, NULL, NULL);
}

GVariant *
resonate_config_changes_to_variant (GPtrArray *changes)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sss)"));

  for (unsigned int i = 0; i < changes->len; i++)
    {
      const ResonateConfigChange *change = changes->pdata[i];

      g_variant_builder_add (&builder, "(sss)", change->group,
                             change->key != NULL ? change->key->name : "",
                             change->key != NULL ? resonate_config_key_get_effect (change->key)
                                                 : "applied");
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
copy_value (const char *property, GObject *from, GObject *to)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (from), property);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (from, property, &value);
  g_object_set_property (to, property, &value);
}

static void
make (ResonateConfig *self, ResonateConfig *next, const ResonateConfigChange *change)
{
  if (change->key == NULL || is_replaced (change) ||
      (change->key->flags & RESONATE_CONFIG_KEY_START) != 0)
    return;

  if (change->present == NULL)
    copy_value (resonate_config_key_get_property (change->key), G_OBJECT (next), G_OBJECT (self));
  else if ((change->key->flags & RESONATE_CONFIG_KEY_IDENTITY) != 0)
    resonate_app_set_secret (change->present, resonate_app_get_secret (change->next),
                             resonate_app_get_previous_secret (change->next));
  else
    copy_value (change->key->name, G_OBJECT (change->next), G_OBJECT (change->present));
}

/* Those who go are gone before anybody comes: a key may pass from one app to another. */
void
resonate_config_take (ResonateConfig *self, ResonateConfig *next, GPtrArray *changes)
{
  for (unsigned int i = 0; i < changes->len; i++)
    {
      const ResonateConfigChange *change = changes->pdata[i];

      if (change->present != NULL && (change->next == NULL || is_replaced (change)))
        resonate_app_list_remove (self->apps, resonate_app_get_id (change->present));
    }

  for (unsigned int i = 0; i < changes->len; i++)
    make (self, next, changes->pdata[i]);

  for (unsigned int i = 0; i < changes->len; i++)
    {
      const ResonateConfigChange *change = changes->pdata[i];
      g_autoptr (GError) error = NULL;

      if (change->next != NULL && (change->present == NULL || is_replaced (change)) &&
          !resonate_app_list_add (self->apps, change->next, &error))
        g_warning ("[%s] was added by somebody else meanwhile: %s", change->group, error->message);
    }
}

/**
 * resonate_config_compare:
 * @self: a configuration
 * @next: another one
 *
 * Says what would change if a server that serves @self were given @next, and what would become of
 * each change.
 *
 * Each row is a group (`server`, `cluster`, `redis`, or `app` and an id), a key, and an effect:
 * `applied` for what takes effect at once, `needs-reload` for what only another process can do. The
 * key is empty for an app that is there in one of them only. No row has a value.
 *
 * Returns: (transfer full): the changes, of type `a(sss)`
 *
 * Since: 1.0
 */
GVariant *
resonate_config_compare (ResonateConfig *self, ResonateConfig *next)
{
  g_autoptr (GPtrArray) changes = NULL;

  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);
  g_return_val_if_fail (RESONATE_IS_CONFIG (next), NULL);

  changes = resonate_config_list_changes (self, next);

  return resonate_config_changes_to_variant (changes);
}
