/* fuzz-deflate.c: any bytes as a compressed message, as a message to compress, and as an offer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "transport/resonate-deflate-private.h"
#include "transport/resonate-frame-private.h"

#define LIMIT 64

static ResonateDeflate *deflate;

static GBytes *
get_payload (GBytes *frame)
{
  gsize length;
  const char *payload = resonate_frame_peek_payload (frame, &length);

  return g_bytes_new (payload, length);
}

/* The bound changes nothing but whether a message is too big. */
static void
check_inflate (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) payload = g_bytes_new_static (data, size);
  g_autoptr (GBytes) bounded = NULL;
  g_autoptr (GBytes) whole = NULL;
  guint64 bounded_size, whole_size;
  ResonateInflateStatus status = resonate_deflate_inflate (deflate, payload, LIMIT, &bounded,
                                                           &bounded_size);
  ResonateInflateStatus whole_status = resonate_deflate_inflate (deflate, payload, 0, &whole,
                                                                 &whole_size);

  g_assert_cmpuint (bounded_size, <=, LIMIT + 1);
  g_assert_cmpint (status == RESONATE_INFLATE_TOO_BIG, ==, bounded_size == LIMIT + 1);
  g_assert_cmpint (status == RESONATE_INFLATE_OK, ==, bounded != NULL);
  g_assert_cmpint (whole_status == RESONATE_INFLATE_OK, ==, whole != NULL);

  if (status == RESONATE_INFLATE_TOO_BIG)
    g_assert_cmpuint (whole_size, >, LIMIT);
  else
    g_assert_cmpint (status, ==, whole_status);

  if (bounded != NULL)
    g_assert_true (g_bytes_equal (bounded, whole));
}

static void
check_compress (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) message = g_bytes_new_static (data, size);
  g_autoptr (GBytes) frame = resonate_frame_new (RESONATE_FRAME_BINARY, data, size);
  g_autoptr (GBytes) compressed = resonate_deflate_frame (deflate, frame);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) again = NULL;
  guint64 length;

  if (compressed == NULL)
    return;

  payload = get_payload (compressed);
  g_assert_cmpuint (g_bytes_get_size (payload), <, size);
  g_assert_cmpint (resonate_deflate_inflate (deflate, payload, size, &again, &length), ==,
                   RESONATE_INFLATE_OK);
  g_assert_true (g_bytes_equal (again, message));
}

/* An answer is an offer that is answered with itself. */
static void
check_negotiate (const uint8_t *data, size_t size)
{
  g_autofree char *offers = g_strndup ((const char *) data, size);
  g_autofree char *answer = resonate_deflate_negotiate (offers);
  g_autofree char *again = resonate_deflate_negotiate (answer);

  g_assert_cmpstr (answer, ==, again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (deflate == NULL)
    deflate = resonate_deflate_new ();

  check_inflate (data, size);
  check_compress (data, size);
  check_negotiate (data, size);

  return 0;
}
