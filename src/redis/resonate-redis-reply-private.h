/* resonate-redis-reply-private.h: what Redis answers, read by type
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

#include "resonate-redis-error-private.h"

G_BEGIN_DECLS

/* hiredis' redisReply. A reply that is an error never comes here as a whole: it is a GError then.
 * Inside of an array (EXEC, scripts) there may be some: resonate_redis_reply_check () says so. */
typedef struct redisReply ResonateRedisReply;

void resonate_redis_reply_free (ResonateRedisReply *self);

gboolean resonate_redis_reply_is_nil (const ResonateRedisReply *self);

/* %FALSE with what the server says, where @self is an error. */
gboolean resonate_redis_reply_check (const ResonateRedisReply *self, GError **error);

/* Each of these fails with RESONATE_REDIS_ERROR_REPLY for another type, and with the server's error
 * for an error. Numbers are taken from text, too: scripts and hashes return them so. */
gboolean
resonate_redis_reply_get_int (const ResonateRedisReply *self, int64_t *number, GError **error);

gboolean
resonate_redis_reply_get_double (const ResonateRedisReply *self, double *number, GError **error);

/* Bytes of a text or of a status such as `OK`, with a NUL behind them; they belong to @self. */
const char *
resonate_redis_reply_get_text (const ResonateRedisReply *self, size_t *length, GError **error);

/* (transfer full) */
GBytes *resonate_redis_reply_dup_bytes (const ResonateRedisReply *self, GError **error);

/* As above, and the memory moves from @self to what is returned. */
GBytes *resonate_redis_reply_steal_bytes (ResonateRedisReply *self, GError **error);

/* Of an array; 0 for nil. */
gboolean
resonate_redis_reply_get_length (const ResonateRedisReply *self, size_t *length, GError **error);

/* (transfer none): of an array that has so many. */
ResonateRedisReply *resonate_redis_reply_get_element (const ResonateRedisReply *self, size_t i);

/* Of an array of pairs, such as HGETALL's: what follows the text @name. (nullable) (transfer none)
 */
ResonateRedisReply *resonate_redis_reply_get_member (const ResonateRedisReply *self,
                                                     const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisReply, resonate_redis_reply_free)

G_END_DECLS
