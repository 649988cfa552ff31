/* resonate-redis-stream-reader-private.h: a consumer of streams, as one of a group that Redis keeps
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-keeper-private.h"
#include "resonate-redis-stream-log-private.h"

G_BEGIN_DECLS

/* It waits for entries on a link of its own, which is blocked meanwhile, and does everything else
 * on the one of all commands. */
typedef struct
{
  ResonateStreamReader parent;

  ResonateRedisStreamLog *log; /* (owned) */
  ResonateRedisKeeper *keeper; /* (nullable): from open to leave */
  GTask *reading;              /* (nullable): waits for the link */
  unsigned int count;          /* for which it will ask then */
  GSource *patience;           /* (nullable): how long it waits */
} ResonateRedisStreamReader;

/* (transfer full): the first word, the key of @stream and the group. */
ResonateRedisCommand *resonate_redis_stream_reader_command (ResonateRedisStreamReader *self,
                                                            const char *word,
                                                            const char *subcommand,
                                                            const char *stream);

/* Returns %TRUE with @task once there is a group for every stream, from @start_id where there was
 * none. @is_told: the owner is told of those. */
void resonate_redis_stream_reader_make_groups (ResonateRedisStreamReader *self,
                                               const char *start_id,
                                               gboolean is_told,
                                               GTask *task);

/* What is pending, in resonate-redis-stream-pending.c. */
void resonate_redis_stream_reader_claim (ResonateStreamReader *reader,
                                         const char *stream,
                                         const char *cursor,
                                         unsigned int count,
                                         GTask *task);
void resonate_redis_stream_reader_refresh (ResonateStreamReader *reader, GPtrArray *deliveries);
void resonate_redis_stream_reader_acknowledge (ResonateStreamReader *reader,
                                               ResonateDelivery *delivery,
                                               GTask *task);
void resonate_redis_stream_reader_bury (ResonateStreamReader *reader,
                                        ResonateDelivery *delivery,
                                        const char *reason,
                                        GTask *task);
void resonate_redis_stream_reader_leave (ResonateStreamReader *reader, GTask *task);

G_END_DECLS
