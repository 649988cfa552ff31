/* resonate-dbus-manager.h: org.resonate.Resonate1.Manager, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-dbus-gen.h"
#include "resonate-dbus-host.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_DBUS_MANAGER (resonate_dbus_manager_get_type ())

G_DECLARE_FINAL_TYPE (ResonateDbusManager,
                      resonate_dbus_manager,
                      RESONATE,
                      DBUS_MANAGER,
                      ResonateDbusGenManagerSkeleton)

/* @host, @user_data: outlive the object */
ResonateDbusManager *resonate_dbus_manager_new (ResonateServer *server,
                                                const ResonateDbusHost *host,
                                                gpointer user_data);

/* The bus is gone, and with it all who listen. */
void resonate_dbus_manager_forget (ResonateDbusManager *self);

G_END_DECLS
