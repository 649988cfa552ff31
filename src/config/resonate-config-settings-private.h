/* resonate-config-settings-private.h: what was said about each key, and where
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config-keys-private.h"

G_BEGIN_DECLS

typedef struct
{
  const ResonateConfigKey *key;
  char *value;  /* as text; wiped before it is freed when the key is a secret */
  char *origin; /* `FILE:LINE`, `environment NAME`, … */
} ResonateConfigSetting;

/* The last word about every key. Layers are put one after the other, the strongest last. */
typedef struct _ResonateConfigSettings ResonateConfigSettings;

ResonateConfigSettings *resonate_config_settings_new (void);

void resonate_config_settings_free (ResonateConfigSettings *self);

gboolean resonate_config_settings_put (ResonateConfigSettings *self,
                                       const char *group,
                                       const char *name,
                                       const char *value,
                                       const char *folder,
                                       const char *origin,
                                       GError **error);

void resonate_config_settings_put_secret (ResonateConfigSettings *self,
                                          const char *group,
                                          const char *name,
                                          const char *secret,
                                          const char *origin);

gboolean resonate_config_settings_add_group (ResonateConfigSettings *self,
                                             const char *group,
                                             const char *origin,
                                             GError **error);

ResonateConfigSetting *
resonate_config_settings_get (ResonateConfigSettings *self, const char *group, const char *name);

void resonate_config_settings_merge (ResonateConfigSettings *self, ResonateConfigSettings *over);

void resonate_config_settings_wipe (ResonateConfigSettings *self);

GPtrArray *resonate_config_settings_get_app_ids (ResonateConfigSettings *self);

const char *resonate_config_settings_get_app_origin (ResonateConfigSettings *self, const char *id);

GPtrArray *resonate_config_settings_get_warnings (ResonateConfigSettings *self);

char *resonate_config_settings_dup_app_group (const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateConfigSettings, resonate_config_settings_free)

G_END_DECLS
