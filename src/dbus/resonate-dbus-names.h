/* resonate-dbus-names.h: what is where on the bus
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define RESONATE_DBUS_NAME          "org.resonate.Resonate1"
#define RESONATE_DBUS_ROOT          "/org/resonate/Resonate1"
#define RESONATE_DBUS_IFACE_MANAGER RESONATE_DBUS_NAME ".Manager"
#define RESONATE_DBUS_IFACE_METRICS RESONATE_DBUS_NAME ".Metrics"
#define RESONATE_DBUS_IFACE_APP     RESONATE_DBUS_NAME ".App"
