/* resonate-redis-stream-log.c: streams that all nodes of one Redis share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-stream-log"

#include "config.h"

#include "resonate-redis-stream-log-private.h"

#include "resonate-redis-durability-private.h"
#include "resonate-redis-entries-private.h"
#include "resonate-redis-refusal-private.h"
#include "resonate-store-error.h"
#include "resonate-stream-log-private.h"

struct _ResonateRedisStreamLog
{
  GObject parent_instance;

  ResonateRedis *redis;
  gboolean is_own; /* it is closed with this */
  char *prefix;
};

static void stream_log_iface_init (ResonateStreamLogInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateRedisStreamLog,
                               resonate_redis_stream_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (RESONATE_TYPE_STREAM_LOG,
                                                      stream_log_iface_init))

char *
resonate_redis_stream_log_get_key (ResonateRedisStreamLog *self, const char *stream)
{
  return g_strconcat (self->prefix, stream, NULL);
}

ResonateRedis *
resonate_redis_stream_log_get_redis (ResonateRedisStreamLog *self)
{
  return self->redis;
}

ResonateRedisCommand *
resonate_redis_stream_log_append_command (ResonateRedisStreamLog *self,
                                          const char *stream,
                                          GVariant *fields,
                                          gint64 max_len)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("XADD");
  g_autofree char *key = resonate_redis_stream_log_get_key (self, stream);
  g_autoptr (GVariant) all = g_variant_ref_sink (fields);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  resonate_redis_command_add_key (command, key);
  if (max_len > 0)
    {
      resonate_redis_command_add (command, "MAXLEN");
      resonate_redis_command_add (command, "~");
      resonate_redis_command_add_int (command, max_len);
    }
  resonate_redis_command_add (command, "*");

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s@ay}", &name, &value))
    {
      resonate_redis_command_add (command, name);
      resonate_redis_command_add_data (command, g_variant_get_data (value),
                                       g_variant_get_size (value));
      g_variant_unref (value);
    }

  return command;
}

/*
 * ResonateStreamLog
 */
static void
on_appended (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) wrong = NULL;
  char *id = reply != NULL ? resonate_redis_entries_dup_id (reply, &wrong) : NULL;

  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else if (g_error_matches (wrong, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL))
    g_task_return_error (task, g_steal_pointer (&wrong));
  else
    g_task_return_error (task, resonate_redis_refusal_new (error != NULL ? error : wrong,
                                                           "An entry was not appended"));
}

static void
resonate_redis_stream_log_append (
  ResonateStreamLog *log, const char *stream, GVariant *fields, gint64 max_len, GTask *task)
{
  ResonateRedisStreamLog *self = RESONATE_REDIS_STREAM_LOG (log);

  resonate_redis_send (self->redis,
                       resonate_redis_stream_log_append_command (self, stream, fields, max_len),
                       on_appended, g_object_ref (task));
}

static void
resonate_redis_stream_log_check_durability (ResonateStreamLog *log, GTask *task)
{
  resonate_redis_durability_check (RESONATE_REDIS_STREAM_LOG (log)->redis, task);
}

static ResonateStreamReader *
resonate_redis_stream_log_new_reader (ResonateStreamLog *log,
                                      const ResonateConsumerSettings *settings)
{
  return resonate_redis_stream_reader_new (RESONATE_REDIS_STREAM_LOG (log), settings);
}

static void
stream_log_iface_init (ResonateStreamLogInterface *iface)
{
  iface->append = resonate_redis_stream_log_append;
  iface->check_durability = resonate_redis_stream_log_check_durability;
  iface->new_reader = resonate_redis_stream_log_new_reader;
}

/*
 * GObject
 */
static void
resonate_redis_stream_log_dispose (GObject *object)
{
  ResonateRedisStreamLog *self = RESONATE_REDIS_STREAM_LOG (object);

  if (self->redis != NULL && self->is_own)
    resonate_redis_close (self->redis);
  g_clear_object (&self->redis);

  G_OBJECT_CLASS (resonate_redis_stream_log_parent_class)->dispose (object);
}

static void
resonate_redis_stream_log_finalize (GObject *object)
{
  ResonateRedisStreamLog *self = RESONATE_REDIS_STREAM_LOG (object);

  g_clear_pointer (&self->prefix, g_free);

  G_OBJECT_CLASS (resonate_redis_stream_log_parent_class)->finalize (object);
}

static void
resonate_redis_stream_log_class_init (ResonateRedisStreamLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_redis_stream_log_dispose;
  object_class->finalize = resonate_redis_stream_log_finalize;
}

static void
resonate_redis_stream_log_init (ResonateRedisStreamLog *self)
{
}

ResonateStreamLog *
resonate_redis_stream_log_new (ResonateRedis *redis, const char *prefix)
{
  ResonateRedisStreamLog *self;

  g_return_val_if_fail (RESONATE_IS_REDIS (redis), NULL);
  g_return_val_if_fail (prefix != NULL, NULL);

  self = g_object_new (RESONATE_TYPE_REDIS_STREAM_LOG, NULL);
  self->redis = g_object_ref (redis);
  self->prefix = g_strdup (prefix);

  return RESONATE_STREAM_LOG (self);
}

ResonateStreamLog *
resonate_redis_stream_log_new_for_uri (const char *uri, const char *prefix, GError **error)
{
  g_autoptr (ResonateRedis) redis = resonate_redis_new (uri, NULL, error);
  ResonateStreamLog *self;

  if (redis == NULL)
    return NULL;

  self = resonate_redis_stream_log_new (redis, prefix);
  RESONATE_REDIS_STREAM_LOG (self)->is_own = TRUE;
  resonate_redis_start (redis);

  return self;
}
