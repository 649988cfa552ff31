/* resonate-redis-sentinel-private.h: who is the master now, as Sentinels say
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-link-private.h"

G_BEGIN_DECLS

/* One search. It asks each Sentinel of the URL in turn, and says once what came of it. */
typedef struct _ResonateRedisSentinel ResonateRedisSentinel;

/* @master: (nullable): NULL with @error, which is that of the last Sentinel. The callback may free
 * the search. */
typedef void (*ResonateRedisSentinelFunc) (gpointer owner,
                                           const ResonateRedisHost *master,
                                           const GError *error);

ResonateRedisSentinel *resonate_redis_sentinel_new (ResonateRedisSettings *settings,
                                                    ResonateRedisSentinelFunc func,
                                                    gpointer owner);

/* Nothing is said any more. */
void resonate_redis_sentinel_free (ResonateRedisSentinel *self);

G_END_DECLS
