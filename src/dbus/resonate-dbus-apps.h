/* resonate-dbus-apps.h: an object on the bus for each application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

#include "resonate-dbus-gate.h"

G_BEGIN_DECLS

typedef struct _ResonateDbusApps ResonateDbusApps;

/* @gate: outlives the objects */
ResonateDbusApps *resonate_dbus_apps_new (ResonateServer *server,
                                          GDBusObjectManagerServer *objects,
                                          ResonateDbusGate *gate);

void resonate_dbus_apps_free (ResonateDbusApps *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDbusApps, resonate_dbus_apps_free)

G_END_DECLS
