/* resonate-config-change-private.h: what another configuration changes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config-keys-private.h"
#include "resonate-config.h"

G_BEGIN_DECLS

typedef struct
{
  char *group;
  const ResonateConfigKey *key; /* (nullable): NULL is an app that comes or goes */
  ResonateApp *present;         /* (nullable) (owned) */
  ResonateApp *next;            /* (nullable) (owned) */
} ResonateConfigChange;

/* (element-type ResonateConfigChange): in the order of the table, and of the apps in @next. */
GPtrArray *resonate_config_list_changes (ResonateConfig *self, ResonateConfig *next);

/* Notes that what a file holds has changed, though not its name. */
void resonate_config_changes_add_server_key (GPtrArray *changes, const char *name);

GVariant *resonate_config_changes_to_variant (GPtrArray *changes);

/* Makes those of @changes that need no other process. */
void resonate_config_take (ResonateConfig *self, ResonateConfig *next, GPtrArray *changes);

G_END_DECLS
