/* resonate-dbus-service.c: a server on a message bus, for as long as there is one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-service.h"

#include <gio/gio.h>

#include "resonate-dbus-address.h"
#include "resonate-dbus-apps.h"
#include "resonate-dbus-debug.h"
#include "resonate-dbus-manager.h"
#include "resonate-dbus-metrics.h"
#include "resonate-dbus-names.h"

/* How long is waited before the bus is looked for again: longer each time. */
#define FIRST_RETRY_MS 100
#define LAST_RETRY_MS  (30 * 1000)

#define CONNECTION_FLAGS \
  (G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION)

/* Who asks looks up first whom to ask. For so long after the name has gone to another process, some
 * ask us who have looked before. */
#define STALE_US (G_USEC_PER_SEC / 10)

/* How long the bus may take to give us the name of the process before. */
#define TAKE_MS 2000

/* What the bus answers then (D-Bus specification: RequestName). */
#define DBUS_PRIMARY_OWNER 1

/* How long the end of the process may wait for a bus that does not read. */
#define FLUSH_MS 1000

/* The bus is a control plane, not a foundation: in a container there is none, and elsewhere it may
 * come late or go. So the connection is our own and not the one that GIO shares, which would end
 * the process with it or stay closed for ever. */
struct _ResonateDbusService
{
  GObject parent_instance;

  GBusType bus;
  gboolean replace;
  const ResonateDbusHost *host;
  gpointer user_data;

  ResonateDbusGate *gate;
  GDBusObjectManagerServer *objects;
  ResonateDbusApps *apps;
  ResonateDbusManager *manager;
  ResonateDbusMetrics *metrics;

  GCancellable *cancellable;
  GDBusConnection *connection; /* (nullable): while there is a bus */
  ResonateDbusDebug *debug;    /* (nullable): as long as the connection */
  guint name_id;
  gboolean has_name;
  gboolean is_yielding; /* another process is to have the name, and then our clients */
  int64_t lost_at_us;   /* when it got the name */
  gboolean complained;  /* that there is no bus */
  guint retry_ms;
  guint retry_id;
};

G_DEFINE_FINAL_TYPE (ResonateDbusService, resonate_dbus_service, G_TYPE_OBJECT)

static void look_for_bus (ResonateDbusService *self);

static const char *
name_of_bus (ResonateDbusService *self)
{
  return self->bus == G_BUS_TYPE_SYSTEM ? "system" : "session";
}

static gboolean
on_retry (gpointer user_data)
{
  ResonateDbusService *self = user_data;

  self->retry_id = 0;
  look_for_bus (self);

  return G_SOURCE_REMOVE;
}

static void
retry_later (ResonateDbusService *self)
{
  self->retry_id = g_timeout_add (self->retry_ms, on_retry, self);
  self->retry_ms = MIN (self->retry_ms * 2, LAST_RETRY_MS);
}

static void
unexport (gpointer skeleton)
{
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

static void
leave (ResonateDbusService *self)
{
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  self->has_name = FALSE;
  g_clear_pointer (&self->debug, resonate_dbus_debug_free);
  if (self->connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_dbus_object_manager_server_set_connection (self->objects, NULL);
  resonate_dbus_metrics_forget (self->metrics);
  resonate_dbus_manager_forget (self->manager);
  unexport (self->metrics);
  unexport (self->manager);
  g_clear_object (&self->connection);
}

static void
on_closed (GDBusConnection *connection,
           gboolean remote_peer_vanished,
           GError *error,
           ResonateDbusService *self)
{
  g_message ("Lost the %s bus; serving without it until it is back", name_of_bus (self));
  leave (self);
  self->complained = TRUE;
  self->retry_ms = FIRST_RETRY_MS;
  retry_later (self);
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ResonateDbusService *self = user_data;

  g_debug ("On the %s bus as %s", name_of_bus (self), name);
  self->has_name = TRUE;
  self->replace = FALSE;
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ResonateDbusService *self = user_data;

  /* The whole bus is gone: on_closed () sees to that. */
  if (connection == NULL || g_dbus_connection_is_closed (connection))
    return;

  if (!self->has_name)
    {
      g_message ("Another server has the name %s on the %s bus, or it is not ours to have", name,
                 name_of_bus (self));
      return;
    }

  self->has_name = FALSE;
  self->lost_at_us = g_get_monotonic_time ();

  /* We are still in the queue, and have it again when that process does not come up. */
  if (self->is_yielding)
    return;

  /* A replacement took it, so it listens: it is our turn to go. Who does not give the name up
   * would have it again if the replacement died. */
  g_message ("Replaced as %s", name);
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  self->host->replaced (self->user_data);
}

static GBusNameOwnerFlags
get_name_flags (ResonateDbusService *self)
{
  return G_BUS_NAME_OWNER_FLAGS_ALLOW_REPLACEMENT |
         (self->replace ? G_BUS_NAME_OWNER_FLAGS_REPLACE : 0);
}

static void
own_name (ResonateDbusService *self)
{
  self->name_id = g_bus_own_name_on_connection (self->connection, RESONATE_DBUS_NAME,
                                                get_name_flags (self), on_name_acquired,
                                                on_name_lost, self, NULL);
}

/* Objects are on the bus before the name is, so that the first caller finds them there. */
static gboolean export(ResonateDbusService *self, GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  self->connection = g_object_ref (connection);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->manager), connection,
                                         RESONATE_DBUS_ROOT, &error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->metrics), connection,
                                         RESONATE_DBUS_ROOT, &error))
    {
      g_message ("Serving without %s on the bus: %s", RESONATE_DBUS_ROOT, error->message);
      leave (self);
      return FALSE;
    }

  g_dbus_object_manager_server_set_connection (self->objects, connection);
  self->debug = resonate_dbus_debug_new (connection, self->bus, self->host, self->user_data);

  return TRUE;
}

static void
do_without (ResonateDbusService *self, const char *reason)
{
  if (!self->complained)
    g_message ("No %s bus; serving without it: %s", name_of_bus (self), reason);
  self->complained = TRUE;
  retry_later (self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ResonateDbusService) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection)
    connection = g_dbus_connection_new_for_address_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (connection != NULL)
    {
      if (self->complained)
        g_message ("The %s bus is there", name_of_bus (self));
      self->complained = FALSE;
      self->retry_ms = FIRST_RETRY_MS;
      if (export(self, connection))
        own_name (self);
      return;
    }

  do_without (self, error->message);
}

static void
look_for_bus (ResonateDbusService *self)
{
  g_autofree char *address = resonate_dbus_address_dup (self->bus);

  /* The environment of a process does not change, so there is nothing to wait for. */
  if (address == NULL)
    {
      g_message ("No %s bus is named in the environment; serving without it", name_of_bus (self));
      return;
    }

  if (resonate_dbus_address_is_nothing (address))
    {
      do_without (self, address);
      return;
    }

  g_dbus_connection_new_for_address (address, CONNECTION_FLAGS, NULL, self->cancellable,
                                     on_connected, g_object_ref (self));
}

/*
 * GObject
 */
static void
resonate_dbus_service_dispose (GObject *object)
{
  ResonateDbusService *self = RESONATE_DBUS_SERVICE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  leave (self);
  g_clear_object (&self->metrics);
  g_clear_object (&self->manager);
  g_clear_pointer (&self->apps, resonate_dbus_apps_free);
  g_clear_object (&self->objects);
  g_clear_pointer (&self->gate, resonate_dbus_gate_free);

  G_OBJECT_CLASS (resonate_dbus_service_parent_class)->dispose (object);
}

static void
resonate_dbus_service_finalize (GObject *object)
{
  ResonateDbusService *self = RESONATE_DBUS_SERVICE (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (resonate_dbus_service_parent_class)->finalize (object);
}

static void
resonate_dbus_service_class_init (ResonateDbusServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_dbus_service_dispose;
  object_class->finalize = resonate_dbus_service_finalize;
}

static void
resonate_dbus_service_init (ResonateDbusService *self)
{
  self->cancellable = g_cancellable_new ();
  self->retry_ms = FIRST_RETRY_MS;
  self->objects = g_dbus_object_manager_server_new (RESONATE_DBUS_ROOT);
}

ResonateDbusService *
resonate_dbus_service_new (ResonateServer *server,
                           GBusType bus,
                           gboolean replace,
                           const ResonateDbusHost *host,
                           gpointer user_data)
{
  ResonateDbusService *self = g_object_new (RESONATE_TYPE_DBUS_SERVICE, NULL);

  self->bus = bus;
  self->replace = replace;
  self->host = host;
  self->user_data = user_data;
  self->gate = resonate_dbus_gate_new (bus);
  self->manager = resonate_dbus_manager_new (server, host, user_data);
  resonate_dbus_gate_guard (self->gate, self->manager);
  self->metrics = resonate_dbus_metrics_new (server);
  resonate_dbus_gate_guard (self->gate, self->metrics);
  self->apps = resonate_dbus_apps_new (server, self->objects, self->gate);

  return self;
}

void
resonate_dbus_service_start (ResonateDbusService *self)
{
  g_return_if_fail (RESONATE_IS_DBUS_SERVICE (self));
  g_return_if_fail (self->retry_id == 0);

  /* It may be there already: see resonate_dbus_service_take_name (). */
  if (self->connection != NULL)
    return;

  look_for_bus (self);
}

/*
 * One process after the other
 */
static gboolean
request_name (ResonateDbusService *self)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  guint32 answer;

  reply = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName",
                                       g_variant_new ("(su)", RESONATE_DBUS_NAME,
                                                      (guint32) get_name_flags (self)),
                                       G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, TAKE_MS,
                                       self->cancellable, &error);
  if (reply == NULL)
    {
      g_message ("Cannot have the name %s yet: %s", RESONATE_DBUS_NAME, error->message);
      return FALSE;
    }
  g_variant_get (reply, "(u)", &answer);

  return answer == DBUS_PRIMARY_OWNER;
}

gboolean
resonate_dbus_service_take_name (ResonateDbusService *self)
{
  g_autofree char *address = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  gboolean is_ours;

  g_return_val_if_fail (RESONATE_IS_DBUS_SERVICE (self), FALSE);
  g_return_val_if_fail (self->connection == NULL && self->retry_id == 0, FALSE);

  address = resonate_dbus_address_dup (self->bus);
  if (address == NULL || resonate_dbus_address_is_nothing (address))
    return FALSE;

  connection = g_dbus_connection_new_for_address_sync (address, CONNECTION_FLAGS, NULL,
                                                       self->cancellable, NULL);
  if (connection == NULL || !export(self, connection))
    return FALSE;

  is_ours = request_name (self);
  own_name (self);

  return is_ours;
}

void
resonate_dbus_service_yield (ResonateDbusService *self)
{
  g_return_if_fail (RESONATE_IS_DBUS_SERVICE (self));

  self->is_yielding = TRUE;
  self->lost_at_us = 0;
}

gboolean
resonate_dbus_service_has_yielded (ResonateDbusService *self)
{
  g_return_val_if_fail (RESONATE_IS_DBUS_SERVICE (self), TRUE);

  /* Who never had the name has nobody who asks. */
  if (!self->has_name && self->lost_at_us == 0)
    return TRUE;

  return !self->has_name && g_get_monotonic_time () >= self->lost_at_us + STALE_US &&
         resonate_dbus_gate_get_n_waiting (self->gate) == 0;
}

void
resonate_dbus_service_end_yield (ResonateDbusService *self, gboolean is_replaced)
{
  g_return_if_fail (RESONATE_IS_DBUS_SERVICE (self));

  self->is_yielding = FALSE;
  if (is_replaced && !self->has_name)
    g_clear_handle_id (&self->name_id, g_bus_unown_name);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;
  g_rc_box_release (is_over);
}

static gboolean
on_flush_late (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;

  return G_SOURCE_REMOVE;
}

void
resonate_dbus_service_stop (ResonateDbusService *self)
{
  g_autoptr (GSource) timeout = g_timeout_source_new (FLUSH_MS);
  gboolean *is_over;

  g_return_if_fail (RESONATE_IS_DBUS_SERVICE (self));

  if (self->connection == NULL)
    return;

  /* A flush cannot be cancelled, so it may outlive this call. */
  is_over = g_rc_box_new0 (gboolean);
  g_dbus_connection_flush (self->connection, NULL, on_flushed, g_rc_box_acquire (is_over));
  g_source_set_callback (timeout, on_flush_late, is_over, NULL);
  g_source_attach (timeout, NULL);
  while (!*is_over)
    g_main_context_iteration (NULL, TRUE);

  g_source_destroy (timeout);
  g_rc_box_release (is_over);
  leave (self);
}
