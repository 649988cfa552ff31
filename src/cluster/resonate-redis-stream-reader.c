/* resonate-redis-stream-reader.c: a consumer of streams, as one of a group that Redis keeps
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-stream-reader"

#include "config.h"

#include <string.h>

#include "resonate-redis-stream-reader-private.h"

#include "resonate-redis-entries-private.h"
#include "resonate-redis-refusal-private.h"
#include "resonate-store-error.h"

#define NOT_READ "Entries were not read"

/* What a server says to who waits for a stream that is deleted. */
#define UNBLOCKED "UNBLOCKED"

/* One group that is being made. */
typedef struct
{
  ResonateRedisStreamReader *self;
  GTask *task; /* (owned): of all of them */
  const char *stream;
  gboolean is_told;
} Making;

/* How many are left, and the first that failed, are with the task. */
typedef struct
{
  unsigned int n_left;
  GError *error; /* (nullable) */
} Progress;

static void
progress_free (gpointer data)
{
  Progress *progress = data;

  g_clear_error (&progress->error);
  g_free (progress);
}

ResonateRedisCommand *
resonate_redis_stream_reader_command (ResonateRedisStreamReader *self,
                                      const char *word,
                                      const char *subcommand,
                                      const char *stream)
{
  ResonateRedisCommand *command = resonate_redis_command_new (word);
  g_autofree char *key = resonate_redis_stream_log_get_key (self->log, stream);

  if (subcommand != NULL)
    resonate_redis_command_add (command, subcommand);
  resonate_redis_command_add_key (command, key);
  resonate_redis_command_add (command, self->parent.settings->group);

  return command;
}

static void
on_group_made (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autofree Making *making = user_data;
  g_autoptr (GTask) task = making->task;
  ResonateRedisStreamReader *self = making->self;
  Progress *progress = g_task_get_task_data (task);

  if (error == NULL && making->is_told)
    self->parent.recreated (self->parent.owner, making->stream);
  if (error != NULL && progress->error == NULL &&
      !g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_BUSYGROUP))
    progress->error = resonate_redis_refusal_new (error, "A group was not made");

  if (--progress->n_left > 0)
    return;

  if (progress->error != NULL)
    g_task_return_error (task, g_steal_pointer (&progress->error));
  else
    g_task_return_boolean (task, TRUE);
}

void
resonate_redis_stream_reader_make_groups (ResonateRedisStreamReader *self,
                                          const char *start_id,
                                          gboolean is_told,
                                          GTask *task)
{
  char **streams = self->parent.settings->streams;
  Progress *progress = g_new0 (Progress, 1);

  progress->n_left = g_strv_length (streams);
  g_task_set_task_data (task, progress, progress_free);
  for (char **stream = streams; *stream != NULL; stream++)
    {
      ResonateRedisCommand *command = resonate_redis_stream_reader_command (self, "XGROUP",
                                                                            "CREATE", *stream);
      Making *making = g_new0 (Making, 1);

      resonate_redis_command_add (command, start_id);
      resonate_redis_command_add (command, "MKSTREAM");
      making->self = self;
      making->task = g_object_ref (task);
      making->stream = *stream;
      making->is_told = is_told;
      resonate_redis_send (resonate_redis_stream_log_get_redis (self->log), command, on_group_made,
                           making);
    }
}

/*
 * Reading
 */
static void
return_nothing (GTask *task)
{
  g_task_return_pointer (task, g_ptr_array_new_with_free_func (g_object_unref),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
on_recreated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    return_nothing (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The server has lost its data, or somebody has deleted the group: it begins anew, at the beginning
 * of what there is. */
static void
recreate (ResonateRedisStreamReader *self, GTask *task)
{
  g_autoptr (GTask)
    made = g_task_new (g_task_get_source_object (task), NULL, on_recreated, g_object_ref (task));

  resonate_redis_stream_reader_make_groups (self, "0", TRUE, made);
}

static const char *
find_stream (ResonateRedisStreamReader *self, const char *key)
{
  for (char **stream = self->parent.settings->streams; *stream != NULL; stream++)
    {
      g_autofree char *theirs = resonate_redis_stream_log_get_key (self->log, *stream);

      if (g_str_equal (theirs, key))
        return *stream;
    }

  return NULL;
}

/* An array of pairs: the key of a stream, and its entries. */
static GPtrArray *
read_streams (ResonateRedisStreamReader *self, ResonateRedisReply *reply, GError **error)
{
  g_autoptr (GPtrArray) deliveries = g_ptr_array_new_with_free_func (g_object_unref);
  size_t n_streams, length;

  if (!resonate_redis_reply_get_length (reply, &n_streams, error))
    return NULL;

  for (size_t i = 0; i < n_streams; i++)
    {
      ResonateRedisReply *pair = resonate_redis_reply_get_element (reply, i);
      const char *key, *stream;

      if (!resonate_redis_reply_get_length (pair, &length, error))
        return NULL;

      key = length == 2 ? resonate_redis_reply_get_text (resonate_redis_reply_get_element (pair, 0),
                                                         NULL, NULL)
                        : NULL;
      stream = key != NULL ? find_stream (self, key) : NULL;
      if (stream == NULL)
        {
          g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL,
                       "Entries of a stream that was not asked for");
          return NULL;
        }
      if (!resonate_redis_entries_read (resonate_redis_reply_get_element (pair, 1), stream,
                                        deliveries, error))
        return NULL;
    }

  return g_steal_pointer (&deliveries);
}

static void
on_read (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ResonateRedisStreamReader *self = g_task_get_task_data (task);
  g_autoptr (GError) wrong = NULL;
  GPtrArray *deliveries;

  if (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOGROUP))
    {
      recreate (self, task);
      return;
    }
  if (error != NULL && strstr (error->message, UNBLOCKED) != NULL)
    {
      return_nothing (task);
      return;
    }

  /* It was the master once: whoever is it now is found by connecting anew. */
  if (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_READONLY) &&
      self->keeper != NULL)
    resonate_redis_keeper_lose (self->keeper, error);

  deliveries = reply != NULL ? read_streams (self, reply, &wrong) : NULL;
  if (deliveries != NULL)
    g_task_return_pointer (task, deliveries, (GDestroyNotify) g_ptr_array_unref);
  else if (g_error_matches (wrong, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL))
    g_task_return_error (task, g_steal_pointer (&wrong));
  else
    g_task_return_error (task,
                         resonate_redis_refusal_new (error != NULL ? error : wrong, NOT_READ));
}

static void
clear_patience (ResonateRedisStreamReader *self)
{
  if (self->patience != NULL)
    g_source_destroy (self->patience);
  g_clear_pointer (&self->patience, g_source_unref);
}

/* A server that answers nothing for longer than a command may take is taken for dead, so it is not
 * asked to be silent for so long. */
static unsigned int
get_block_ms (ResonateRedisStreamReader *self)
{
  ResonateRedisSettings *settings = resonate_redis_get_settings (
    resonate_redis_stream_log_get_redis (self->log));
  int64_t most_ms = settings->options.command_timeout_us / 2000;

  if (most_ms <= 0)
    return self->parent.settings->block_ms;

  return (unsigned int) MIN (most_ms, self->parent.settings->block_ms);
}

static void
send_read (ResonateRedisStreamReader *self)
{
  const ResonateConsumerSettings *settings = self->parent.settings;
  ResonateRedisCommand *command = resonate_redis_command_new ("XREADGROUP");

  resonate_redis_command_add (command, "GROUP");
  resonate_redis_command_add (command, settings->group);
  resonate_redis_command_add (command, settings->name);
  resonate_redis_command_add (command, "COUNT");
  resonate_redis_command_add_int (command, self->count);
  resonate_redis_command_add (command, "BLOCK");
  resonate_redis_command_add_int (command, get_block_ms (self));
  resonate_redis_command_add (command, "STREAMS");
  for (char **stream = settings->streams; *stream != NULL; stream++)
    {
      g_autofree char *key = resonate_redis_stream_log_get_key (self->log, *stream);

      resonate_redis_command_add_key (command, key);
    }
  for (char **stream = settings->streams; *stream != NULL; stream++)
    resonate_redis_command_add (command, ">");

  clear_patience (self);
  resonate_redis_link_send (resonate_redis_keeper_get_link (self->keeper),
                            resonate_redis_call_new (command, on_read,
                                                     g_steal_pointer (&self->reading)));
}

static void
on_changed (gpointer owner, ResonateRedisState from, ResonateRedisState to)
{
  ResonateRedisStreamReader *self = owner;

  if (to != RESONATE_REDIS_READY)
    return;

  resonate_redis_keeper_settle (self->keeper);
  if (self->reading != NULL)
    send_read (self);
}

static const ResonateRedisKeeperFuncs keeper_funcs = { on_changed, NULL, NULL };

static gboolean
on_impatient (gpointer user_data)
{
  ResonateRedisStreamReader *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->reading);
  const GError *error = resonate_redis_keeper_get_error (self->keeper);

  clear_patience (self);
  if (error != NULL)
    g_task_return_error (task, resonate_redis_refusal_new (error, NOT_READ));
  else
    return_nothing (task);

  return G_SOURCE_REMOVE;
}

static void
reader_read (ResonateStreamReader *reader, unsigned int count, GTask *task)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;

  g_task_set_task_data (task, self, NULL);
  self->reading = g_object_ref (task);
  self->count = count;
  if (resonate_redis_keeper_get_link (self->keeper) != NULL)
    {
      send_read (self);
      return;
    }

  self->patience = g_timeout_source_new (reader->settings->block_ms);
  g_source_set_static_name (self->patience, "resonate-redis-stream-reader");
  g_source_set_callback (self->patience, on_impatient, self, NULL);
  g_source_attach (self->patience, g_task_get_context (task));
}

/*
 * ResonateStreamReader
 */
static void
reader_open (ResonateStreamReader *reader, GTask *task)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;
  ResonateRedisSettings *settings = resonate_redis_get_settings (
    resonate_redis_stream_log_get_redis (self->log));

  if (settings->url->kind == RESONATE_REDIS_CLUSTER)
    {
      g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_NOT_SUPPORTED,
                               "Streams are consumed from one Redis, and not from a Cluster");
      return;
    }

  if (self->keeper == NULL)
    {
      self->keeper = resonate_redis_keeper_new (settings, NULL, &keeper_funcs, self);
      resonate_redis_keeper_start (self->keeper);
    }
  resonate_redis_stream_reader_make_groups (self, reader->settings->start_id, FALSE, task);
}

static void
reader_free (ResonateStreamReader *reader)
{
  ResonateRedisStreamReader *self = (ResonateRedisStreamReader *) reader;

  clear_patience (self);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->keeper, resonate_redis_keeper_free);
  g_clear_object (&self->log);
  g_free (self);
}

static const ResonateStreamReaderFuncs reader_funcs = {
  .free = reader_free,
  .open = reader_open,
  .read = reader_read,
  .claim = resonate_redis_stream_reader_claim,
  .refresh = resonate_redis_stream_reader_refresh,
  .acknowledge = resonate_redis_stream_reader_acknowledge,
  .bury = resonate_redis_stream_reader_bury,
  .leave = resonate_redis_stream_reader_leave,
};

ResonateStreamReader *
resonate_redis_stream_reader_new (ResonateRedisStreamLog *log,
                                  const ResonateConsumerSettings *settings)
{
  ResonateRedisStreamReader *self = g_new0 (ResonateRedisStreamReader, 1);

  self->parent.funcs = &reader_funcs;
  self->parent.settings = settings;
  self->log = g_object_ref (log);

  return &self->parent;
}
