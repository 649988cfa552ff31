/* resonate-memory-stream-log.c: streams of one process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-memory-stream-log"

#include "config.h"

#include "resonate-memory-stream-log-private.h"

#include "resonate-memory-stream-private.h"
#include "resonate-store-error.h"
#include "resonate-stream-log-private.h"

struct _ResonateMemoryStreamLog
{
  GObject parent_instance;

  GHashTable *streams; /* (element-type utf8 ResonateMemoryStream) */
  GPtrArray *readers;  /* (element-type Reader) (unowned): they are told of what is appended */
};

/* What it is asked for it does when the loop comes round: nobody is called from inside of a call.
 */
typedef struct
{
  ResonateStreamReader parent;

  ResonateMemoryStreamLog *log; /* (owned) */
  GSource *wake;
  GTask *reading; /* (nullable): waits for an entry */
  unsigned int count;
  int64_t deadline_us; /* then it gets what there is, and be it nothing */
} Reader;

static void stream_log_iface_init (ResonateStreamLogInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateMemoryStreamLog,
                               resonate_memory_stream_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (RESONATE_TYPE_STREAM_LOG,
                                                      stream_log_iface_init))

static ResonateMemoryStream *
ensure_stream (ResonateMemoryStreamLog *self, const char *name)
{
  ResonateMemoryStream *stream = g_hash_table_lookup (self->streams, name);

  if (stream == NULL)
    {
      stream = resonate_memory_stream_new (name);
      g_hash_table_insert (self->streams, g_strdup (name), stream);
    }

  return stream;
}

static char *
append (ResonateMemoryStreamLog *self, const char *stream, GVariant *fields, gint64 max_len)
{
  char *id = resonate_memory_stream_append (ensure_stream (self, stream), fields, max_len);

  for (unsigned int i = 0; i < self->readers->len; i++)
    g_source_set_ready_time (((Reader *) self->readers->pdata[i])->wake, 0);

  return id;
}

/*
 * ResonateStreamReader
 */
static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

/* Returns what there is, or nothing when the time is over. */
static gboolean
on_wake (gpointer user_data)
{
  Reader *self = user_data;
  const ResonateConsumerSettings *settings = self->parent.settings;
  g_autoptr (GPtrArray) deliveries = NULL;
  g_autoptr (GTask) task = NULL;

  g_source_set_ready_time (self->wake, -1);
  if (self->reading == NULL)
    return G_SOURCE_CONTINUE;

  deliveries = g_ptr_array_new_with_free_func (g_object_unref);
  for (unsigned int i = 0; settings->streams[i] != NULL; i++)
    resonate_memory_stream_read (ensure_stream (self->log, settings->streams[i]), settings->group,
                                 self->count, deliveries);
  if (deliveries->len == 0 && g_get_monotonic_time () < self->deadline_us)
    {
      g_source_set_ready_time (self->wake, self->deadline_us);
      return G_SOURCE_CONTINUE;
    }

  task = g_steal_pointer (&self->reading);
  g_task_return_pointer (task, g_steal_pointer (&deliveries), (GDestroyNotify) g_ptr_array_unref);

  return G_SOURCE_CONTINUE;
}

static void
reader_free (ResonateStreamReader *reader)
{
  Reader *self = (Reader *) reader;

  g_ptr_array_remove_fast (self->log->readers, self);
  g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
  g_clear_object (&self->reading);
  g_clear_object (&self->log);
  g_free (self);
}

static void
reader_open (ResonateStreamReader *reader, GTask *task)
{
  const ResonateConsumerSettings *settings = reader->settings;
  Reader *self = (Reader *) reader;

  for (unsigned int i = 0; settings->streams[i] != NULL; i++)
    if (!resonate_memory_stream_add_group (ensure_stream (self->log, settings->streams[i]),
                                           settings->group, settings->start_id))
      {
        g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME,
                                 "No group begins at “%s”: it is neither $ nor an id",
                                 settings->start_id);
        return;
      }

  g_task_return_boolean (task, TRUE);
}

static void
reader_read (ResonateStreamReader *reader, unsigned int count, GTask *task)
{
  Reader *self = (Reader *) reader;

  self->reading = g_object_ref (task);
  self->count = count;
  self->deadline_us = g_get_monotonic_time () + reader->settings->block_ms * (int64_t) 1000;
  g_source_set_ready_time (self->wake, 0);
}

static void
reader_claim (ResonateStreamReader *reader,
              const char *stream,
              const char *cursor,
              unsigned int count,
              GTask *task)
{
  const ResonateConsumerSettings *settings = reader->settings;
  Reader *self = (Reader *) reader;

  g_task_return_pointer (task,
                         resonate_memory_stream_claim (ensure_stream (self->log, stream),
                                                       settings->group, settings->min_idle_ms,
                                                       cursor, count),
                         (GDestroyNotify) resonate_stream_claim_free);
}

static ResonateMemoryStream *
stream_of (ResonateStreamReader *reader, ResonateDelivery *delivery)
{
  return ensure_stream (((Reader *) reader)->log, resonate_delivery_get_stream (delivery));
}

static void
reader_refresh (ResonateStreamReader *reader, GPtrArray *deliveries)
{
  for (unsigned int i = 0; i < deliveries->len; i++)
    resonate_memory_stream_refresh (stream_of (reader, deliveries->pdata[i]),
                                    reader->settings->group,
                                    resonate_delivery_get_id (deliveries->pdata[i]));
}

static void
acknowledge (ResonateStreamReader *reader, ResonateDelivery *delivery)
{
  resonate_memory_stream_acknowledge (stream_of (reader, delivery), reader->settings->group,
                                      resonate_delivery_get_id (delivery));
}

static void
reader_acknowledge (ResonateStreamReader *reader, ResonateDelivery *delivery, GTask *task)
{
  acknowledge (reader, delivery);
  g_task_return_boolean (task, TRUE);
}

static void
reader_bury (ResonateStreamReader *reader,
             ResonateDelivery *delivery,
             const char *reason,
             GTask *task)
{
  g_autofree char *grave = g_strconcat (resonate_delivery_get_stream (delivery),
                                        reader->settings->dead_letter_suffix, NULL);
  g_autofree char *id = NULL;

  id = append (((Reader *) reader)->log, grave, resonate_stream_fields_bury (delivery, reason),
               RESONATE_STREAM_DEFAULT_MAX_LEN);
  acknowledge (reader, delivery);
  g_task_return_boolean (task, TRUE);
}

/* Here, consumers are names and nothing that would stay behind. */
static void
reader_leave (ResonateStreamReader *reader, GTask *task)
{
  g_task_return_boolean (task, TRUE);
}

static const ResonateStreamReaderFuncs reader_funcs = {
  .free = reader_free,
  .open = reader_open,
  .read = reader_read,
  .claim = reader_claim,
  .refresh = reader_refresh,
  .acknowledge = reader_acknowledge,
  .bury = reader_bury,
  .leave = reader_leave,
};

/*
 * ResonateStreamLog
 */
static void
resonate_memory_stream_log_append (
  ResonateStreamLog *log, const char *stream, GVariant *fields, gint64 max_len, GTask *task)
{
  g_task_return_pointer (task, append (RESONATE_MEMORY_STREAM_LOG (log), stream, fields, max_len),
                         g_free);
}

static void
resonate_memory_stream_log_check_durability (ResonateStreamLog *log, GTask *task)
{
  static const char *const story[] = {
    "Streams are kept in the memory of this process, and end with it", NULL
  };

  g_task_return_pointer (task, g_strdupv ((char **) story), (GDestroyNotify) g_strfreev);
}

static ResonateStreamReader *
resonate_memory_stream_log_new_reader (ResonateStreamLog *log,
                                       const ResonateConsumerSettings *settings)
{
  ResonateMemoryStreamLog *self = RESONATE_MEMORY_STREAM_LOG (log);
  Reader *reader = g_new0 (Reader, 1);

  reader->parent.funcs = &reader_funcs;
  reader->parent.settings = settings;
  reader->log = g_object_ref (self);
  reader->wake = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (reader->wake, "resonate-memory-stream-log");
  g_source_set_callback (reader->wake, on_wake, reader, NULL);
  g_source_attach (reader->wake, g_main_context_get_thread_default ());
  g_ptr_array_add (self->readers, reader);

  return &reader->parent;
}

static void
stream_log_iface_init (ResonateStreamLogInterface *iface)
{
  iface->append = resonate_memory_stream_log_append;
  iface->check_durability = resonate_memory_stream_log_check_durability;
  iface->new_reader = resonate_memory_stream_log_new_reader;
}

/*
 * GObject
 */
static void
resonate_memory_stream_log_finalize (GObject *object)
{
  ResonateMemoryStreamLog *self = RESONATE_MEMORY_STREAM_LOG (object);

  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_pointer (&self->streams, g_hash_table_unref);

  G_OBJECT_CLASS (resonate_memory_stream_log_parent_class)->finalize (object);
}

static void
resonate_memory_stream_log_class_init (ResonateMemoryStreamLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_memory_stream_log_finalize;
}

static void
resonate_memory_stream_log_init (ResonateMemoryStreamLog *self)
{
  self->readers = g_ptr_array_new ();
  self->streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) resonate_memory_stream_free);
}

ResonateStreamLog *
resonate_memory_stream_log_new (void)
{
  return g_object_new (RESONATE_TYPE_MEMORY_STREAM_LOG, NULL);
}
