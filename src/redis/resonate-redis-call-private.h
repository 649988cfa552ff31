/* resonate-redis-call-private.h: a command on its way, and who waits for the answer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-redis-command-private.h"
#include "resonate-redis-reply-private.h"

G_BEGIN_DECLS

/* One of @reply and @error is set, and both belong to the caller. Called from the main loop, never
 * from within the function that the command was given to. */
typedef void (*ResonateRedisFunc) (ResonateRedisReply *reply, /* (nullable) */
                                   const GError *error,       /* (nullable) */
                                   gpointer user_data);

typedef struct
{
  GList node; /* in the one queue that it is in; its data is the call */
  ResonateRedisCommand *command;
  ResonateRedisFunc func; /* (nullable) */
  gpointer user_data;
  GTask *task;         /* (nullable): told instead of func */
  int64_t deadline_us; /* in the queue that it is in */
  int64_t sent_us;
  unsigned int n_redirects; /* how often another server had to be asked */
  gboolean is_asking;       /* the next one is asked before it has the slot */
  GError *refusal;          /* (nullable): what is to be told */
} ResonateRedisCall;

/* Takes @command. */
ResonateRedisCall *
resonate_redis_call_new (ResonateRedisCommand *command, ResonateRedisFunc func, gpointer user_data);

/* Told by resonate_redis_call_finish () of its source. */
ResonateRedisCall *resonate_redis_call_new_task (ResonateRedisCommand *command, GTask *task);

size_t resonate_redis_call_get_size (const ResonateRedisCall *self);

/* Tells who waits, and frees the call. Takes @reply, which may be an error of the server. */
void resonate_redis_call_answer (ResonateRedisCall *self, ResonateRedisReply *reply);

/* As above, for no reply. */
void resonate_redis_call_fail (ResonateRedisCall *self, const GError *error);

G_END_DECLS
