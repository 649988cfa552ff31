/* resonate-config-sample-private.h: the table of keys as a file to begin with
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *resonate_config_dup_sample (const char *id, const char *key, const char *secret);

char *resonate_config_dup_manual (void);

G_END_DECLS
