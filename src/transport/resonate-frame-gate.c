/* resonate-frame-gate.c: whole and bounded frames only, for what stands behind it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-frame-gate"

#include "config.h"

#include "resonate-frame-gate-private.h"

#include <string.h>

#define CLOSE_PROTOCOL_ERROR 1002
#define CLOSE_BAD_DATA       1007
#define CLOSE_TOO_BIG        1009

#define RSV1 (RESONATE_FRAME_RSV1 >> 4)

static ResonateGateResult
fail (ResonateFrameGate *self, ResonateGateItem *item, guint code, const char *reason)
{
  self->failed = TRUE;
  item->code = code;
  item->reason = reason;

  return RESONATE_GATE_FAILED;
}

static gboolean
is_control (const ResonateFrameHeader *header)
{
  return (header->opcode & 0x8) != 0;
}

/* Compression belongs to a message, so its first frame says so, and no other. */
static gboolean
has_legal_rsv (const ResonateFrameGate *self, const ResonateFrameHeader *header)
{
  if (header->rsv == 0)
    return TRUE;

  return header->rsv == RSV1 && self->allows_rsv1 && !is_control (header) &&
         header->opcode != RESONATE_FRAME_CONTINUATION;
}

/* What RFC 6455 forbids, in words, or NULL. */
static const char *
complaint (const ResonateFrameGate *self, const ResonateFrameHeader *header)
{
  if (!has_legal_rsv (self, header))
    return "Reserved bits are set";
  if ((header->opcode & 0x7) > 2)
    return "Unknown opcode";
  if (!header->masked)
    return "Frames must be masked";

  if (is_control (header))
    {
      if (!header->fin)
        return "Fragmented control frame";
      if (header->payload_length > RESONATE_FRAME_MAX_CONTROL)
        return "Control frame too long";
      return NULL;
    }

  if (header->opcode == RESONATE_FRAME_CONTINUATION && !self->in_message)
    return "Continuation of nothing";
  if (header->opcode != RESONATE_FRAME_CONTINUATION && self->in_message)
    return "New message inside a fragmented one";

  return NULL;
}

static gboolean
is_valid_close_code (guint code)
{
  if (code >= 3000)
    return code < 5000;

  return code >= 1000 && code < 1014 && (code < 1004 || code > 1006);
}

/* Whether more bytes can make a character of the @n that are here. Where the first byte bounds the
 * second it does so from one side only, so the lowest or the highest ending fits if any does. */
static gboolean
can_become_character (const uint8_t *bytes, gsize n)
{
  gsize length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
  char lowest[4], highest[4];

  if (n >= length)
    return FALSE;

  memset (lowest, 0x80, sizeof (lowest));
  memset (highest, 0xbf, sizeof (highest));
  memcpy (lowest, bytes, n);
  memcpy (highest, bytes, n);

  return g_utf8_validate_len (lowest, length, NULL) || g_utf8_validate_len (highest, length, NULL);
}

static ResonateGateResult
check_close (ResonateFrameGate *self,
             const ResonateFrameHeader *header,
             const uint8_t *payload,
             ResonateGateItem *item)
{
  uint8_t plain[RESONATE_FRAME_MAX_CONTROL];
  gsize length = (gsize) header->payload_length;

  if (length == 0)
    return RESONATE_GATE_FRAME;

  memcpy (plain, payload, length);
  resonate_frame_unmask (header->mask, plain, length);

  if (length == 1 || !is_valid_close_code ((guint) plain[0] << 8 | plain[1]))
    return fail (self, item, CLOSE_PROTOCOL_ERROR, "Invalid close code");
  if (resonate_frame_find_end_of_text ((const char *) plain + 2, length - 2) !=
      (const char *) plain + length)
    return fail (self, item, CLOSE_BAD_DATA, "Invalid UTF-8");

  return RESONATE_GATE_FRAME;
}

/* libsoup looks at the text of a message when all of it is there. What is wrong already is refused
 * here, with @n_arrived bytes of the frame's payload, and with the part of a character that was cut
 * off carried to what comes next. */
static gboolean
check_text (ResonateFrameGate *self,
            const ResonateFrameHeader *header,
            const uint8_t *payload,
            gsize n_arrived)
{
  gsize n_new = n_arrived - self->n_checked;
  gsize length = self->tail_length + n_new;
  g_autofree uint8_t *plain = g_malloc (length + 1);
  uint8_t mask[4];
  const uint8_t *end;
  gsize left;

  for (gsize i = 0; i < sizeof (mask); i++)
    mask[i] = header->mask[(self->n_checked + i) & 3];

  memcpy (plain, self->tail, self->tail_length);
  memcpy (plain + self->tail_length, payload + self->n_checked, n_new);
  resonate_frame_unmask (mask, plain + self->tail_length, n_new);
  self->n_checked = n_arrived;

  end = (const uint8_t *) resonate_frame_find_end_of_text ((const char *) plain, length);
  left = length - (gsize) (end - plain);
  if (left > 0 && !can_become_character (end, left))
    return FALSE;

  memcpy (self->tail, end, left);
  self->tail_length = left;

  return left == 0 || !header->fin || n_arrived < header->payload_length;
}

static guint64
hard_cap (const ResonateFrameGate *self)
{
  if (self->limit == 0 || self->limit > G_MAXUINT64 / RESONATE_FRAME_GATE_CAP_FACTOR)
    return RESONATE_FRAME_GATE_UNLIMITED_CAP;

  return MAX (self->limit * RESONATE_FRAME_GATE_CAP_FACTOR, RESONATE_FRAME_GATE_MIN_CAP);
}

static void
end_frame (ResonateFrameGate *self, gboolean is_last)
{
  self->in_message = !is_last;
  self->n_checked = 0;
  if (!is_last)
    return;

  self->is_skipping = FALSE;
  self->message_size = 0;
  self->tail_length = 0;
}

static ResonateGateResult
skip (ResonateFrameGate *self, gsize length, ResonateGateItem *item)
{
  item->length = (gsize) MIN (self->skip, length);
  self->skip -= item->length;

  if (self->skip == 0)
    end_frame (self, self->skip_is_last);

  return RESONATE_GATE_SKIP;
}

/* The header of a data frame was read and nothing is wrong with it but, perhaps, its length. */
static ResonateGateResult
take_data (ResonateFrameGate *self,
           const ResonateFrameHeader *header,
           const uint8_t *bytes,
           gsize length,
           ResonateGateItem *item)
{
  guint64 size = self->message_size + header->payload_length;
  gboolean is_whole, is_piece;
  gsize frame_length;

  if (size > hard_cap (self))
    return fail (self, item, CLOSE_TOO_BIG, "Message too big");

  /* Said once: the next call finds the message marked, and skips. */
  if (self->limit > 0 && size > self->limit && !self->is_skipping)
    {
      self->is_skipping = TRUE;
      item->size = size;
      item->limit = self->limit;
      item->has_begun = self->in_message;
      return RESONATE_GATE_OVERSIZED;
    }

  if (self->is_skipping)
    {
      self->message_size = size;
      self->in_message = TRUE;
      self->skip = header->header_length + header->payload_length;
      self->skip_is_last = header->fin;
      return skip (self, length, item);
    }

  frame_length = header->header_length + (gsize) header->payload_length;
  is_whole = length >= frame_length;

  if (header->opcode != RESONATE_FRAME_CONTINUATION)
    {
      self->is_text = header->opcode == RESONATE_FRAME_TEXT;
      self->is_compressed = header->rsv != 0;
    }

  /* A message that is here in one piece is for who reads it to check, and one that is compressed is
   * for who inflates it. */
  is_piece = !is_whole || !header->fin || self->in_message || self->n_checked > 0;
  if (self->is_text && !self->is_compressed && is_piece &&
      !check_text (self, header, bytes + header->header_length,
                   MIN (length, frame_length) - header->header_length))
    return fail (self, item, CLOSE_BAD_DATA, "Invalid UTF-8");

  if (!is_whole)
    return RESONATE_GATE_INCOMPLETE;

  item->is_message = !is_piece && self->is_text && !self->is_compressed;
  self->message_size = size;
  end_frame (self, header->fin);

  item->length = frame_length;
  item->header_length = header->header_length;
  item->opcode = header->opcode;
  item->is_compressed = self->is_compressed;

  return RESONATE_GATE_FRAME;
}

/* Looks at the front of what has come and not been taken. The caller takes @length bytes away,
 * where the result says so, before it asks again.
 *
 * An oversized message that has begun in fragments leaves libsoup with a part that never ends: the
 * caller then has libsoup start anew. */
ResonateGateResult
resonate_frame_gate_next (ResonateFrameGate *self,
                          const uint8_t *bytes,
                          gsize length,
                          ResonateGateItem *item)
{
  ResonateFrameHeader header;
  const char *wrong;

  g_return_val_if_fail (self != NULL, RESONATE_GATE_FAILED);
  g_return_val_if_fail (bytes != NULL || length == 0, RESONATE_GATE_FAILED);
  g_return_val_if_fail (item != NULL, RESONATE_GATE_FAILED);

  *item = (ResonateGateItem){ 0 };

  if (self->failed || length == 0)
    return RESONATE_GATE_INCOMPLETE;

  if (self->skip > 0)
    return skip (self, length, item);

  switch (resonate_frame_parse_header (bytes, length, &header))
    {
    case RESONATE_FRAME_INCOMPLETE:
      return RESONATE_GATE_INCOMPLETE;
    case RESONATE_FRAME_BAD_LENGTH:
      return fail (self, item, CLOSE_PROTOCOL_ERROR, "Invalid length");
    case RESONATE_FRAME_OK:
    default:
      break;
    }

  wrong = complaint (self, &header);
  if (wrong != NULL)
    return fail (self, item, CLOSE_PROTOCOL_ERROR, wrong);

  if (!is_control (&header))
    return take_data (self, &header, bytes, length, item);

  item->length = header.header_length + (gsize) header.payload_length;
  if (length < item->length)
    return RESONATE_GATE_INCOMPLETE;

  item->opcode = header.opcode;
  if (header.opcode == RESONATE_FRAME_CLOSE)
    return check_close (self, &header, bytes + header.header_length, item);

  return RESONATE_GATE_FRAME;
}
