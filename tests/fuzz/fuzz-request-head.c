/* fuzz-request-head.c: any bytes as HTTP requests
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "transport/resonate-request-reader-private.h"

#define MAX_BODY 64

/* What the reader released is what libsoup gets: one head that is nothing but clean lines, and as
 * much body as it says. */
static void
check_released (GByteArray *out)
{
  const char *text = (const char *) out->data;
  const char *end = g_strstr_len (text, out->len, "\r\n\r\n");

  g_assert_nonnull (end);
  g_assert_cmpuint (out->len - (gsize) (end + 4 - text), <=, MAX_BODY);
  for (const char *p = text; p < end; p++)
    g_assert_true (((guchar) *p >= ' ' && *p != 0x7f) || *p == '\t' || *p == '\r' || *p == '\n');
}

static void
read_all (const uint8_t *data, size_t size, size_t step)
{
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  ResonateRequestReader reader = { 0 };
  ResonateRequestHeadStatus status = RESONATE_REQUEST_HEAD_INCOMPLETE;

  for (size_t at = 0; at < size && status != RESONATE_REQUEST_HEAD_REFUSED; at += step)
    {
      g_byte_array_append (raw, data + at, (guint) MIN (step, size - at));

      do
        {
          g_byte_array_set_size (out, 0);
          status = resonate_request_reader_step (&reader, raw, MAX_BODY, out);
          if (status == RESONATE_REQUEST_HEAD_ACCEPTED)
            check_released (out);
        }
      while (status == RESONATE_REQUEST_HEAD_ACCEPTED);
    }

  resonate_request_reader_clear (&reader);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  read_all (data, size, size + 1);
  read_all (data, size, 1);

  return 0;
}
