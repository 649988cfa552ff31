/* resonate-redis-store-script-private.h: what a Redis does in one piece
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-script-private.h"

G_BEGIN_DECLS

typedef enum
{
  RESONATE_REDIS_STORE_ROW_SET,
  RESONATE_REDIS_STORE_ROW_DEL,
  RESONATE_REDIS_STORE_ROW_INCR,
  RESONATE_REDIS_STORE_ROW_CAS,
  RESONATE_REDIS_STORE_ROW_COUNT,
  RESONATE_REDIS_STORE_COUNTER_BOUNDED,
  RESONATE_REDIS_STORE_COUNTER_CAS,
  RESONATE_REDIS_STORE_N_SCRIPTS
} ResonateRedisStoreScript;

/* What the scripts answer first. */
typedef enum
{
  RESONATE_REDIS_STORE_DONE,
  RESONATE_REDIS_STORE_REFUSED, /* not as expected, or capped */
  RESONATE_REDIS_STORE_FULL,
  RESONATE_REDIS_STORE_RANGE,
} ResonateRedisStoreAnswer;

/* (transfer full) */
ResonateRedisScript *resonate_redis_store_script_new (ResonateRedisStoreScript which);

G_END_DECLS
