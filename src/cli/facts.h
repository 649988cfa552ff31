/* facts.h: what the bus tells of something, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <json-glib/json-glib.h>

char *facts_dup_text (GVariant *facts, const char *name);

uint64_t facts_get_number (GVariant *facts, const char *name);

/* FALSE when it is without one, which is -1 on the bus. */
gboolean facts_get_limit (GVariant *facts, const char *name, uint64_t *limit);

void facts_add_to_json (GVariant *facts, JsonBuilder *builder);
