/* resonate-redis-reader-private.h: replies from bytes, with a bound
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-reply-private.h"

G_BEGIN_DECLS

/* hiredis' redisReader, which believes whatever length it is told. This one does not: a reply, with
 * all that it is made of, has a bound, and so has what is kept of one that is not whole yet. */
typedef struct _ResonateRedisReader ResonateRedisReader;

ResonateRedisReader *resonate_redis_reader_new (size_t max_size);

void resonate_redis_reader_free (ResonateRedisReader *self);

/* Some thousand bytes at a time; then ask for replies until there is none. */
void resonate_redis_reader_feed (ResonateRedisReader *self, const char *data, size_t length);

/* %FALSE once something came that is no reply of Redis, or too much of one; nothing can be read any
 * more then. @reply is %NULL while there is no whole one. */
gboolean
resonate_redis_reader_next (ResonateRedisReader *self, ResonateRedisReply **reply, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisReader, resonate_redis_reader_free)

G_END_DECLS
