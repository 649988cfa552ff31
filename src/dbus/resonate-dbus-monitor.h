/* resonate-dbus-monitor.h: what happens on a server, told to who listens as it happens
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

G_BEGIN_DECLS

typedef struct _ResonateDbusMonitor ResonateDbusMonitor;

ResonateDbusMonitor *resonate_dbus_monitor_new (ResonateServer *server);

void resonate_dbus_monitor_free (ResonateDbusMonitor *self);

/* Whoever called hears from now on what @filter (`a{sv}`) lets through. */
gboolean resonate_dbus_monitor_listen (ResonateDbusMonitor *self,
                                       GDBusMethodInvocation *invocation,
                                       GVariant *filter,
                                       GError **error);

/* Whoever called hears no more. */
void resonate_dbus_monitor_ignore (ResonateDbusMonitor *self, GDBusMethodInvocation *invocation);

/* The bus is gone, and with it all who listen. */
void resonate_dbus_monitor_forget (ResonateDbusMonitor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDbusMonitor, resonate_dbus_monitor_free)

G_END_DECLS
