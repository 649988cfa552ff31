/* resonate-stream.c: one accepted socket, and all that goes in and out of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream"

#include "config.h"

#include "resonate-stream-private.h"

#include "resonate-stream-parts-private.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define READ_SIZE        (16 * 1024)
#define READS_PER_TURN   4
#define READ_AHEAD       (64 * 1024)
#define LINGER_MAX_BYTES (16 * 1024 * 1024)

/*
 * ResonateStream:
 *
 * An accepted socket, from its first byte to its last.
 *
 * It is an HTTP connection first: resonate-stream-http.c releases to libsoup one whole and checked
 * request after the other. After an upgrade it is a WebSocket: resonate-stream-ws.c releases whole
 * and bounded frames. What libsoup reads and writes goes through a ResonateFacade; the socket is
 * touched in this file and in resonate-stream-write.c only.
 *
 * A socket is closed from the main loop and never from inside a call, whoever wants it closed.
 */
G_DEFINE_FINAL_TYPE (ResonateStream, resonate_stream, G_TYPE_OBJECT)

void
resonate_stream_close (ResonateStream *self)
{
  g_autoptr (ResonateStream) keep = NULL;

  g_return_if_fail (RESONATE_IS_STREAM (self));

  keep = g_object_ref (self);

  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->phase = RESONATE_STREAM_CLOSED;
  if (self->watch.events != 0)
    resonate_hub_set (self->shared->hub, &self->watch, 0);

  /* What was to go out at the end of this turn has its chance. */
  if (self->outbox_entry.is_listed && !self->is_tls)
    resonate_send_queue_flush_socket (&self->queue, self->watch.fd);
  resonate_outbox_remove (self->shared->outbox, &self->outbox_entry);
  resonate_stream_clear_source (&self->read_source);
  resonate_stream_clear_source (&self->write_source);
  resonate_stream_clear_source (&self->pump_source);
  resonate_stream_clear_source (&self->hello_source);
  resonate_stream_end_handshake (self);
  resonate_deadlines_disarm (self->shared->deadlines, &self->deadline);
  resonate_deadlines_disarm (self->shared->naps, &self->nap);
  resonate_send_queue_clear (&self->queue);

  /* A thread of GIO may still be saying good-bye over TLS; it finds the socket closed. */
  if (self->cancellable != NULL)
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

/* Returns how much was read, 0 at the end, and -1 with errno set as recv(2) does. */
static gssize
read_some (ResonateStream *self, guint8 *buffer, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize n;

  if (!self->is_tls)
    return recv (self->watch.fd, buffer, size, MSG_DONTWAIT);

  n = g_pollable_input_stream_read_nonblocking (self->in, buffer, size, NULL, &error);
  if (n < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : EIO;

  return n;
}

static void
read_what_came (ResonateStream *self)
{
  guint8 buffer[READ_SIZE];

  for (guint i = 0; i < READS_PER_TURN && wants_more (self) && !self->eof; i++)
    {
      gssize n = read_some (self, buffer, sizeof (buffer));

      if (n > 0)
        took_bytes (self, buffer, (gsize) n);
      else if (n == 0)
        self->eof = TRUE;
      else if (errno == EAGAIN || errno == EINTR)
        break;
      else
        {
          resonate_stream_close (self);
          return;
        }

      if (n < READ_SIZE)
        break;
    }

  resonate_stream_advance (self);
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (user_data));

  read_what_came (self);

  return self->read_source != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* A socket that is broken is readable and writable: what is wrong with it comes out of the call. */
static void
on_events (gpointer owner, uint32_t events)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (owner));
  uint32_t waited = self->watch.events;

  if ((events & (EPOLLERR | EPOLLHUP)) != 0)
    events |= waited;

  if ((events & waited & EPOLLOUT) != 0)
    resonate_stream_flush (self);
  if ((events & waited & EPOLLIN) != 0 && self->phase != RESONATE_STREAM_CLOSED)
    read_what_came (self);
}

void
resonate_stream_wait_for (ResonateStream *self, uint32_t event, gboolean wanted)
{
  uint32_t events = wanted ? self->watch.events | event : self->watch.events & ~event;

  resonate_hub_set (self->shared->hub, &self->watch, events);
}

gboolean
resonate_stream_is_reading (ResonateStream *self)
{
  return self->read_source != NULL || (self->watch.events & EPOLLIN) != 0;
}

/* Also called when room has been made. */
void
resonate_stream_update_reading (ResonateStream *self)
{
  gboolean wants = !self->eof && wants_more (self);

  g_assert (RESONATE_IS_STREAM (self));

  if (!self->is_tls)
    resonate_stream_wait_for (self, EPOLLIN, wants);
  else if (wants && self->read_source == NULL)
    {
      self->read_source = g_pollable_input_stream_create_source (self->in, NULL);
      g_source_set_callback (self->read_source, G_SOURCE_FUNC (on_readable), self, NULL);
      g_source_attach (self->read_source, g_main_context_get_thread_default ());
    }
  else if (!wants)
    resonate_stream_clear_source (&self->read_source);
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
  resonate_send_queue_init (&self->queue);
}

/* Whoever makes one keeps it until shared->closed () was called for it. */
ResonateStream *
resonate_stream_new (ResonateStreamShared *shared, GSocket *socket, GTlsCertificate *certificate)
{
  ResonateStream *self;

  g_return_val_if_fail (shared != NULL, NULL);
  g_return_val_if_fail (G_IS_SOCKET (socket), NULL);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), NULL);

  self = g_object_new (RESONATE_TYPE_STREAM, NULL);
  self->shared = shared;
  self->socket = g_object_ref (socket);
  self->watch.fd = g_socket_get_fd (self->socket);
  self->watch.func = on_events;
  self->watch.owner = self;

  g_set_object (&self->certificate, certificate);

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
  timeout_us = self->phase == RESONATE_STREAM_HTTP ? self->shared->idle_timeout_us
                                                   : RESONATE_STREAM_LINGER_US;
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
