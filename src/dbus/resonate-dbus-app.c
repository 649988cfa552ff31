/* resonate-dbus-app.c: org.resonate.Resonate1.App, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-app.h"

struct _ResonateDbusApp
{
  ResonateDbusGenAppSkeleton parent_instance;

  ResonateServer *server;
};

static void app_iface_init (ResonateDbusGenAppIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateDbusApp,
                               resonate_dbus_app,
                               RESONATE_DBUS_GEN_TYPE_APP_SKELETON,
                               G_IMPLEMENT_INTERFACE (RESONATE_DBUS_GEN_TYPE_APP, app_iface_init))

enum
{
  PROP_CONNECTIONS = 1,
};

static void
app_iface_init (ResonateDbusGenAppIface *iface)
{
}

/*
 * GObject
 */
static void
resonate_dbus_app_dispose (GObject *object)
{
  ResonateDbusApp *self = RESONATE_DBUS_APP (object);

  g_clear_object (&self->server);

  G_OBJECT_CLASS (resonate_dbus_app_parent_class)->dispose (object);
}

static void
resonate_dbus_app_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateDbusApp *self = RESONATE_DBUS_APP (object);
  const char *id = resonate_dbus_gen_app_get_id (RESONATE_DBUS_GEN_APP (self));

  switch (prop_id)
    {
    /* It is never announced, so it is counted when somebody looks. */
    case PROP_CONNECTIONS:
      g_value_set_uint (value, resonate_server_count_connections (self->server, id));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* Nobody sets what is counted; GObject wants to know all the same. */
static void
resonate_dbus_app_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
resonate_dbus_app_class_init (ResonateDbusAppClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_dbus_app_dispose;
  object_class->get_property = resonate_dbus_app_get_property;
  object_class->set_property = resonate_dbus_app_set_property;

  g_object_class_override_property (object_class, PROP_CONNECTIONS, "connections");
}

static void
resonate_dbus_app_init (ResonateDbusApp *self)
{
}

/* No limit is -1 to the library, and 0 on the bus. */
static gboolean
limit_to_bus (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_uint (to, (guint) MAX (g_value_get_int (from), 0));

  return TRUE;
}

ResonateDbusApp *
resonate_dbus_app_new (ResonateServer *server, ResonateApp *app)
{
  ResonateDbusApp *self = g_object_new (RESONATE_TYPE_DBUS_APP, NULL);

  self->server = g_object_ref (server);
  g_object_bind_property (app, "id", self, "id", G_BINDING_SYNC_CREATE);
  g_object_bind_property (app, "key", self, "key", G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (app, "max-connections", self, "max-connections",
                               G_BINDING_SYNC_CREATE, limit_to_bus, NULL, NULL, NULL);

  return self;
}
