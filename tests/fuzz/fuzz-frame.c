/* fuzz-frame.c: any bytes as WebSocket frames
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "transport/resonate-frame-gate-private.h"

#include <string.h>

#define LIMIT 64

/* What passes is a whole frame of a bounded message, and each byte is taken once. */
static void
check_frame (const ResonateFrameGate *gate,
             const ResonateGateItem *item,
             const uint8_t *bytes,
             size_t size)
{
  ResonateFrameHeader header;

  g_assert_cmpuint (item->length, <=, size);
  g_assert_cmpint (resonate_frame_parse_header (bytes, size, &header), ==, RESONATE_FRAME_OK);
  g_assert_cmpuint (header.header_length + header.payload_length, ==, item->length);
  g_assert_cmpuint (header.payload_length, <=, RESONATE_FRAME_MAX_CONTROL);
  g_assert_true (header.masked);
  g_assert_true (header.rsv == 0 || (gate->allows_rsv1 && header.rsv == 4 && item->is_compressed));
}

typedef struct
{
  ResonateFrameGate gate;
  size_t at; /* of the input, taken */
  unsigned int n_frames;
  unsigned int code; /* that it failed with, or 0 */
} Run;

/* Takes what can be taken of the first @size bytes. */
static void
run (Run *self, const uint8_t *data, size_t size)
{
  for (;;)
    {
      ResonateGateItem item;

      switch (resonate_frame_gate_next (&self->gate, data + self->at, size - self->at, &item))
        {
        case RESONATE_GATE_FRAME:
          check_frame (&self->gate, &item, data + self->at, size - self->at);
          self->at += item.length;
          self->n_frames++;
          break;

        case RESONATE_GATE_SKIP:
          g_assert_cmpuint (item.length, >, 0);
          g_assert_cmpuint (item.length, <=, size - self->at);
          self->at += item.length;
          break;

        case RESONATE_GATE_OVERSIZED:
          g_assert_cmpuint (item.size, >, LIMIT);
          break;

        case RESONATE_GATE_FAILED:
          g_assert_true (item.code == 1002 || item.code == 1007 || item.code == 1009);
          self->code = item.code;
          return;

        case RESONATE_GATE_INCOMPLETE:
        default:
          return;
        }
    }
}

/* Byte by byte the same passes, but that text which is none is found earlier: a message that comes
 * in one piece is not looked at. */
static void
compare (const uint8_t *data, size_t size, gboolean allows_rsv1)
{
  Run whole = { .gate = { .limit = LIMIT, .allows_rsv1 = allows_rsv1 } };
  Run bytewise = whole;

  run (&whole, data, size);
  for (size_t i = 1; i <= size && bytewise.code == 0; i++)
    run (&bytewise, data, i);

  if (bytewise.code == 1007)
    g_assert_cmpuint (bytewise.n_frames, <=, whole.n_frames);
  else
    {
      g_assert_cmpuint (bytewise.code, ==, whole.code);
      g_assert_cmpuint (bytewise.n_frames, ==, whole.n_frames);
      g_assert_cmpuint (bytewise.at, ==, whole.at);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  compare (data, size, FALSE);
  compare (data, size, TRUE);

  return 0;
}
