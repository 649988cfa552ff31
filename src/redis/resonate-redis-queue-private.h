/* resonate-redis-queue-private.h: commands that wait for a link, with a bound and a time-out
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-call-private.h"
#include "resonate-redis-settings-private.h"

G_BEGIN_DECLS

/* Held by value. */
typedef struct
{
  ResonateRedisSettings *settings; /* not owned */
  GQueue calls;                    /* (element-type ResonateRedisCall): the oldest first */
  size_t size;
  ResonateTimer timer;                                       /* of the oldest */
  void (*expired) (gpointer owner, ResonateRedisCall *call); /* takes the call */
  gpointer owner;
} ResonateRedisQueue;

/* Takes @call, or returns %FALSE when there is no room. */
gboolean resonate_redis_queue_push (ResonateRedisQueue *self, ResonateRedisCall *call);

/* The oldest, (nullable). */
ResonateRedisCall *resonate_redis_queue_pop (ResonateRedisQueue *self);

G_END_DECLS
