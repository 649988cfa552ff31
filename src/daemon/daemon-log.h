/* daemon-log.h: where the log goes, and how much of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void daemon_log_init (void);

/* The least important level that is written. */
void daemon_log_set_lowest (GLogLevelFlags lowest);

/* Whether anything of that level and domain is ever written. */
gboolean daemon_log_wants (GLogLevelFlags level, const char *domain);

G_END_DECLS
