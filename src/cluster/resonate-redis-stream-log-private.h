/* resonate-redis-stream-log-private.h: streams that all nodes of one Redis share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-private.h"
#include "resonate-stream-log.h"
#include "resonate-stream-reader-private.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_REDIS_STREAM_LOG (resonate_redis_stream_log_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateRedisStreamLog, resonate_redis_stream_log, RESONATE, REDIS_STREAM_LOG, GObject)

/* @prefix, which may be empty, is in front of the names of all streams. @redis is started by
 * somebody else. */
ResonateStreamLog *resonate_redis_stream_log_new (ResonateRedis *redis, const char *prefix);

/* The same with a Redis of its own, which is closed with it. */
ResonateStreamLog *
resonate_redis_stream_log_new_for_uri (const char *uri, const char *prefix, GError **error);

ResonateRedis *resonate_redis_stream_log_get_redis (ResonateRedisStreamLog *self);

/* (transfer full): the key of a stream. */
char *resonate_redis_stream_log_get_key (ResonateRedisStreamLog *self, const char *stream);

/* (transfer full): XADD, with a bound where @max_len is not 0. */
ResonateRedisCommand *resonate_redis_stream_log_append_command (ResonateRedisStreamLog *self,
                                                                const char *stream,
                                                                GVariant *fields,
                                                                gint64 max_len);

/* (transfer full) */
ResonateStreamReader *resonate_redis_stream_reader_new (ResonateRedisStreamLog *log,
                                                        const ResonateConsumerSettings *settings);

G_END_DECLS
