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

/* What RFC 6455 forbids, in words, or NULL. */
static const char *
complaint (const ResonateFrameGate *self, const ResonateFrameHeader *header)
{
  if (header->rsv != 0)
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

/* Where @text ceases to be UTF-8. A NUL is a character like others here, and an end to GLib. */
static const char *
find_end_of_text (const char *text, gsize length)
{
  const char *end = text + length;

  for (;;)
    {
      g_utf8_validate_len (text, (gsize) (end - text), &text);
      if (text == end || *text != '\0')
        return text;
      text++;
    }
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
  if (find_end_of_text ((const char *) plain + 2, length - 2) != (const char *) plain + length)
    return fail (self, item, CLOSE_BAD_DATA, "Invalid UTF-8");

  return RESONATE_GATE_FRAME;
}

/* libsoup looks at the text of a fragmented message when all of it is there. What is wrong already
 * is refused here, with the part of a character that was cut off carried to the next fragment. */
static gboolean
check_text (ResonateFrameGate *self, const ResonateFrameHeader *header, const uint8_t *payload)
{
  gsize length = self->tail_length + (gsize) header->payload_length;
  g_autofree uint8_t *plain = g_malloc (length + 1);
  const char *end;
  gsize left;

  memcpy (plain, self->tail, self->tail_length);
  memcpy (plain + self->tail_length, payload, (gsize) header->payload_length);
  resonate_frame_unmask (header->mask, plain + self->tail_length, (gsize) header->payload_length);
  self->tail_length = 0;

  end = find_end_of_text ((const char *) plain, length);
  if (end == (const char *) plain + length)
    return TRUE;

  /* -2 is a beginning that more bytes can complete. */
  left = length - (gsize) (end - (const char *) plain);
  if (header->fin || left >= sizeof (self->tail) ||
      g_utf8_get_char_validated (end, (gssize) left) != (gunichar) -2)
    return FALSE;

  memcpy (self->tail, end, left);
  self->tail_length = left;

  return TRUE;
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
  if (length < frame_length)
    return RESONATE_GATE_INCOMPLETE;

  if (header->opcode != RESONATE_FRAME_CONTINUATION)
    self->is_text = header->opcode == RESONATE_FRAME_TEXT;

  if (self->is_text && (!header->fin || self->in_message) &&
      !check_text (self, header, bytes + header->header_length))
    return fail (self, item, CLOSE_BAD_DATA, "Invalid UTF-8");

  self->message_size = size;
  end_frame (self, header->fin);

  item->length = frame_length;
  item->opcode = header->opcode;

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
