/* test-proxy-protocol.c: connections for which a proxy speaks first
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "tls-fixture.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "transport/resonate-transport-private.h"

#define TEXT(address) "PROXY TCP4 " address " 198.51.100.1 12345 443\r\n"
#define ECHO          "GET /echo/a HTTP/1.1\r\nHost: x\r\n\r\n"
#define FORWARDED(by) "GET /echo/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " by "\r\n\r\n"

#define BINARY(command) "\r\n\r\n\0\r\nQUIT\n" command
#define LOCAL           BINARY ("\x20\x00\x00\x00")
#define INET6                                                                                  \
  BINARY ("\x21\x21\x00\x28"                                                                   \
          "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1" \
          "\x30\x39\x01\xbb"                                                                   \
          "\x04\x00\x01x")

#define send_all(client, text) raw_client_send (client, text, sizeof (text) - 1)

static const char *const loopback[] = { "127.0.0.0/8", NULL };
static const char *const with_second[] = { "127.0.0.0/8", "198.51.100.0/24", NULL };
static const char *const somebody[] = { "192.0.2.1", NULL };
static const char *const no_network[] = { "proxy.example", NULL };

/* Nobody is cut off for being slow, but where a test says so. */
static void
init (FrontFixture *self, const char *const *trusted_proxies, guint max_connections_per_address)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  limits.proxy_protocol = TRUE;
  limits.header_timeout_us = 60 * G_USEC_PER_SEC;
  limits.trusted_proxies = (GStrv) trusted_proxies;
  limits.max_connections_per_address = max_connections_per_address;
  front_fixture_init (self, &limits);
}

static void
set_up (FrontFixture *self, gconstpointer data)
{
  init (self, data, 0);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

static RawClient *
open_with (FrontFixture *self, const void *bytes, gsize length)
{
  RawClient *client = raw_client_new (self->port);

  raw_client_send (client, bytes, (gssize) length);

  return client;
}

static void
assert_closed_without_a_word (RawClient *client)
{
  resonate_test_wait_until (client->eof);
  g_assert_cmpstr (client->received->str, ==, "");
}

#define assert_echo(fixture, text, address)                                           \
  G_STMT_START                                                                        \
  {                                                                                   \
    g_autoptr (RawClient) echo_client = open_with (fixture, text, sizeof (text) - 1); \
                                                                                      \
    raw_client_expect (echo_client, " a " address " ");                               \
  }                                                                                   \
  G_STMT_END

/*
 * Who the client is
 */
static void
test_names (FrontFixture *self, gconstpointer data)
{
  assert_echo (self, TEXT ("192.0.2.7") ECHO, "192.0.2.7");
  assert_echo (self, "PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n" ECHO, "2001:db8::7");
  assert_echo (self, "PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n" ECHO, "192.0.2.7");
  assert_echo (self, "PROXY UNKNOWN\r\n" ECHO, "127.0.0.1");
  assert_echo (self, INET6 ECHO, "2001:db8::7");
  assert_echo (self, LOCAL ECHO, "127.0.0.1");
  assert_echo (self, BINARY ("\x21\x00\x00\x00") ECHO, "127.0.0.1");
}

static void
test_web_socket (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_with (self, INET6, sizeof (INET6) - 1);
  g_autofree char *payload = NULL;

  raw_client_upgrade (client);
  g_assert_cmpstr (resonate_transport_get_remote_address (g_ptr_array_index (self->transports, 0)),
                   ==, "2001:db8::7");

  raw_client_send_frame (client, 0x81, "one", 3);
  g_assert_cmphex (raw_client_read_frame (client, &payload), ==, 0x81);
  g_assert_cmpstr (payload, ==, "one");
}

/* Whoever is named is the peer: what it says of others counts if its own word does. */
static void
test_forwarded (FrontFixture *self, gconstpointer data)
{
  assert_echo (self, TEXT ("192.0.2.7") FORWARDED ("10.9.9.9"), "192.0.2.7");
  assert_echo (self, TEXT ("198.51.100.7") FORWARDED ("10.9.9.9"), "10.9.9.9");
  assert_echo (self, LOCAL FORWARDED ("10.9.9.9"), "10.9.9.9");
}

/*
 * How the bytes come
 */

/* Runs the loop until it has nothing to do, which for one that spins is never. */
static void
assert_falls_quiet (void)
{
  guint n_turns = 0;

  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (n_turns++, <, 100);
}

static void
assert_byte_by_byte (FrontFixture *self, const char *bytes, gsize length)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  g_socket_set_option (g_socket_connection_get_socket (client->connection), IPPROTO_TCP,
                       TCP_NODELAY, 1, NULL);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 1);
  for (gsize i = 0; i < length; i++)
    {
      raw_client_send (client, bytes + i, 1);
      assert_falls_quiet ();
      g_assert_false (client->eof);
    }

  send_all (client, ECHO);
  raw_client_expect (client, " a ");
  g_clear_pointer (&client, raw_client_free);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 0);
}

static void
test_byte_by_byte (FrontFixture *self, gconstpointer data)
{
  g_test_summary ("Half a header costs no turn of the loop");

  assert_byte_by_byte (self, TEXT ("192.0.2.7"), sizeof (TEXT ("192.0.2.7")) - 1);
  assert_byte_by_byte (self, INET6, sizeof (INET6) - 1);
}

static void
test_half_and_gone (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) nothing = raw_client_new (self->port);
  g_autoptr (RawClient) early = open_with (self, "PROXY TC", 8);
  g_autoptr (RawClient) late = open_with (self, "PROXY TC", 8);

  g_test_summary ("Who ends in the middle of a header is not waited for");

  /* Before the first look at it, and when half of it has been seen. */
  g_socket_shutdown (g_socket_connection_get_socket (nothing->connection), FALSE, TRUE, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (early->connection), FALSE, TRUE, NULL);
  assert_closed_without_a_word (nothing);
  assert_closed_without_a_word (early);
  assert_falls_quiet ();
  g_socket_shutdown (g_socket_connection_get_socket (late->connection), FALSE, TRUE, NULL);
  assert_closed_without_a_word (late);
}

static void
test_slow (void)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  FrontFixture fixture;

  limits.proxy_protocol = TRUE;
  front_fixture_init (&fixture, &limits);
  {
    g_autoptr (RawClient) silent = raw_client_new (fixture.port);
    g_autoptr (RawClient) half = open_with (&fixture, INET6, 20);

    assert_closed_without_a_word (silent);
    assert_closed_without_a_word (half);
  }
  front_fixture_clear (&fixture);
}

/*
 * Who is refused
 */
static void
test_refused (FrontFixture *self, gconstpointer data)
{
  static const char *const headers[] = {
    ECHO,
    "\x16\x03\x01\x02\x01\x01",
    "PROXY TCP4 192.0.2.7 198.51.100.1 012345 443\r\n" ECHO,
    "PROXY TCP4 192.0.2.7 198.51.100.1 12345 443\n" ECHO,
    "PROXY UNKNOWN and as many words behind it as no address, and no two of them, and no ports of "
    "theirs could be\r\n" ECHO,
  };
  g_autoptr (RawClient) datagram = NULL;
  g_autoptr (RawClient) huge = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (RawClient) client = open_with (self, headers[i], strlen (headers[i]));

      assert_closed_without_a_word (client);
    }

  datagram = open_with (self, BINARY ("\x21\x12\x00\x0c"), 16);
  huge = open_with (self, BINARY ("\x20\x00\x02\x19"), 16);
  assert_closed_without_a_word (datagram);
  assert_closed_without_a_word (huge);
}

/* Not even one that is right, nor where those who are trusted are named in words of no meaning. */
static void
test_untrusted (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient)
    client = open_with (self, TEXT ("192.0.2.7") ECHO, sizeof (TEXT ("192.0.2.7") ECHO) - 1);

  assert_closed_without_a_word (client);
}

static void
on_debug (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  g_string_append (user_data, message);
}

static void
test_reset_is_not_unix (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) probe = raw_client_new (self->port);
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  int fd = g_socket_get_fd (g_socket_connection_get_socket (probe->connection));
  const struct linger reset = { .l_onoff = 1 };
  guint handler;

  g_test_summary ("A peer that is gone before it is accepted has no address, not that of a socket");

  handler = g_log_set_handler ("resonate-address-book", G_LOG_LEVEL_DEBUG, on_debug, log);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_LINGER, &reset, sizeof (reset)), ==, 0);
  g_clear_pointer (&probe, raw_client_free);
  client = raw_client_new (self->port);
  assert_closed_without_a_word (client);
  g_log_remove_handler ("resonate-address-book", handler);
  g_assert_true (g_str_has_prefix (log->str, "127.0.0.1 may not send a PROXY header"));
}

static void
test_unix (FrontFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("resonate-proxy-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GError) error = NULL;
  struct sockaddr_un native;
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  g_test_summary ("A local socket has no header, and needs none");

  g_socket_address_to_native (address, &native, sizeof (native), NULL);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &native, sizeof (native)), ==, 0);
  g_assert_cmpint (listen (fd, 10), ==, 0);
  resonate_front_listen_fd (self->front, fd, NULL, &error);
  g_assert_no_error (error);

  client = raw_client_new_for (G_SOCKET_CONNECTABLE (address));
  send_all (client, ECHO);
  raw_client_expect (client, " a unix ");
  g_remove (path);
  g_rmdir (folder);
}

/*
 * How many there may be
 */
static void
test_limit (void)
{
  FrontFixture fixture;

  init (&fixture, loopback, 1);
  {
    g_autoptr (RawClient) first = open_with (&fixture, INET6 ECHO, sizeof (INET6 ECHO) - 1);
    g_autoptr (RawClient) second = NULL;
    g_autoptr (RawClient) pending = raw_client_new (fixture.port);
    g_autoptr (RawClient) another = raw_client_new (fixture.port);

    raw_client_expect (first, " a 2001:db8::7 ");
    second = open_with (&fixture, INET6 ECHO, sizeof (INET6 ECHO) - 1);
    assert_closed_without_a_word (second);
    assert_echo (&fixture, TEXT ("192.0.2.7") ECHO, "192.0.2.7");

    /* The proxy itself is not counted: neither before it speaks, nor when it speaks for itself. */
    resonate_test_wait_until (resonate_front_get_n_streams (fixture.front) == 3);
    assert_echo (&fixture, LOCAL ECHO, "127.0.0.1");
    assert_echo (&fixture, LOCAL ECHO, "127.0.0.1");
    g_assert_false (pending->eof || another->eof);

    g_clear_pointer (&first, raw_client_free);
    resonate_test_wait_until (resonate_front_get_n_streams (fixture.front) == 2);
    assert_echo (&fixture, INET6 ECHO, "2001:db8::7");
  }
  front_fixture_clear (&fixture);
}

static void
test_limit_of_peers (void)
{
  FrontFixture fixture;

  g_test_summary ("Who is no trusted proxy is counted until it has said for whom it comes");

  init (&fixture, NULL, 1);
  {
    g_autoptr (RawClient) first = raw_client_new (fixture.port);
    g_autoptr (RawClient) second = NULL;
    g_autoptr (RawClient) third = NULL;

    resonate_test_wait_until (resonate_front_get_n_streams (fixture.front) == 1);
    second = raw_client_new (fixture.port);
    assert_closed_without_a_word (second);

    send_all (first, TEXT ("192.0.2.7") ECHO);
    raw_client_expect (first, " a 192.0.2.7 ");
    third = open_with (&fixture, LOCAL ECHO, sizeof (LOCAL ECHO) - 1);
    raw_client_expect (third, " a 127.0.0.1 ");
  }
  front_fixture_clear (&fixture);
}

/*
 * What comes behind
 */
static void
test_tls (FrontFixture *self, gconstpointer data)
{
  TlsFiles files;
  guint16 port;

  tls_files_init (&files);
  port = tls_files_listen (&files, self->front);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (port);
      int fd = g_socket_get_fd (g_socket_connection_get_socket (client->connection));

      /* With the first words of TLS in one segment, and alone. */
      g_assert_cmpint (send (fd, INET6, sizeof (INET6) - 1, i == 0 ? MSG_MORE : 0), ==,
                       sizeof (INET6) - 1);
      raw_client_start_tls (client);
      send_all (client, ECHO);
      raw_client_expect (client, " a 2001:db8::7 ");
    }
  tls_files_clear (&files);
}

static void
test_tls_without (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  TlsFiles files;

  tls_files_init (&files);
  client = raw_client_new (tls_files_listen (&files, self->front));
  raw_client_send (client, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  assert_closed_without_a_word (client);
  tls_files_clear (&files);
}

static void
test_front_closes (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_with (self, "PROXY", 5);

  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 1);
  resonate_front_close (self->front);
  assert_closed_without_a_word (client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, trusted, func) g_test_add (path, FrontFixture, trusted, set_up, func, tear_down)
  add ("/proxy-protocol/names", NULL, test_names);
  add ("/proxy-protocol/names/trusted", loopback, test_names);
  add ("/proxy-protocol/web-socket", loopback, test_web_socket);
  add ("/proxy-protocol/forwarded", with_second, test_forwarded);
  add ("/proxy-protocol/byte-by-byte", NULL, test_byte_by_byte);
  add ("/proxy-protocol/half-and-gone", NULL, test_half_and_gone);
  add ("/proxy-protocol/refused", NULL, test_refused);
  add ("/proxy-protocol/untrusted", somebody, test_untrusted);
  add ("/proxy-protocol/untrusted/no-network", no_network, test_untrusted);
  add ("/proxy-protocol/reset-is-not-unix", somebody, test_reset_is_not_unix);
  add ("/proxy-protocol/unix", somebody, test_unix);
  add ("/proxy-protocol/tls", loopback, test_tls);
  add ("/proxy-protocol/tls/without", loopback, test_tls_without);
  add ("/proxy-protocol/front-closes", NULL, test_front_closes);
#undef add
  g_test_add_func ("/proxy-protocol/slow", test_slow);
  g_test_add_func ("/proxy-protocol/limit", test_limit);
  g_test_add_func ("/proxy-protocol/limit/of-peers", test_limit_of_peers);

  return g_test_run ();
}
