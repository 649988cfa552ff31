/* resonate-stream-write.c: what goes out of a socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-write"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include <sys/epoll.h>

void
resonate_stream_clear_source (GSource **source)
{
  g_assert (source != NULL);

  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

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
  resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self,
                          RESONATE_STREAM_LINGER_US);

  if (self->is_tls)
    g_output_stream_close_async (G_OUTPUT_STREAM (self->out), G_PRIORITY_DEFAULT,
                                 resonate_stream_get_cancellable (self), on_shut_down,
                                 g_object_ref (self));
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

  if (self->is_tls)
    status = resonate_send_queue_flush (&self->queue, self->out);
  else
    status = resonate_send_queue_flush_socket (&self->queue, self->watch.fd);

  if (!self->is_tls)
    resonate_stream_wait_for (self, EPOLLOUT, status == RESONATE_SEND_BLOCKED);
  else if (status == RESONATE_SEND_BLOCKED && self->write_source == NULL)
    {
      self->write_source = g_pollable_output_stream_create_source (self->out, NULL);
      g_source_set_callback (self->write_source, G_SOURCE_FUNC (on_writable), self, NULL);
      g_source_attach (self->write_source, g_main_context_get_thread_default ());
    }
  else if (status != RESONATE_SEND_BLOCKED)
    resonate_stream_clear_source (&self->write_source);

  if (status == RESONATE_SEND_BROKEN)
    resonate_stream_abort (self);
  else if (status == RESONATE_SEND_DONE && self->phase == RESONATE_STREAM_FINISHING)
    linger (self);

  if (self->phase == RESONATE_STREAM_HTTP && self->face != NULL)
    resonate_facade_wake (self->face);
  update_pressure (self);
}

static gboolean
is_blocked (ResonateStream *self)
{
  return self->write_source != NULL || (self->watch.events & EPOLLOUT) != 0;
}

/* What is queued goes out at the end of the turn, with what else is queued until then; behind a
 * backlog, when the socket has room. */
void
resonate_stream_queue (ResonateStream *self, GBytes *bytes)
{
  g_assert (RESONATE_IS_STREAM (self));

  resonate_send_queue_push (&self->queue, bytes);

  if (is_blocked (self))
    update_pressure (self);
  else if (self->queue.bytes > self->shared->send_queue_size / 2)
    resonate_stream_flush (self);
  else
    resonate_outbox_add (self->shared->outbox, &self->outbox_entry, self);
}

void
resonate_stream_send_queued (gpointer stream)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (stream));

  if (!is_blocked (self))
    resonate_stream_flush (self);
}
