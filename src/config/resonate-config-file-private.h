/* resonate-config-file-private.h: resonate.conf and its drop-ins
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config-settings-private.h"

G_BEGIN_DECLS

gboolean
resonate_config_file_read (ResonateConfigSettings *settings, const char *file, GError **error);

gboolean resonate_config_file_exists (const char *file);

char *resonate_config_file_dup_escaped (const char *value);

G_END_DECLS
