/* resonate-redis-command-private.h: what is said to Redis: words, some of which are keys
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

#include "resonate-redis-script-private.h"

G_BEGIN_DECLS

/* Any bytes may be a word. Keys are marked, because Redis Cluster sends a command to whoever has
 * its keys. It is built, then sent, and not changed any more. */
typedef struct _ResonateRedisCommand ResonateRedisCommand;

ResonateRedisCommand *resonate_redis_command_new (const char *name);

/* Words without keys, up to %NULL: ("CONFIG", "GET", "save", NULL). */
ResonateRedisCommand *resonate_redis_command_new_words (const char *name,
                                                        ...) G_GNUC_NULL_TERMINATED;

/* A call of @script, which is sent by its digest where the server has it. Exactly @n_keys keys
 * follow, then the arguments. */
ResonateRedisCommand *resonate_redis_command_new_script (ResonateRedisScript *script,
                                                         unsigned int n_keys);

ResonateRedisCommand *resonate_redis_command_ref (ResonateRedisCommand *self);

void resonate_redis_command_unref (ResonateRedisCommand *self);

void resonate_redis_command_add (ResonateRedisCommand *self, const char *text);

void
resonate_redis_command_add_data (ResonateRedisCommand *self, gconstpointer data, size_t length);

void resonate_redis_command_add_bytes (ResonateRedisCommand *self, GBytes *bytes);

void resonate_redis_command_add_int (ResonateRedisCommand *self, int64_t number);

/* Seventeen digits: the same number is read again. */
void resonate_redis_command_add_double (ResonateRedisCommand *self, double number);

void resonate_redis_command_add_key (ResonateRedisCommand *self, const char *key);

void
resonate_redis_command_add_key_data (ResonateRedisCommand *self, gconstpointer key, size_t length);

/* (nullable) */
ResonateRedisScript *resonate_redis_command_get_script (const ResonateRedisCommand *self);

/* The words that were added, the name among them; none of a script's own. */
unsigned int resonate_redis_command_get_length (const ResonateRedisCommand *self);

const char *
resonate_redis_command_get (const ResonateRedisCommand *self, unsigned int i, size_t *length);

unsigned int resonate_redis_command_get_n_keys (const ResonateRedisCommand *self);

const char *
resonate_redis_command_get_key (const ResonateRedisCommand *self, unsigned int i, size_t *length);

/* About what it takes in memory and on the wire. */
size_t resonate_redis_command_get_size (const ResonateRedisCommand *self);

/* As the wire wants it. A script is sent as text when @with_source. */
void resonate_redis_command_write (const ResonateRedisCommand *self,
                                   gboolean with_source,
                                   GByteArray *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisCommand, resonate_redis_command_unref)

G_END_DECLS
