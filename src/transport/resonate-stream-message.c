/* resonate-stream-message.c: a message that is here whole, and told without libsoup
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-message"

#include "config.h"

#include "resonate-stream-parts-private.h"

#define CLOSE_BAD_DATA 1007

/*
 * Nearly all that clients say is a text in one frame. The gate has looked at all of that frame but
 * its text, so there is nothing left for libsoup to find, and waking it would cost more than all
 * else that is done for the message. What takes more, fragments, binary, compressed and control
 * frames, is libsoup's, and so is what comes while it is awake: the order stays that of the client.
 */

/* FALSE when it is not ours to tell. The frame is taken off what came; the owner may have closed
 * the stream meanwhile. */
gboolean
resonate_stream_tell_message (ResonateStream *self, const ResonateGateItem *item)
{
  ResonateStreamWs *ws = self->ws;
  gsize length = item->length - item->header_length;
  uint8_t *payload = ws->raw->data + ws->released + item->header_length;
  g_autoptr (GBytes) text = NULL;

  if (!item->is_message || ws->face != NULL || ws->taken != ws->released || self->hooks == NULL)
    return FALSE;

  resonate_frame_unmask (payload - 4, payload, length);
  ws->released += item->length;
  ws->taken = ws->released;
  ws->was_read = TRUE;
  ws->n_frames++;
  self->traffic.messages_received++;

  if (resonate_frame_find_end_of_text ((const char *) payload, length) ==
      (const char *) payload + length)
    {
      text = g_bytes_new (payload, length);
      self->hooks->message (self->hooks_owner, text);
    }
  else
    {
      ws->gate.failed = TRUE;
      self->hooks->failed (self->hooks_owner, CLOSE_BAD_DATA, "Invalid UTF-8");
    }

  return TRUE;
}
