/* daemon-log.h: where the log goes, and how much of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void daemon_log_init (GLogLevelFlags lowest);

G_END_DECLS
