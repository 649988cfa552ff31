/* resonate-frame.c: the header of a WebSocket frame, read and written (RFC 6455, 5.2)
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-frame"

#include "config.h"

#include "resonate-frame-private.h"

#include <string.h>

#include "../base/resonate-octets-private.h"

#define FIN            0x80
#define MASKED         0x80
#define LENGTH_IN_16   126
#define LENGTH_IN_64   127
#define MAX_CLOSE_TEXT (RESONATE_FRAME_MAX_CONTROL - 2)

static guint64
read_big_endian (const uint8_t *bytes, guint n)
{
  guint64 value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 8 | bytes[i];

  return value;
}

/* Reads one header. A length that is longer than it needs to be is taken as it is: clients send
 * such, and nothing depends on it. @header is valid on RESONATE_FRAME_OK only. */
ResonateFrameStatus
resonate_frame_parse_header (const uint8_t *bytes, gsize length, ResonateFrameHeader *header)
{
  gsize used = 2;
  guint n_length = 0;

  g_return_val_if_fail (bytes != NULL || length == 0, RESONATE_FRAME_INCOMPLETE);
  g_return_val_if_fail (header != NULL, RESONATE_FRAME_INCOMPLETE);

  if (length < used)
    return RESONATE_FRAME_INCOMPLETE;

  header->fin = (bytes[0] & FIN) != 0;
  header->rsv = (bytes[0] >> 4) & 0x7;
  header->opcode = bytes[0] & 0xf;
  header->masked = (bytes[1] & MASKED) != 0;
  header->payload_length = bytes[1] & 0x7f;

  if (header->payload_length == LENGTH_IN_16)
    n_length = 2;
  else if (header->payload_length == LENGTH_IN_64)
    n_length = 8;

  if (length < used + n_length + (header->masked ? 4 : 0))
    return RESONATE_FRAME_INCOMPLETE;

  if (n_length > 0)
    header->payload_length = read_big_endian (bytes + used, n_length);

  if (header->payload_length >> 63)
    return RESONATE_FRAME_BAD_LENGTH;

  used += n_length;
  if (header->masked)
    {
      memcpy (header->mask, bytes + used, 4);
      used += 4;
    }

  header->header_length = used;

  return RESONATE_FRAME_OK;
}

/* Masking is its own reverse. */
void
resonate_frame_unmask (const uint8_t mask[4], uint8_t *payload, gsize length)
{
  uint8_t twice[8];
  uint64_t wide;
  gsize i = 0;

  g_return_if_fail (payload != NULL || length == 0);

  memcpy (twice, mask, 4);
  memcpy (twice + 4, mask, 4);
  memcpy (&wide, twice, sizeof wide);

  for (; i + sizeof wide <= length; i += sizeof wide)
    {
      uint64_t octets;

      memcpy (&octets, payload + i, sizeof octets);
      octets ^= wide;
      memcpy (payload + i, &octets, sizeof octets);
    }
  for (; i < length; i++)
    payload[i] ^= mask[i & 3];
}

/* A NUL is a character like others here, and an end to GLib. */
const char *
resonate_frame_find_end_of_text (const char *text, gsize length)
{
  const char *end = text + length;

  for (;;)
    {
      text = resonate_octets_skip_ascii (text, end);
      g_utf8_validate_len (text, (gsize) (end - text), &text);
      if (text == end || *text != '\0')
        return text;
      text++;
    }
}

/* Relabels a frame where it lies. It is then one without extensions, for a reader that has none. */
void
resonate_frame_set_opcode (uint8_t *frame, guint opcode)
{
  g_return_if_fail (frame != NULL);
  g_return_if_fail (opcode <= 0xf);

  frame[0] = (uint8_t) ((frame[0] & FIN) | opcode);
}

/* A server's frame: whole and unmasked, header and payload in one buffer that may be shared. */
GBytes *
resonate_frame_new (guint opcode, const void *payload, gsize length)
{
  gsize header_length = length < LENGTH_IN_16 ? 2 : length <= G_MAXUINT16 ? 4 : 10;
  uint8_t *frame;

  g_return_val_if_fail ((opcode & ~RESONATE_FRAME_RSV1) <= 0xf, NULL);
  g_return_val_if_fail (payload != NULL || length == 0, NULL);

  frame = g_malloc (header_length + length);
  frame[0] = (uint8_t) (FIN | opcode);

  if (header_length == 2)
    frame[1] = (uint8_t) length;
  else
    frame[1] = header_length == 4 ? LENGTH_IN_16 : LENGTH_IN_64;

  for (gsize i = 2; i < header_length; i++)
    frame[i] = (uint8_t) ((guint64) length >> 8 * (header_length - 1 - i));

  if (length > 0)
    memcpy (frame + header_length, payload, length);

  return g_bytes_new_take (frame, header_length + length);
}

GBytes *
resonate_frame_new_text (const char *text, gsize length)
{
  return resonate_frame_new (RESONATE_FRAME_TEXT, text, length);
}

/* @code 0 is a close without code and text. A reason that is too long is cut between characters. */
GBytes *
resonate_frame_new_close (guint code, const char *reason)
{
  uint8_t payload[RESONATE_FRAME_MAX_CONTROL] = { (uint8_t) (code >> 8), (uint8_t) code };
  gsize length = reason != NULL ? strlen (reason) : 0;
  const char *end;

  g_return_val_if_fail (code <= G_MAXUINT16, NULL);

  if (code == 0)
    return resonate_frame_new (RESONATE_FRAME_CLOSE, NULL, 0);

  if (length > MAX_CLOSE_TEXT)
    length = MAX_CLOSE_TEXT;

  if (length > 0)
    {
      g_utf8_validate (reason, (gssize) length, &end);
      length = (gsize) (end - reason);
      memcpy (payload + 2, reason, length);
    }

  return resonate_frame_new (RESONATE_FRAME_CLOSE, payload, 2 + length);
}

/* The payload of a frame that resonate_frame_new () made. It is not terminated. */
const char *
resonate_frame_peek_payload (GBytes *frame, gsize *length)
{
  ResonateFrameHeader header;
  const uint8_t *bytes;
  gsize size;

  g_return_val_if_fail (frame != NULL, NULL);
  g_return_val_if_fail (length != NULL, NULL);

  bytes = g_bytes_get_data (frame, &size);
  *length = 0;

  if (resonate_frame_parse_header (bytes, size, &header) != RESONATE_FRAME_OK)
    g_return_val_if_reached (NULL);

  *length = (gsize) header.payload_length;

  return (const char *) bytes + header.header_length;
}
