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
check_frame (const ResonateGateItem *item, const uint8_t *bytes, size_t size)
{
  ResonateFrameHeader header;

  g_assert_cmpuint (item->length, <=, size);
  g_assert_cmpint (resonate_frame_parse_header (bytes, size, &header), ==, RESONATE_FRAME_OK);
  g_assert_cmpuint (header.header_length + header.payload_length, ==, item->length);
  g_assert_cmpuint (header.payload_length, <=, RESONATE_FRAME_MAX_CONTROL);
  g_assert_true (header.masked);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ResonateFrameGate gate = { .limit = LIMIT };
  size_t at = 0;

  for (;;)
    {
      ResonateGateItem item;

      switch (resonate_frame_gate_next (&gate, data + at, size - at, &item))
        {
        case RESONATE_GATE_FRAME:
          check_frame (&item, data + at, size - at);
          at += item.length;
          break;

        case RESONATE_GATE_SKIP:
          g_assert_cmpuint (item.length, >, 0);
          g_assert_cmpuint (item.length, <=, size - at);
          at += item.length;
          break;

        case RESONATE_GATE_OVERSIZED:
          g_assert_cmpuint (item.size, >, LIMIT);
          break;

        case RESONATE_GATE_FAILED:
          g_assert_true (item.code == 1002 || item.code == 1007 || item.code == 1009);
          return 0;

        case RESONATE_GATE_INCOMPLETE:
        default:
          return 0;
        }
    }
}
