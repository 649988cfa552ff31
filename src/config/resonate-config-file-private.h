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

void resonate_config_file_set (GKeyFile *key_file,
                               const char *group,
                               const char *name,
                               const char *value);

G_END_DECLS
