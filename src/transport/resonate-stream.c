/* resonate-stream.c: one accepted socket, and all that goes in and out of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream"

#include "config.h"

#include "resonate-stream-private.h"

#include "resonate-stream-parts-private.h"

#define READ_SIZE        (16 * 1024)
#define READS_PER_TURN   4
#define READ_AHEAD       (64 * 1024)
#define LINGER_US        (2 * G_USEC_PER_SEC)
#define LINGER_MAX_BYTES (16 * 1024 * 1024)

/*
 * ResonateStream:
 *
 * An accepted socket, from its first byte to its last.
 *
 * It is an HTTP connection first: resonate-stream-http.c releases to libsoup one whole and checked
 * request after the other. After an upgrade it is a WebSocket: resonate-stream-ws.c releases whole
 * and bounded frames. What libsoup reads and writes goes through a ResonateFacade; the socket is
 * touched in this file only.
 *
 * A socket is closed from the main loop and never from inside a call, whoever wants it closed.
 */
G_DEFINE_FINAL_TYPE (ResonateStream, resonate_stream, G_TYPE_OBJECT)

static void
clear_source (GSource **source)
{
  g_assert (source != NULL);

  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
resonate_stream_close (ResonateStream *self)
{
  g_autoptr (ResonateStream) keep = NULL;

  g_return_if_fail (RESONATE_IS_STREAM (self));

  keep = g_object_ref (self);

  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->phase = RESONATE_STREAM_CLOSED;
  clear_source (&self->read_source);
  clear_source (&self->write_source);
  clear_source (&self->pump_source);
  clear_source (&self->hello_source);
  resonate_deadlines_disarm (self->shared->deadlines, &self->deadline);
  resonate_send_queue_clear (&self->queue);

  /* A thread of GIO may still be saying good-bye over TLS; it finds the socket closed. */
  g_cancellable_cancel (self->cancellable);
  g_socket_close (self->socket, NULL);

  if (self->face != NULL)
    resonate_facade_detach (self->face);
  if (self->hooks != NULL)
    self->hooks->gone (self->hooks_owner);
  resonate_stream_unhook (self);

  self->shared->closed (self->shared->owner, self);
}

/*
 * Reading
 */
static gboolean
wants_more (ResonateStream *self)
{
  gsize bound = READ_AHEAD;

  g_assert (RESONATE_IS_STREAM (self));

  switch (self->phase)
    {
    case RESONATE_STREAM_HTTP:
      /* All of the next request must find room, also while the one before is being answered. */
      bound += RESONATE_REQUEST_HEAD_MAX_SIZE + self->shared->max_request_size;
      return self->raw->len < bound;

    case RESONATE_STREAM_WEB_SOCKET:
      return self->released == self->taken || self->raw->len < bound;

    case RESONATE_STREAM_FINISHING:
    case RESONATE_STREAM_LINGERING:
      return TRUE;

    case RESONATE_STREAM_HANDSHAKE:
    case RESONATE_STREAM_CLOSED:
    default:
      return FALSE;
    }
}

static void
took_bytes (ResonateStream *self, const guint8 *bytes, gsize n)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_HTTP ||
      (self->phase == RESONATE_STREAM_WEB_SOCKET && !self->gate.failed))
    {
      g_byte_array_append (self->raw, bytes, (guint) n);
      return;
    }

  self->n_discarded += n;
  if (self->n_discarded > LINGER_MAX_BYTES)
    resonate_stream_abort (self);
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (user_data));
  guint8 buffer[READ_SIZE];

  for (guint i = 0; i < READS_PER_TURN && wants_more (self) && !self->eof; i++)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (self->in, buffer, sizeof (buffer), NULL,
                                                           &error);

      if (n > 0)
        took_bytes (self, buffer, (gsize) n);
      else if (n == 0)
        self->eof = TRUE;
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      else
        {
          resonate_stream_close (self);
          return G_SOURCE_REMOVE;
        }

      if (n < READ_SIZE)
        break;
    }

  resonate_stream_advance (self);

  return self->read_source != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Also called when room has been made. */
void
resonate_stream_update_reading (ResonateStream *self)
{
  gboolean wants = !self->eof && wants_more (self);

  g_assert (RESONATE_IS_STREAM (self));

  if (wants && self->read_source == NULL)
    {
      self->read_source = g_pollable_input_stream_create_source (self->in, NULL);
      g_source_set_callback (self->read_source, G_SOURCE_FUNC (on_readable), self, NULL);
      g_source_attach (self->read_source, g_main_context_get_thread_default ());
    }
  else if (!wants)
    clear_source (&self->read_source);
}

/* Looks at what has come. */
void
resonate_stream_advance (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  switch (self->phase)
    {
    case RESONATE_STREAM_HTTP:
      resonate_stream_http_advance (self);
      break;

    case RESONATE_STREAM_WEB_SOCKET:
      resonate_stream_ws_pump (self);
      break;

    case RESONATE_STREAM_LINGERING:
      if (self->eof)
        resonate_stream_abort (self);
      break;

    case RESONATE_STREAM_HANDSHAKE:
    case RESONATE_STREAM_FINISHING:
    case RESONATE_STREAM_CLOSED:
    default:
      break;
    }

  resonate_stream_update_reading (self);
}

/*
 * Writing
 */
static void
on_shut_down (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, NULL);
  g_object_unref (user_data);
}

static void
linger (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  self->phase = RESONATE_STREAM_LINGERING;
  resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self, LINGER_US);

  if (self->is_tls)
    g_output_stream_close_async (G_OUTPUT_STREAM (self->out), G_PRIORITY_DEFAULT, self->cancellable,
                                 on_shut_down, g_object_ref (self));
  else
    g_socket_shutdown (self->socket, FALSE, TRUE, NULL);

  if (self->eof)
    resonate_stream_abort (self);
  resonate_stream_update_reading (self);
}

static gboolean
on_writable (GObject *stream, gpointer user_data)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (user_data));

  resonate_stream_flush (self);

  return self->write_source != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
update_pressure (ResonateStream *self)
{
  gsize size = self->shared->send_queue_size;
  gboolean under_pressure = self->under_pressure;

  g_assert (RESONATE_IS_STREAM (self));

  if (self->queue.bytes > size / 2)
    under_pressure = TRUE;
  else if (self->queue.bytes <= size / 4)
    under_pressure = FALSE;

  if (under_pressure == self->under_pressure)
    return;

  self->under_pressure = under_pressure;
  if (self->hooks != NULL)
    self->hooks->pressure (self->hooks_owner, under_pressure);
}

/* Writes what goes; a source waits for the rest, and only while there is one. */
void
resonate_stream_flush (ResonateStream *self)
{
  ResonateSendStatus status;

  g_assert (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_CLOSED || self->phase == RESONATE_STREAM_LINGERING)
    return;

  status = resonate_send_queue_flush (&self->queue, self->out);

  if (status == RESONATE_SEND_BLOCKED && self->write_source == NULL)
    {
      self->write_source = g_pollable_output_stream_create_source (self->out, NULL);
      g_source_set_callback (self->write_source, G_SOURCE_FUNC (on_writable), self, NULL);
      g_source_attach (self->write_source, g_main_context_get_thread_default ());
    }
  else if (status != RESONATE_SEND_BLOCKED)
    clear_source (&self->write_source);

  if (status == RESONATE_SEND_BROKEN)
    resonate_stream_abort (self);
  else if (status == RESONATE_SEND_DONE && self->phase == RESONATE_STREAM_FINISHING)
    linger (self);

  if (self->phase == RESONATE_STREAM_HTTP && self->face != NULL)
    resonate_facade_wake (self->face);
  update_pressure (self);
}

void
resonate_stream_queue (ResonateStream *self, GBytes *bytes)
{
  g_assert (RESONATE_IS_STREAM (self));

  resonate_send_queue_push (&self->queue, bytes);

  /* Behind a backlog the source will come round to it. */
  if (self->write_source == NULL)
    resonate_stream_flush (self);
  else
    update_pressure (self);
}

/*
 * The life of it
 */
void
resonate_stream_timed_out (gpointer stream)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (stream));

  if (self->phase == RESONATE_STREAM_HTTP && !self->is_aborted)
    resonate_stream_http_timed_out (self);
  else
    resonate_stream_close (self);
}

static void
resonate_stream_finalize (GObject *object)
{
  ResonateStream *self = RESONATE_STREAM (object);

  g_assert (self->phase == RESONATE_STREAM_CLOSED);

  resonate_request_reader_clear (&self->reader);
  resonate_send_queue_clear (&self->queue);
  g_clear_pointer (&self->request, g_byte_array_unref);
  g_clear_pointer (&self->raw, g_byte_array_unref);
  g_clear_object (&self->face);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->base);
  g_clear_object (&self->certificate);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->remote_address, g_free);

  G_OBJECT_CLASS (resonate_stream_parent_class)->finalize (object);
}

static void
resonate_stream_class_init (ResonateStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_stream_finalize;
}

static void
resonate_stream_init (ResonateStream *self)
{
  self->raw = g_byte_array_new ();
  self->request = g_byte_array_new ();
  self->cancellable = g_cancellable_new ();
  resonate_send_queue_init (&self->queue);
}

/* Whoever makes one keeps it until shared->closed () was called for it. */
ResonateStream *
resonate_stream_new (ResonateStreamShared *shared,
                     GSocketConnection *connection,
                     GTlsCertificate *certificate)
{
  ResonateStream *self;

  g_return_val_if_fail (shared != NULL, NULL);
  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (connection), NULL);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), NULL);

  self = g_object_new (RESONATE_TYPE_STREAM, NULL);
  self->shared = shared;
  self->socket = g_object_ref (g_socket_connection_get_socket (connection));

  g_set_object (&self->certificate, certificate);
  self->base = G_IO_STREAM (g_object_ref (connection));
  self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->base));
  self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));

  return self;
}

GIOStream *
resonate_stream_get_face (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return G_IO_STREAM (self->face);
}

gboolean
resonate_stream_is_http (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->phase == RESONATE_STREAM_HTTP;
}

gboolean
resonate_stream_is_web_socket (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->phase == RESONATE_STREAM_WEB_SOCKET;
}

gsize
resonate_stream_get_queued_bytes (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), 0);

  return self->queue.bytes;
}

void
resonate_stream_finish (ResonateStream *self)
{
  int64_t timeout_us;

  g_return_if_fail (RESONATE_IS_STREAM (self));

  if (self->phase >= RESONATE_STREAM_FINISHING || self->is_aborted)
    return;

  /* A slow reader of a long answer is given the time that an idle one is. */
  timeout_us = self->phase == RESONATE_STREAM_HTTP ? self->shared->idle_timeout_us : LINGER_US;
  self->phase = RESONATE_STREAM_FINISHING;
  g_byte_array_set_size (self->raw, 0);
  resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self, timeout_us);

  if (self->face != NULL)
    resonate_facade_wake (self->face);
  resonate_stream_flush (self);
  resonate_stream_update_reading (self);
}

void
resonate_stream_abort (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->is_aborted = TRUE;
  resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self, 0);
}
