/* resonate-redis-lookout-private.h: hears from a sentinel that another server is the master
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-settings-private.h"

G_BEGIN_DECLS

/* Listens to whichever sentinel answers, for ever. */
typedef struct _ResonateRedisLookout ResonateRedisLookout;

/* May free the lookout. */
typedef void (*ResonateRedisLookoutFunc) (gpointer owner, const ResonateRedisHost *master);

ResonateRedisLookout *resonate_redis_lookout_new (ResonateRedisSettings *settings,
                                                  ResonateRedisLookoutFunc switched,
                                                  gpointer owner);

void resonate_redis_lookout_free (ResonateRedisLookout *self);

G_END_DECLS
