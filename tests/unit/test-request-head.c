/* test-request-head.c: which heads pass and which do not
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-request-head-private.h"
#include "transport/resonate-request-head-private.h"

typedef struct
{
  const char *head;
  guint status; /* 0: accepted, G_MAXUINT: incomplete */
} Case;

#define INCOMPLETE G_MAXUINT

static const Case cases[] = {
  { "GET /up HTTP/1.1\r\nHost: x\r\n\r\n", 0 },
  { "\r\nGET /up HTTP/1.1\r\nHost: x\r\n\r\n", 0 },
  { "GET /up HTTP/1.0\r\n\r\n", 0 },
  { "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0 },
  { "GET http://x/up HTTP/1.1\r\nHost: x\r\n\r\n", 0 },
  { "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 0 },
  { "GET /{}|?a[]=1 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 0 },
  { "GET / HTTP/1.1\r\nhost: a_b.c-d:80\r\nX: \xc3\xa9\t\"\r\n\r\n", 0 },
  { "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 0 },
  { "", INCOMPLETE },
  { "\r\n\r\n", INCOMPLETE },
  { "GET /up HTTP/1.1\r\nHost: x\r\n", INCOMPLETE },
  { "GET /up HTTP/1.1\r\nHost: x\r\n\r", INCOMPLETE },
  { "\r\n\r\n\r\n", 400 },
  { "hello\r\n", 400 },
  { "GET\r\n", 400 },
  { "GET /up\r\n", 400 },
  { "GET /up HTTP/9.9\r\n", 505 },
  { "GET /up HTTP/1.2\r\n", 505 },
  { "PRI * HTTP/2.0\r\n", 505 },
  { "GET /up http/1.1\r\n", 400 },
  { "GET /up HTTP/1.1 \r\n", 400 },
  { "GET  /up HTTP/1.1\r\n", 400 },
  { "GET /up  HTTP/1.1\r\n", 400 },
  { " GET /up HTTP/1.1\r\n", 400 },
  { "GET /a b HTTP/1.1\r\n", 400 },
  { "GET up HTTP/1.1\r\n", 400 },
  { "GET /up#x HTTP/1.1\r\n", 400 },
  { "GET /\xc3\xa9 HTTP/1.1\r\n", 400 },
  { "GET http:///up HTTP/1.1\r\n", 400 },
  { "GET http://a@b/up HTTP/1.1\r\n", 400 },
  { "G@T /up HTTP/1.1\r\n", 400 },
  { "CONNECT x:1 HTTP/1.1\r\n", 405 },
  { "GET / HTTP/1.1\n", 400 },
  { "GET / HTTP/1.1\r\r\n", 400 },
  { "GET / HTTP/1.1\rHost", 400 },
  { "\x16\x03\x01", 400 },
  { "GET / HTTP/1.1\r\nX: \x01", 400 },
  { "GET / HTTP/1.1\r\nX: \x7f", 400 },
  { "GET / HTTP/1.1\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\nBad Header: x\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost : x\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: x\r\n b\r\n", 400 },
  { "GET / HTTP/1.1\r\nnocolon\r\n", 400 },
  { "GET / HTTP/1.1\r\n: x\r\n", 400 },
  { "GET / HTTP/1.1\r\nX-\xc3\x89: x\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: a, b\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: x y\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: x:99999\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: x/y\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: [::1\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost:\r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: -1\r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: +1\r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: abc\r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: \r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: 5, 5\r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: 0x5\r\n", 400 },
  { "GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n", 400 },
  { "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", 411 },
  { "POST / HTTP/1.1\r\nContent-Length: 5\r\ntransfer-encoding: identity\r\n", 411 },
};

static guint
parse (const char *head, gsize step)
{
  ResonateRequestHead parsed = { 0 };
  gsize length = strlen (head);
  ResonateRequestHeadStatus status = RESONATE_REQUEST_HEAD_INCOMPLETE;

  for (gsize n = MIN (step, length); status == RESONATE_REQUEST_HEAD_INCOMPLETE;
       n = MIN (n + step, length))
    {
      status = resonate_request_head_parse (&parsed, head, n);
      if (n == length)
        break;
    }

  if (status == RESONATE_REQUEST_HEAD_INCOMPLETE)
    return INCOMPLETE;

  return status == RESONATE_REQUEST_HEAD_ACCEPTED ? 0 : parsed.refused_status;
}

/* All at once and byte by byte are the same. */
static void
test_head_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *escaped = g_strescape (cases[i].head, NULL);

      if (parse (cases[i].head, G_MAXINT) != cases[i].status ||
          parse (cases[i].head, 1) != cases[i].status)
        g_error ("“%s”: %u, not %u", escaped, parse (cases[i].head, G_MAXINT), cases[i].status);
    }
}

static void
test_head_fields (void)
{
  static const char text[] = "\r\npost /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n"
                             "Connection: keep-alive, Upgrade\r\nUpgrade: h2c, WebSocket\r\n"
                             "Expect: 100-Continue\r\n\r\nbody";
  ResonateRequestHead head = { 0 };

  g_assert_cmpint (resonate_request_head_parse (&head, text, sizeof (text) - 1), ==,
                   RESONATE_REQUEST_HEAD_ACCEPTED);
  g_assert_cmpuint (head.length, ==, sizeof (text) - 1 - 4);
  g_assert_cmpmem (text + head.start, head.method_length, "post", 4);
  g_assert_cmpmem (text + head.target_start, head.target_length, "/a?b", 4);
  g_assert_cmpuint (head.minor_version, ==, 1);
  g_assert_cmpuint (head.content_length, ==, 12);
  g_assert_true (head.is_upgrade);
  g_assert_true (head.keep_alive);
  g_assert_true (head.expects_continue);
}

static void
test_head_keep_alive (void)
{
  static const char *const heads[] = { "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                       "GET / HTTP/1.0\r\n\r\n",
                                       "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" };
  static const gboolean expected[] = { FALSE, FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      ResonateRequestHead head = { 0 };

      resonate_request_head_parse (&head, heads[i], strlen (heads[i]));
      g_assert_cmpint (head.keep_alive, ==, expected[i]);
    }
}

static guint
refusal_of (const char *before, gsize n, const char *after)
{
  g_autofree char *filling = g_strnfill (n, 'a');
  g_autofree char *head = g_strconcat (before, filling, after, NULL);

  return parse (head, G_MAXINT);
}

static void
test_head_bounds (void)
{
  GString *many = g_string_new ("GET / HTTP/1.1\r\nHost: x\r\n");

  g_assert_cmpuint (refusal_of ("GET /", 8000, " HTTP/1.1\r\nHost: x\r\n\r\n"), ==, 0);
  g_assert_cmpuint (refusal_of ("GET /", 8200, " HTTP/1.1\r\nHost: x\r\n\r\n"), ==, 431);
  g_assert_cmpuint (refusal_of ("GET / HTTP/1.1\r\nHost: x\r\nX: ", 32000, "\r\n\r\n"), ==, 0);
  g_assert_cmpuint (refusal_of ("GET / HTTP/1.1\r\nHost: x\r\nX: ", 33000, ""), ==, 431);
  g_assert_cmpuint (refusal_of ("", 30, " / HTTP/1.1\r\n"), ==, 400);

  for (guint i = 0; i < RESONATE_REQUEST_HEAD_MAX_HEADERS; i++)
    g_string_append (many, "X: y\r\n");
  g_assert_cmpuint (parse (many->str, G_MAXINT), ==, 431);
  g_string_free (many, TRUE);
}

static void
test_head_limits_to_the_byte (void)
{
  const gsize line = RESONATE_REQUEST_HEAD_MAX_LINE - strlen ("GET / HTTP/1.1\r");
  const gsize head = RESONATE_REQUEST_HEAD_MAX_SIZE - strlen ("GET / HTTP/1.1\r\nHost: x\r\nX: ");

  g_assert_cmpuint (refusal_of ("GET /", line, " HTTP/1.1\r\nHost: x\r\n\r\n"), ==, 0);
  g_assert_cmpuint (refusal_of ("GET /", line + 1, " HTTP/1.1\r\nHost: x\r\n\r\n"), ==, 431);
  g_assert_cmpuint (refusal_of ("GET / HTTP/1.1\r\nHost: x\r\nX: ", head - 4, "\r\n\r\n"), ==, 0);
  g_assert_cmpuint (refusal_of ("GET / HTTP/1.1\r\nHost: x\r\nX: ", head - 3, "\r\n\r\n"), ==, 431);
  g_assert_cmpuint (refusal_of ("GET / HTTP/1.1\r\nHost: x\r\nX: ", head, ""), ==, INCOMPLETE);
  g_assert_cmpuint (refusal_of ("GET / HTTP/1.1\r\nHost: x\r\nX: ", head, "\x01"), ==, 400);
}

static void
test_head_every_byte_at_every_place (void)
{
  g_test_summary ("A line is looked at eight bytes at a time: no place among them is overlooked");

  for (guint byte = 0; byte < 256; byte++)
    {
      for (gsize place = 0; place < 20; place++)
        {
          char head[] = "GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaa";
          ResonateRequestHead parsed = { 0 };
          gboolean odd = (byte < ' ' && byte != '\t') || byte == 0x7f;
          gboolean unfinished = byte == '\r' && place == 19;

          head[strlen ("GET / HTTP/1.1\r\nX: ") + place] = (char) byte;
          resonate_request_head_parse (&parsed, head, sizeof head - 1);
          g_assert_cmpuint (parsed.refused_status, ==, odd && !unfinished ? 400 : 0);
        }
    }
}

static void
test_head_rewrite (void)
{
  static const char text[] = "get /secret?x HTTP/1.1\r\nhost: evil\r\nRANGE: bytes=0-\r\n"
                             "X-A:  1\r\nExpect: 100-continue\r\nX-a: 2\t\r\nUpgrade: websocket\r\n"
                             "Content-Length: 3\r\nCONNECTION: Upgrade\r\n\r\n";
  ResonateRequestHead head = { 0 };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *joined = NULL;
  static const char expected[] = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                 "CONNECTION: Upgrade\r\n\r\n";

  resonate_request_head_parse (&head, text, sizeof (text) - 1);
  resonate_request_head_rewrite (&head, text, out);
  g_assert_cmpmem (out->data, out->len, expected, sizeof (expected) - 1);

  joined = resonate_request_head_dup_header (&head, text, "x-A");
  g_assert_cmpstr (joined, ==, "1, 2");
  g_assert_null (resonate_request_head_dup_header (&head, text, "X"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request-head/cases", test_head_cases);
  g_test_add_func ("/request-head/fields", test_head_fields);
  g_test_add_func ("/request-head/keep-alive", test_head_keep_alive);
  g_test_add_func ("/request-head/bounds", test_head_bounds);
  g_test_add_func ("/request-head/limits-to-the-byte", test_head_limits_to_the_byte);
  g_test_add_func ("/request-head/every-byte-at-every-place", test_head_every_byte_at_every_place);
  g_test_add_func ("/request-head/rewrite", test_head_rewrite);

  return g_test_run ();
}
