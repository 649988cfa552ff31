/* resonate-log.h: what is told to whoever runs the server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <glib.h>

#include "resonate-version-macros.h"

G_BEGIN_DECLS

RESONATE_AVAILABLE_IN_1_0
void resonate_log_set_traffic (gboolean shown);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_log_get_traffic (void);

G_END_DECLS
