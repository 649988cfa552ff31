/* resonate-redis-slots-private.h: which of the slots of a Redis Cluster a key is in, and who has it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-command-private.h"
#include "resonate-redis-reply-private.h"
#include "resonate-redis-url-private.h"

G_BEGIN_DECLS

#define RESONATE_REDIS_N_SLOTS 16384

/* CRC16 of the key, or of what is in its first pair of braces when that is not empty. */
unsigned int resonate_redis_slot_of (const char *key, size_t length);

/* The slot of all keys of @command; @slot is -1 when it has none and any server will do. The error
 * is RESONATE_REDIS_ERROR_CROSSSLOT, as the server's would be, and names both keys. */
gboolean
resonate_redis_slot_of_command (const ResonateRedisCommand *command, int *slot, GError **error);

/* The end of `MOVED 3999 127.0.0.1:6381`, and the same with ASK. @from is who said so, and meant
 * when there is no host in it. (nullable) */
ResonateRedisHost *resonate_redis_slots_read_redirect (const char *text,
                                                       const ResonateRedisHost *from,
                                                       unsigned int *slot);

/* Who has which slot, as far as is known. */
typedef struct _ResonateRedisSlots ResonateRedisSlots;

ResonateRedisSlots *resonate_redis_slots_new (void);

void resonate_redis_slots_free (ResonateRedisSlots *self);

/* Takes all from a reply of CLUSTER SLOTS; nothing is changed by one that is not whole. */
gboolean resonate_redis_slots_read (ResonateRedisSlots *self,
                                    const ResonateRedisReply *reply,
                                    const ResonateRedisHost *from,
                                    GError **error);

void resonate_redis_slots_set (ResonateRedisSlots *self,
                               unsigned int slot,
                               const ResonateRedisHost *host);

/* (nullable) (transfer none) */
const ResonateRedisHost *resonate_redis_slots_get (const ResonateRedisSlots *self,
                                                   unsigned int slot);

/* (element-type ResonateRedisHost) (transfer none): every master once. */
GPtrArray *resonate_redis_slots_get_hosts (const ResonateRedisSlots *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisSlots, resonate_redis_slots_free)

G_END_DECLS
