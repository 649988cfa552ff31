/* resonate-dbus-monitor.c: what happens on a server, told to who listens as it happens
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-monitor.h"

#include "resonate-dbus-events.h"
#include "resonate-dbus-listeners.h"
#include "resonate-dbus-names.h"

/* What happens within this time goes in one signal. */
#define BATCH_MS 50

/* While nobody listens the server tells nothing of this, and its messages cost a branch. */
struct _ResonateDbusMonitor
{
  ResonateServer *server;
  ResonateDbusListeners *listeners; /* of Tap */
  GArray *handlers;                 /* (element-type gulong): while somebody listens */
};

typedef struct
{
  ResonateDbusListener *listener;
  ResonateDbusFilter filter;
  ResonateDbusEvents *events; /* that wait */
  guint timer_id;             /* until they are sent */
} Tap;

/*
 * What goes to one listener
 */
static void
send (Tap *tap)
{
  g_autoptr (ResonateDbusEvents) events = g_steal_pointer (&tap->events);

  tap->events = resonate_dbus_events_new ();
  resonate_dbus_listener_tell_later (tap->listener, RESONATE_DBUS_ROOT, RESONATE_DBUS_IFACE_MANAGER,
                                     "Events",
                                     (ResonateDbusMakeFunc) resonate_dbus_events_to_variant,
                                     g_steal_pointer (&events),
                                     (GDestroyNotify) resonate_dbus_events_free);
}

static gboolean
on_due (gpointer user_data)
{
  Tap *tap = user_data;

  tap->timer_id = 0;
  if (resonate_dbus_listener_is_ready (tap->listener))
    send (tap);

  return G_SOURCE_REMOVE;
}

/* What has come since the last was sent waits for the rest of its time; what came before is late.
 */
static void
on_ready (ResonateDbusListener *listener, gpointer owner)
{
  Tap *tap = resonate_dbus_listener_get_data (listener);

  if (tap->timer_id == 0 && !resonate_dbus_events_is_empty (tap->events))
    send (tap);
}

static void
add (ResonateDbusListener *listener, gpointer user_data)
{
  Tap *tap = resonate_dbus_listener_get_data (listener);
  ResonateDbusEvent event = *(const ResonateDbusEvent *) user_data;

  if (!resonate_dbus_filter_passes (&tap->filter, &event))
    return;

  if (!tap->filter.payloads)
    event.data = NULL;
  resonate_dbus_events_add (tap->events, &event);

  if (!resonate_dbus_listener_is_ready (listener))
    return;

  if (resonate_dbus_events_is_full (tap->events))
    {
      g_clear_handle_id (&tap->timer_id, g_source_remove);
      send (tap);
    }
  else if (tap->timer_id == 0)
    tap->timer_id = g_timeout_add (BATCH_MS, on_due, tap);
}

static void
tell (ResonateDbusMonitor *self, ResonateDbusEvent *event)
{
  event->time_us = g_get_real_time ();
  resonate_dbus_listeners_foreach (self->listeners, add, event);
}

/*
 * What the server tells, while somebody listens
 */
static ResonateDbusEvent
about (ResonateConnection *connection, ResonateDbusKind kind, const char *name)
{
  ResonateDbusEvent event = { .kind = kind, .name = name };

  event.app = resonate_app_get_id (resonate_connection_get_app (connection));
  event.socket = resonate_connection_get_socket_id (connection);

  return event;
}

static void
on_opened (ResonateServer *server, ResonateConnection *connection, ResonateDbusMonitor *self)
{
  ResonateDbusEvent event = about (connection, RESONATE_DBUS_KIND_CONNECTION, "opened");

  event.address = resonate_connection_get_remote_address (connection);
  tell (self, &event);
}

static void
on_left (ResonateServer *server,
         ResonateConnection *connection,
         guint code,
         const char *reason,
         ResonateDbusMonitor *self)
{
  ResonateDbusEvent event = about (connection, RESONATE_DBUS_KIND_CONNECTION, "closed");

  event.address = resonate_connection_get_remote_address (connection);
  event.code = code;
  event.reason = reason;
  tell (self, &event);
}

static void
on_subscribed (ResonateServer *server,
               ResonateConnection *connection,
               ResonateChannel *channel,
               ResonateDbusMonitor *self)
{
  ResonateDbusEvent event = about (connection, RESONATE_DBUS_KIND_SUBSCRIPTION, "subscribed");

  event.channel = resonate_channel_get_name (channel);
  event.user = resonate_connection_get_user_id (connection);
  tell (self, &event);
}

static void
on_unsubscribed (ResonateServer *server,
                 ResonateConnection *connection,
                 ResonateChannel *channel,
                 ResonateDbusMonitor *self)
{
  ResonateDbusEvent event = about (connection, RESONATE_DBUS_KIND_SUBSCRIPTION, "unsubscribed");

  event.channel = resonate_channel_get_name (channel);
  tell (self, &event);
}

/* The protocol's own events hold signatures, and nothing that anybody would look for. */
static void
on_received (ResonateServer *server,
             ResonateConnection *connection,
             ResonateMessage *message,
             ResonateDbusMonitor *self)
{
  ResonateDbusEvent event = about (connection, RESONATE_DBUS_KIND_MESSAGE, "received");
  g_autofree char *data = NULL;

  event.event = resonate_message_get_event (message);
  event.channel = resonate_message_get_channel (message);
  event.size = g_bytes_get_size (resonate_message_get_text (message));
  if (!g_str_has_prefix (event.event, "pusher:"))
    event.data = data = resonate_message_dup_data (message);
  tell (self, &event);
}

static void
on_published (ResonateServer *server,
              ResonateApp *app,
              ResonateConnection *sender,
              const char *channel,
              const char *name,
              GBytes *data,
              ResonateDbusMonitor *self)
{
  ResonateDbusEvent event = { .kind = RESONATE_DBUS_KIND_MESSAGE, .name = "published" };
  g_autofree char *text = NULL;
  gsize size;
  const char *bytes = g_bytes_get_data (data, &size);

  text = bytes != NULL ? g_utf8_make_valid (bytes, (gssize) size) : NULL;
  event.app = resonate_app_get_id (app);
  event.socket = sender != NULL ? resonate_connection_get_socket_id (sender) : NULL;
  event.channel = channel;
  event.event = name;
  event.size = size;
  event.data = text;
  tell (self, &event);
}

static void
hear (ResonateDbusMonitor *self)
{
  const struct
  {
    const char *signal;
    GCallback callback;
  } heard[] = {
    { "opened", G_CALLBACK (on_opened) },         { "left", G_CALLBACK (on_left) },
    { "subscribed", G_CALLBACK (on_subscribed) }, { "unsubscribed", G_CALLBACK (on_unsubscribed) },
    { "received", G_CALLBACK (on_received) },     { "published", G_CALLBACK (on_published) },
  };

  if (self->handlers->len > 0)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (heard); i++)
    {
      gulong id = g_signal_connect (self->server, heard[i].signal, heard[i].callback, self);

      g_array_append_val (self->handlers, id);
    }
  resonate_server_set_tapped (self->server, TRUE);
}

static void
hear_no_more (ResonateDbusMonitor *self)
{
  resonate_server_set_tapped (self->server, FALSE);
  for (guint i = 0; i < self->handlers->len; i++)
    g_signal_handler_disconnect (self->server, g_array_index (self->handlers, gulong, i));
  g_array_set_size (self->handlers, 0);
}

static void
tap_free (Tap *tap)
{
  g_clear_handle_id (&tap->timer_id, g_source_remove);
  g_clear_pointer (&tap->events, resonate_dbus_events_free);
  resonate_dbus_filter_clear (&tap->filter);
  g_free (tap);
}

static void
on_gone (gpointer data, gpointer owner)
{
  ResonateDbusMonitor *self = owner;

  tap_free (data);
  if (resonate_dbus_listeners_get_size (self->listeners) == 0)
    hear_no_more (self);
}

ResonateDbusMonitor *
resonate_dbus_monitor_new (ResonateServer *server)
{
  static const ResonateDbusListenerFuncs funcs = { on_ready, on_gone };
  ResonateDbusMonitor *self = g_new0 (ResonateDbusMonitor, 1);

  self->server = g_object_ref (server);
  self->handlers = g_array_new (FALSE, FALSE, sizeof (gulong));
  self->listeners = resonate_dbus_listeners_new (&funcs, self);

  return self;
}

void
resonate_dbus_monitor_free (ResonateDbusMonitor *self)
{
  resonate_dbus_listeners_clear (self->listeners);
  g_clear_pointer (&self->listeners, resonate_dbus_listeners_free);
  g_clear_pointer (&self->handlers, g_array_unref);
  g_clear_object (&self->server);
  g_free (self);
}

gboolean
resonate_dbus_monitor_listen (ResonateDbusMonitor *self,
                              GDBusMethodInvocation *invocation,
                              GVariant *filter,
                              GError **error)
{
  ResonateDbusListener *listener = resonate_dbus_listeners_find (self->listeners, invocation);
  g_auto (ResonateDbusFilter) read = { NULL };
  Tap *tap;

  if (!resonate_dbus_filter_read (&read, filter, error))
    return FALSE;

  if (listener != NULL)
    tap = resonate_dbus_listener_get_data (listener);
  else
    {
      tap = g_new0 (Tap, 1);
      tap->events = resonate_dbus_events_new ();
      tap->listener = resonate_dbus_listeners_add (self->listeners, invocation, tap, error);
      if (tap->listener == NULL)
        {
          tap_free (tap);
          return FALSE;
        }
    }

  resonate_dbus_filter_clear (&tap->filter);
  tap->filter = read;
  read = (ResonateDbusFilter){ NULL };
  hear (self);

  return TRUE;
}

void
resonate_dbus_monitor_ignore (ResonateDbusMonitor *self, GDBusMethodInvocation *invocation)
{
  ResonateDbusListener *listener = resonate_dbus_listeners_find (self->listeners, invocation);

  if (listener != NULL)
    resonate_dbus_listeners_remove (self->listeners, listener);
}

void
resonate_dbus_monitor_forget (ResonateDbusMonitor *self)
{
  resonate_dbus_listeners_clear (self->listeners);
}
