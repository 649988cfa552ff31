/* resonate-redis-wire.c: bytes out, replies in, on one stream
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-wire"

#include "config.h"

#include "resonate-redis-reader-private.h"
#include "resonate-redis-wire-private.h"

#define READ_SIZE (16 << 10)

/* How often a turn of the loop reads, before others have theirs. */
#define READS_PER_TURN 8

/* A buffer that one burst has grown over this is given back. */
#define KEPT_SIZE (256 << 10)

typedef struct
{
  GSource source;
  ResonateRedisWire *wire; /* (nullable): NULL once it is freed */
} WireSource;

struct _ResonateRedisWire
{
  grefcount references;
  const ResonateRedisWireFuncs *funcs;
  gpointer owner;
  GIOStream *stream;
  GPollableInputStream *input;
  GPollableOutputStream *output;
  ResonateRedisReader *reader;
  GByteArray *out;
  size_t n_sent;        /* of what is in out */
  GSource *source;      /* (nullable): NULL once it is closed */
  GSource *is_writable; /* (nullable): waits for a socket that is full */
  gboolean is_in_turn;  /* what is written now is sent before it ends */
};

/* TLS would say goodbye, and wait for a socket that is full, when it is closed: its socket is
 * closed before. */
static void
close_socket (ResonateRedisWire *self)
{
  g_autoptr (GIOStream) base = NULL;

  if (G_IS_TLS_CONNECTION (self->stream))
    g_object_get (self->stream, "base-io-stream", &base, NULL);
  g_io_stream_close (base != NULL ? base : self->stream, NULL, NULL);
}

static void
wire_unref (ResonateRedisWire *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  close_socket (self);
  g_clear_pointer (&self->out, g_byte_array_unref);
  g_clear_pointer (&self->reader, resonate_redis_reader_free);
  g_clear_object (&self->stream);
  g_free (self);
}

static void
stop (ResonateRedisWire *self)
{
  if (self->source == NULL)
    return;

  ((WireSource *) self->source)->wire = NULL;
  g_source_destroy (self->source);
  g_clear_pointer (&self->is_writable, g_source_unref);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
lose (ResonateRedisWire *self, const GError *error)
{
  g_autoptr (GError) ours = NULL;

  stop (self);
  if (error->domain != RESONATE_ERROR)
    ours = g_error_new (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                        "The connection to Redis is lost: %s", error->message);

  self->funcs->lost (self->owner, ours != NULL ? ours : error);
}

static void
wait_until_writable (ResonateRedisWire *self)
{
  if (self->is_writable != NULL)
    return;

  self->is_writable = g_pollable_output_stream_create_source (self->output, NULL);
  g_source_set_dummy_callback (self->is_writable);
  g_source_add_child_source (self->source, self->is_writable);
}

static void
forget_sent (ResonateRedisWire *self)
{
  if (self->n_sent < self->out->len)
    {
      /* Not for every few bytes: what is left would be moved each time. */
      if (self->n_sent >= KEPT_SIZE)
        {
          g_byte_array_remove_range (self->out, 0, (guint) self->n_sent);
          self->n_sent = 0;
        }
      return;
    }

  if (self->out->len > KEPT_SIZE)
    {
      g_byte_array_unref (self->out);
      self->out = g_byte_array_new ();
    }
  g_byte_array_set_size (self->out, 0);
  self->n_sent = 0;
}

/* Returns %FALSE when the stream is lost. */
static gboolean
flush (ResonateRedisWire *self)
{
  g_autoptr (GError) error = NULL;

  while (self->n_sent < self->out->len)
    {
      gssize n = g_pollable_output_stream_write_nonblocking (self->output,
                                                             self->out->data + self->n_sent,
                                                             self->out->len - self->n_sent, NULL,
                                                             &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          wait_until_writable (self);
          forget_sent (self);
          return TRUE;
        }
      if (n < 0)
        {
          lose (self, error);
          return FALSE;
        }

      self->n_sent += (size_t) n;
    }

  forget_sent (self);
  if (self->is_writable != NULL)
    {
      g_source_remove_child_source (self->source, self->is_writable);
      g_clear_pointer (&self->is_writable, g_source_unref);
    }

  return TRUE;
}

static gboolean
tell_replies (ResonateRedisWire *self)
{
  g_autoptr (GError) error = NULL;
  ResonateRedisReply *reply;

  for (;;)
    {
      if (!resonate_redis_reader_next (self->reader, &reply, &error))
        {
          lose (self, error);
          return FALSE;
        }
      if (reply == NULL)
        return TRUE;

      self->funcs->reply (self->owner, reply);
      if (self->source == NULL)
        return FALSE;
    }
}

static gboolean
read_some (ResonateRedisWire *self)
{
  char buffer[READ_SIZE];

  for (unsigned int i = 0; i < READS_PER_TURN; i++)
    {
      g_autoptr (GError) error = NULL;
      gssize n;

      n = g_pollable_input_stream_read_nonblocking (self->input, buffer, sizeof buffer, NULL,
                                                    &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return TRUE;
      if (n == 0)
        error = g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                                     "Redis closed the connection");
      if (n <= 0)
        {
          lose (self, error);
          return FALSE;
        }

      resonate_redis_reader_feed (self->reader, buffer, (size_t) n);
      if (!tell_replies (self))
        return FALSE;

      /* A socket that had less has no more. */
      if ((size_t) n < sizeof buffer)
        return TRUE;
    }

  return TRUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ResonateRedisWire *self = ((WireSource *) source)->wire;

  g_source_set_ready_time (source, -1);
  g_ref_count_inc (&self->references);
  self->is_in_turn = TRUE;
  if (flush (self) && read_some (self))
    /* What the replies were answered with goes out in the same turn. */
    flush (self);
  self->is_in_turn = FALSE;
  wire_unref (self);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

ResonateRedisWire *
resonate_redis_wire_new (GIOStream *stream,
                         size_t max_reply,
                         const ResonateRedisWireFuncs *funcs,
                         gpointer owner)
{
  ResonateRedisWire *self;
  g_autoptr (GSource) is_readable = NULL;

  g_return_val_if_fail (G_IS_IO_STREAM (stream) && funcs != NULL, NULL);

  self = g_new0 (ResonateRedisWire, 1);
  g_ref_count_init (&self->references);
  self->funcs = funcs;
  self->owner = owner;
  self->stream = g_object_ref (stream);
  self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  self->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));
  self->reader = resonate_redis_reader_new (max_reply);
  self->out = g_byte_array_new ();

  self->source = g_source_new (&source_funcs, sizeof (WireSource));
  ((WireSource *) self->source)->wire = self;
  g_source_set_static_name (self->source, "resonate-redis-wire");
  is_readable = g_pollable_input_stream_create_source (self->input, NULL);
  g_source_set_dummy_callback (is_readable);
  g_source_add_child_source (self->source, is_readable);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
resonate_redis_wire_free (ResonateRedisWire *self)
{
  g_return_if_fail (self != NULL);

  stop (self);
  wire_unref (self);
}

void
resonate_redis_wire_write (ResonateRedisWire *self,
                           const ResonateRedisCommand *command,
                           gboolean with_source)
{
  g_return_if_fail (self != NULL && command != NULL);

  if (self->source == NULL)
    return;

  if (self->n_sent == self->out->len && !self->is_in_turn)
    g_source_set_ready_time (self->source, 0);
  resonate_redis_command_write (command, with_source, self->out);
}
