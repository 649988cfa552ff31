/* resonate-redis-pub-sub-private.h: topics that all nodes of one Redis share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-private.h"
#include "resonate-pub-sub.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_REDIS_PUB_SUB (resonate_redis_pub_sub_get_type ())

G_DECLARE_FINAL_TYPE (ResonateRedisPubSub, resonate_redis_pub_sub, RESONATE, REDIS_PUB_SUB, GObject)

/* @prefix, which may be empty, is in front of all topics; callers do not see it. @redis is started
 * by somebody else. */
ResonatePubSub *resonate_redis_pub_sub_new (ResonateRedis *redis, const char *prefix);

/* The same with a Redis of its own, which is closed with it. */
ResonatePubSub *
resonate_redis_pub_sub_new_for_uri (const char *uri, const char *prefix, GError **error);

G_END_DECLS
