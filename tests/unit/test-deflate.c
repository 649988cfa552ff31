/* test-deflate.c: what is compressed, what is inflated, and where that ends
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>
#include <sys/resource.h>

#include <zlib.h>

#include "transport/resonate-deflate-private.h"
#include "transport/resonate-frame-gate-private.h"

#define MIB        (1024 * 1024)
#define BOMB_PARTS 125 /* of a MiB: the 131 072 000 bytes that libsoup made of one frame */

static const guint8 tail[] = { 0x00, 0x00, 0xff, 0xff };

typedef struct
{
  ResonateDeflate *deflate;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->deflate = resonate_deflate_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  resonate_deflate_free (self->deflate);
}

/* JSON of @length bytes that is like none before it and yet has much in common with itself. */
static char *
make_text (gsize length)
{
  GString *text = g_string_new ("{\"event\":\"App\\\\Events\\\\Moved\",\"data\":\"");

  for (guint i = 0; text->len < length; i++)
    g_string_append_printf (text, "{\\\"id\\\":%u,\\\"state\\\":\\\"%s\\\"},",
                            i * 7919 + (guint) length, i % 3 == 0 ? "waiting" : "done");
  g_string_truncate (text, length);

  return g_string_free (text, FALSE);
}

/* zlib alone, as any client would use it. */
static GByteArray *
zlib_deflate (const void *bytes, gsize length, int level, int window_bits, int flush)
{
  GByteArray *out = g_byte_array_new ();
  z_stream z = { 0 };

  g_assert_cmpint (deflateInit2 (&z, level, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  g_byte_array_set_size (out, (guint) deflateBound (&z, length) + 64);
  z.next_in = (z_const Bytef *) bytes;
  z.avail_in = (uInt) length;
  z.next_out = out->data;
  z.avail_out = out->len;
  g_assert_cmpint (deflate (&z, flush), ==, flush == Z_FINISH ? Z_STREAM_END : Z_OK);
  g_assert_cmpuint (z.avail_out, >, 0);
  g_byte_array_set_size (out, out->len - z.avail_out);
  deflateEnd (&z);

  return out;
}

static GBytes *
zlib_message (const void *bytes, gsize length, int level, int window_bits)
{
  GByteArray *out = zlib_deflate (bytes, length, level, window_bits, Z_SYNC_FLUSH);

  g_assert_cmpmem (out->data + out->len - 4, 4, tail, 4);
  g_byte_array_set_size (out, out->len - 4);

  return g_byte_array_free_to_bytes (out);
}

static void
assert_zlib_inflates (GBytes *frame, const char *text, gsize length)
{
  g_autoptr (GByteArray) in = g_byte_array_new ();
  g_autofree guint8 *out = g_malloc (length + 1);
  z_stream z = { 0 };
  gsize size;
  const char *payload = resonate_frame_peek_payload (frame, &size);

  g_byte_array_append (in, (const guint8 *) payload, (guint) size);
  g_byte_array_append (in, tail, sizeof (tail));
  g_assert_cmpint (inflateInit2 (&z, -15), ==, Z_OK);
  z.next_in = in->data;
  z.avail_in = in->len;
  z.next_out = out;
  z.avail_out = (uInt) length + 1;
  g_assert_cmpint (inflate (&z, Z_SYNC_FLUSH), ==, Z_OK);
  g_assert_cmpuint (z.avail_in, ==, 0);
  g_assert_cmpmem (out, z.total_out, text, length);
  inflateEnd (&z);
}

static void
assert_inflates (Fixture *self, GBytes *payload, guint64 max_size, const char *text, gsize length)
{
  g_autoptr (GBytes) message = NULL;
  guint64 size;

  g_assert_cmpint (resonate_deflate_inflate (self->deflate, payload, max_size, &message, &size), ==,
                   RESONATE_INFLATE_OK);
  g_assert_cmpuint (size, ==, length);
  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message), text, length);
}

static void
assert_refused (Fixture *self, gconstpointer bytes, gsize length)
{
  g_autoptr (GBytes) payload = g_bytes_new (bytes, length);
  g_autoptr (GBytes) message = NULL;
  guint64 size;

  g_assert_cmpint (resonate_deflate_inflate (self->deflate, payload, 1000, &message, &size), ==,
                   RESONATE_INFLATE_BAD);
  g_assert_null (message);
}

static void
assert_too_big (Fixture *self, GBytes *payload, guint64 max_size, guint64 expected)
{
  g_autoptr (GBytes) message = NULL;
  guint64 size;

  g_assert_cmpint (resonate_deflate_inflate (self->deflate, payload, max_size, &message, &size), ==,
                   RESONATE_INFLATE_TOO_BIG);
  g_assert_cmpuint (size, ==, expected);
  g_assert_null (message);
}

/*
 * What is sent
 */
static void
test_deflate_frames (Fixture *self, gconstpointer data)
{
  static const gsize sizes[] = { 128, 180, 1000, 2000, 65535, 65536, 300000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = make_text (sizes[i]);
      g_autoptr (GBytes) frame = resonate_frame_new_text (text, sizes[i]);
      g_autoptr (GBytes) compressed = resonate_deflate_frame (self->deflate, frame);
      ResonateFrameHeader header;

      g_assert_nonnull (compressed);
      g_assert_cmpuint (g_bytes_get_size (compressed), <, g_bytes_get_size (frame));
      g_assert_cmpint (resonate_frame_parse_header (g_bytes_get_data (compressed, NULL),
                                                    g_bytes_get_size (compressed), &header),
                       ==, RESONATE_FRAME_OK);
      g_assert_true (header.fin);
      g_assert_false (header.masked);
      g_assert_cmpuint (header.rsv, ==, 4);
      g_assert_cmpuint (header.opcode, ==, RESONATE_FRAME_TEXT);
      g_assert_cmpuint (header.header_length + header.payload_length, ==,
                        g_bytes_get_size (compressed));
      assert_zlib_inflates (compressed, text, sizes[i]);
      g_assert_cmpuint (resonate_deflate_get_buffer_size (self->deflate), <=,
                        RESONATE_DEFLATE_KEPT_SIZE);
    }
}

/* A client keeps nothing of the message before: one that is sent twice is the same twice. */
static void
test_deflate_keeps_no_context (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_text (500);
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, 500);
  g_autoptr (GBytes) again = resonate_frame_new_text (text, 500);
  g_autoptr (GBytes) compressed = resonate_deflate_frame (self->deflate, frame);
  g_autoptr (GBytes) compressed_again = resonate_deflate_frame (self->deflate, again);

  g_assert_true (compressed != compressed_again);
  g_assert_true (g_bytes_equal (compressed, compressed_again));
}

static void
test_deflate_compresses_a_broadcast_once (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_text (500);
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, 500);
  g_autoptr (GBytes) compressed = resonate_deflate_frame (self->deflate, frame);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) same = resonate_deflate_frame (self->deflate, frame);

      g_assert_true (same == compressed);
    }
}

static void
assert_left_alone (Fixture *self, GBytes *frame)
{
  g_assert_null (resonate_deflate_frame (self->deflate, frame));
  g_assert_null (resonate_deflate_frame (self->deflate, frame));
  g_bytes_unref (frame);
}

static void
test_deflate_leaves_alone (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_text (300);
  guint8 noise[300];
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < sizeof (noise); i++)
    noise[i] = (guint8) g_rand_int (rand);

  assert_left_alone (self, resonate_frame_new_text (text, RESONATE_DEFLATE_MIN_SIZE - 1));
  assert_left_alone (self, resonate_frame_new_text ("", 0));
  assert_left_alone (self, resonate_frame_new (RESONATE_FRAME_BINARY, noise, sizeof (noise)));
  assert_left_alone (self, resonate_frame_new (RESONATE_FRAME_PING, text, 125));
  assert_left_alone (self, resonate_frame_new_close (1000, text));
  assert_left_alone (self,
                     resonate_frame_new (RESONATE_FRAME_TEXT | RESONATE_FRAME_RSV1, text, 300));
}

/*
 * What is received
 */
typedef struct
{
  const char *section; /* of RFC 7692, where it is from there */
  guint8 payload[16];
  gsize length;
  const char *text; /* NULL: refused */
} Example;

static const Example examples[] = {
  { "7.2.3.1", { 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00 }, 7, "Hello" },
  { "7.2.3.2, the second, with a window that we do not keep",
    { 0xf2, 0x00, 0x11, 0x00, 0x00 },
    5,
    NULL },
  { "7.2.3.3", { 0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00 }, 11, "Hello" },
  { "7.2.3.4", { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00 }, 8, "Hello" },
  { "7.2.3.5",
    { 0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00 },
    13,
    "Hello" },
  { "7.2.3.6", { 0x00 }, 1, "" },
  { "an empty fixed block before it", { 0x02, 0x00 }, 2, "" },
  { "an empty final block before it", { 0x03, 0x00, 0x00 }, 3, "" },
  { "the empty block is final", { 0x01 }, 1, "" },
  { "two final blocks",
    { 0xf3, 0x48, 0x05, 0x00, 0xcb, 0xc9, 0xc9, 0x07, 0x00, 0x00 },
    10,
    "Hello" },
  { "nothing", { 0 }, 0, NULL },
  { "a final block, and no empty one", { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00 }, 7, NULL },
  { "the end was left on",
    { 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00, 0x00, 0xff, 0xff },
    11,
    NULL },
  { "one byte too many", { 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00 }, 8, NULL },
  { "text behind a final block",
    { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 'H', 'e', 'l', 'l', 'o' },
    12,
    NULL },
  { "a block of no kind", { 0x06, 0x00 }, 2, NULL },
  { "a length that is not its complement", { 0x00, 0x05, 0x00, 0x05, 0x00, 'H' }, 6, NULL },
};

static void
test_deflate_examples (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      const Example *example = &examples[i];
      g_autoptr (GBytes) payload = g_bytes_new_static (example->payload, example->length);

      g_test_message ("%s", example->section);
      if (example->text == NULL)
        assert_refused (self, example->payload, example->length);
      else
        assert_inflates (self, payload, 100, example->text, strlen (example->text));
    }
}

static void
test_deflate_inflates_what_zlib_makes (Fixture *self, gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, 4095, 4096, 4097, 65536, 65537, 200000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = make_text (MAX (sizes[i], 100));

      for (int level = 0; level <= 9; level += 3)
        {
          int window_bits = level == 0 ? 15 : 9 + level * 2 / 3;
          g_autoptr (GBytes) payload = zlib_message (text, sizes[i], level, window_bits);
          g_autoptr (GByteArray)
            final = zlib_deflate (text, sizes[i], level, window_bits, Z_FINISH);
          g_autoptr (GBytes) final_payload = NULL;

          assert_inflates (self, payload, 0, text, sizes[i]);
          g_byte_array_append (final, tail, 1);
          final_payload = g_bytes_new (final->data, final->len);
          assert_inflates (self, final_payload, sizes[i] + 1, text, sizes[i]);
          g_assert_cmpuint (resonate_deflate_get_buffer_size (self->deflate), <=,
                            RESONATE_DEFLATE_KEPT_SIZE);
        }
    }
}

static void
test_deflate_refuses_a_part (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_text (600);
  g_autoptr (GBytes) payload = zlib_message (text, 600, 6, 15);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (payload, &length);

  for (gsize i = 0; i < length; i++)
    assert_refused (self, bytes, i);
}

static void
test_deflate_refuses_more (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_text (600);
  g_autoptr (GBytes) payload = zlib_message (text, 600, 6, 15);
  g_autoptr (GByteArray) more = g_bytes_unref_to_array (g_bytes_ref (payload));
  guint8 byte = 0;

  g_byte_array_append (more, &byte, 1);
  for (guint i = 0; i < 256; i++)
    {
      more->data[more->len - 1] = (guint8) i;
      assert_refused (self, more->data, more->len);
    }
}

/* Whatever came before: the next message is read as if it were the first. */
static void
test_deflate_survives_damage (Fixture *self, gconstpointer data)
{
  g_autofree char *text = make_text (600);
  g_autoptr (GBytes) payload = zlib_message (text, 600, 6, 15);
  g_autoptr (GByteArray) damaged = g_bytes_unref_to_array (g_bytes_ref (payload));

  for (guint bit = 0; bit < damaged->len * 8; bit++)
    {
      g_autoptr (GBytes) message = NULL;
      g_autoptr (GBytes) bytes = NULL;
      ResonateInflateStatus status;
      guint64 size;

      damaged->data[bit / 8] ^= (guint8) (1 << bit % 8);
      bytes = g_bytes_new (damaged->data, damaged->len);
      status = resonate_deflate_inflate (self->deflate, bytes, 1000, &message, &size);
      g_assert_cmpint (status == RESONATE_INFLATE_OK, ==, message != NULL);
      g_assert_cmpint (status == RESONATE_INFLATE_TOO_BIG, ==, size > 1000);
      damaged->data[bit / 8] ^= (guint8) (1 << bit % 8);

      assert_inflates (self, payload, 600, text, 600);
    }
}

static void
test_deflate_bound (Fixture *self, gconstpointer data)
{
  static const gsize sizes[] = { 1, 4095, 4096, 4097, 10000, 65536, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = make_text (sizes[i] + 1);
      g_autoptr (GBytes) fits = zlib_message (text, sizes[i], 6, 15);
      g_autoptr (GBytes) exceeds = zlib_message (text, sizes[i] + 1, 6, 15);

      assert_inflates (self, fits, sizes[i], text, sizes[i]);
      assert_too_big (self, exceeds, sizes[i], sizes[i] + 1);
      assert_inflates (self, fits, G_MAXUINT64, text, sizes[i]);
    }
}

static GBytes *
make_bomb (void)
{
  g_autofree guint8 *zeros = g_malloc0 (MIB);
  g_autoptr (GByteArray) part = zlib_deflate (zeros, MIB, 9, 15, Z_FULL_FLUSH);
  GByteArray *bomb = g_byte_array_new ();

  for (guint i = 0; i < BOMB_PARTS; i++)
    g_byte_array_append (bomb, part->data, part->len);
  g_byte_array_set_size (bomb, bomb->len - 4);
  g_assert_cmpuint (bomb->len, <, 130000);

  return g_byte_array_free_to_bytes (bomb);
}

static glong
get_peak_kib (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);

  return usage.ru_maxrss;
}

static void
test_deflate_stops_a_bomb (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bomb = make_bomb ();
  glong peak_kib = get_peak_kib ();

  for (guint i = 0; i < 100; i++)
    assert_too_big (self, bomb, 10000, 10001);
  assert_too_big (self, bomb, MIB, MIB + 1);

  g_assert_cmpint (get_peak_kib () - peak_kib, <, 8 * 1024);
  g_assert_cmpuint (resonate_deflate_get_buffer_size (self->deflate), <=,
                    RESONATE_DEFLATE_KEPT_SIZE);
}

static void
test_deflate_unlimited_has_a_cap (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bomb = make_bomb ();

  assert_too_big (self, bomb, 0, RESONATE_FRAME_GATE_UNLIMITED_CAP + 1);
}

/* Blocks that hold nothing take no more time than others of their length. */
static void
test_deflate_empty_blocks (Fixture *self, gconstpointer data)
{
  static const guint8 block[] = { 0x03, 0x00 };
  g_autoptr (GByteArray) blocks = g_byte_array_new ();
  g_autoptr (GBytes) payload = NULL;

  for (guint i = 0; i < 50000; i++)
    g_byte_array_append (blocks, block, sizeof (block));
  g_byte_array_append (blocks, tail, 1);
  payload = g_bytes_new (blocks->data, blocks->len);

  assert_inflates (self, payload, 10, "", 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/deflate/frames", test_deflate_frames);
  add ("/deflate/keeps-no-context", test_deflate_keeps_no_context);
  add ("/deflate/compresses-a-broadcast-once", test_deflate_compresses_a_broadcast_once);
  add ("/deflate/leaves-alone", test_deflate_leaves_alone);
  add ("/deflate/examples", test_deflate_examples);
  add ("/deflate/inflates-what-zlib-makes", test_deflate_inflates_what_zlib_makes);
  add ("/deflate/refuses-a-part", test_deflate_refuses_a_part);
  add ("/deflate/refuses-more", test_deflate_refuses_more);
  add ("/deflate/survives-damage", test_deflate_survives_damage);
  add ("/deflate/bound", test_deflate_bound);
  add ("/deflate/stops-a-bomb", test_deflate_stops_a_bomb);
  add ("/deflate/unlimited-has-a-cap", test_deflate_unlimited_has_a_cap);
  add ("/deflate/empty-blocks", test_deflate_empty_blocks);
#undef add

  return g_test_run ();
}
