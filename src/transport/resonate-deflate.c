/* resonate-deflate.c: messages compressed and inflated (permessage-deflate, RFC 7692)
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-deflate"

#include "config.h"

#include "resonate-deflate-private.h"

#include <zlib.h>

#include "resonate-frame-gate-private.h"

/* Level 3 takes as long as 1, and is smaller; 6 takes up to three times as long for a few percent:
 * 2 KB of an event become 621, 601 and 571 bytes in 14, 14 and 23 microseconds. */
#define LEVEL        3
#define MEMORY_LEVEL 8

#define RAW_WINDOW_BITS (-MAX_WBITS) /* negative: no header and no checksum around the blocks */

/* The length of an empty block without compression, with which a flush ends. It says nothing, so it
 * is not sent. */
#define TAIL_SIZE 4

#define FIRST_SIZE 4096

struct _ResonateDeflate
{
  z_stream deflater;
  z_stream inflater;

  uint8_t *buffer; /* (nullable) */
  gsize capacity;

  GBytes *frame;      /* (nullable): the last that was asked about */
  GBytes *compressed; /* (nullable): the answer */
};

ResonateDeflate *
resonate_deflate_new (void)
{
  ResonateDeflate *self = g_new0 (ResonateDeflate, 1);

  if (deflateInit2 (&self->deflater, LEVEL, Z_DEFLATED, RAW_WINDOW_BITS, MEMORY_LEVEL,
                    Z_DEFAULT_STRATEGY) != Z_OK ||
      inflateInit2 (&self->inflater, RAW_WINDOW_BITS) != Z_OK)
    g_error ("zlib cannot be used: out of memory, or another version than it was built with");

  return self;
}

void
resonate_deflate_free (ResonateDeflate *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->compressed, g_bytes_unref);
  g_clear_pointer (&self->frame, g_bytes_unref);
  g_clear_pointer (&self->buffer, g_free);
  inflateEnd (&self->inflater);
  deflateEnd (&self->deflater);
  g_free (self);
}

static void
reserve (ResonateDeflate *self, gsize size)
{
  g_assert (self != NULL);

  if (self->capacity >= size)
    return;

  self->buffer = g_realloc (self->buffer, size);
  self->capacity = size;
}

static void
shrink (ResonateDeflate *self)
{
  g_assert (self != NULL);

  if (self->capacity <= RESONATE_DEFLATE_KEPT_SIZE)
    return;

  g_clear_pointer (&self->buffer, g_free);
  self->capacity = 0;
}

/* Gives it so little room that what comes of it is shorter than @payload, or nothing does. */
static GBytes *
compress_payload (ResonateDeflate *self, guint opcode, const char *payload, gsize length)
{
  gsize room = length + TAIL_SIZE;
  z_stream *z = &self->deflater;

  g_assert (payload != NULL);

  reserve (self, room);
  deflateReset (z);
  z->next_in = (z_const Bytef *) payload;
  z->avail_in = (uInt) length;
  z->next_out = self->buffer;
  z->avail_out = (uInt) room;

  /* A buffer that is full may not be all. */
  if (deflate (z, Z_SYNC_FLUSH) != Z_OK || z->avail_out == 0)
    return NULL;

  return resonate_frame_new (opcode | RESONATE_FRAME_RSV1, self->buffer,
                             room - z->avail_out - TAIL_SIZE);
}

static GBytes *
compress_frame (ResonateDeflate *self, GBytes *frame)
{
  gsize size;
  const uint8_t *bytes = g_bytes_get_data (frame, &size);
  ResonateFrameHeader header;
  GBytes *compressed;

  if (resonate_frame_parse_header (bytes, size, &header) != RESONATE_FRAME_OK)
    g_return_val_if_reached (NULL);

  if (header.opcode != RESONATE_FRAME_TEXT && header.opcode != RESONATE_FRAME_BINARY)
    return NULL;
  if (header.rsv != 0 || header.payload_length < RESONATE_DEFLATE_MIN_SIZE ||
      header.payload_length > G_MAXINT32)
    return NULL;

  compressed = compress_payload (self, header.opcode, (const char *) bytes + header.header_length,
                                 (gsize) header.payload_length);
  shrink (self);

  return compressed;
}

/*
 * resonate_deflate_frame:
 * @frame: a whole message, as resonate_frame_new () makes them
 *
 * Compresses what is sent. The last frame and its answer are kept until the next: whoever sends one
 * to many may ask for each of them, and it is compressed once.
 *
 * Returns: (transfer full) (nullable): the frame to send instead, or %NULL when none is shorter
 */
GBytes *
resonate_deflate_frame (ResonateDeflate *self, GBytes *frame)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (frame != NULL, NULL);

  if (frame != self->frame)
    {
      g_clear_pointer (&self->compressed, g_bytes_unref);
      g_clear_pointer (&self->frame, g_bytes_unref);
      self->frame = g_bytes_ref (frame);
      self->compressed = compress_frame (self, frame);
    }

  return self->compressed != NULL ? g_bytes_ref (self->compressed) : NULL;
}

/* Inflates until the input or, at @bound, the output is at its end. A final block may be followed
 * by others, which do not refer to what is before it. */
static ResonateInflateStatus
inflate_all (ResonateDeflate *self, gsize bound, gsize *used)
{
  z_stream *z = &self->inflater;

  for (;;)
    {
      gsize room = MIN (self->capacity, bound);
      int result;

      z->next_out = self->buffer + *used;
      z->avail_out = (uInt) (room - *used);
      result = inflate (z, Z_SYNC_FLUSH);
      *used = room - z->avail_out;

      if (*used == bound)
        return RESONATE_INFLATE_TOO_BIG;
      if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END)
        return RESONATE_INFLATE_BAD;

      if (result == Z_STREAM_END && z->avail_in > 0)
        inflateReset (z);
      else if (z->avail_out == 0 && result != Z_STREAM_END)
        reserve (self, MIN (2 * self->capacity, bound));
      else
        break;
    }

  /* True behind the header of a block without compression. What is left out of the message is what
   * would follow: that this block is empty. */
  return inflateSyncPoint (z) == 1 ? RESONATE_INFLATE_OK : RESONATE_INFLATE_BAD;
}

/* A long buffer goes with the message it grew for. */
static GBytes *
take_message (ResonateDeflate *self, gsize length)
{
  uint8_t *bytes;

  if (length <= RESONATE_DEFLATE_KEPT_SIZE)
    return g_bytes_new (self->buffer, length);

  bytes = g_realloc (g_steal_pointer (&self->buffer), length);
  self->capacity = 0;

  return g_bytes_new_take (bytes, length);
}

/*
 * resonate_deflate_inflate:
 * @payload: of all frames of one compressed message
 * @max_size: the longest message; 0 for what the gate lets pass without a limit
 * @message: (out) (transfer full): set on %RESONATE_INFLATE_OK
 * @size: (out): the length of the message; of one that is too big, what is known of it
 *
 * Inflates what was received, and not a byte further than one beyond @max_size.
 */
ResonateInflateStatus
resonate_deflate_inflate (
  ResonateDeflate *self, GBytes *payload, guint64 max_size, GBytes **message, guint64 *size)
{
  gsize bound = max_size > 0 ? (gsize) MIN (max_size, G_MAXINT32 - 1) + 1
                             : (gsize) RESONATE_FRAME_GATE_UNLIMITED_CAP + 1;
  z_stream *z;
  gsize length;
  gsize used = 0;
  ResonateInflateStatus status;

  g_return_val_if_fail (self != NULL, RESONATE_INFLATE_BAD);
  g_return_val_if_fail (payload != NULL, RESONATE_INFLATE_BAD);
  g_return_val_if_fail (message != NULL && size != NULL, RESONATE_INFLATE_BAD);

  z = &self->inflater;
  inflateReset (z);
  z->next_in = (z_const Bytef *) g_bytes_get_data (payload, &length);
  z->avail_in = (uInt) length;
  reserve (self, MIN (FIRST_SIZE, bound));

  status = length <= G_MAXINT32 ? inflate_all (self, bound, &used) : RESONATE_INFLATE_BAD;
  *size = used;
  if (status == RESONATE_INFLATE_OK)
    *message = take_message (self, used);
  shrink (self);

  return status;
}

gsize
resonate_deflate_get_buffer_size (ResonateDeflate *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->capacity;
}
