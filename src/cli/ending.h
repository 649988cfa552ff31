/* ending.h: the two ways in which a server ends at once
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "client.h"

/* Has the type of what gdbus-codegen makes of a method without arguments. */
typedef gboolean (*EndingFunc) (ResonateDbusGenManager *manager,
                                GDBusCallFlags flags,
                                gint timeout_ms,
                                GCancellable *cancellable,
                                GError **error);

CliStatus ending_run (Cli *cli, int argc, char *argv[], const char *summary, EndingFunc call);
