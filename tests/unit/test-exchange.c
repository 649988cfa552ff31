/* test-exchange.c: requests and answers over a real socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sys/socket.h>

#include "front-fixture.h"

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

static guint
count (const char *text, const char *word)
{
  guint n = 0;

  for (const char *p = strstr (text, word); p != NULL; p = strstr (p + 1, word))
    n++;

  return n;
}

static void
test_exchange_get (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (client, "{\"hello\":\"you\"}");
  g_assert_true (g_str_has_prefix (client->received->str, "HTTP/1.1 200 OK\r\n"));
  raw_client_expect (client, "Content-Length: 15\r\n");
  raw_client_expect (client, "Content-Type: application/json\r\n");
  raw_client_expect (client, "Date: ");

  /* It is kept: the next request is answered on the same connection. */
  g_string_truncate (client->received, 0);
  raw_client_send (client, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (client, "{\"error\":\"Not found.\"}");
  g_assert_false (client->eof);
}

static void
test_exchange_pipelined (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  const char *answer;

  answer = raw_client_ask (client,
                           "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
                           "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                           "\r\n" /* as some clients end a body */
                           "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
                           "hello\r\n\r\n");

  /* The refusal of the last comes behind the answers to those before it. */
  g_assert_cmpuint (count (answer, "HTTP/1.1 200 OK"), ==, 3);
  g_assert_nonnull (strstr (strstr (answer, "abc"), "{\"error\":\"Bad request.\"}"));
}

static void
test_exchange_parts (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client,
                   "post //echo/a%2Fb%20c/?q=%31&r HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                   "Expect: 100-continue\r\n\r\n{}",
                   -1);
  raw_client_expect (client, "POST //echo/a%2Fb%20c/ q=%31&r a/b c 127.0.0.1 {}");
  g_assert_true (g_str_has_prefix (client->received->str, "HTTP/1.1 200 OK\r\n"));

  g_string_truncate (client->received, 0);
  raw_client_send (client, "GET http://x/hello HTTP/1.1\r\nHost: x\r\nRange: bytes=-20000\r\n\r\n",
                   -1);
  raw_client_expect (client, "{\"hello\":\"you\"}");
  g_assert_true (g_str_has_prefix (client->received->str, "HTTP/1.1 200 OK\r\n"));
}

static void
test_exchange_head (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  const char *answer =
    raw_client_ask (client, "HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 OK\r\n"));
  g_assert_nonnull (strstr (answer, "Content-Length: 15\r\n"));
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\n"));
}

static void
test_exchange_wrong_method (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, "DELETE /echo/a HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (client, "{\"error\":\"Method not allowed.\"}");
  raw_client_expect (client, "HTTP/1.1 405 ");
  raw_client_expect (client, "Allow: POST, GET, HEAD\r\n");
}

static void
test_exchange_error_text (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, "GET /error HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (client, "{\"error\":\"a\\/b \\\"\\u00e9\\\" \\ud83d\\ude00\"}");
}

static void
test_exchange_held (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  resonate_test_wait_until (self->held != NULL);
  resonate_exchange_respond_text (self->held, 200, "later");
  raw_client_expect (client, "later");
}

/* The client is gone for good, and the answer comes after that. */
static void
test_exchange_abandoned (FrontFixture *self, gconstpointer data)
{
  RawClient *client = raw_client_new (self->port);
  GSocket *socket = g_socket_connection_get_socket (client->connection);
  struct linger reset = { 1, 0 };
  GCancellable *cancellable;

  raw_client_send (client, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  resonate_test_wait_until (self->held != NULL);
  cancellable = resonate_exchange_get_cancellable (self->held);
  g_assert_false (g_cancellable_is_cancelled (cancellable));

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &reset, sizeof (reset));
  raw_client_free (client);
  resonate_test_wait_until (g_cancellable_is_cancelled (cancellable));
  resonate_exchange_respond_text (self->held, 200, "too late");
}

static void
test_exchange_big_answer (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  const char *answer = raw_client_ask (client,
                                       "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  g_assert_cmpuint (strlen (strstr (answer, "\r\n\r\n") + 4), ==, 4 * 1024 * 1024);
}

typedef struct
{
  const char *name;
  const char *request;
  const char *status;
  const char *text;
} Refusal;

#define UPGRADE "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13     "Sec-WebSocket-Version: 13\r\n"

static const Refusal handshakes[] = {
  { "post", "POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n" UPGRADE KEY V13 "\r\n", "405",
    "{\"error\":\"Method not allowed.\"}" },
  { "http10", "GET /ws HTTP/1.0\r\nHost: x\r\n" UPGRADE KEY V13 "\r\n", "505",
    "505 HTTP Version Not Supported" },
  { "body", "GET /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n" UPGRADE KEY V13 "\r\nx", "400",
    "400 Bad Request" },
  { "plain", "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", "426", "426 Upgrade Required" },
  { "no-connection", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n" KEY V13 "\r\n", "426",
    "426 Bad Request: \"Connection: Upgrade\" header required" },
  { "no-key", "GET /ws HTTP/1.1\r\nHost: x\r\n" UPGRADE V13 "\r\n", "400",
    "400 Bad Request: \"Sec-Websocket-Key\" header required" },
  { "two-keys", "GET /ws HTTP/1.1\r\nHost: x\r\n" UPGRADE KEY KEY V13 "\r\n", "400",
    "400 Bad Request: \"Sec-Websocket-Key\" header invalid" },
  { "version", "GET /ws HTTP/1.1\r\nHost: x\r\n" UPGRADE KEY "Sec-WebSocket-Version: 8\r\n\r\n",
    "426", "426 Bad Request: Requested Websocket version unavailable" },
};

static void
test_exchange_refused_handshakes (FrontFixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (handshakes); i++)
    {
      g_autoptr (RawClient) client = raw_client_new (self->port);

      g_test_message ("%s", handshakes[i].name);
      raw_client_send (client, handshakes[i].request, -1);
      raw_client_expect (client, handshakes[i].text);
      g_assert_cmpint (strncmp (client->received->str + strlen ("HTTP/1.1 "), handshakes[i].status,
                                3),
                       ==, 0);
    }

  g_assert_cmpuint (self->transports->len, ==, 0);
}

static void
test_exchange_handshake (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client,
                   "GET /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n" UPGRADE KEY V13
                   "Sec-WebSocket-Protocol: a, b\r\n"
                   "Sec-WebSocket-Extensions: permessage-deflate; bogus=1\r\n\r\n",
                   -1);
  raw_client_expect (client, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (client->received->str, "HTTP/1.1 101 Switching Protocols\r\n"));
  raw_client_expect (client, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
  raw_client_expect (client, "X-Powered-By: Resonate\r\n");
  g_assert_null (strstr (client->received->str, "Extensions"));
  g_assert_null (strstr (client->received->str, "Protocol:"));
  g_assert_cmpuint (self->transports->len, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, FrontFixture, NULL, set_up, func, tear_down)
  add ("/exchange/get", test_exchange_get);
  add ("/exchange/pipelined", test_exchange_pipelined);
  add ("/exchange/parts", test_exchange_parts);
  add ("/exchange/head", test_exchange_head);
  add ("/exchange/wrong-method", test_exchange_wrong_method);
  add ("/exchange/error-text", test_exchange_error_text);
  add ("/exchange/held", test_exchange_held);
  add ("/exchange/abandoned", test_exchange_abandoned);
  add ("/exchange/big-answer", test_exchange_big_answer);
  add ("/exchange/refused-handshakes", test_exchange_refused_handshakes);
  add ("/exchange/handshake", test_exchange_handshake);
#undef add

  return g_test_run ();
}
