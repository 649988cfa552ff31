/* watch.c: what goes on until somebody has seen enough
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <signal.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "watch.h"

typedef struct
{
  GDBusProxy *proxy;
  GMainLoop *loop;
  WatchFunc begin;
  gpointer user_data;
  CliStatus status;
} Watch;

static void
end (Watch *self, CliStatus status)
{
  self->status = status;
  g_main_loop_quit (self->loop);
}

static gboolean
on_signal (gpointer user_data)
{
  end (user_data, CLI_DONE);

  return G_SOURCE_CONTINUE;
}

static void
begin (Watch *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->begin (self->user_data, &error))
    end (self, client_failed (error));
}

/* A reload hands the name from one process to the next, and the next knows nothing of us. */
static void
on_owner_changed (Watch *self)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (self->proxy);

  if (owner != NULL)
    {
      begin (self);
      return;
    }

  cli_note (_ ("The server has left the bus"));
  end (self, CLI_NO_SERVER);
}

static void
on_closed (Watch *self)
{
  cli_note (_ ("The bus has gone"));
  end (self, CLI_NO_SERVER);
}

typedef struct
{
  GDBusConnection *connection;
  GDBusMessage *question;
} Ping;

static void
ping_free (gpointer data)
{
  Ping *ping = data;

  g_object_unref (ping->question);
  g_object_unref (ping->connection);
  g_free (ping);
}

static gboolean
answer (gpointer data)
{
  Ping *ping = data;
  g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_reply (ping->question);

  g_dbus_connection_send_message (ping->connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                  NULL);

  return G_SOURCE_REMOVE;
}

/* The server asks for a Ping behind what it tells, and tells no more before the answer. GIO answers
 * in a thread of its own as soon as it has read, and would keep what we have not printed, however
 * much that is. So our answer waits in the loop behind what came before the question.
 *
 * Runs in that thread. */
static GDBusMessage *
hold_ping (GDBusConnection *connection,
           GDBusMessage *message,
           gboolean is_incoming,
           gpointer user_data)
{
  g_autoptr (GSource) source = NULL;
  Ping *ping;

  if (!is_incoming ||
      g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_strcmp0 (g_dbus_message_get_interface (message), "org.freedesktop.DBus.Peer") != 0 ||
      g_strcmp0 (g_dbus_message_get_member (message), "Ping") != 0)
    return message;

  ping = g_new (Ping, 1);
  ping->connection = g_object_ref (connection);
  ping->question = message;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, answer, ping, ping_free);
  g_source_attach (source, NULL);

  return NULL;
}

/*
 * watch_run:
 * @proxy: through which @begin asks; each proxy learns at a time of its own who has the name
 *
 * Begins, and waits for SIGINT or SIGTERM, or for the end of the server.
 */
CliStatus
watch_run (GDBusProxy *proxy, WatchFunc begin_func, gpointer user_data)
{
  GDBusConnection *connection = g_dbus_proxy_get_connection (proxy);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch self = { proxy, loop, begin_func, user_data, CLI_DONE };
  gulong owner_handler;
  gulong closed_handler;
  guint filter;
  guint signals[2];

  filter = g_dbus_connection_add_filter (connection, hold_ping, NULL, NULL);
  signals[0] = g_unix_signal_add (SIGINT, on_signal, &self);
  signals[1] = g_unix_signal_add (SIGTERM, on_signal, &self);
  owner_handler = g_signal_connect_swapped (proxy, "notify::g-name-owner",
                                            G_CALLBACK (on_owner_changed), &self);
  closed_handler = g_signal_connect_swapped (connection, "closed", G_CALLBACK (on_closed), &self);

  g_idle_add_once ((GSourceOnceFunc) begin, &self);
  g_main_loop_run (loop);

  g_signal_handler_disconnect (connection, closed_handler);
  g_signal_handler_disconnect (proxy, owner_handler);
  g_source_remove (signals[1]);
  g_source_remove (signals[0]);
  g_dbus_connection_remove_filter (connection, filter);

  return self.status;
}
