/* resonate-config-value-private.h: the values of keys, from text and back
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config-keys-private.h"

G_BEGIN_DECLS

gboolean resonate_config_value_parse (const ResonateConfigKey *key,
                                      const char *text,
                                      GValue *value,
                                      GError **error);

char *resonate_config_value_format (const ResonateConfigKey *key, const GValue *value);

char *resonate_config_value_dup_expectation (const ResonateConfigKey *key);

gboolean resonate_config_value_is_word (const char *text);

char *resonate_config_value_dup_path (const char *path);

gboolean resonate_config_value_choice_is_known (const ResonateConfigKey *key, const char *text);

G_END_DECLS
