/* resonate-redis-subscriber-private.h: what is heard of other nodes: topics and patterns
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-keeper-private.h"
#include "resonate-redis-topic-private.h"

G_BEGIN_DECLS

/* One connection for all topics; a topic that several want is asked for once. Whatever changes in a
 * turn of the loop goes out as one command for a thousand names. After the link was lost everything
 * is asked for again, and told a gap once it is there. */
typedef struct _ResonateRedisSubscriber ResonateRedisSubscriber;

typedef void (*ResonateRedisSubscriberFunc) (gpointer owner,
                                             ResonateRedisState from,
                                             ResonateRedisState to);

/* @changed is told of the link. It connects as soon as it is started and there is a topic. */
ResonateRedisSubscriber *resonate_redis_subscriber_new (ResonateRedisSettings *settings,
                                                        ResonateRedisSubscriberFunc changed,
                                                        gpointer owner);

/* Nothing is said any more. Whoever added topics frees them, before or after. */
void resonate_redis_subscriber_free (ResonateRedisSubscriber *self);

void resonate_redis_subscriber_start (ResonateRedisSubscriber *self);

ResonateRedisState resonate_redis_subscriber_get_state (const ResonateRedisSubscriber *self);

/* (nullable) */
const GError *resonate_redis_subscriber_get_error (const ResonateRedisSubscriber *self);

/* @is_pattern: `*`, `?`, `[…]` and `\` mean what they mean to Redis. Ends with
 * resonate_redis_topic_free (). */
ResonateRedisTopic *resonate_redis_subscriber_add (ResonateRedisSubscriber *self,
                                                   const char *name,
                                                   gboolean is_pattern,
                                                   const ResonateRedisTopicFuncs *funcs,
                                                   gpointer owner);

/* Another server is the master; @error is why this link ends, where it is to another. */
void resonate_redis_subscriber_move (ResonateRedisSubscriber *self,
                                     const ResonateRedisHost *master,
                                     const GError *error);

/* How many names the server has been asked for. */
unsigned int resonate_redis_subscriber_get_n_names (const ResonateRedisSubscriber *self);

G_END_DECLS
