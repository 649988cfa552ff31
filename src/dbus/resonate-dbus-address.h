/* resonate-dbus-address.h: where a message bus is
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): NULL when the environment names none. */
char *resonate_dbus_address_dup (GBusType bus);

/* Whether it is plain that nobody listens there. */
gboolean resonate_dbus_address_is_nothing (const char *address);

G_END_DECLS
