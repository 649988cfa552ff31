/* resonate-redis-store.c: a store in a Redis
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include <string.h>

#include "resonate-redis-store-private.h"
#include "resonate-store-error.h"

/* Keys are `PREFIXrow/{TABLE}/KEY`, `PREFIXidx/{TABLE}` and `PREFIXctr/NAME`: names are escaped,
 * and no two of them can make one key. */
G_DEFINE_FINAL_TYPE (ResonateRedisStore, resonate_redis_store, RESONATE_TYPE_STORE)

GError *
resonate_redis_store_error (const GError *error)
{
  ResonateStoreError code = RESONATE_STORE_ERROR_FAILED;

  if (resonate_redis_error_is_unavailable (error))
    code = RESONATE_STORE_ERROR_UNAVAILABLE;
  else if (g_error_matches (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE))
    code = RESONATE_STORE_ERROR_CLOSED;
  else if (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOAUTH) ||
           g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_WRONGPASS))
    code = RESONATE_STORE_ERROR_UNAUTHENTICATED;
  else if (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOPERM))
    code = RESONATE_STORE_ERROR_FORBIDDEN;
  else if (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_WRONGTYPE) ||
           g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY))
    code = RESONATE_STORE_ERROR_PROTOCOL;

  return g_error_new_literal (RESONATE_STORE_ERROR, (int) code, error->message);
}

int
resonate_redis_store_read_answer (ResonateRedisReply *reply, const GError *error, GTask *task)
{
  g_autoptr (GError) bad = error != NULL ? g_error_copy (error) : NULL;
  size_t length = 0;
  int64_t answer;

  if (bad == NULL && resonate_redis_reply_get_length (reply, &length, &bad) && length > 0 &&
      resonate_redis_reply_get_int (resonate_redis_reply_get_element (reply, 0), &answer, &bad))
    return (int) answer;

  if (bad == NULL)
    bad = g_error_new_literal (RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY,
                               "The script says nothing");
  g_task_return_error (task, resonate_redis_store_error (bad));

  return -1;
}

void
resonate_redis_store_escape (GString *key, const char *name)
{
  for (; *name != '\0'; name++)
    {
      if (strchr ("%:{}*/", *name) != NULL)
        g_string_append_printf (key, "%%%02X", (unsigned int) *name);
      else
        g_string_append_c (key, *name);
    }
}

static void
init_table (ResonateStore *store, ResonateTableBody *body)
{
  ResonateRedisTable *table = (ResonateRedisTable *) body;
  g_autoptr (GString) tag = g_string_new ("{");

  resonate_redis_store_escape (tag, body->name);
  g_string_append_c (tag, '}');
  table->index_key = g_strdup_printf ("%sidx/%s", resonate_store_get_prefix (store), tag->str);
  table->row_prefix = g_strdup_printf ("%srow/%s/", resonate_store_get_prefix (store), tag->str);
}

static void
clear_table (ResonateStore *store, ResonateTableBody *body)
{
  ResonateRedisTable *table = (ResonateRedisTable *) body;

  g_free (table->row_prefix);
  g_free (table->index_key);
}

static void
ponged (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, resonate_redis_store_error (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
ping (ResonateStore *store, GTask *task)
{
  resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, resonate_redis_command_new ("PING"),
                       ponged, g_object_ref (task));
}

static void
on_state (ResonateRedis *redis, GParamSpec *pspec, ResonateRedisStore *self)
{
  const GError *why = resonate_redis_get_error (redis);
  g_autoptr (GError) error = NULL;

  if (why != NULL)
    error = resonate_redis_store_error (why);
  else
    error = g_error_new_literal (RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE,
                                 "There is no link to Redis");
  resonate_store_set_connected (RESONATE_STORE (self), resonate_redis_is_ready (redis), error);
}

static void
resonate_redis_store_finalize (GObject *object)
{
  ResonateRedisStore *self = RESONATE_REDIS_STORE (object);

  for (size_t i = 0; i < G_N_ELEMENTS (self->scripts); i++)
    g_clear_pointer (&self->scripts[i], resonate_redis_script_unref);
  if (self->redis != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->redis, self);
      resonate_redis_close (self->redis);
    }
  g_clear_object (&self->redis);

  G_OBJECT_CLASS (resonate_redis_store_parent_class)->finalize (object);
}

static void
resonate_redis_store_class_init (ResonateRedisStoreClass *klass)
{
  ResonateStoreClass *store_class = RESONATE_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = resonate_redis_store_finalize;

  store_class->backend = RESONATE_STORE_REDIS;
  store_class->is_shared = TRUE;
  store_class->is_durable = TRUE;
  store_class->table_size = sizeof (ResonateRedisTable);
  store_class->init_table = init_table;
  store_class->clear_table = clear_table;
  store_class->ping = ping;
  resonate_redis_table_class_init (store_class);
  resonate_redis_table_read_class_init (store_class);
  resonate_redis_counter_class_init (store_class);
}

static void
resonate_redis_store_init (ResonateRedisStore *self)
{
  for (unsigned int i = 0; i < G_N_ELEMENTS (self->scripts); i++)
    self->scripts[i] = resonate_redis_store_script_new ((ResonateRedisStoreScript) i);
}

ResonateStore *
resonate_redis_store_new (const char *url, const char *prefix, GError **error)
{
  g_autoptr (ResonateRedis) redis = resonate_redis_new (url, NULL, error);
  ResonateRedisStore *self;

  if (redis == NULL)
    return NULL;

  self = g_object_new (RESONATE_TYPE_REDIS_STORE, "prefix", prefix, NULL);
  self->redis = g_steal_pointer (&redis);
  g_signal_connect (self->redis, "notify::state", G_CALLBACK (on_state), self);
  resonate_redis_start (self->redis);

  return RESONATE_STORE (self);
}

static void
on_first_state (ResonateRedis *redis, GParamSpec *pspec, GTask *task)
{
  ResonateRedisState state = resonate_redis_get_state (redis);
  const GError *why = resonate_redis_get_error (redis);

  if (state == RESONATE_REDIS_CONNECTING)
    return;

  g_signal_handlers_disconnect_by_func (redis, on_first_state, task);
  if (state == RESONATE_REDIS_READY)
    g_task_return_boolean (task, TRUE);
  else if (why != NULL)
    g_task_return_error (task, resonate_redis_store_error (why));
  else
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE,
                             "Redis cannot be reached");
  g_object_unref (task);
}

void
resonate_redis_store_wait (ResonateStore *store, GTask *task)
{
  g_signal_connect (RESONATE_REDIS_STORE (store)->redis, "notify::state",
                    G_CALLBACK (on_first_state), task);
}
