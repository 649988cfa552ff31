/* resonate-redis-keeper-private.h: a link that is made again whenever it is lost
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-link-private.h"

G_BEGIN_DECLS

/* IDLE, then CONNECTING → READY → LOST → WAIT → CONNECTING … for ever; a connection that does not
 * come about goes from CONNECTING to LOST. CLOSED is the end, from everywhere. */
typedef enum
{
  RESONATE_REDIS_IDLE,
  RESONATE_REDIS_CONNECTING,
  RESONATE_REDIS_READY,
  RESONATE_REDIS_LOST,
  RESONATE_REDIS_WAIT,
  RESONATE_REDIS_CLOSED,
} ResonateRedisState;

/* For people and for the bus: `idle`, `connecting` … */
const char *resonate_redis_state_to_string (ResonateRedisState state);

typedef struct _ResonateRedisKeeper ResonateRedisKeeper;

typedef struct
{
  void (*changed) (gpointer owner, ResonateRedisState from, ResonateRedisState to);
  void (*push) (gpointer owner, ResonateRedisReply *reply); /* (nullable) */

  /* (nullable): as that of a link */
  gboolean (*refused) (gpointer owner, ResonateRedisCall *call, const GError *error);
} ResonateRedisKeeperFuncs;

/* @host: (nullable): %NULL is whoever the URL leads to. */
ResonateRedisKeeper *resonate_redis_keeper_new (ResonateRedisSettings *settings,
                                                const ResonateRedisHost *host,
                                                const ResonateRedisKeeperFuncs *funcs,
                                                gpointer owner);

/* For one of the sentinels of the URL, whichever answers, and what it publishes. */
ResonateRedisKeeper *resonate_redis_keeper_new_sentinel (ResonateRedisSettings *settings,
                                                         const ResonateRedisKeeperFuncs *funcs,
                                                         gpointer owner);

/* Nothing is said any more, but to those whose calls fail. */
void resonate_redis_keeper_free (ResonateRedisKeeper *self);

void resonate_redis_keeper_start (ResonateRedisKeeper *self);

ResonateRedisState resonate_redis_keeper_get_state (const ResonateRedisKeeper *self);

/* (nullable): the link, while it is ready. */
ResonateRedisLink *resonate_redis_keeper_get_link (const ResonateRedisKeeper *self);

/* (nullable): why it was lost, until it is ready again. */
const GError *resonate_redis_keeper_get_error (const ResonateRedisKeeper *self);

/* How often it was ready. */
unsigned int resonate_redis_keeper_get_n_ready (const ResonateRedisKeeper *self);

/* The server does what it is asked: the next wait is a short one again. */
void resonate_redis_keeper_settle (ResonateRedisKeeper *self);

/* Something has changed for the better: who waits tries at once. */
void resonate_redis_keeper_hurry (ResonateRedisKeeper *self);

/* The link is good for nothing. */
void resonate_redis_keeper_lose (ResonateRedisKeeper *self, const GError *error);

G_END_DECLS
