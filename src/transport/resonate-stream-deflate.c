/* resonate-stream-deflate.c: a WebSocket whose messages are compressed
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-deflate"

#include "config.h"

#include "resonate-stream-parts-private.h"

gboolean
resonate_stream_can_deflate (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->phase != RESONATE_STREAM_CLOSED && self->shared->offers_deflate;
}

void
resonate_stream_set_deflates (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->deflates = TRUE;
}

/* Asked for every delivery: no check here, and none of the type in the loop that asks. */
ResonateDeflate *
resonate_stream_get_deflate (ResonateStream *self)
{
  return self->deflates ? self->shared->deflate : NULL;
}

/*
 * Coming in
 */

/* libsoup has no extension, and is shown a binary message in the place of a compressed one. */
void
resonate_stream_note_payload (ResonateStream *self, const ResonateGateItem *item)
{
  ResonateStreamWs *ws = self->ws;
  guint8 payload = RESONATE_PAYLOAD_PLAIN;

  if (item->opcode >= RESONATE_FRAME_CLOSE)
    return;

  if (item->is_compressed && item->opcode != RESONATE_FRAME_CONTINUATION)
    resonate_frame_set_opcode (ws->raw->data + ws->released, RESONATE_FRAME_BINARY);
  if (ws->gate.in_message)
    return;

  if (item->is_compressed)
    payload = ws->gate.is_text ? RESONATE_PAYLOAD_DEFLATED_TEXT : RESONATE_PAYLOAD_DEFLATED_BINARY;
  if (ws->payloads == NULL)
    ws->payloads = g_byte_array_new ();
  g_byte_array_append (ws->payloads, &payload, 1);
}

ResonatePayload
resonate_stream_next_payload (ResonateStream *self)
{
  GByteArray *payloads;
  guint8 payload;

  g_return_val_if_fail (RESONATE_IS_STREAM (self), RESONATE_PAYLOAD_PLAIN);

  payloads = self->ws != NULL ? self->ws->payloads : NULL;
  if (payloads == NULL || payloads->len == 0)
    return RESONATE_PAYLOAD_PLAIN;

  payload = payloads->data[0];
  g_byte_array_remove_index (payloads, 0);

  return payload;
}
