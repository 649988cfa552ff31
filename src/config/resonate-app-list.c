/* resonate-app-list.c: the applications of one server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-app-list"

#include "config.h"

#include "resonate-app-list.h"

#include "../base/resonate-error.h"

/**
 * ResonateAppList:
 *
 * The applications of one server, in the order they were configured.
 *
 * It is a [iface@Gio.ListModel] of [class@Resonate.App], and finds one by id or by key in constant
 * time. No two of them share an id or a key.
 *
 * Since: 1.0
 */
struct _ResonateAppList
{
  GObject parent_instance;

  GPtrArray *apps;   /* (element-type ResonateApp): in the order they were added */
  GHashTable *by_id; /* (element-type utf8 ResonateApp): keys and values live in the array's apps */
  GHashTable *by_key; /* (element-type utf8 ResonateApp): likewise */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateAppList,
                               resonate_app_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/*
 * GListModel
 */
static GType
resonate_app_list_get_item_type (GListModel *model)
{
  return RESONATE_TYPE_APP;
}

static guint
resonate_app_list_get_n_items (GListModel *model)
{
  return RESONATE_APP_LIST (model)->apps->len;
}

static gpointer
resonate_app_list_get_item (GListModel *model, guint position)
{
  ResonateAppList *self = RESONATE_APP_LIST (model);

  return position < self->apps->len ? g_object_ref (self->apps->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = resonate_app_list_get_item_type;
  iface->get_n_items = resonate_app_list_get_n_items;
  iface->get_item = resonate_app_list_get_item;
}

/*
 * GObject
 */
static void
resonate_app_list_finalize (GObject *object)
{
  ResonateAppList *self = RESONATE_APP_LIST (object);

  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->apps, g_ptr_array_unref);

  G_OBJECT_CLASS (resonate_app_list_parent_class)->finalize (object);
}

static void
resonate_app_list_class_init (ResonateAppListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_app_list_finalize;
}

static void
resonate_app_list_init (ResonateAppList *self)
{
  self->apps = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * resonate_app_list_new:
 *
 * Makes an empty list.
 *
 * Returns: (transfer full): a new [class@Resonate.AppList]
 *
 * Since: 1.0
 */
ResonateAppList *
resonate_app_list_new (void)
{
  return g_object_new (RESONATE_TYPE_APP_LIST, NULL);
}

/**
 * resonate_app_list_add:
 * @self: a list
 * @app: (transfer none): an application
 * @error: return location for a #GError
 *
 * Adds an application at the end.
 *
 * Fails with %RESONATE_ERROR_CONFIG when another one has the same id or the same key.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_app_list_add (ResonateAppList *self, ResonateApp *app, GError **error)
{
  const char *id;
  const char *key;

  g_return_val_if_fail (RESONATE_IS_APP_LIST (self), FALSE);
  g_return_val_if_fail (RESONATE_IS_APP (app), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  id = resonate_app_get_id (app);
  key = resonate_app_get_key (app);
  g_return_val_if_fail (id != NULL && key != NULL, FALSE);

  if (g_hash_table_contains (self->by_id, id))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "There is an application with the id ‘%s’ already", id);
      return FALSE;
    }

  if (g_hash_table_contains (self->by_key, key))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "The application ‘%s’ has the key ‘%s’, which is that of application ‘%s’; "
                   "a key belongs to one application only",
                   id, key, resonate_app_get_id (g_hash_table_lookup (self->by_key, key)));
      return FALSE;
    }

  g_ptr_array_add (self->apps, g_object_ref (app));
  g_hash_table_insert (self->by_id, (char *) id, app);
  g_hash_table_insert (self->by_key, (char *) key, app);

  g_list_model_items_changed (G_LIST_MODEL (self), self->apps->len - 1, 0, 1);

  return TRUE;
}

/**
 * resonate_app_list_remove:
 * @self: a list
 * @id: the id of an application
 *
 * Removes an application.
 *
 * Returns: %TRUE if it was there
 *
 * Since: 1.0
 */
gboolean
resonate_app_list_remove (ResonateAppList *self, const char *id)
{
  g_autoptr (ResonateApp) app = NULL;
  unsigned int position = 0;

  g_return_val_if_fail (RESONATE_IS_APP_LIST (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  app = g_hash_table_lookup (self->by_id, id);
  if (app == NULL)
    return FALSE;

  /* The tables borrow their keys from the app, and so may the caller its @id. */
  g_object_ref (app);
  g_hash_table_remove (self->by_key, resonate_app_get_key (app));
  g_hash_table_remove (self->by_id, resonate_app_get_id (app));
  g_ptr_array_find (self->apps, app, &position);
  g_ptr_array_remove_index (self->apps, position);

  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);

  return TRUE;
}

/**
 * resonate_app_list_get_by_id:
 * @self: a list
 * @id: an id
 *
 * Finds the application with the id @id.
 *
 * Returns: (transfer none) (nullable): the application
 *
 * Since: 1.0
 */
ResonateApp *
resonate_app_list_get_by_id (ResonateAppList *self, const char *id)
{
  g_return_val_if_fail (RESONATE_IS_APP_LIST (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return g_hash_table_lookup (self->by_id, id);
}

/**
 * resonate_app_list_get_by_key:
 * @self: a list
 * @key: a public key
 *
 * Finds the application whose clients connect with @key.
 *
 * Returns: (transfer none) (nullable): the application
 *
 * Since: 1.0
 */
ResonateApp *
resonate_app_list_get_by_key (ResonateAppList *self, const char *key)
{
  g_return_val_if_fail (RESONATE_IS_APP_LIST (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  return g_hash_table_lookup (self->by_key, key);
}
