/* resonate-stream-write.c: what goes out of a socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-write"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A socket with nothing to send has no queue. What is sent goes into one and out at the end of the
 * turn, with what else is sent until then; behind a backlog, when the socket has room.
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
  resonate_stream_set_deadline (self, RESONATE_STREAM_LINGER_US);
  resonate_stream_update_place (self);

  if (resonate_stream_is_tls (self))
    g_output_stream_close_async (G_OUTPUT_STREAM (self->tls->out), G_PRIORITY_DEFAULT,
                                 resonate_stream_get_cancellable (self), on_shut_down,
                                 g_object_ref (self));
  else
    shutdown (self->watch.fd, SHUT_WR);

  if (self->eof)
    resonate_stream_abort (self);
}

static void
update_pressure (ResonateStream *self)
{
  gsize size = self->shared->send_queue_size;
  gsize bytes = resonate_stream_get_queued_bytes (self);
  gboolean under_pressure = self->under_pressure;

  if (bytes > size / 2)
    under_pressure = TRUE;
  else if (bytes <= size / 4)
    under_pressure = FALSE;

  if (under_pressure == self->under_pressure)
    return;

  self->under_pressure = under_pressure;
  if (self->hooks != NULL)
    self->hooks->pressure (self->hooks_owner, under_pressure);
}

void
resonate_stream_drop_queue (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  resonate_outbox_remove (self->shared->outbox, &self->outbox_place, self);
  g_clear_pointer (&self->queue, resonate_send_queue_free);
}

/* Writes what goes. The hub tells when there is room for the rest. */
void
resonate_stream_flush (ResonateStream *self)
{
  ResonateSendStatus status = RESONATE_SEND_DONE;

  g_assert (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_CLOSED || self->phase == RESONATE_STREAM_LINGERING)
    return;

  if (self->queue != NULL && resonate_stream_is_tls (self))
    status = resonate_send_queue_flush (self->queue, self->tls->out);
  else if (self->queue != NULL)
    status = resonate_send_queue_flush_socket (self->queue, self->watch.fd);

  self->is_blocked = status == RESONATE_SEND_BLOCKED;
  if (status == RESONATE_SEND_DONE)
    resonate_stream_drop_queue (self);

  if (status == RESONATE_SEND_BROKEN)
    resonate_stream_abort (self);
  else if (status == RESONATE_SEND_DONE && self->phase == RESONATE_STREAM_FINISHING)
    linger (self);

  if (self->http != NULL && self->http->lane != NULL)
    resonate_lane_wake (self->http->lane);
  update_pressure (self);
}

void
resonate_stream_queue (ResonateStream *self, GBytes *bytes)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->queue == NULL)
    self->queue = resonate_send_queue_new ();
  resonate_send_queue_push (self->queue, bytes);

  if (self->is_blocked)
    update_pressure (self);
  else if (self->queue->bytes > self->shared->send_queue_size / 2)
    resonate_stream_flush (self);
  else
    resonate_outbox_add (self->shared->outbox, &self->outbox_place, self);
}

void
resonate_stream_send_queued (gpointer stream)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (stream));

  if (!self->is_blocked)
    resonate_stream_flush (self);
}

/*
 * Frames
 */

/* Whether frames of @size may be queued, perhaps after older ones were given up for them. */
static gboolean
make_room (ResonateStream *self, gsize size)
{
  gsize bound = self->shared->send_queue_size;

  /* What waits for no more than the end of the turn is not what a slow client leaves behind. */
  if (self->queue != NULL && !self->is_blocked && self->queue->bytes + size > bound)
    resonate_stream_flush (self);

  while (self->queue != NULL && self->queue->bytes > 0 && self->queue->bytes + size > bound)
    {
      if (!self->drops_oldest || !resonate_send_queue_drop_oldest (self->queue))
        return FALSE;
    }

  return TRUE;
}

static void
count_sent (ResonateStream *self, gsize size, guint n_messages)
{
  self->traffic.messages_sent += n_messages;
  self->traffic.bytes_sent += size;
}

void
resonate_stream_post (ResonateStream *self, GBytes *frames, guint n_messages)
{
  g_assert (RESONATE_IS_STREAM (self));

  /* One always fits, however small the bound; a close frame is the end of the queue. */
  if (self->close_sent || make_room (self, g_bytes_get_size (frames)))
    {
      count_sent (self, g_bytes_get_size (frames), n_messages);
      resonate_stream_queue (self, frames);
    }
  else if (self->hooks != NULL)
    self->hooks->overflow (self->hooks_owner);
}

void
resonate_stream_send (ResonateStream *self, GBytes *frame)
{
  const guint8 *bytes;

  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (frame != NULL);

  if (!resonate_stream_takes_frames (self))
    return;

  resonate_outbox_catch_up (self->shared->outbox, self);
  if (!resonate_stream_takes_frames (self))
    return;

  bytes = g_bytes_get_data (frame, NULL);
  self->close_sent = (bytes[0] & 0xf) == RESONATE_FRAME_CLOSE;
  resonate_stream_post (self, frame, (bytes[0] & 0xf) < RESONATE_FRAME_CLOSE);
}

/* send(2) without what makes it a place at which a thread can be cancelled: in a process that has
 * threads, as every one with GIO has, that is a third of all that a delivery costs outside of the
 * kernel, and no thread is ever cancelled here. */
static gssize
send_at_once (int fd, const void *bytes, gsize size)
{
  long n;

  do
    n = syscall (SYS_sendto, fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
  while (n < 0 && errno == EINTR);

  return n;
}

/* The kernel has taken @n bytes, or none and -1. What is under way then is told when it is over. */
static void
keep_rest (ResonateStream *self, GBytes *frames, gssize n)
{
  g_autoptr (GBytes) rest = NULL;
  gsize taken = (gsize) MAX (n, 0);

  if (n < 0 && errno != EAGAIN)
    {
      resonate_stream_abort (self);
      return;
    }

  self->is_blocked = TRUE;
  rest = g_bytes_new_from_bytes (frames, taken, g_bytes_get_size (frames) - taken);
  resonate_stream_queue (self, rest);
}

void
resonate_stream_send_now (ResonateStream *self, GBytes *frames, guint n_messages)
{
  const guint8 *bytes;
  gsize size;
  gssize n;

  if (!resonate_stream_takes_frames (self))
    return;

  if (self->queue != NULL || self->tls != NULL)
    {
      resonate_stream_post (self, frames, n_messages);
      return;
    }

  bytes = g_bytes_get_data (frames, &size);
  count_sent (self, size, n_messages);
  n = send_at_once (self->watch.fd, bytes, size);
  if (n != (gssize) size)
    keep_rest (self, frames, n);
}

void
resonate_stream_set_drops_oldest (ResonateStream *self, gboolean drops_oldest)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->drops_oldest = drops_oldest;
}

gsize
resonate_stream_get_max_queued_bytes (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), 0);

  return self->shared->send_queue_size;
}

gsize
resonate_stream_get_queued_bytes (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), 0);

  return self->queue != NULL ? self->queue->bytes : 0;
}

ResonateTraffic *
resonate_stream_get_traffic (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return &self->traffic;
}
