/* fuzz-request-head.c: any bytes as HTTP requests
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "transport/resonate-request-private.h"

/* What libsoup is shown: one head that is nothing but clean lines, and nothing behind it. */
static void
check_shown (ResonateRequest *request)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const char *text;
  const char *end;

  resonate_request_show (request, out);
  text = (const char *) out->data;
  end = g_strstr_len (text, out->len, "\r\n\r\n");
  g_assert_nonnull (end);
  g_assert_cmpuint (out->len, ==, (gsize) (end + 4 - text));
  for (const char *p = text; p < end; p++)
    g_assert_true (((guchar) *p >= ' ' && *p != 0x7f) || *p == '\t' || *p == '\r' || *p == '\n');

  g_assert_cmpuint (strlen (resonate_request_get_target (request)), >, 0);
  g_assert_null (strpbrk (resonate_request_get_target (request), " \r\n"));
  resonate_request_get_header (request, "Host");
}

/* One request behind the other, as they come in steps of @step bytes. */
static void
read_all (const uint8_t *data, size_t size, size_t step)
{
  const char *bytes = (const char *) data;
  ResonateRequestHead head = { 0 };
  size_t start = 0;

  for (size_t end = MIN (step, size); start < size; end = MIN (end + step, size))
    {
      ResonateRequestHeadStatus status = resonate_request_head_parse (&head, bytes + start,
                                                                      end - start);
      g_autoptr (ResonateRequest) request = NULL;

      if (status == RESONATE_REQUEST_HEAD_REFUSED)
        return;
      if (status == RESONATE_REQUEST_HEAD_INCOMPLETE && end == size)
        return;
      if (status == RESONATE_REQUEST_HEAD_INCOMPLETE)
        continue;

      g_assert_cmpuint (head.length, <=, end - start);
      start += head.length;
      end = MIN (start, end);
      head.content_length = MIN (head.content_length, 64);
      request = resonate_request_new (&head, bytes + start - head.length);
      check_shown (request);
      head = (ResonateRequestHead){ 0 };
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  read_all (data, size, size + 1);
  read_all (data, size, 1);

  return 0;
}
