/* resonate-json-scanner-private.h: is this text JSON?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-json-private.h"

G_BEGIN_DECLS

ResonateJsonKind resonate_json_scanner_kind_of (char first);

gboolean resonate_json_scanner_check (const char *text,
                                      size_t length,
                                      unsigned int max_depth,
                                      ResonateJsonValue *value,
                                      GError **error);

G_END_DECLS
