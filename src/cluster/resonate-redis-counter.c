/* resonate-redis-counter.c: counters in a Redis
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include <string.h>

#include "resonate-redis-store-private.h"
#include "resonate-store-error.h"

static void
add_key (ResonateStore *store, ResonateRedisCommand *command, const char *name)
{
  g_autoptr (GString) key = g_string_new (resonate_store_get_prefix (store));

  g_string_append (key, "ctr/");
  resonate_redis_store_escape (key, name);
  resonate_redis_command_add_key (command, key->str);
}

static ResonateRedisCommand *
command_for (ResonateStore *store, const char *verb, const char *name)
{
  ResonateRedisCommand *command = resonate_redis_command_new (verb);

  add_key (store, command, name);

  return command;
}

static ResonateRedisCommand *
script_for (ResonateStore *store, ResonateRedisStoreScript which, const char *name)
{
  ResonateRedisCommand *command =
    resonate_redis_command_new_script (RESONATE_REDIS_STORE (store)->scripts[which], 1);

  add_key (store, command, name);

  return command;
}

static void
send (ResonateStore *store, ResonateRedisCommand *command, ResonateRedisFunc func, GTask *task)
{
  resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, command, func, g_object_ref (task));
}

static void
return_error (GTask *task, const GError *error)
{
  g_task_return_error (task, resonate_redis_store_error (error));
}

/* Whatever it answers, it is done. */
static void
done (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
counted (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) bad = NULL;
  int64_t value = 0;

  if (error != NULL)
    return_error (task, error);
  else if (!resonate_redis_reply_is_nil (reply) &&
           !resonate_redis_reply_get_int (reply, &value, &bad))
    return_error (task, bad);
  else
    resonate_count_return (task, value, FALSE);
}

static void
bounded (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) bad = NULL;
  int answer = resonate_redis_store_read_answer (reply, error, task);
  int64_t value;

  if (answer < 0)
    return;

  if (answer == RESONATE_REDIS_STORE_RANGE)
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE,
                             "The sum does not fit into the counter");
  else if (!resonate_redis_reply_get_int (resonate_redis_reply_get_element (reply, 1), &value,
                                          &bad))
    return_error (task, bad);
  else
    resonate_count_return (task, value, answer == RESONATE_REDIS_STORE_REFUSED);
}

static void
counter_add (ResonateStore *store, const char *name, int64_t by, int64_t max, GTask *task)
{
  ResonateRedisCommand *command = script_for (store, RESONATE_REDIS_STORE_COUNTER_BOUNDED, name);

  resonate_redis_command_add_int (command, by);
  resonate_redis_command_add_int (command, max);
  send (store, command, bounded, task);
}

static void
counter_get (ResonateStore *store, const char *name, GTask *task)
{
  send (store, command_for (store, "GET", name), counted, task);
}

static void
counter_set (ResonateStore *store, const char *name, int64_t value, GTask *task)
{
  ResonateRedisCommand *command = command_for (store, "SET", name);

  resonate_redis_command_add_int (command, value);
  resonate_redis_command_add (command, "KEEPTTL");
  send (store, command, done, task);
}

static void
counter_create (ResonateStore *store, const char *name, int64_t initial, GTask *task)
{
  ResonateRedisCommand *command = command_for (store, "SET", name);

  resonate_redis_command_add_int (command, initial);
  resonate_redis_command_add (command, "NX");
  send (store, command, done, task);
}

static void
compared (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  int answer = resonate_redis_store_read_answer (reply, error, task);

  if (answer >= 0)
    g_task_return_boolean (task, answer == RESONATE_REDIS_STORE_DONE);
}

static void
counter_compare_and_set (
  ResonateStore *store, const char *name, int64_t expected, int64_t value, GTask *task)
{
  ResonateRedisCommand *command = script_for (store, RESONATE_REDIS_STORE_COUNTER_CAS, name);

  resonate_redis_command_add_int (command, expected);
  resonate_redis_command_add_int (command, value);
  send (store, command, compared, task);
}

static void
expires (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) bad = NULL;
  int64_t existed;

  if (error != NULL)
    return_error (task, error);
  else if (!resonate_redis_reply_get_int (reply, &existed, &bad))
    return_error (task, bad);
  else
    g_task_return_boolean (task, existed == 1);
}

static void
counter_expire (ResonateStore *store, const char *name, uint64_t ttl_ms, GTask *task)
{
  ResonateRedisCommand *command = command_for (store, "PEXPIRE", name);

  resonate_redis_command_add_int (command, (int64_t) ttl_ms);
  send (store, command, expires, task);
}

/* Several counters, which may be on several servers: an answer says which it is. */
typedef struct
{
  GTask *task;
  GPtrArray *counts; /* (element-type ResonateCount) */
  unsigned int n_left;
  GError *error; /* (nullable): the first */
} Many;

typedef struct
{
  Many *many;
  ResonateCount *count;
} One;

static void
finish_many (Many *many)
{
  if (many->error != NULL)
    g_task_return_error (many->task, many->error);
  else
    g_task_return_pointer (many->task, g_ptr_array_ref (many->counts),
                           (GDestroyNotify) g_ptr_array_unref);
  g_ptr_array_unref (many->counts);
  g_object_unref (many->task);
  g_free (many);
}

static void
one_counted (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autofree One *one = user_data;
  Many *many = one->many;
  g_autoptr (GError) bad = error != NULL ? g_error_copy (error) : NULL;

  if (bad == NULL)
    resonate_redis_reply_get_int (reply, &one->count->value, &bad);
  if (bad != NULL && many->error == NULL)
    {
      many->error = resonate_redis_store_error (bad);
      if (strstr (bad->message, "overflow") != NULL)
        many->error->code = RESONATE_STORE_ERROR_OUT_OF_RANGE;
    }

  if (--many->n_left == 0)
    finish_many (many);
}

static void
counters_add (ResonateStore *store, const char *const *names, const int64_t *by, GTask *task)
{
  Many *many = g_new0 (Many, 1);

  many->task = g_object_ref (task);
  many->counts = g_ptr_array_new_with_free_func (g_free);
  many->n_left = g_strv_length ((char **) names);

  for (size_t i = 0; names[i] != NULL; i++)
    {
      ResonateRedisCommand *command = command_for (store, "INCRBY", names[i]);
      One *one = g_new (One, 1);

      *one = (One){ many, g_new0 (ResonateCount, 1) };
      g_ptr_array_add (many->counts, one->count);
      resonate_redis_command_add_int (command, by[i]);
      resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, command, one_counted, one);
    }
}

void
resonate_redis_counter_class_init (ResonateStoreClass *klass)
{
  klass->counter_create = counter_create;
  klass->counter_add = counter_add;
  klass->counter_get = counter_get;
  klass->counter_set = counter_set;
  klass->counter_compare_and_set = counter_compare_and_set;
  klass->counter_expire = counter_expire;
  klass->counters_add = counters_add;
}
