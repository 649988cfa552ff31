/* resonate-redis-entries-private.h: entries of streams, as Redis answers them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-reply-private.h"
#include "resonate-delivery.h"

G_BEGIN_DECLS

/* Whether it is the id of an entry: two numbers, and a hyphen between them. What a server says
 * instead of an id is never taken for one. */
gboolean resonate_redis_entries_is_id (const char *text);

/* (transfer full): an id, or RESONATE_STORE_ERROR_PROTOCOL. */
char *resonate_redis_entries_dup_id (const ResonateRedisReply *reply, GError **error);

/* Adds what is in @reply, an array of entries, to @deliveries. An entry that was deleted while it
 * was pending is nil, or has no fields, and is left out. */
gboolean resonate_redis_entries_read (const ResonateRedisReply *reply,
                                      const char *stream,
                                      GPtrArray *deliveries,
                                      GError **error);

G_END_DECLS
