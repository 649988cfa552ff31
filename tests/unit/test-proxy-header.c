/* test-proxy-header.c: which headers name a client and which do not
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-proxy-header-private.h"

#include <string.h>

#include "resonate-test.h"

typedef struct
{
  const char *bytes;
  gsize length;
  const char *address; /* of a good one: empty for that of the socket */
} Case;

/* clang-format off: a header on a line */
#define BYTES(text) text, sizeof (text) - 1

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define INET         \
  "\xc0\x00\x02\x07" \
  "\xc6\x33\x64\x01" \
  "\x30\x39"         \
  "\x01\xbb"
#define INET6                                  \
  "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07" \
  "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01" \
  "\x30\x39"                                   \
  "\x01\xbb"
#define MAPPED                                   \
  "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x07" \
  "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x01" \
  "\x30\x39"                                     \
  "\x01\xbb"
#define TEN         "0123456789"
#define ONE_O_EIGHT TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "01234567"

static const Case good[] = {
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\r\n"), "192.0.2.7" },
  { BYTES ("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), "255.255.255.255" },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 0 0\r\n"), "192.0.2.7" },
  { BYTES ("PROXY TCP6 2001:db8::7 2001:db8::1 12345 443\r\n"), "2001:db8::7" },
  { BYTES ("PROXY TCP6 2001:0DB8:0000:0000:0000:0000:0000:0007 ::1 1 2\r\n"), "2001:db8::7" },
  { BYTES ("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n"), "192.0.2.7" },
  { BYTES ("PROXY UNKNOWN\r\n"), "" },
  { BYTES ("PROXY UNKNOWN \r\n"), "" },
  { BYTES ("PROXY UNKNOWN 192.0.2.7 198.51.100.1 12345 443\r\n"), "" },
  { BYTES ("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
           "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
    "" },
  { BYTES (SIGNATURE "\x20\x00\x00\x00"), "" },
  { BYTES (SIGNATURE "\x20\x00\x00\x05"
                     "words"),
    "" },
  { BYTES (SIGNATURE "\x20\x11\x00\x0c" INET), "" },
  { BYTES (SIGNATURE "\x20\xff\x00\x00"), "" },
  { BYTES (SIGNATURE "\x21\x00\x00\x00"), "" },
  { BYTES (SIGNATURE "\x21\x00\x00\x0c" INET), "" },
  { BYTES (SIGNATURE "\x21\x10\x00\x0c" INET), "" },
  { BYTES (SIGNATURE "\x21\x01\x00\x03"
                     "abc"),
    "" },
  { BYTES (SIGNATURE "\x21\x11\x00\x0c" INET), "192.0.2.7" },
  { BYTES (SIGNATURE "\x21\x11\x00\x0f" INET "\x04\x00\x00"), "192.0.2.7" },
  { BYTES (SIGNATURE "\x21\x11\x00\x17" INET "\x04\x00\x00"
                     "\x02\x00\x05"
                     "a.org"),
    "192.0.2.7" },
  { BYTES (SIGNATURE "\x21\x21\x00\x24" INET6), "2001:db8::7" },
  { BYTES (SIGNATURE "\x21\x21\x00\x28" INET6 "\x04\x00\x01"
                     "x"),
    "2001:db8::7" },
  { BYTES (SIGNATURE "\x21\x21\x00\x24" MAPPED), "192.0.2.7" },
  { BYTES (SIGNATURE "\x21\x31\x00\xd8" ONE_O_EIGHT ONE_O_EIGHT), "" },
};

/* Refused for what they are, however much would still come. */
static const Case bad[] = {
  { BYTES ("GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
  { BYTES ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") },
  { BYTES ("\r\n\r\nGET / HTTP/1.1\r\n") },
  { BYTES ("proxy TCP4 192.0.2.7 198.51.100.1 12345 443\r\n") },
  { BYTES (" PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\r\n") },
  { BYTES ("PROXY\r\n") },
  { BYTES ("PROXY \r\n") },
  { BYTES ("PROXY  TCP4 192.0.2.7 198.51.100.1 12345 443\r\n") },
  { BYTES ("PROXY TCP4\r\n") },
  { BYTES ("PROXY TCP4  192.0.2.7 198.51.100.1 12345 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345  443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443 \r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443 1\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7\t198.51.100.1 12345 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\r\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\rGET") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\0\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 012345 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 00 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 1 99999\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 -1 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 +1 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 0x1 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 198.51.100.1 http 443\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.007 198.51.100.1 1 2\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n") },
  { BYTES ("PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n") },
  { BYTES ("PROXY TCP4 192.0.2.7 localhost 1 2\r\n") },
  { BYTES ("PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n") },
  { BYTES ("PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n") },
  { BYTES ("PROXY TCP6 2001:db8::7::1 2001:db8::1 1 2\r\n") },
  { BYTES ("PROXY TCP6 [2001:db8::7] 2001:db8::1 1 2\r\n") },
  { BYTES ("PROXY TCP6 fe80::7%lo fe80::1 1 2\r\n") },
  { BYTES ("PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n") },
  { BYTES ("PROXY UNKNOWNS\r\n") },
  { BYTES ("PROXY UNKNOWN\n\r\n") },
  { BYTES ("PROXY UNKNOWN " TEN TEN TEN TEN TEN TEN TEN TEN TEN "012\r\n") },
  { BYTES ("PROXY UNKNOWN " TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN) },
  { BYTES (SIGNATURE "\x11\x11\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x31\x11\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x22\x11\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x21\x12\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x21\x13\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x21\x22\x00\x24" INET6) },
  { BYTES (SIGNATURE "\x21\x32\x00\xd8" ONE_O_EIGHT ONE_O_EIGHT) },
  { BYTES (SIGNATURE "\x21\x02\x00\x00") },
  { BYTES (SIGNATURE "\x21\x41\x00\x00") },
  { BYTES (SIGNATURE "\x21\x11\x00\x00") },
  { BYTES (SIGNATURE "\x21\x11\x00\x0b" INET) },
  { BYTES (SIGNATURE "\x21\x21\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x21\x31\x00\x0c" INET) },
  { BYTES (SIGNATURE "\x21\x11\x00\x0d" INET "\x04") },
  { BYTES (SIGNATURE "\x21\x11\x00\x0f" INET "\x04\x00\x01") },
  { BYTES (SIGNATURE "\x21\x11\x00\x10" INET "\x04\xff\xff"
                     "x") },
  { BYTES (SIGNATURE "\x20\x00\x02\x19") },
  { BYTES (SIGNATURE "\x21\x11\xff\xff") },
};
/* clang-format on */

/* A copy of just that size, so that a sanitizer sees a step beyond its end. */
static ResonateProxyHeaderStatus
parse (ResonateProxyHeader *header, const char *bytes, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);

  return resonate_proxy_header_parse (header, copy, length);
}

/* No beginning of it is taken for the whole, and each says truly what it still needs. */
static void
assert_beginnings (const Case *item)
{
  gsize needed = 0;

  for (gsize n = 0; n < item->length; n++)
    {
      ResonateProxyHeader header;
      ResonateProxyHeaderStatus status = parse (&header, item->bytes, n);

      if (status == RESONATE_PROXY_HEADER_ACCEPTED)
        g_error ("%u bytes of %u are taken for a header", (guint) n, (guint) item->length);
      if (status == RESONATE_PROXY_HEADER_REFUSED)
        return;

      g_assert_cmpuint (header.needed, >, n);
      g_assert_cmpuint (header.needed, >=, needed);
      g_assert_cmpuint (header.needed, <=, RESONATE_PROXY_HEADER_MAX_SIZE);
      needed = header.needed;
    }
}

static void
test_proxy_header_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *more = g_malloc0 (good[i].length + 4);
      g_autofree char *escaped = g_strescape (good[i].bytes, NULL);
      ResonateProxyHeader header;

      g_test_message ("%u: %s", i, escaped);
      assert_beginnings (&good[i]);
      for (gsize n = 0; n < good[i].length; n++)
        {
          g_assert_cmpint (parse (&header, good[i].bytes, n), ==, RESONATE_PROXY_HEADER_INCOMPLETE);
          g_assert_cmpuint (header.needed, <=, good[i].length);
        }

      /* What comes behind it is left alone. */
      memcpy (more, good[i].bytes, good[i].length);
      memcpy (more + good[i].length, "GET ", 4);
      for (gsize n = good[i].length; n <= good[i].length + 4; n++)
        {
          g_assert_cmpint (parse (&header, more, n), ==, RESONATE_PROXY_HEADER_ACCEPTED);
          g_assert_cmpuint (header.length, ==, good[i].length);
          g_assert_cmpstr (header.address, ==, good[i].address);
        }
    }
}

static void
test_proxy_header_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *escaped = g_strescape (bad[i].bytes, NULL);
      ResonateProxyHeader header;

      g_test_message ("%u: %s", i, escaped);
      assert_beginnings (&bad[i]);
      g_assert_cmpint (parse (&header, bad[i].bytes, bad[i].length), ==,
                       RESONATE_PROXY_HEADER_REFUSED);
      g_assert_nonnull (header.problem);
    }
}

/* The longest of each version passes, and one byte more does not. */
static void
test_proxy_header_bounds (void)
{
  g_autofree char *line = g_strnfill (200, 'x');
  g_autofree char *block = g_strnfill (1000, 'x');
  ResonateProxyHeader header;

  memcpy (line, "PROXY UNKNOWN ", 14);
  memcpy (line + 105, "\r\n", 2);
  g_assert_cmpint (parse (&header, line, 107), ==, RESONATE_PROXY_HEADER_ACCEPTED);
  g_assert_cmpint (parse (&header, line, 106), ==, RESONATE_PROXY_HEADER_INCOMPLETE);
  memcpy (line + 105, "x\r\n", 3);
  g_assert_cmpint (parse (&header, line, 106), ==, RESONATE_PROXY_HEADER_INCOMPLETE);
  g_assert_cmpint (parse (&header, line, 107), ==, RESONATE_PROXY_HEADER_REFUSED);

  memcpy (block, SIGNATURE "\x20\x00\x02\x18", 16);
  g_assert_cmpint (parse (&header, block, 551), ==, RESONATE_PROXY_HEADER_INCOMPLETE);
  g_assert_cmpint (parse (&header, block, 1000), ==, RESONATE_PROXY_HEADER_ACCEPTED);
  g_assert_cmpuint (header.length, ==, RESONATE_PROXY_HEADER_MAX_SIZE);
  block[15]++;
  g_assert_cmpint (parse (&header, block, 16), ==, RESONATE_PROXY_HEADER_REFUSED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/proxy-header/good", test_proxy_header_good);
  g_test_add_func ("/proxy-header/bad", test_proxy_header_bad);
  g_test_add_func ("/proxy-header/bounds", test_proxy_header_bounds);

  return g_test_run ();
}
