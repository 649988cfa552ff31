/* resonate-redis-durability-private.h: what of a Redis' configuration would lose data
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-private.h"

G_BEGIN_DECLS

/* Returns a GStrv with @task: a sentence for each setting that would lose data, which names it. */
void resonate_redis_durability_check (ResonateRedis *redis, GTask *task);

G_END_DECLS
