/* resonate-redis-link-private.h: one connection to one server, from its name to its end
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-call-private.h"
#include "resonate-redis-settings-private.h"

G_BEGIN_DECLS

/* Connects, says who it is, looks at the server's version, and is ready; then it sends commands and
 * tells replies, until it is lost, once and for all. Callbacks may free the link. */
typedef struct _ResonateRedisLink ResonateRedisLink;

typedef struct
{
  void (*ready) (gpointer owner);

  /* The last that is said. Calls without an answer fail right after it. */
  void (*lost) (gpointer owner, const GError *error);

  /* (nullable): for a link that subscribes. Everything that comes once it is ready is told here,
   * and commands have no replies. (transfer none) */
  void (*push) (gpointer owner, ResonateRedisReply *reply);

  /* (nullable): sees an error of the server before whoever waits. Who returns %TRUE has taken the
   * call. */
  gboolean (*refused) (gpointer owner, ResonateRedisCall *call, const GError *error);
} ResonateRedisLinkFuncs;

/* @sentinel: it is a Sentinel, which has no database. */
ResonateRedisLink *resonate_redis_link_new (ResonateRedisSettings *settings,
                                            const ResonateRedisHost *host,
                                            gboolean is_sentinel,
                                            const ResonateRedisLinkFuncs *funcs,
                                            gpointer owner);

/* Calls without an answer fail; nothing else is said any more. */
void resonate_redis_link_free (ResonateRedisLink *self);

/* Takes @call. The link has to be ready. */
void resonate_redis_link_send (ResonateRedisLink *self, ResonateRedisCall *call);

/* Of a link that subscribes. */
void resonate_redis_link_write (ResonateRedisLink *self, const ResonateRedisCommand *command);

/* Ends it, as if the server had done so. */
void resonate_redis_link_lose (ResonateRedisLink *self, const GError *error);

/* Bytes of commands that have no answer yet. */
size_t resonate_redis_link_get_backlog (const ResonateRedisLink *self);

unsigned int resonate_redis_link_get_in_flight (const ResonateRedisLink *self);

int64_t resonate_redis_link_get_round_trip_us (const ResonateRedisLink *self);

const ResonateRedisHost *resonate_redis_link_get_host (const ResonateRedisLink *self);

/* What the server said of itself: major * 100 + minor, `master` or `replica`. */
unsigned int resonate_redis_link_get_version (const ResonateRedisLink *self);

const char *resonate_redis_link_get_role (const ResonateRedisLink *self);

G_END_DECLS
