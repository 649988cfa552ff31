/* resonate-store-name-private.h: what may be a name, and what a key
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define RESONATE_STORE_NAME_MAX_BYTES 200
#define RESONATE_STORE_KEY_MAX_BYTES  1024

/* Of a table, a column or a counter, which @what says. Fails with INVALID_NAME. */
gboolean resonate_store_check_name (const char *what, const char *name, GError **error);

/* Of a row. Fails with INVALID_NAME. */
gboolean resonate_store_check_key (const char *key, GError **error);

G_END_DECLS
