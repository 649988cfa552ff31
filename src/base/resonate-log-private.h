/* resonate-log-private.h: what is told to whoever runs the server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void resonate_log_set_traffic (gboolean shown);

gboolean resonate_log_get_traffic (void);

char *resonate_log_redact (const char *text, size_t length);

G_END_DECLS
