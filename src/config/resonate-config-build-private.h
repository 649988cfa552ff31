/* resonate-config-build-private.h: from what was said to what is served
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-app-list.h"
#include "resonate-config-settings-private.h"

G_BEGIN_DECLS

ResonateAppList *resonate_config_build_apps (ResonateConfigSettings *settings,
                                             const char *const *environment,
                                             GError **error);

gboolean resonate_config_build_check (ResonateConfigSettings *settings, GError **error);

void
resonate_config_build_apply (ResonateConfigSettings *settings, const char *group, GObject *object);

/* The longest `node-id`: the process puts something behind it. */
#define RESONATE_CONFIG_MAX_NODE_ID 64

gboolean resonate_config_build_find_secrets (ResonateConfigSettings *settings,
                                             const char *const *environment,
                                             GError **error);

G_END_DECLS
