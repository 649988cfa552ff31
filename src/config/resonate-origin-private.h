/* resonate-origin-private.h: where a page comes from, as its browser says
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *resonate_origin_dup_host (const char *origin);

gboolean resonate_origin_pattern_is_host (const char *pattern);

G_END_DECLS
