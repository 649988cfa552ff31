/* resonate-dbus-apps.c: an object on the bus for each application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-apps.h"

#include "resonate-dbus-app.h"

/* Follows the list of apps: they come and go with the configuration, so clients of the server
 * cannot make traffic on the bus. */
struct _ResonateDbusApps
{
  ResonateServer *server;
  ResonateAppList *list;
  GDBusObjectManagerServer *objects;
  ResonateDbusPages *pages;
  GPtrArray *paths; /* (element-type utf8): in the order of the list */
};

static void
add (ResonateDbusApps *self, guint position, ResonateApp *app)
{
  g_autofree char *path = resonate_dbus_app_dup_path (resonate_app_get_id (app));
  g_autoptr (ResonateDbusGenObjectSkeleton) object = resonate_dbus_gen_object_skeleton_new (path);
  g_autoptr (ResonateDbusApp) skeleton = resonate_dbus_app_new (self->server, app, self->pages);

  resonate_dbus_gen_object_skeleton_set_app (object, RESONATE_DBUS_GEN_APP (skeleton));
  g_dbus_object_manager_server_export (self->objects, G_DBUS_OBJECT_SKELETON (object));
  g_ptr_array_insert (self->paths, (int) position, g_steal_pointer (&path));
}

static void
on_items_changed (
  GListModel *list, guint position, guint removed, guint added, ResonateDbusApps *self)
{
  for (guint i = 0; i < removed; i++)
    {
      g_dbus_object_manager_server_unexport (self->objects, self->paths->pdata[position]);
      g_ptr_array_remove_index (self->paths, position);
    }

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (list, i);

      add (self, i, app);
    }
}

ResonateDbusApps *
resonate_dbus_apps_new (ResonateServer *server, GDBusObjectManagerServer *objects)
{
  ResonateDbusApps *self = g_new0 (ResonateDbusApps, 1);

  self->server = g_object_ref (server);
  self->list = g_object_ref (resonate_config_get_apps (resonate_server_get_config (server)));
  self->objects = g_object_ref (objects);
  self->pages = resonate_dbus_pages_new ();
  self->paths = g_ptr_array_new_with_free_func (g_free);

  g_signal_connect (self->list, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (G_LIST_MODEL (self->list), 0, 0,
                    g_list_model_get_n_items (G_LIST_MODEL (self->list)), self);

  return self;
}

void
resonate_dbus_apps_free (ResonateDbusApps *self)
{
  g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_pointer (&self->pages, resonate_dbus_pages_free);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_object (&self->objects);
  g_clear_object (&self->list);
  g_clear_object (&self->server);
  g_free (self);
}
