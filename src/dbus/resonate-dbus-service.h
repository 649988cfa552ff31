/* resonate-dbus-service.h: a server on a message bus, for as long as there is one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-dbus-host.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_DBUS_SERVICE (resonate_dbus_service_get_type ())

G_DECLARE_FINAL_TYPE (ResonateDbusService, resonate_dbus_service, RESONATE, DBUS_SERVICE, GObject)

/*
 * @bus: %G_BUS_TYPE_SYSTEM or %G_BUS_TYPE_SESSION
 * @replace: take the name from who has it
 * @host, @user_data: outlive the object
 */
ResonateDbusService *resonate_dbus_service_new (ResonateServer *server,
                                                GBusType bus,
                                                gboolean replace,
                                                const ResonateDbusHost *host,
                                                gpointer user_data);

/* Goes on the bus: now, or when there is one. */
void resonate_dbus_service_start (ResonateDbusService *self);

/* Goes on the bus and takes the name of the process before, all at once: what is asked under the
 * name from here on waits in the main loop. FALSE when the name is not ours yet. */
gboolean resonate_dbus_service_take_name (ResonateDbusService *self);

/* Another process is about to take the name so. Its loss is no reason to drain from here on. */
void resonate_dbus_service_yield (ResonateDbusService *self);

/* Whether nobody asks this process any more. */
gboolean resonate_dbus_service_has_yielded (ResonateDbusService *self);

/* @is_replaced: whether that process has our clients, or has failed */
void resonate_dbus_service_end_yield (ResonateDbusService *self, gboolean is_replaced);

/* Leaves the bus, and waits until what was said last is on it; a second at most. */
void resonate_dbus_service_stop (ResonateDbusService *self);

G_END_DECLS
