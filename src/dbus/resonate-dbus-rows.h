/* resonate-dbus-rows.h: the lists of an app, from the library to the bus
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

#include "resonate-dbus-pages.h"

G_BEGIN_DECLS

/* For resonate_dbus_pages_answer (): the object is a ResonateDbusApp. */
gboolean resonate_dbus_rows_collect_channels (const ResonateDbusQuery *query,
                                              ResonateDbusPage *page,
                                              GError **error);

gboolean resonate_dbus_rows_collect_connections (const ResonateDbusQuery *query,
                                                 ResonateDbusPage *page,
                                                 GError **error);

gboolean resonate_dbus_rows_collect_sockets (const ResonateDbusQuery *query,
                                             ResonateDbusPage *page,
                                             GError **error);

gboolean resonate_dbus_rows_collect_users (const ResonateDbusQuery *query,
                                           ResonateDbusPage *page,
                                           GError **error);

/* `(a(sa{sv})s)`, with facts of each. */
GVariant *resonate_dbus_rows_build_channels (const ResonateDbusPage *page);
GVariant *resonate_dbus_rows_build_connections (const ResonateDbusPage *page);

/* `(a(su)s)`. */
GVariant *resonate_dbus_rows_build_counts (const ResonateDbusPage *page);

/* `(ass)`. */
GVariant *resonate_dbus_rows_build_names (const ResonateDbusPage *page);

G_END_DECLS
