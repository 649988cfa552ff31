/* resonate-redis-stream-pending.c: what a group has delivered and nobody has acknowledged
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-stream-pending"

#include "config.h"

#include "resonate-delivery-private.h"
#include "resonate-redis-entries-private.h"
#include "resonate-redis-refusal-private.h"
#include "resonate-redis-stream-reader-private.h"
#include "resonate-store-error.h"
#include "resonate-stream-log-private.h"

/* A consumer that has something pending stays: with it Redis would forget what is pending. */
static const char leave_source[] =
  "local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])\n"
  "if #pending > 0 then return 0 end\n"
  "redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])\n"
  "return 1\n";

/* A page of entries that is on its way, until it is known of each the how many-th attempt it is. */
typedef struct
{
  ResonateRedisStreamReader *self;
  GTask *task;
  char *stream;
  ResonateStreamClaim *claim; /* (nullable) */
  unsigned int n_left;
} Claiming;

typedef struct
{
  Claiming *claiming;
  ResonateDelivery *delivery;
} Counting;

/* An acknowledgement, or what precedes one. */
typedef struct
{
  ResonateRedisStreamReader *self;
  ResonateDelivery *delivery;
  GTask *task;
} Settling;

typedef struct
{
  unsigned int n_left; /* streams */
  GError *error;       /* (nullable): the first */
} Leaving;

static ResonateRedis *
redis_of (ResonateRedisStreamReader *self)
{
  return resonate_redis_stream_log_get_redis (self->log);
}

static void
claiming_free (Claiming *claiming)
{
  g_clear_pointer (&claiming->claim, resonate_stream_claim_free);
  g_clear_object (&claiming->task);
  g_free (claiming->stream);
  g_free (claiming);
}

static void
settling_free (Settling *settling)
{
  g_clear_object (&settling->delivery);
  g_clear_object (&settling->task);
  g_free (settling);
}

static void
leaving_free (gpointer data)
{
  Leaving *leaving = data;

  g_clear_error (&leaving->error);
  g_free (leaving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Claiming, claiming_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Settling, settling_free)

/*
 * Claiming
 */
static void
finish_claim (Claiming *claiming)
{
  g_task_return_pointer (claiming->task, g_steal_pointer (&claiming->claim),
                         (GDestroyNotify) resonate_stream_claim_free);
  claiming_free (claiming);
}

/* [[id, consumer, idle, attempts]], or nothing when it was acknowledged meanwhile. */
static void
on_counted (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autofree Counting *counting = user_data;
  Claiming *claiming = counting->claiming;
  size_t length, n_parts;
  int64_t attempts;

  if (reply != NULL && resonate_redis_reply_get_length (reply, &length, NULL) && length == 1 &&
      resonate_redis_reply_get_length (resonate_redis_reply_get_element (reply, 0), &n_parts,
                                       NULL) &&
      n_parts == 4 &&
      resonate_redis_reply_get_int (
        resonate_redis_reply_get_element (resonate_redis_reply_get_element (reply, 0), 3),
        &attempts, NULL))
    resonate_delivery_set_attempt (counting->delivery,
                                   (unsigned int) CLAMP (attempts, 1, G_MAXINT));

  if (--claiming->n_left == 0)
    finish_claim (claiming);
}

/* XAUTOCLAIM counts up and does not say how far. */
static void
count_attempts (Claiming *claiming)
{
  GPtrArray *deliveries = claiming->claim->deliveries;

  claiming->n_left = deliveries->len;
  if (deliveries->len == 0)
    {
      finish_claim (claiming);
      return;
    }

  for (unsigned int i = 0; i < deliveries->len; i++)
    {
      const char *id = resonate_delivery_get_id (deliveries->pdata[i]);
      ResonateRedisCommand *command =
        resonate_redis_stream_reader_command (claiming->self, "XPENDING", NULL, claiming->stream);
      Counting *counting = g_new0 (Counting, 1);

      resonate_redis_command_add (command, id);
      resonate_redis_command_add (command, id);
      resonate_redis_command_add (command, "1");
      counting->claiming = claiming;
      counting->delivery = deliveries->pdata[i];
      resonate_redis_send (redis_of (claiming->self), command, on_counted, counting);
    }
}

/* [cursor, entries] and in Redis 7 the ids of those that were deleted while they were pending,
 * which the server has forgotten by this. */
static ResonateStreamClaim *
read_claim (Claiming *claiming, const ResonateRedisReply *reply, GError **error)
{
  g_autoptr (ResonateStreamClaim) claim = NULL;
  g_autofree char *cursor = NULL;
  size_t length;

  if (!resonate_redis_reply_get_length (reply, &length, error))
    return NULL;
  if (length < 2)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL,
                   "A claim has %" G_GSIZE_FORMAT " parts", length);
      return NULL;
    }

  cursor = resonate_redis_entries_dup_id (resonate_redis_reply_get_element (reply, 0), error);
  if (cursor == NULL)
    return NULL;

  claim = resonate_stream_claim_new (cursor);
  if (!resonate_redis_entries_read (resonate_redis_reply_get_element (reply, 1), claiming->stream,
                                    claim->deliveries, error))
    return NULL;
  if (length > 2 &&
      resonate_redis_reply_get_length (resonate_redis_reply_get_element (reply, 2), &length,
                                       NULL) &&
      length > 0)
    g_debug ("%" G_GSIZE_FORMAT " entries of “%s” were trimmed before they were dealt with", length,
             claiming->stream);

  return g_steal_pointer (&claim);
}

/* Without a group nothing is pending; whoever reads next sees to it. */
static void
on_claimed (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (Claiming) claiming = user_data;
  g_autoptr (GError) wrong = NULL;

  if (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOGROUP))
    claiming->claim = resonate_stream_claim_new ("0-0");
  else if (reply != NULL)
    claiming->claim = read_claim (claiming, reply, &wrong);

  if (claiming->claim != NULL)
    count_attempts (g_steal_pointer (&claiming));
  else if (g_error_matches (wrong, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL))
    g_task_return_error (claiming->task, g_steal_pointer (&wrong));
  else
    g_task_return_error (claiming->task, resonate_redis_refusal_new (error != NULL ? error : wrong,
                                                                     "Entries were not claimed"));
}

void
resonate_redis_stream_reader_claim (ResonateStreamReader *reader,
                                    const char *stream,
                                    const char *cursor,
                                    unsigned int count,
                                    GTask *task)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;
  ResonateRedisCommand *command = resonate_redis_stream_reader_command (self, "XAUTOCLAIM", NULL,
                                                                        stream);
  Claiming *claiming = g_new0 (Claiming, 1);

  resonate_redis_command_add (command, reader->settings->name);
  resonate_redis_command_add_int (command, reader->settings->min_idle_ms);
  resonate_redis_command_add (command, cursor);
  resonate_redis_command_add (command, "COUNT");
  resonate_redis_command_add_int (command, count);

  claiming->self = self;
  claiming->task = g_object_ref (task);
  claiming->stream = g_strdup (stream);
  resonate_redis_send (redis_of (self), command, on_claimed, claiming);
}

/* JUSTID: this is no attempt. */
void
resonate_redis_stream_reader_refresh (ResonateStreamReader *reader, GPtrArray *deliveries)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;

  for (char **stream = reader->settings->streams; *stream != NULL; stream++)
    {
      ResonateRedisCommand *command = NULL;

      for (unsigned int i = 0; i < deliveries->len; i++)
        {
          ResonateDelivery *delivery = deliveries->pdata[i];

          if (!g_str_equal (resonate_delivery_get_stream (delivery), *stream))
            continue;

          if (command == NULL)
            {
              command = resonate_redis_stream_reader_command (self, "XCLAIM", NULL, *stream);
              resonate_redis_command_add (command, reader->settings->name);
              resonate_redis_command_add (command, "0");
            }
          resonate_redis_command_add (command, resonate_delivery_get_id (delivery));
        }

      if (command == NULL)
        continue;

      resonate_redis_command_add (command, "JUSTID");
      resonate_redis_send (redis_of (self), command, NULL, NULL);
    }
}

/*
 * Settling
 */
static Settling *
settling_new (ResonateStreamReader *reader, ResonateDelivery *delivery, GTask *task)
{
  Settling *settling = g_new0 (Settling, 1);

  settling->self = (ResonateRedisStreamReader *) reader;
  settling->delivery = g_object_ref (delivery);
  settling->task = g_object_ref (task);

  return settling;
}

static void
on_acknowledged (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (Settling) settling = user_data;

  if (error == NULL)
    g_task_return_boolean (settling->task, TRUE);
  else
    g_task_return_error (settling->task,
                         resonate_redis_refusal_new (error, "An entry was not acknowledged"));
}

static void
acknowledge (Settling *settling)
{
  ResonateRedisCommand *command =
    resonate_redis_stream_reader_command (settling->self, "XACK", NULL,
                                          resonate_delivery_get_stream (settling->delivery));

  resonate_redis_command_add (command, resonate_delivery_get_id (settling->delivery));
  resonate_redis_send (redis_of (settling->self), command, on_acknowledged, settling);
}

void
resonate_redis_stream_reader_acknowledge (ResonateStreamReader *reader,
                                          ResonateDelivery *delivery,
                                          GTask *task)
{
  acknowledge (settling_new (reader, delivery, task));
}

static void
on_buried (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (Settling) settling = user_data;

  if (error == NULL)
    acknowledge (g_steal_pointer (&settling));
  else
    g_task_return_error (settling->task,
                         resonate_redis_refusal_new (error, "A dead letter was not written"));
}

/* Written first and acknowledged then: who ends in between leaves two letters, and not none. */
void
resonate_redis_stream_reader_bury (ResonateStreamReader *reader,
                                   ResonateDelivery *delivery,
                                   const char *reason,
                                   GTask *task)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;
  g_autofree char *grave = g_strconcat (resonate_delivery_get_stream (delivery),
                                        reader->settings->dead_letter_suffix, NULL);

  resonate_redis_send (redis_of (self),
                       resonate_redis_stream_log_append_command (
                         self->log, grave, resonate_stream_fields_bury (delivery, reason),
                         RESONATE_STREAM_DEFAULT_MAX_LEN),
                       on_buried, settling_new (reader, delivery, task));
}

/*
 * Leaving
 */
static void
on_left (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Leaving *leaving = g_task_get_task_data (task);

  if (error != NULL && leaving->error == NULL &&
      !g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOGROUP))
    leaving->error = resonate_redis_refusal_new (error, "The group was not left");
  if (--leaving->n_left > 0)
    return;

  if (leaving->error != NULL)
    g_task_return_error (task, g_steal_pointer (&leaving->error));
  else
    g_task_return_boolean (task, TRUE);
}

void
resonate_redis_stream_reader_leave (ResonateStreamReader *reader, GTask *task)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;
  const ResonateConsumerSettings *settings = reader->settings;
  g_autoptr (ResonateRedisScript) script = resonate_redis_script_new ("leave", leave_source);
  Leaving *leaving;

  g_clear_pointer (&self->keeper, resonate_redis_keeper_free);

  /* Nobody waits for a Redis that is away. The name stays, for who comes back by it. */
  if (!resonate_redis_is_ready (redis_of (self)))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  leaving = g_new0 (Leaving, 1);
  leaving->n_left = g_strv_length (settings->streams);
  g_task_set_task_data (task, leaving, leaving_free);
  for (char **stream = settings->streams; *stream != NULL; stream++)
    {
      ResonateRedisCommand *command = resonate_redis_command_new_script (script, 1);
      g_autofree char *key = resonate_redis_stream_log_get_key (self->log, *stream);

      resonate_redis_command_add_key (command, key);
      resonate_redis_command_add (command, settings->group);
      resonate_redis_command_add (command, settings->name);
      resonate_redis_send (redis_of (self), command, on_left, g_object_ref (task));
    }
}
