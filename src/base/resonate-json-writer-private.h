/* resonate-json-writer-private.h: writing JSON, byte for byte as PHP does
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void resonate_json_append_string (GString *out, const char *text, gssize length);

void resonate_json_append_name (GString *out, const char *name);

void resonate_json_append_error (GString *out, const char *message);

G_END_DECLS
