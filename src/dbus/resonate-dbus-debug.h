/* resonate-dbus-debug.h: a switch for debug messages at run time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-dbus-host.h"

G_BEGIN_DECLS

typedef struct _ResonateDbusDebug ResonateDbusDebug;

/* At /org/gtk/Debugging. (nullable): NULL, and has said why, when it cannot be there. */
ResonateDbusDebug *resonate_dbus_debug_new (GDBusConnection *connection,
                                            GBusType bus,
                                            const ResonateDbusHost *host,
                                            gpointer user_data);

void resonate_dbus_debug_free (ResonateDbusDebug *self);

G_END_DECLS
