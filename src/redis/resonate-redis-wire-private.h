/* resonate-redis-wire-private.h: bytes out, replies in, on one stream
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-command-private.h"
#include "resonate-redis-reply-private.h"

G_BEGIN_DECLS

/* One source of the loop for a stream: what a turn has written is sent in one piece, and what has
 * come is read in slices. Callbacks may free the wire. */
typedef struct _ResonateRedisWire ResonateRedisWire;

typedef struct
{
  void (*reply) (gpointer owner, ResonateRedisReply *reply); /* (transfer full) */
  void (*lost) (gpointer owner, const GError *error);        /* the last that is said */
} ResonateRedisWireFuncs;

ResonateRedisWire *resonate_redis_wire_new (GIOStream *stream,
                                            size_t max_reply,
                                            const ResonateRedisWireFuncs *funcs,
                                            gpointer owner);

/* Nothing is said any more. */
void resonate_redis_wire_free (ResonateRedisWire *self);

void resonate_redis_wire_write (ResonateRedisWire *self,
                                const ResonateRedisCommand *command,
                                gboolean with_source);

G_END_DECLS
