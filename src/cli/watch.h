/* watch.h: what goes on until somebody has seen enough
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "client.h"

/* Asks the server to begin; called again when another process has taken over from it. */
typedef gboolean (*WatchFunc) (gpointer user_data, GError **error);

CliStatus watch_run (GDBusProxy *proxy, WatchFunc begin, gpointer user_data);
