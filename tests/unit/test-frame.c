/* test-frame.c: frame headers, read and written
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-frame-private.h"

static void
test_frame_round_trip (void)
{
  static const gsize sizes[] = { 0, 1, 125, 126, 127, 65535, 65536, 70000 };
  static const gsize headers[] = { 2, 2, 2, 4, 4, 4, 10, 10 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_strnfill (sizes[i], 'x');
      g_autoptr (GBytes) frame = resonate_frame_new_text (text, sizes[i]);
      ResonateFrameHeader header;
      const char *payload;
      gsize length;

      g_assert_cmpint (resonate_frame_parse_header (g_bytes_get_data (frame, NULL),
                                                    g_bytes_get_size (frame), &header),
                       ==, RESONATE_FRAME_OK);
      g_assert_true (header.fin);
      g_assert_false (header.masked);
      g_assert_cmpuint (header.opcode, ==, RESONATE_FRAME_TEXT);
      g_assert_cmpuint (header.header_length, ==, headers[i]);
      g_assert_cmpuint (header.payload_length, ==, sizes[i]);

      payload = resonate_frame_peek_payload (frame, &length);
      g_assert_cmpmem (payload, length, text, sizes[i]);
    }
}

/* What libsoup is shown of a compressed message, and what is made of one that is sent. */
static void
test_frame_opcode (void)
{
  static const guint8 opcodes[][2] = { { 0xc1, 0x82 }, { 0x41, 0x02 }, { 0xf2, 0x82 } };
  g_autoptr (GBytes) frame = resonate_frame_new (RESONATE_FRAME_TEXT | RESONATE_FRAME_RSV1, "x", 1);

  for (guint i = 0; i < G_N_ELEMENTS (opcodes); i++)
    {
      guint8 bytes[] = { opcodes[i][0], 0x81 };

      resonate_frame_set_opcode (bytes, RESONATE_FRAME_BINARY);
      g_assert_cmphex (bytes[0], ==, opcodes[i][1]);
      g_assert_cmphex (bytes[1], ==, 0x81);
    }

  g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "\xc1\x01x", 3);
}

static void
test_frame_incomplete (void)
{
  static const guint8 bytes[] = { 0xc1, 0xff, 0, 0, 0, 0, 0, 1, 2, 3, 9, 8, 7, 6 };
  ResonateFrameHeader header;

  for (gsize n = 0; n < sizeof (bytes); n++)
    g_assert_cmpint (resonate_frame_parse_header (bytes, n, &header), ==,
                     RESONATE_FRAME_INCOMPLETE);

  g_assert_cmpint (resonate_frame_parse_header (bytes, sizeof (bytes), &header), ==,
                   RESONATE_FRAME_OK);
  g_assert_cmpuint (header.rsv, ==, 4);
  g_assert_cmpuint (header.payload_length, ==, 0x010203);
  g_assert_cmpmem (header.mask, 4, bytes + 10, 4);
}

static void
test_frame_top_bit (void)
{
  static const guint8 bytes[] = { 0x81, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 1 };
  ResonateFrameHeader header;

  g_assert_cmpint (resonate_frame_parse_header (bytes, sizeof (bytes), &header), ==,
                   RESONATE_FRAME_BAD_LENGTH);
}

static void
test_frame_unmask (void)
{
  guint8 payload[] = { 0x69, 0x16, 0x33, 0x0e, 0x77 };
  static const guint8 mask[] = { 0x12, 0x34, 0x56, 0x78 };

  resonate_frame_unmask (mask, payload, sizeof (payload));
  g_assert_cmpmem (payload, sizeof (payload), "{\"eve", 5);
}

static void
test_frame_close (void)
{
  g_autofree char *reason = g_strconcat ("x", "éééééééééééééééééééééééééééééééé",
                                         "éééééééééééééééééééééééééééééééé", NULL);
  g_autoptr (GBytes) empty = resonate_frame_new_close (0, "unused");
  g_autoptr (GBytes) bare = resonate_frame_new_close (4009, NULL);
  g_autoptr (GBytes) cut = resonate_frame_new_close (4009, reason);
  const char *payload;
  gsize length;

  g_assert_cmpmem (g_bytes_get_data (empty, NULL), g_bytes_get_size (empty), "\x88\x00", 2);
  g_assert_cmpmem (g_bytes_get_data (bare, NULL), g_bytes_get_size (bare), "\x88\x02\x0f\xa9", 4);

  /* 123 bytes are left for the text, and a character of two bytes ends at each odd one. */
  payload = resonate_frame_peek_payload (cut, &length);
  g_assert_cmpuint (length, ==, 125);
  g_assert_true (g_utf8_validate_len (payload + 2, length - 2, NULL));
}

/* Eight bytes at a time, and what is left of them, at any address. */
static void
test_frame_unmask_lengths (void)
{
  static const guint8 mask[] = { 0x12, 0xb4, 0x56, 0xf8 };

  for (gsize length = 0; length <= 40; length++)
    for (gsize offset = 0; offset < 8; offset++)
      {
        guint8 payload[50] = { 0 };

        resonate_frame_unmask (mask, payload + offset, length);
        for (gsize i = 0; i < sizeof (payload); i++)
          g_assert_cmphex (payload[i], ==,
                           i >= offset && i < offset + length ? mask[(i - offset) & 3] : 0);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/frame/round-trip", test_frame_round_trip);
  g_test_add_func ("/frame/opcode", test_frame_opcode);
  g_test_add_func ("/frame/incomplete", test_frame_incomplete);
  g_test_add_func ("/frame/top-bit", test_frame_top_bit);
  g_test_add_func ("/frame/unmask", test_frame_unmask);
  g_test_add_func ("/frame/unmask-lengths", test_frame_unmask_lengths);
  g_test_add_func ("/frame/close", test_frame_close);

  return g_test_run ();
}
