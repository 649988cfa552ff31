/* resonate-config-environment-private.h: keys by their names in the environment
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config-settings-private.h"

G_BEGIN_DECLS

gboolean resonate_config_environment_read (ResonateConfigSettings *settings,
                                           const char *env_file,
                                           const char *const *environment,
                                           GError **error);

G_END_DECLS
