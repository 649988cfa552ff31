/* resonate-redis-private.h: one Redis, and the commands for it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "resonate-redis-call-private.h"
#include "resonate-redis-keeper-private.h"
#include "resonate-redis-subscriber-private.h"

G_BEGIN_DECLS

/* What the floors above use: one server, or whoever Sentinel says, or a Cluster; callers do not
 * know which. Commands go out in the order in which they are given (in a Cluster: those for one
 * slot), all of a turn of the loop in one piece, and are answered in that order.
 *
 * Properties `state` and `subscriber-state` (int, a ResonateRedisState, notify), signal `transition
 * (int from, int to)` of the first. */
#define RESONATE_TYPE_REDIS (resonate_redis_get_type ())

G_DECLARE_FINAL_TYPE (ResonateRedis, resonate_redis, RESONATE, REDIS, GObject)

typedef struct
{
  unsigned int n_ready;   /* how often the link came about */
  guint64 n_commands;     /* that were sent or refused */
  guint64 n_failed;       /* of those, by the link and not by the server */
  unsigned int queued;    /* wait for the link */
  unsigned int in_flight; /* wait for an answer */
  int64_t round_trip_us;  /* of the last answer */
} ResonateRedisStats;

/* @options: (nullable). The error is RESONATE_ERROR_CONFIG, and says what is wrong with @url. */
ResonateRedis *
resonate_redis_new (const char *url, const ResonateRedisOptions *options, GError **error);

/* Connects, and does so for ever. */
void resonate_redis_start (ResonateRedis *self);

/* Commands without an answer fail, and so does every later one, with RESONATE_ERROR_BAD_STATE. */
void resonate_redis_close (ResonateRedis *self);

ResonateRedisState resonate_redis_get_state (ResonateRedis *self);

static inline gboolean
resonate_redis_is_ready (ResonateRedis *self)
{
  return resonate_redis_get_state (self) == RESONATE_REDIS_READY;
}

/* (nullable): why there is no link, for people. */
const GError *resonate_redis_get_error (ResonateRedis *self);

/* Takes @command. While there is no link it waits for one, with a bound in number, bytes and time;
 * over that, and for what was under way when the link was lost, the error is
 * RESONATE_ERROR_UNAVAILABLE, and nobody knows whether the server did it. An error of the server is
 * RESONATE_REDIS_ERROR by its name. @func: (nullable). */
void resonate_redis_send (ResonateRedis *self,
                          ResonateRedisCommand *command,
                          ResonateRedisFunc func,
                          gpointer user_data);

/* The same with a GTask. Who cancels is told so when the answer comes. */
void resonate_redis_call_async (ResonateRedis *self,
                                ResonateRedisCommand *command,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/* (transfer full) */
ResonateRedisReply *
resonate_redis_call_finish (ResonateRedis *self, GAsyncResult *result, GError **error);

/* The reply is how many connections hear it. In a Cluster it is said on the shard that has @topic.
 */
void resonate_redis_publish (ResonateRedis *self,
                             const char *topic,
                             GBytes *payload,
                             ResonateRedisFunc func,
                             gpointer user_data);

/* What a script has to call that publishes by itself. */
const char *resonate_redis_get_publish_verb (ResonateRedis *self);

/* Major * 100 + minor of the server, such as 602; 0 before the first link. */
unsigned int resonate_redis_get_version (ResonateRedis *self);

void resonate_redis_get_stats (ResonateRedis *self, ResonateRedisStats *stats);

/* Connects when there is a topic. It belongs to @self; (nullable): %NULL once that is closed. */
ResonateRedisSubscriber *resonate_redis_get_subscriber (ResonateRedis *self);

/* For those who have a link of their own to the same Redis. */
ResonateRedisSettings *resonate_redis_get_settings (ResonateRedis *self);

G_END_DECLS
