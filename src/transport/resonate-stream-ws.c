/* resonate-stream-ws.c: a socket once it is a WebSocket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-ws"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include <errno.h>

#define READ_SIZE      (16 * 1024)
#define READS_PER_TURN 4
#define READ_AHEAD     (64 * 1024)

/* What one read brings may be ten thousand pings: the others have their turn after so many. */
#define FRAMES_PER_TURN 128

/* What libsoup answers by itself, pongs, may go over the bound by so much, and no further. */
#define PONG_RESERVE (64 * 1024)

/*
 * Reading
 */
static void
report (ResonateStream *self)
{
  ResonateStreamWs *ws = self->ws;
  ResonateGateResult event = ws->event;
  ResonateGateItem item = ws->event_item;

  ws->event = RESONATE_GATE_INCOMPLETE;
  if (self->hooks == NULL)
    return;

  if (event == RESONATE_GATE_OVERSIZED)
    self->hooks->oversized (self->hooks_owner, item.size, item.limit, item.has_begun);
  else
    self->hooks->failed (self->hooks_owner, item.code, item.reason);
}

/* Takes one item off the front of what came. FALSE when there is none to take now. */
static gboolean
take_item (ResonateStream *self)
{
  ResonateStreamWs *ws = self->ws;
  ResonateGateItem item;
  ResonateGateResult result;

  result = resonate_frame_gate_next (&ws->gate, ws->raw->data + ws->released,
                                     ws->raw->len - ws->released, &item);

  switch (result)
    {
    case RESONATE_GATE_FRAME:
      if (resonate_stream_tell_message (self, &item))
        return self->phase == RESONATE_STREAM_WEB_SOCKET && self->ws != NULL;
      if (self->deflates)
        resonate_stream_note_payload (self, &item);
      ws->released += item.length;
      ws->n_frames++;
      self->traffic.messages_received += item.opcode != 0 && item.opcode < RESONATE_FRAME_CLOSE;
      if (item.opcode >= RESONATE_FRAME_CLOSE && self->hooks != NULL)
        self->hooks->control (self->hooks_owner, item.opcode);
      return self->phase == RESONATE_STREAM_WEB_SOCKET;

    case RESONATE_GATE_SKIP:
      g_byte_array_remove_range (ws->raw, (guint) ws->released, (guint) item.length);
      return TRUE;

    case RESONATE_GATE_OVERSIZED:
    case RESONATE_GATE_FAILED:
      ws->event = result;
      ws->event_item = item;
      return FALSE;

    case RESONATE_GATE_INCOMPLETE:
    default:
      return FALSE;
    }
}

/* The end is the end when all that came before it has been looked at. */
static gboolean
is_at_end (ResonateStream *self)
{
  return self->eof && self->ws->event == RESONATE_GATE_INCOMPLETE && !self->ws->has_more;
}

static gboolean
ws_is_readable (gpointer owner)
{
  ResonateStream *self = RESONATE_STREAM (owner);

  return self->ws == NULL || self->ws->taken < self->ws->released || is_at_end (self) ||
         self->phase != RESONATE_STREAM_WEB_SOCKET;
}

static void
forget_taken (ResonateStreamWs *ws)
{
  if (ws->taken < ws->released || ws->released == 0)
    return;

  g_byte_array_remove_range (ws->raw, 0, (guint) ws->released);
  ws->released = ws->taken = 0;
}

/* Releases the whole frames that are here, so many a turn, up to the first thing the transport must
 * be told. That is told when libsoup has read what came before it, so that answers keep the order
 * of questions. */
static void
pump (ResonateStream *self)
{
  guint n_items = 0;

  self->ws->has_more = FALSE;
  while (self->phase == RESONATE_STREAM_WEB_SOCKET && self->ws != NULL)
    {
      ResonateStreamWs *ws = self->ws;
      gboolean has_unread = ws->taken < ws->released;

      ws->has_more = n_items++ == FRAMES_PER_TURN;
      if (ws->has_more)
        break;

      if (ws->event != RESONATE_GATE_INCOMPLETE && has_unread)
        break;
      if (ws->event != RESONATE_GATE_INCOMPLETE)
        report (self);
      else if (!take_item (self) && ws->event == RESONATE_GATE_INCOMPLETE)
        break;
    }

  if (self->phase != RESONATE_STREAM_WEB_SOCKET || self->hooks == NULL || self->ws == NULL)
    return;

  if (self->ws->face == NULL)
    forget_taken (self->ws);

  /* Nobody reads while there is nothing to be read. */
  if (self->ws->face == NULL && ws_is_readable (self))
    self->hooks->wanted (self->hooks_owner);
  if (self->ws != NULL && self->ws->face != NULL)
    resonate_facade_serve (self->ws->face);
}

static gboolean
wants_more (ResonateStream *self)
{
  const ResonateStreamWs *ws = self->ws;

  return self->phase == RESONATE_STREAM_WEB_SOCKET && self->can_read && !self->eof &&
         (ws == NULL ||
          (!ws->has_more && (ws->released == ws->taken || ws->raw->len < READ_AHEAD)));
}

static void
take_bytes (ResonateStream *self, gssize n)
{
  resonate_stream_wake_up (self);
  self->traffic.bytes_received += (gsize) n;

  /* A client that broke the rules may finish its sentence, but nobody listens. */
  if (!self->ws->gate.failed)
    g_byte_array_append (self->ws->raw, self->shared->scratch, (guint) n);

  /* A short read has emptied the kernel, unless the client's end stands behind it. */
  if (n < READ_SIZE && !self->is_half_closed && !resonate_stream_is_tls (self))
    self->can_read = FALSE;
}

static void
read_some (ResonateStream *self)
{
  for (guint i = 0; i < READS_PER_TURN && wants_more (self); i++)
    {
      gssize n = resonate_stream_read (self, self->shared->scratch, READ_SIZE, 0);

      if (n > 0)
        take_bytes (self, n);
      else if (n < 0 && errno == EAGAIN)
        self->can_read = FALSE;
      else if (n < 0 && errno == EINTR)
        continue;
      else if (self->ws != NULL)
        /* What a client has said counts, also where it then left without the good-bye of TLS. */
        self->eof = TRUE;
      else
        {
          /* Nobody need wake up to hear that a client has left without a word. */
          resonate_stream_close (self);
          return;
        }
    }
}

void
resonate_stream_ws_read (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->is_aborted)
    return;

  read_some (self);
  if (self->phase != RESONATE_STREAM_WEB_SOCKET || self->ws == NULL)
    return;

  pump (self);
  if (self->phase != RESONATE_STREAM_WEB_SOCKET || self->ws == NULL)
    return;

  if (self->ws->has_more || wants_more (self))
    resonate_stream_read_later (self);
  else
    resonate_stream_settle (self);
}

void
resonate_stream_ws_put_back (ResonateStream *self, GBytes *bytes)
{
  g_assert (RESONATE_IS_STREAM (self));

  resonate_stream_wake_up (self);
  g_byte_array_append (self->ws->raw, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
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
  ResonateStreamWs *ws = self->ws;
  gsize n;

  if (self->phase != RESONATE_STREAM_WEB_SOCKET || ws == NULL)
    return 0;

  n = MIN (count, ws->released - ws->taken);
  if (n == 0)
    return is_at_end (self) ? 0 : RESONATE_FACADE_WOULD_BLOCK;

  memcpy (buffer, ws->raw->data + ws->taken, n);
  ws->taken += n;
  ws->was_read = TRUE;

  if (ws->taken == ws->released)
    {
      forget_taken (ws);

      /* What waited for libsoup to come this far goes on. */
      if (ws->event != RESONATE_GATE_INCOMPLETE || self->can_read)
        resonate_stream_read_later (self);
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

  if (resonate_stream_get_queued_bytes (self) > self->shared->send_queue_size + PONG_RESERVE)
    {
      resonate_stream_abort (self);
      return RESONATE_FACADE_BROKEN;
    }

  if (!self->close_sent)
    {
      frame = g_bytes_new (buffer, count);
      resonate_outbox_catch_up (self->shared->outbox, self);
      self->close_sent = (((const guint8 *) buffer)[0] & 0xf) == RESONATE_FRAME_CLOSE;
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

void
resonate_stream_upgrade (ResonateStream *self, const ResonateStreamHooks *hooks, gpointer owner)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (hooks != NULL);

  self->hooks = hooks;
  self->hooks_owner = owner;

  if (self->phase != RESONATE_STREAM_HTTP)
    return;

  self->phase = RESONATE_STREAM_WEB_SOCKET;
  if (!self->is_aborted)
    resonate_wheel_disarm (&self->timer);

  /* Frames may have come in the same segment as the request. */
  if (self->http != NULL && self->http->plain != NULL && self->http->plain->len > 0)
    {
      resonate_stream_wake_up (self);
      g_byte_array_append (self->ws->raw, self->http->plain->data, self->http->plain->len);
    }
  resonate_stream_end_http (self);
  if (self->can_read || self->ws != NULL)
    resonate_stream_read_later (self);
}

ResonateFacade *
resonate_stream_show_face (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);
  g_return_val_if_fail (self->ws != NULL, NULL);

  resonate_stream_drop_face (self->ws);
  self->ws->face = resonate_facade_new (&ws_funcs, self);
  resonate_facade_park (self->ws->face, self->shared->parking);

  return self->ws->face;
}

gboolean
resonate_stream_is_awake (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->ws != NULL && self->ws->face != NULL;
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

  self->max_message_size = max_message_size;
  if (self->ws != NULL)
    self->ws->gate.limit = max_message_size;
}

void
resonate_stream_expect_close (ResonateStream *self, int64_t timeout_us)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_WEB_SOCKET && !self->is_aborted)
    resonate_stream_set_deadline (self, timeout_us);
}
