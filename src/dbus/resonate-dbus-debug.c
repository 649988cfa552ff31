/* resonate-dbus-debug.c: a switch for debug messages at run time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-debug.h"

#include "resonate-dbus-gate.h"

struct _ResonateDbusDebug
{
  GDebugControllerDBus *controller;
  GCancellable *over; /* callers who are being looked at hear by it that nobody waits for that */
  const ResonateDbusHost *host;
  gpointer user_data;
};

/* In a thread of its own, which may outlive the object. */
static gboolean
on_authorize_system (GDebugControllerDBus *controller,
                     GDBusMethodInvocation *invocation,
                     GCancellable *over)
{
  return resonate_dbus_gate_may_manage (G_BUS_TYPE_SYSTEM, invocation, over);
}

static gboolean
on_authorize_session (GDebugControllerDBus *controller, GDBusMethodInvocation *invocation)
{
  return resonate_dbus_gate_may_manage (G_BUS_TYPE_SESSION, invocation, NULL);
}

static void
on_changed (GDebugController *controller, GParamSpec *pspec, ResonateDbusDebug *self)
{
  self->host->set_debug (g_debug_controller_get_debug_enabled (controller), self->user_data);
}

ResonateDbusDebug *
resonate_dbus_debug_new (GDBusConnection *connection,
                         GBusType bus,
                         const ResonateDbusHost *host,
                         gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GDebugControllerDBus *controller = g_debug_controller_dbus_new (connection, NULL, &error);
  ResonateDbusDebug *self;

  if (controller == NULL)
    {
      g_message ("No switch for debug messages on the bus: %s", error->message);
      return NULL;
    }

  self = g_new0 (ResonateDbusDebug, 1);
  self->controller = controller;
  self->over = g_cancellable_new ();
  self->host = host;
  self->user_data = user_data;
  g_signal_connect_object (controller, "authorize",
                           bus == G_BUS_TYPE_SYSTEM ? G_CALLBACK (on_authorize_system)
                                                    : G_CALLBACK (on_authorize_session),
                           self->over, 0);
  g_signal_connect (controller, "notify::debug-enabled", G_CALLBACK (on_changed), self);

  return self;
}

/* g_debug_controller_dbus_stop () would wait for callers who are being looked at, in the main loop
 * that it holds up. So each of them has a reference, and hears that it is over. */
void
resonate_dbus_debug_free (ResonateDbusDebug *self)
{
  g_cancellable_cancel (self->over);
  g_signal_handlers_disconnect_by_data (self->controller, self);
  g_clear_object (&self->controller);
  g_clear_object (&self->over);
  g_free (self);
}
