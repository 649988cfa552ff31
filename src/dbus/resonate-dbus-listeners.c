/* resonate-dbus-listeners.c: callers who want to be told, and are told alone
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-listeners.h"

#include <resonate.h>

#define LISTENERS_MAX 16

/* Who has not answered by then is taken for one that reads and does not know the question. */
#define FENCE_TIMEOUT_MS (25 * 1000)

/* A signal has no answer, and what is sent to somebody who does not read is kept by the bus and not
 * by us. So there is a question behind it: the Ping that every implementation of D-Bus answers by
 * itself, in order. Until it does there is one portion on the way, and no more. */
struct _ResonateDbusListener
{
  ResonateDbusListeners *all;
  GDBusConnection *connection;
  char *name;
  guint watch_id;
  gpointer data;
  gboolean is_waiting; /* for the answer */
  GCancellable *cancellable;
};

struct _ResonateDbusListeners
{
  const ResonateDbusListenerFuncs *funcs;
  gpointer owner;
  GHashTable *by_name; /* (element-type utf8 ResonateDbusListener) */
};

static void
listener_free (gpointer data)
{
  ResonateDbusListener *self = data;

  self->all->funcs->gone (self->data, self->all->owner);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  g_clear_object (&self->connection);
  g_free (self->name);
  g_free (self);
}

ResonateDbusListeners *
resonate_dbus_listeners_new (const ResonateDbusListenerFuncs *funcs, gpointer owner)
{
  ResonateDbusListeners *self = g_new0 (ResonateDbusListeners, 1);

  self->funcs = funcs;
  self->owner = owner;
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, listener_free);

  return self;
}

void
resonate_dbus_listeners_free (ResonateDbusListeners *self)
{
  resonate_dbus_listeners_clear (self);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_free (self);
}

ResonateDbusListener *
resonate_dbus_listeners_find (ResonateDbusListeners *self, GDBusMethodInvocation *invocation)
{
  return g_hash_table_lookup (self->by_name, g_dbus_method_invocation_get_sender (invocation));
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ResonateDbusListener *self = user_data;

  resonate_dbus_listeners_remove (self->all, self);
}

ResonateDbusListener *
resonate_dbus_listeners_add (ResonateDbusListeners *self,
                             GDBusMethodInvocation *invocation,
                             gpointer data,
                             GError **error)
{
  ResonateDbusListener *listener;

  if (g_hash_table_size (self->by_name) >= LISTENERS_MAX)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                   "%d callers listen already, which is the most there may be", LISTENERS_MAX);
      return NULL;
    }

  listener = g_new0 (ResonateDbusListener, 1);
  listener->all = self;
  listener->connection = g_object_ref (g_dbus_method_invocation_get_connection (invocation));
  listener->name = g_strdup (g_dbus_method_invocation_get_sender (invocation));
  listener->data = data;
  listener->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->by_name, listener->name, listener);
  listener->watch_id = g_bus_watch_name_on_connection (listener->connection, listener->name,
                                                       G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                       on_vanished, listener, NULL);

  return listener;
}

void
resonate_dbus_listeners_remove (ResonateDbusListeners *self, ResonateDbusListener *listener)
{
  g_hash_table_remove (self->by_name, listener->name);
}

void
resonate_dbus_listeners_clear (ResonateDbusListeners *self)
{
  g_hash_table_remove_all (self->by_name);
}

guint
resonate_dbus_listeners_get_size (ResonateDbusListeners *self)
{
  return g_hash_table_size (self->by_name);
}

void
resonate_dbus_listeners_foreach (ResonateDbusListeners *self,
                                 ResonateDbusListenerFunc func,
                                 gpointer user_data)
{
  GHashTableIter iter;
  gpointer listener;

  g_hash_table_iter_init (&iter, self->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &listener))
    func (listener, user_data);
}

gpointer
resonate_dbus_listener_get_data (ResonateDbusListener *self)
{
  return self->data;
}

gboolean
resonate_dbus_listener_is_ready (ResonateDbusListener *self)
{
  return !self->is_waiting;
}

void
resonate_dbus_listener_tell (ResonateDbusListener *self,
                             const char *path,
                             const char *interface,
                             const char *signal,
                             GVariant *arguments)
{
  /* It fails when the bus is gone, and then so is the listener. */
  g_dbus_connection_emit_signal (self->connection, self->name, path, interface, signal, arguments,
                                 NULL);
}

/* An answer is one, be it that the question is not known or not allowed. */
static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateDbusListener *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant)
    answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->is_waiting = FALSE;
  if (self->all->funcs->ready != NULL)
    self->all->funcs->ready (self, self->all->owner);
}

void
resonate_dbus_listener_fence (ResonateDbusListener *self)
{
  if (self->is_waiting)
    return;

  self->is_waiting = TRUE;
  g_dbus_connection_call (self->connection, self->name, "/", "org.freedesktop.DBus.Peer", "Ping",
                          NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, FENCE_TIMEOUT_MS,
                          self->cancellable, on_answered, self);
}
