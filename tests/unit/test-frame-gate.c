/* test-frame-gate.c: what passes the gate, what is skipped, and what ends it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-frame-gate-private.h"

#include <string.h>

typedef struct
{
  ResonateFrameGate gate;
  GByteArray *bytes;
  GString *log;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->gate = (ResonateFrameGate){ .limit = 100 };
  self->bytes = g_byte_array_new ();
  self->log = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_byte_array_unref (self->bytes);
  g_string_free (self->log, TRUE);
}

static void
run (Fixture *self)
{
  for (;;)
    {
      ResonateGateItem item;

      switch (resonate_frame_gate_next (&self->gate, self->bytes->data, self->bytes->len, &item))
        {
        case RESONATE_GATE_FRAME:
          g_string_append_printf (self->log, "frame %u/%u%s ", item.opcode, (guint) item.length,
                                  item.is_compressed ? "z" : "");
          g_byte_array_remove_range (self->bytes, 0, (guint) item.length);
          break;

        case RESONATE_GATE_SKIP:
          g_assert_cmpuint (item.length, >, 0);
          g_byte_array_remove_range (self->bytes, 0, (guint) item.length);
          break;

        case RESONATE_GATE_OVERSIZED:
          g_string_append_printf (self->log, "oversized %u%s ", (guint) item.size,
                                  item.has_begun ? " begun" : "");
          break;

        case RESONATE_GATE_FAILED:
          g_string_append_printf (self->log, "failed %u ", item.code);
          return;

        case RESONATE_GATE_INCOMPLETE:
        default:
          return;
        }
    }
}

/* Feeds a frame with a mask of zeros, all but the last @held bytes of it. */
static void
feed (Fixture *self, guint first, gsize length, gsize held)
{
  guint8 header[14] = { (guint8) first };
  g_autofree char *payload = g_strnfill (length, 'x');
  gsize n = 2;

  header[1] = (guint8) (0x80 | (length < 126 ? length : length < 65536 ? 126 : 127));
  if (length >= 126)
    n = length < 65536 ? 4 : 10;
  for (gsize i = 2; i < n; i++)
    header[i] = (guint8) ((guint64) length >> 8 * (n - 1 - i));

  g_byte_array_append (self->bytes, header, (guint) n + 4);
  g_byte_array_append (self->bytes, (const guint8 *) payload, (guint) (length - held));
  run (self);
}

static void
assert_log (Fixture *self, const char *expected)
{
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

static void
test_gate_whole_frames (Fixture *self, gconstpointer data)
{
  feed (self, 0x81, 100, 40);
  assert_log (self, "");
  g_byte_array_append (self->bytes, (const guint8 *) "0123456789012345678901234567890123456789",
                       40);
  run (self);
  assert_log (self, "frame 1/106 ");
}

static void
test_gate_sums_fragments (Fixture *self, gconstpointer data)
{
  feed (self, 0x01, 60, 0);
  feed (self, 0x89, 3, 0);
  feed (self, 0x00, 40, 0);
  assert_log (self, "frame 1/66 frame 9/9 frame 0/46 ");
  feed (self, 0x80, 1, 0);
  assert_log (self, "oversized 101 begun ");
  feed (self, 0x81, 100, 0);
  assert_log (self, "frame 1/106 ");
}

static void
test_gate_skips (Fixture *self, gconstpointer data)
{
  /* Known by the header; the rest comes later, in any portions, and more fragments after it. */
  feed (self, 0x01, 5000, 4000);
  assert_log (self, "oversized 5000 ");
  g_byte_array_set_size (self->bytes, 4000);
  memset (self->bytes->data, 'x', 4000);
  run (self);
  feed (self, 0x8a, 2, 0);
  feed (self, 0x00, 500, 0);
  feed (self, 0x80, 0, 0);
  feed (self, 0x82, 7, 0);
  assert_log (self, "frame 10/8 frame 2/13 ");
}

static void
test_gate_hard_cap (Fixture *self, gconstpointer data)
{
  feed (self, 0x01, RESONATE_FRAME_GATE_MIN_CAP, RESONATE_FRAME_GATE_MIN_CAP);
  assert_log (self, "oversized 1048576 ");

  self->gate = (ResonateFrameGate){ .limit = 100 };
  g_byte_array_set_size (self->bytes, 0);
  feed (self, 0x01, RESONATE_FRAME_GATE_MIN_CAP, 0);
  feed (self, 0x80, 1, 0);
  assert_log (self, "oversized 1048576 failed 1009 ");
}

static void
test_gate_unlimited (Fixture *self, gconstpointer data)
{
  self->gate.limit = 0;
  feed (self, 0x81, 2000000, 0);
  assert_log (self, "frame 1/2000014 ");
  feed (self, 0x81, RESONATE_FRAME_GATE_UNLIMITED_CAP + 1, RESONATE_FRAME_GATE_UNLIMITED_CAP);
  assert_log (self, "failed 1009 ");
}

static void
test_gate_huge_limit (Fixture *self, gconstpointer data)
{
  self->gate.limit = G_MAXUINT64;
  feed (self, 0x81, 1, 0);
  assert_log (self, "frame 1/7 ");
}

static void
test_gate_nothing_after_failure (Fixture *self, gconstpointer data)
{
  feed (self, 0xc1, 1, 0);
  assert_log (self, "failed 1002 ");
  g_byte_array_set_size (self->bytes, 0);
  feed (self, 0x81, 1, 0);
  assert_log (self, "");
}

static void
feed_text (Fixture *self, guint first, const char *text)
{
  guint8 header[6] = { (guint8) first, (guint8) (0x80 | strlen (text)) };

  g_byte_array_append (self->bytes, header, sizeof (header));
  g_byte_array_append (self->bytes, (const guint8 *) text, (guint) strlen (text));
  run (self);
}

static void
test_gate_text (Fixture *self, gconstpointer data)
{
  /* Four bytes of one character, each in a fragment of its own. */
  feed_text (self, 0x01, "\xf0");
  feed_text (self, 0x00, "\x9f");
  feed_text (self, 0x00, "\x98");
  feed_text (self, 0x00, "");
  feed_text (self, 0x80, "\x80");
  assert_log (self, "frame 1/7 frame 0/7 frame 0/7 frame 0/6 frame 0/7 ");

  feed_text (self, 0x01, "\xf0");
  feed_text (self, 0x00, "\x9f");
  feed_text (self, 0x00, "x");
  assert_log (self, "frame 1/7 frame 0/7 failed 1007 ");
}

/* What no further byte can make good is refused in a fragment that is not the last one. */
static void
test_gate_text_fails_fast (Fixture *self, gconstpointer data)
{
  static const char *const beginnings[] = {
    "\x80",     "\xc0",     "\xc1",     "\xf5",  "\xf8",  "\xff",  "\xe0\x9f", "\xed\xa0",
    "\xf0\x8f", "\xf4\x90", "\xf4\xc0", "\xe1(", "\xc3(", "x\xfe", "\xc3\xa9", "\xf0\x9f\x98(",
  };

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      gboolean is_text = g_utf8_validate (beginnings[i], -1, NULL);
      g_autofree char *log = g_strdup_printf ("frame 1/%u ", 6 + (guint) strlen (beginnings[i]));

      self->gate = (ResonateFrameGate){ .limit = 100 };
      g_byte_array_set_size (self->bytes, 0);
      feed_text (self, 0x01, beginnings[i]);
      assert_log (self, is_text ? log : "failed 1007 ");
    }
}

/* Neither has the frame to be whole, and the bytes may come in any portions. */
static void
test_gate_text_fails_inside_a_frame (Fixture *self, gconstpointer data)
{
  /* A mask of 1, 2, 3, 4 over "aé" and what no character begins with. */
  static const guint8 frame[] = { 0x81, 0x8a, 1, 2, 3, 4, 'a' ^ 1, 0xc3 ^ 2, 0xa9 ^ 3, 0xf4 ^ 4 };
  static const guint8 bad = 0x90 ^ 1, good = 0x8f ^ 1;
  static const guint8 rest[] = { 0xbf ^ 2, 0xbf ^ 3, 'b' ^ 4, 'c' ^ 1, 'd' ^ 2 };

  for (guint portion = 1; portion <= sizeof (frame); portion++)
    for (guint is_good = 0; is_good < 2; is_good++)
      {
        self->gate = (ResonateFrameGate){ .limit = 100 };
        g_byte_array_set_size (self->bytes, 0);
        for (guint i = 0; i < sizeof (frame); i += portion)
          {
            g_byte_array_append (self->bytes, frame + i, MIN (portion, sizeof (frame) - i));
            run (self);
          }
        assert_log (self, "");

        g_byte_array_append (self->bytes, is_good ? &good : &bad, 1);
        run (self);
        assert_log (self, is_good ? "" : "failed 1007 ");
        if (is_good)
          {
            g_byte_array_append (self->bytes, rest, sizeof (rest));
            run (self);
            assert_log (self, "frame 1/16 ");
          }
      }
}

/* A NUL is text, in a fragment and in the reason of a close. */
static void
test_gate_text_with_nul (Fixture *self, gconstpointer data)
{
  static const guint8 bytes[] = { 0x01, 0x83, 0, 0,    0,    0, 'a', 0, 0xc3, 0x80, 0x82, 0, 0,  0,
                                  0,    0xa9, 0, 0x88, 0x84, 0, 0,   0, 0,    0x03, 0xe8, 0, 'b' };

  g_byte_array_append (self->bytes, bytes, sizeof (bytes));
  run (self);
  assert_log (self, "frame 1/9 frame 0/8 frame 8/10 ");
}

/* Bytes that are no text are nobody's business in a binary message. */
static void
test_gate_binary (Fixture *self, gconstpointer data)
{
  feed_text (self, 0x02, "\xff");
  feed_text (self, 0x80, "\xfe");
  assert_log (self, "frame 2/7 frame 0/7 ");
}

static void
test_gate_compressed (Fixture *self, gconstpointer data)
{
  self->gate.allows_rsv1 = TRUE;

  /* Whole; in fragments, with a control frame between them; and what is not compressed. */
  feed (self, 0xc1, 10, 0);
  feed (self, 0x42, 20, 0);
  feed (self, 0x00, 30, 0);
  feed (self, 0x89, 3, 0);
  feed (self, 0x80, 0, 0);
  assert_log (self, "frame 1/16z frame 2/26z frame 0/36z frame 9/9 frame 0/6z ");
  feed (self, 0x01, 10, 0);
  feed (self, 0x80, 10, 0);
  assert_log (self, "frame 1/16 frame 0/16 ");
}

static void
test_gate_compressed_size (Fixture *self, gconstpointer data)
{
  self->gate.allows_rsv1 = TRUE;
  feed (self, 0x41, 60, 0);
  feed (self, 0x80, 41, 0);
  assert_log (self, "frame 1/66z oversized 101 begun ");
  feed (self, 0xc1, 101, 0);
  assert_log (self, "oversized 101 ");
  feed (self, 0x81, 1, 0);
  assert_log (self, "frame 1/7 ");
}

/* Nobody asks whether it is text before it is inflated. */
static void
test_gate_compressed_text (Fixture *self, gconstpointer data)
{
  self->gate.allows_rsv1 = TRUE;
  feed_text (self, 0x41, "\xff");
  feed_text (self, 0x80, "\xfe");
  assert_log (self, "frame 1/7z frame 0/7z ");
  feed_text (self, 0x01, "\xff");
  assert_log (self, "failed 1007 ");
}

static void
assert_rsv_fails (Fixture *self, guint first, gboolean in_message)
{
  self->gate = (ResonateFrameGate){ .limit = 100, .allows_rsv1 = TRUE };
  g_byte_array_set_size (self->bytes, 0);
  if (in_message)
    {
      feed (self, 0x41, 1, 0);
      assert_log (self, "frame 1/7z ");
    }
  feed (self, first, 1, 0);
  assert_log (self, "failed 1002 ");
}

static void
test_gate_reserved_bits (Fixture *self, gconstpointer data)
{
  static const guint8 never[] = { 0xa1, 0x91, 0xe1, 0xd1, 0xf2, 0xb2 };
  static const guint8 control[] = { 0xc8, 0xc9, 0xca };

  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    assert_rsv_fails (self, never[i], FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (control); i++)
    {
      assert_rsv_fails (self, control[i], FALSE);
      assert_rsv_fails (self, control[i], TRUE);
    }

  assert_rsv_fails (self, 0x40, TRUE);
  assert_rsv_fails (self, 0xc0, TRUE);
  assert_rsv_fails (self, 0xc0, FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/frame-gate/whole-frames", test_gate_whole_frames);
  add ("/frame-gate/sums-fragments", test_gate_sums_fragments);
  add ("/frame-gate/skips", test_gate_skips);
  add ("/frame-gate/hard-cap", test_gate_hard_cap);
  add ("/frame-gate/unlimited", test_gate_unlimited);
  add ("/frame-gate/huge-limit", test_gate_huge_limit);
  add ("/frame-gate/nothing-after-failure", test_gate_nothing_after_failure);
  add ("/frame-gate/text", test_gate_text);
  add ("/frame-gate/text-fails-fast", test_gate_text_fails_fast);
  add ("/frame-gate/text-fails-inside-a-frame", test_gate_text_fails_inside_a_frame);
  add ("/frame-gate/text-with-nul", test_gate_text_with_nul);
  add ("/frame-gate/binary", test_gate_binary);
  add ("/frame-gate/compressed", test_gate_compressed);
  add ("/frame-gate/compressed-size", test_gate_compressed_size);
  add ("/frame-gate/compressed-text", test_gate_compressed_text);
  add ("/frame-gate/reserved-bits", test_gate_reserved_bits);
#undef add

  return g_test_run ();
}
