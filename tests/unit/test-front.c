/* test-front.c: listeners, limits, deadlines and TLS
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <netinet/in.h>
#include <unistd.h>
#include <sys/socket.h>

#include "front-fixture.h"

#include "transport/resonate-stream-private.h"

#define GET "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

/* Where a test wants it to, the kernel gives back less than it has shown, once. */
static gboolean gives_less;

ssize_t
recv (int fd, void *buffer, size_t size, int flags)
{
  if (gives_less && (flags & MSG_TRUNC) != 0)
    {
      gives_less = FALSE;
      size--;
    }

  return recvfrom (fd, buffer, size, flags, NULL, NULL);
}

static void
set_up (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  front_fixture_init (self, &limits);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

static guint16
last_port (FrontFixture *self)
{
  g_auto (GStrv) uris = resonate_front_dup_uris (self->front);
  const char *uri = uris[g_strv_length (uris) - 1];

  return (guint16) g_ascii_strtoull (strrchr (uri, ':') + 1, NULL, 10);
}

static void
assert_refused (FrontFixture *self, const char *request, const char *status, const char *body)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  const char *answer = raw_client_ask (client, request);
  g_autofree char *start = g_strconcat ("HTTP/1.1 ", status, " ", NULL);

  if (!g_str_has_prefix (answer, start) || !g_str_has_suffix (answer, body))
    g_error ("“%.40s” was answered “%s”", request, answer);
  g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
}

static void
test_front_refusals (FrontFixture *self, gconstpointer data)
{
  g_autofree char *line = g_strnfill (9000, 'a');
  g_autofree char *long_line = g_strconcat ("GET /", line, NULL);
  g_autofree char *field = g_strnfill (33000, 'a');
  g_autofree char *long_head = g_strconcat ("GET / HTTP/1.1\r\nX: ", field, NULL);

  assert_refused (self, "hello\r\n\r\n", "400", "{\"error\":\"Bad request.\"}");
  assert_refused (self, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400",
                  "{\"error\":\"Bad Host.\"}");
  assert_refused (self, "POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                  "411", "{\"error\":\"Length required.\"}");
  assert_refused (self, "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n", "413",
                  "{\"error\":\"Payload too large.\"}");
  assert_refused (self, long_line, "431", "{\"error\":\"Request line too long.\"}");
  assert_refused (self, long_head, "431", "{\"error\":\"Request header fields too large.\"}");
  assert_refused (self, "GET / HTTP/2.0\r\n\r\n", "505",
                  "{\"error\":\"HTTP version not supported.\"}");
  assert_refused (self, "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "405",
                  "{\"error\":\"Method not allowed.\"}");
}

/* The client is still sending when it is refused, and can read why. */
static void
test_front_big_body (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  g_autofree char *body = g_strnfill (500000, 'x');

  raw_client_send (client, "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n",
                   -1);
  raw_client_expect (client, "Payload too large.");
  raw_client_send (client, body, 500000);
  g_socket_shutdown (g_socket_connection_get_socket (client->connection), FALSE, TRUE, NULL);
  resonate_test_wait_until (client->eof);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 0);
}

static void
test_front_timeouts (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) silent = raw_client_new (self->port);
  g_autoptr (RawClient) second = raw_client_new (self->port);

  assert_refused (self, "GET /hello HTTP/1.1\r\nHo", "408", "{\"error\":\"Request timeout.\"}");
  assert_refused (self, "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", "408",
                  "{\"error\":\"Request timeout.\"}");

  /* Who says nothing is told nothing. */
  g_assert_cmpstr (raw_client_ask (silent, ""), ==, "");

  /* It has had one answer: that does not make half a request wait longer. */
  raw_client_ask (second, "");
}

static void
test_front_half_after_whole (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  const char *answer = raw_client_ask (client, GET "GET /hel");

  g_assert_nonnull (strstr (answer, "{\"hello\":\"you\"}"));
  g_assert_nonnull (strstr (answer, "{\"error\":\"Request timeout.\"}"));
}

static void
test_front_idle_timeout (void)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  FrontFixture fixture;

  limits.idle_timeout_us = 50 * 1000;
  front_fixture_init (&fixture, &limits);
  {
    g_autoptr (RawClient) client = raw_client_new (fixture.port);

    g_assert_true (g_str_has_suffix (raw_client_ask (client, GET), "{\"hello\":\"you\"}"));
  }
  front_fixture_clear (&fixture);
}

/* Whoever asks and never reads has the time of an idle client, not all there is. */
static void
test_front_never_read (void)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  FrontFixture fixture;

  limits.idle_timeout_us = 50 * 1000;
  front_fixture_init (&fixture, &limits);
  {
    g_autoptr (RawClient) client = raw_client_new (fixture.port);
    static const char big[] = "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";

    raw_client_stop_reading (client);
    for (guint i = 0; i < 10; i++)
      raw_client_send (client, big, -1);
    resonate_test_wait_until (resonate_front_get_n_streams (fixture.front) == 1);
    resonate_test_wait_until (resonate_front_get_n_streams (fixture.front) == 0);
  }
  front_fixture_clear (&fixture);
}

static void
test_front_half_closed (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, GET, -1);
  g_socket_shutdown (g_socket_connection_get_socket (client->connection), FALSE, TRUE, NULL);
  resonate_test_wait_until (client->eof);
  g_assert_true (g_str_has_suffix (client->received->str, "{\"hello\":\"you\"}"));
}

/* A request that ends where one look at the socket does, with the next one right behind it: the
 * kernel has told of both, and does not tell again. */
static void
test_front_next_behind_a_full_look (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  g_autofree char *body = g_strnfill (10000, 'x');
  const char *start = "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\nX: ";
  g_autofree char *field = NULL;
  g_autofree char *both = NULL;

  field = g_strnfill (RESONATE_STREAM_SCRATCH_SIZE - strlen (start) - 4 - 10000, 'a');
  both = g_strconcat (start, field, "\r\n\r\n", body, GET, NULL);
  raw_client_send (client, both, -1);
  raw_client_expect (client, "{\"hello\":\"you\"}");
}

static void
test_front_broken_look (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  g_test_summary ("A socket that is not what it looked like is closed, with its request whole");

  gives_less = TRUE;
  g_assert_cmpstr (raw_client_ask (client, GET), ==, "");
  g_assert_false (gives_less);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 0);
}

static void
test_front_port_in_use (FrontFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *place = g_strdup_printf ("127.0.0.1 port %u", self->port);

  g_assert_false (resonate_front_listen (self->front, "127.0.0.1", self->port, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, place));
}

static void
test_front_both_families (FrontFixture *self, gconstpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) uris = NULL;
  guint16 port;

  if (!resonate_front_listen (self->front, "0.0.0.0", 0, NULL, &error))
    g_error ("%s", error->message);
  port = last_port (self);

  if (!resonate_front_listen (self->front, "::", port, NULL, &error))
    g_error ("%s", error->message);

  uris = resonate_front_dup_uris (self->front);
  g_assert_cmpuint (g_strv_length (uris), ==, 3);
  g_assert_true (g_str_has_prefix (uris[2], "http://[::]:"));
  connection = g_socket_client_connect_to_host (client, "::1", port, NULL, &error);
  g_assert_no_error (error);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 1);
}

static void
test_front_inherited (FrontFixture *self, gconstpointer data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GError) error = NULL;
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in native;

  g_socket_address_to_native (address, &native, sizeof (native), NULL);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &native, sizeof (native)), ==, 0);

  g_assert_false (resonate_front_listen_fd (self->front, fd, NULL, &error));
  g_assert_nonnull (strstr (error->message, "no listening socket"));
  g_clear_error (&error);

  g_assert_cmpint (listen (fd, 10), ==, 0);
  resonate_front_listen_fd (self->front, fd, NULL, &error);
  g_assert_no_error (error);
  client = raw_client_new (last_port (self));
  raw_client_send (client, GET, -1);
  raw_client_expect (client, "{\"hello\":\"you\"}");
}

static void
test_front_http2_refused (FrontFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("SOUP_SERVER_HTTP2", "1", TRUE);
  g_assert_false (resonate_front_listen (self->front, "127.0.0.1", 0, NULL, &error));
  g_assert_nonnull (strstr (error->message, "SOUP_SERVER_HTTP2"));
  g_unsetenv ("SOUP_SERVER_HTTP2");
}

static void
test_front_limits (void)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  FrontFixture fixture;

  limits.max_connections = 1;
  limits.max_connections_per_address = 2;
  front_fixture_init (&fixture, &limits);
  {
    g_autoptr (RawClient) first = raw_client_new (fixture.port);
    g_autoptr (RawClient) second = raw_client_new (fixture.port);
    g_autoptr (RawClient) third = raw_client_new (fixture.port);

    /* One too many for its address. */
    resonate_test_wait_until (third->eof);

    /* The last WebSocket is taken; REST is still served. */
    raw_client_upgrade (first);
    raw_client_send (second, GET, -1);
    raw_client_expect (second, "{\"hello\":\"you\"}");
    raw_client_send (
      second,
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      -1);
    raw_client_expect (second, "503 Service Unavailable");
  }
  front_fixture_clear (&fixture);
}

static void
test_front_trusted_proxy (void)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  const char *const proxies[] = { "127.0.0.0/8", "198.51.100.0/24", NULL };
  FrontFixture fixture;

  limits.max_connections_per_address = 1;
  limits.trusted_proxies = (GStrv) proxies;
  front_fixture_init (&fixture, &limits);
  {
    g_autoptr (RawClient) first = raw_client_new (fixture.port);
    g_autoptr (RawClient) second = raw_client_new (fixture.port);
    static const char request[] =
      "GET /echo/a HTTP/1.1\r\nHost: x\r\n"
      "X-Forwarded-For: 10.9.9.9, [2001:db8::1]:80, 198.51.100.7\r\n\r\n";

    raw_client_send (first, request, -1);
    raw_client_expect (first, " a 2001:db8::1 ");
    raw_client_send (second, request, -1);
    raw_client_expect (second, "{\"error\":\"Too many connections.\"}");
  }
  front_fixture_clear (&fixture);
}

static void
test_front_proxy_behind_proxy (void)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  const char *const proxies[] = { "127.0.0.0/8", NULL };
  FrontFixture fixture;

  g_test_summary ("A trusted address that another one names is not counted either");

  limits.max_connections_per_address = 1;
  limits.trusted_proxies = (GStrv) proxies;
  front_fixture_init (&fixture, &limits);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (fixture.port);

      raw_client_send (client,
                       "GET /echo/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 127.0.0.9\r\n\r\n", -1);
      raw_client_expect (client, " a 127.0.0.9 ");
    }
  front_fixture_clear (&fixture);
}

static void
test_front_untrusted_proxy (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, "GET /echo/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.9.9\r\n\r\n",
                   -1);
  raw_client_expect (client, " a 127.0.0.1 ");
}

static void
test_front_closes (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) idle = raw_client_new (self->port);
  g_autoptr (RawClient) busy = raw_client_new (self->port);

  raw_client_send (idle, GET, -1);
  raw_client_expect (idle, "{\"hello\":\"you\"}");
  raw_client_send (busy, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  resonate_test_wait_until (self->held != NULL);

  resonate_front_stop_accepting (self->front);
  resonate_front_close (self->front);
  resonate_test_wait_until (idle->eof);

  resonate_exchange_respond_text (self->held, 200, "the last word");
  resonate_test_wait_until (busy->eof);
  g_assert_true (g_str_has_suffix (busy->received->str, "the last word"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, FrontFixture, NULL, set_up, func, tear_down)
  add ("/front/refusals", test_front_refusals);
  add ("/front/big-body", test_front_big_body);
  add ("/front/timeouts", test_front_timeouts);
  add ("/front/half-after-whole", test_front_half_after_whole);
  add ("/front/half-closed", test_front_half_closed);
  add ("/front/next-behind-a-full-look", test_front_next_behind_a_full_look);
  add ("/front/broken-look", test_front_broken_look);
  add ("/front/port-in-use", test_front_port_in_use);
  add ("/front/both-families", test_front_both_families);
  add ("/front/inherited", test_front_inherited);
  add ("/front/http2-refused", test_front_http2_refused);
  add ("/front/untrusted-proxy", test_front_untrusted_proxy);
  add ("/front/closes", test_front_closes);
#undef add
  g_test_add_func ("/front/idle-timeout", test_front_idle_timeout);
  g_test_add_func ("/front/never-read", test_front_never_read);
  g_test_add_func ("/front/limits", test_front_limits);
  g_test_add_func ("/front/trusted-proxy", test_front_trusted_proxy);
  g_test_add_func ("/front/proxy-behind-proxy", test_front_proxy_behind_proxy);

  return g_test_run ();
}
