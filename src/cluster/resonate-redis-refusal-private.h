/* resonate-redis-refusal-private.h: what a Redis reports, in the words of a store
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full): an error of RESONATE_STORE_ERROR for one of the link or of the server, which is
 * left where it is. @doing: what was being done. */
GError *resonate_redis_refusal_new (const GError *error, const char *doing);

G_END_DECLS
