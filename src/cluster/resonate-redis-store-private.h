/* resonate-redis-store-private.h: a store in a Redis, as the files that it lies in see it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-private.h"
#include "resonate-redis-store-script-private.h"
#include "resonate-store-private.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_REDIS_STORE (resonate_redis_store_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateRedisStore, resonate_redis_store, RESONATE, REDIS_STORE, ResonateStore)

struct _ResonateRedisStore
{
  ResonateStore parent_instance;

  ResonateRedis *redis;
  ResonateRedisScript *scripts[RESONATE_REDIS_STORE_N_SCRIPTS];
};

/* Connects. Fails with RESONATE_ERROR_CONFIG when @url is none. */
ResonateStore *resonate_redis_store_new (const char *url, const char *prefix, GError **error);

/* Ends @task, which it takes, with TRUE when the store is connected for the first time; fails with
 * UNAVAILABLE when that did not come about. */
void resonate_redis_store_wait (ResonateStore *store, GTask *task);

/* What a floor below or the server says, in the words of a store. */
GError *resonate_redis_store_error (const GError *error);

/* What a script has said first; -1 when it has not, which @task is told then. */
int resonate_redis_store_read_answer (ResonateRedisReply *reply, const GError *error, GTask *task);

/* A name in a key: nothing in it means something to Redis, or ends a part of the key. */
void resonate_redis_store_escape (GString *key, const char *name);

/* The slots of the class, by the file that has them. */
void resonate_redis_table_class_init (ResonateStoreClass *klass);
void resonate_redis_table_read_class_init (ResonateStoreClass *klass);
void resonate_redis_counter_class_init (ResonateStoreClass *klass);

/* All keys of a table have one tag, so that a Cluster keeps them together. */
typedef struct
{
  ResonateTableBody parent;

  char *index_key;
  char *row_prefix;
} ResonateRedisTable;

/* (transfer full) */
char *resonate_redis_table_get_row_key (ResonateTableBody *table, const char *key);

G_END_DECLS
