/* test-request.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate-test.h"
#include "transport/resonate-request-private.h"

static ResonateRequest *
make_request (const char *text)
{
  ResonateRequestHead head = { 0 };

  g_assert_cmpint (resonate_request_head_parse (&head, text, strlen (text)), ==,
                   RESONATE_REQUEST_HEAD_ACCEPTED);

  return resonate_request_new (&head, text);
}

static void
test_request_head (void)
{
  g_autoptr (ResonateRequest)
    request = make_request ("post /a?b HTTP/1.1\r\nhost: h\r\nX-A: 1\r\nx-a:2 \r\nX-B:\r\n\r\n");

  g_assert_cmpstr (resonate_request_get_method (request), ==, "POST");
  g_assert_cmpstr (resonate_request_get_target (request), ==, "/a?b");
  g_assert_cmpstr (resonate_request_get_header (request, "Host"), ==, "h");
  g_assert_cmpstr (resonate_request_get_header (request, "x-A"), ==, "1, 2");
  g_assert_cmpstr (resonate_request_get_header (request, "X-B"), ==, "");
  g_assert_null (resonate_request_get_header (request, "X-C"));

  /* The same text, and not another one, for who asks again. */
  g_assert_true (resonate_request_get_header (request, "X-a") ==
                 resonate_request_get_header (request, "X-A"));
  g_assert_cmpuint (g_bytes_get_size (resonate_request_get_body (request)), ==, 0);
}

static void
test_request_body (void)
{
  g_autoptr (ResonateRequest)
    request = make_request ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
  GBytes *body;
  gsize left;

  for (guint i = 0; i < 5; i++)
    {
      guint8 *space = resonate_request_get_space (request, &left);

      g_assert_cmpuint (left, ==, 5 - i);
      *space = (guint8) "hello"[i];
      resonate_request_add_body (request, 1);
    }

  resonate_request_get_space (request, &left);
  g_assert_cmpuint (left, ==, 0);
  body = resonate_request_get_body (request);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "hello", 5);
  g_assert_true (resonate_request_get_body (request) == body);
}

/* libsoup learns what it needs for an answer, and nothing of the body. */
static void
test_request_show (void)
{
  g_autoptr (ResonateRequest)
    request = make_request ("PUT /a HTTP/1.0\r\nContent-Length: 5\r\nConnection: keep-alive\r\n"
                            "Range: bytes=0-\r\nCookie: a=b\r\n\r\n");
  g_autoptr (GByteArray) out = g_byte_array_new ();
  static const char expected[] =
    "PUT / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n";

  resonate_request_show (request, out);
  g_assert_cmpmem (out->data, out->len, expected, sizeof (expected) - 1);
}

static void
test_request_refusal (void)
{
  g_autoptr (GBytes) answer = resonate_request_refusal (405, "Method not allowed.");
  const char *text = g_bytes_get_data (answer, NULL);

  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 405 Method Not Allowed\r\n"));
  g_assert_nonnull (
    g_strstr_len (text, (gssize) g_bytes_get_size (answer), "\r\nAllow: GET, POST\r\n"));
  g_assert_cmpstr (text + g_bytes_get_size (answer) - 31, ==,
                   "{\"error\":\"Method not allowed.\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/head", test_request_head);
  g_test_add_func ("/request/body", test_request_body);
  g_test_add_func ("/request/show", test_request_show);
  g_test_add_func ("/request/refusal", test_request_refusal);

  return g_test_run ();
}
