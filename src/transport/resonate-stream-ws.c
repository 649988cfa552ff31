/* resonate-stream-ws.c: a socket once it is a WebSocket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-ws"

#include "config.h"

#include "resonate-stream-parts-private.h"

/* What libsoup answers by itself, pongs, may go over the bound by so much, and no further. */
#define PONG_RESERVE (64 * 1024)

/* A connection that says nothing for so long, and up to twice as long, gives back what libsoup
 * needs to hear it: half of its memory. Making that anew takes microseconds. Most clients say a few
 * words when they come and then listen, so the first time is short: of a storm of them, few are
 * awake. */
#define FIRST_AWAKE_US (G_USEC_PER_SEC / 4)
#define AWAKE_US       (5 * G_USEC_PER_SEC)

static gboolean
on_pump (gpointer user_data)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (user_data));

  g_clear_pointer (&self->pump_source, g_source_unref);
  resonate_stream_advance (self);

  return G_SOURCE_REMOVE;
}

static void
pump_later (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->pump_source != NULL)
    return;

  self->pump_source = g_idle_source_new ();
  g_source_set_priority (self->pump_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->pump_source, on_pump, self, NULL);
  g_source_attach (self->pump_source, g_main_context_get_thread_default ());
}

static void
report (ResonateStream *self)
{
  ResonateGateResult event = self->event;
  const ResonateGateItem *item = &self->event_item;

  g_assert (RESONATE_IS_STREAM (self));

  self->event = RESONATE_GATE_INCOMPLETE;
  if (self->hooks == NULL)
    return;

  if (event == RESONATE_GATE_OVERSIZED)
    self->hooks->oversized (self->hooks_owner, item->size, item->limit, item->has_begun);
  else
    self->hooks->failed (self->hooks_owner, item->code, item->reason);
}

/* Takes one item off the front of what came. FALSE when there is none to take now. */
static gboolean
take_item (ResonateStream *self)
{
  ResonateGateItem item;
  ResonateGateResult result;

  g_assert (RESONATE_IS_STREAM (self));

  result = resonate_frame_gate_next (&self->gate, self->raw->data + self->released,
                                     self->raw->len - self->released, &item);

  switch (result)
    {
    case RESONATE_GATE_FRAME:
      self->released += item.length;
      if (item.opcode >= RESONATE_FRAME_CLOSE && self->hooks != NULL)
        self->hooks->control (self->hooks_owner, item.opcode);
      return self->phase == RESONATE_STREAM_WEB_SOCKET;

    case RESONATE_GATE_SKIP:
      g_byte_array_remove_range (self->raw, (guint) self->released, (guint) item.length);
      return TRUE;

    case RESONATE_GATE_OVERSIZED:
    case RESONATE_GATE_FAILED:
      self->event = result;
      self->event_item = item;
      return FALSE;

    case RESONATE_GATE_INCOMPLETE:
    default:
      return FALSE;
    }
}

static gboolean
ws_is_readable (gpointer owner)
{
  ResonateStream *self = RESONATE_STREAM (owner);

  return self->taken < self->released || self->eof || self->phase != RESONATE_STREAM_WEB_SOCKET;
}

/* Releases all whole frames that are here, up to the first thing the transport must be told. That
 * is told when libsoup has read what came before it, so that answers keep the order of questions.
 */
void
resonate_stream_ws_pump (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  while (self->phase == RESONATE_STREAM_WEB_SOCKET)
    {
      gboolean has_unread = self->taken < self->released;

      if (self->event != RESONATE_GATE_INCOMPLETE && has_unread)
        break;
      if (self->event != RESONATE_GATE_INCOMPLETE)
        report (self);
      else if (!take_item (self) && self->event == RESONATE_GATE_INCOMPLETE)
        break;
    }

  if (self->phase != RESONATE_STREAM_WEB_SOCKET || self->hooks == NULL)
    return;

  /* Nobody reads while there is nothing to be read. */
  if (self->face == NULL && ws_is_readable (self))
    self->hooks->wanted (self->hooks_owner);
  if (self->face != NULL)
    resonate_facade_serve (self->face);
}

/*
 * The face
 */
static void
ws_asked (gpointer owner)
{
}

static gssize
ws_read (gpointer owner, void *buffer, gsize count)
{
  ResonateStream *self = RESONATE_STREAM (owner);
  gsize n;

  if (self->phase != RESONATE_STREAM_WEB_SOCKET)
    return 0;

  n = MIN (count, self->released - self->taken);
  if (n == 0)
    return self->eof && self->event == RESONATE_GATE_INCOMPLETE ? 0 : RESONATE_FACADE_WOULD_BLOCK;

  memcpy (buffer, self->raw->data + self->taken, n);
  self->taken += n;
  self->was_read = TRUE;

  if (self->taken == self->released)
    {
      g_byte_array_remove_range (self->raw, 0, (guint) self->released);
      self->released = self->taken = 0;
      if (self->event != RESONATE_GATE_INCOMPLETE || !resonate_stream_is_reading (self))
        pump_later (self);
    }

  return (gssize) n;
}

static gboolean
ws_is_writable (gpointer owner)
{
  return TRUE;
}

/* libsoup writes a frame with one call, and we never take a part of one: frame boundaries are ours,
 * and shared frames may go between those of libsoup. */
static gssize
ws_write (gpointer owner, const void *buffer, gsize count)
{
  ResonateStream *self = RESONATE_STREAM (owner);
  g_autoptr (GBytes) frame = NULL;

  if (self->phase != RESONATE_STREAM_WEB_SOCKET || self->is_aborted || count == 0)
    return RESONATE_FACADE_BROKEN;

  if (self->queue.bytes > self->shared->send_queue_size + PONG_RESERVE)
    {
      resonate_stream_abort (self);
      return RESONATE_FACADE_BROKEN;
    }

  if (!self->close_sent)
    {
      self->close_sent = (((const guint8 *) buffer)[0] & 0xf) == RESONATE_FRAME_CLOSE;
      frame = g_bytes_new (buffer, count);
      resonate_stream_queue (self, frame);
    }

  return (gssize) count;
}

static void
ws_closed (gpointer owner)
{
  resonate_stream_finish (RESONATE_STREAM (owner));
}

static const ResonateFacadeFuncs ws_funcs = { ws_read,        ws_write,       ws_asked,
                                              ws_is_readable, ws_is_writable, ws_closed };

static void
drop_face (ResonateStream *self)
{
  if (self->face != NULL)
    resonate_facade_detach (self->face);
  g_clear_object (&self->face);
}

void
resonate_stream_upgrade (ResonateStream *self, const ResonateStreamHooks *hooks, gpointer owner)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (hooks != NULL);

  drop_face (self);
  self->hooks = hooks;
  self->hooks_owner = owner;

  if (self->phase != RESONATE_STREAM_HTTP)
    return;

  self->phase = RESONATE_STREAM_WEB_SOCKET;
  resonate_request_reader_clear (&self->reader);
  g_clear_pointer (&self->request, g_byte_array_unref);
  if (!self->is_aborted)
    resonate_deadlines_disarm (self->shared->deadlines, &self->deadline);
  pump_later (self);
}

static void
arm_nap (ResonateStream *self)
{
  resonate_deadlines_arm (self->shared->naps, &self->nap, self,
                          self->has_napped ? AWAKE_US : FIRST_AWAKE_US);
}

ResonateFacade *
resonate_stream_show_face (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  drop_face (self);
  self->face = resonate_facade_new (&ws_funcs, self);
  resonate_facade_park (self->face, self->shared->parking);
  arm_nap (self);

  return self->face;
}

/* Whether libsoup holds nothing of this connection: no fragment, no byte, no end. */
static gboolean
is_at_rest (ResonateStream *self)
{
  return self->phase == RESONATE_STREAM_WEB_SOCKET && !self->is_aborted && !self->close_sent &&
         !self->eof && !self->gate.in_message && !self->gate.is_skipping && self->raw->len == 0 &&
         self->event == RESONATE_GATE_INCOMPLETE;
}

void
resonate_stream_nap (gpointer stream)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (stream));

  if (self->face == NULL || self->phase != RESONATE_STREAM_WEB_SOCKET || self->hooks == NULL)
    return;

  if (self->was_read || !is_at_rest (self))
    {
      self->was_read = FALSE;
      arm_nap (self);
      return;
    }

  /* The face first: libsoup closes its own when it goes. */
  drop_face (self);
  self->hooks->unwanted (self->hooks_owner);
  self->has_napped = TRUE;

  /* What was needed for the longest message that came. */
  g_byte_array_unref (self->raw);
  self->raw = g_byte_array_new ();
}

void
resonate_stream_unhook (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->hooks = NULL;
  self->hooks_owner = NULL;
}

void
resonate_stream_set_max_message_size (ResonateStream *self, guint64 max_message_size)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->gate.limit = max_message_size;
}

/* Whether a frame of @size may be queued, perhaps after older ones were given up for it. */
static gboolean
make_room (ResonateStream *self, gsize size)
{
  gsize bound = self->shared->send_queue_size;

  while (self->queue.bytes > 0 && self->queue.bytes + size > bound)
    {
      if (!self->drops_oldest || !resonate_send_queue_drop_oldest (&self->queue))
        return FALSE;
    }

  return TRUE;
}

void
resonate_stream_send (ResonateStream *self, GBytes *frame)
{
  const guint8 *bytes;
  gsize size;

  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (frame != NULL);

  if (self->phase != RESONATE_STREAM_WEB_SOCKET || self->is_aborted || self->close_sent)
    return;

  bytes = g_bytes_get_data (frame, &size);

  /* One frame always fits, however small the bound; a close frame is the end of the queue. */
  if ((bytes[0] & 0xf) == RESONATE_FRAME_CLOSE)
    self->close_sent = TRUE;
  else if (!make_room (self, size))
    {
      if (self->hooks != NULL)
        self->hooks->overflow (self->hooks_owner);
      return;
    }

  resonate_stream_queue (self, frame);
}

void
resonate_stream_set_drops_oldest (ResonateStream *self, gboolean drops_oldest)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->drops_oldest = drops_oldest;
}

void
resonate_stream_expect_close (ResonateStream *self, int64_t timeout_us)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_WEB_SOCKET && !self->is_aborted)
    resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self, timeout_us);
}
