/* resonate-stream-rest.c: a WebSocket that sleeps, and wakes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-rest"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include "../base/resonate-clock-private.h"

/* A connection that is asleep has no libsoup behind it, and half of its memory. Waking takes
 * microseconds, so one that has said something sleeps again at the end of the turn; only who wakes
 * this often in a row, each time this soon after the last, stays awake for a while. Most clients
 * say a few words when they come and then listen: of a storm of them, few are ever awake at a
 * time, and the heap does not grow by what they all would need. */
#define HOT_WAKES   8
#define HOT_SECONDS 5

void
resonate_stream_wake_up (ResonateStream *self)
{
  guint32 now_s = (guint32) (resonate_clock_now_us () / G_USEC_PER_SEC);

  g_assert (RESONATE_IS_STREAM (self));

  if (self->ws != NULL)
    return;

  self->heat = now_s - self->heard_s <= HOT_SECONDS ? MIN (self->heat + 1, HOT_WAKES) : 0;
  self->heard_s = now_s;
  self->ws = g_slice_new0 (ResonateStreamWs);
  self->ws->gate.limit = self->max_message_size;
  self->ws->gate.allows_rsv1 = self->deflates;
  self->ws->raw = g_byte_array_new ();
}

void
resonate_stream_drop_face (ResonateStreamWs *ws)
{
  if (ws->face == NULL)
    return;

  /* Nobody is to be told that it ends. */
  resonate_facade_set_reader (ws->face, NULL);
  resonate_facade_detach (ws->face);
  g_clear_object (&ws->face);
}

void
resonate_stream_end_ws (ResonateStream *self)
{
  ResonateStreamWs *ws = g_steal_pointer (&self->ws);

  g_assert (RESONATE_IS_STREAM (self));

  if (ws == NULL)
    return;

  resonate_stream_drop_face (ws);
  g_clear_pointer (&ws->payloads, g_byte_array_unref);
  g_clear_pointer (&ws->raw, g_byte_array_unref);
  g_slice_free (ResonateStreamWs, ws);
}

/* Whether libsoup holds nothing of this connection: no fragment, no byte, no end. */
static gboolean
is_at_rest (ResonateStream *self)
{
  const ResonateStreamWs *ws = self->ws;

  return self->phase == RESONATE_STREAM_WEB_SOCKET && !self->is_aborted && !self->close_sent &&
         !self->eof && !ws->gate.in_message && !ws->gate.is_skipping && ws->raw->len == 0 &&
         ws->event == RESONATE_GATE_INCOMPLETE;
}

static void
sleep_now (ResonateStream *self)
{
  /* The face first: libsoup closes its own when it goes. */
  resonate_stream_drop_face (self->ws);
  if (self->hooks != NULL)
    self->hooks->unwanted (self->hooks_owner);
  resonate_stream_end_ws (self);
}

static void
rest_later (ResonateStream *self)
{
  resonate_wheel_disarm (&self->timer);
  resonate_stream_set_deadline (self, self->shared->hibernate_after_us);
  self->is_resting = TRUE;
}

/* For the end of a time awake. */
void
resonate_stream_ws_rest (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  self->is_resting = FALSE;
  if (self->ws == NULL || self->phase != RESONATE_STREAM_WEB_SOCKET)
    return;

  if (!self->ws->was_read && is_at_rest (self))
    {
      sleep_now (self);
      return;
    }

  self->ws->was_read = FALSE;
  rest_later (self);
}

/* All that came is dealt with. */
void
resonate_stream_settle (ResonateStream *self)
{
  if (self->ws == NULL || self->phase != RESONATE_STREAM_WEB_SOCKET || self->is_aborted ||
      self->close_sent)
    return;

  if (is_at_rest (self) && (self->heat < HOT_WAKES || self->shared->hibernate_after_us == 0))
    {
      if (self->is_resting)
        resonate_wheel_disarm (&self->timer);
      self->is_resting = FALSE;
      sleep_now (self);
    }
  else if (!self->is_resting && self->shared->hibernate_after_us > 0)
    rest_later (self);
}
