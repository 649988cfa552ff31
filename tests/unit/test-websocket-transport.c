/* test-websocket-transport.c: frames, limits and closes over a real socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "front-fixture.h"

#include "transport/resonate-frame-private.h"
#include "transport/resonate-stream-private.h"
#include "transport/resonate-websocket-transport-private.h"

#define TEXT     0x81
#define BINARY   0x82
#define FIRST    0x01
#define MIDDLE   0x00
#define LAST     0x80
#define CLOSE    0x88
#define PING     0x89
#define PONG     0x8a
#define HARD_CAP (1024 * 1024)

static void
set_up (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  limits.hibernate_after_us = 100 * 1000;
  front_fixture_init (self, &limits);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

static RawClient *
open_client (FrontFixture *self)
{
  RawClient *client = raw_client_new (self->port);

  raw_client_upgrade (client);

  return client;
}

static void
send_text (RawClient *client, const char *text)
{
  raw_client_send_frame (client, TEXT, text, strlen (text));
}

static void
assert_text (RawClient *client, const char *expected)
{
  g_autofree char *payload = NULL;

  g_assert_cmphex (raw_client_read_frame (client, &payload), ==, TEXT);
  g_assert_cmpstr (payload, ==, expected);
}

static void
wait_for_log (FrontFixture *self, const char *text)
{
  resonate_test_wait_until (strstr (self->log->str, text) != NULL);
}

static void
test_ws_echo (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autofree char *exact = g_strnfill (1000, 'x');

  send_text (client, "one");
  send_text (client, "");
  send_text (client, exact);
  raw_client_send_frame (client, BINARY, "\xff\x00", 2);
  assert_text (client, "one");
  assert_text (client, "");
  assert_text (client, exact);
  wait_for_log (self, "binary \xff");
}

/* What comes in one segment with the handshake is neither lost nor delivered too early. */
static void
test_ws_pipelined (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  static const char request[] =
    "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    "\x81\x83\x00\x00\x00\x00one\x81\x83\x00\x00\x00\x00two";

  raw_client_send (client, request, sizeof (request) - 1);
  raw_client_expect (client, "HTTP/1.1 101 ");
  raw_client_expect (client, "\x81\x03one\x81\x03two");
}

static void
test_ws_byte_by_byte (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  static const char frame[] = "\x81\x83\x00\x00\x00\x00one";

  for (guint i = 0; i < sizeof (frame) - 1; i++)
    {
      raw_client_send (client, frame + i, 1);
      g_main_context_iteration (NULL, FALSE);
    }
  assert_text (client, "one");
}

static void
test_ws_fragments (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  /* One character is cut in two, and a ping comes between. */
  raw_client_send_frame (client, FIRST, "a\xc3", 2);
  raw_client_send_frame (client, PING, "p", 1);
  raw_client_send_frame (client, MIDDLE, "\xa9", 1);
  raw_client_send_frame (client, LAST, "b", 1);
  g_assert_cmphex (raw_client_read_frame (client, NULL), ==, PONG);
  assert_text (client, "a\xc3\xa9"
                       "b");
}

static void
test_ws_oversized (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  static const char header[] = "\x81\xfe\x4e\x20\x00\x00\x00\x00";
  g_autofree char *rest = g_strnfill (20000, 'x');

  /* Told by the header alone, behind the answer to what came before. */
  send_text (client, "before");
  raw_client_send (client, header, sizeof (header) - 1);
  assert_text (client, "before");
  assert_text (client, "too big");
  raw_client_send (client, rest, 20000);
  send_text (client, "after");
  assert_text (client, "after");
  g_assert_nonnull (strstr (self->log->str, "oversized 20000 of 1000\n"));
}

/* libsoup holds a part of the message by then, and must not take the next for its end. */
static void
test_ws_oversized_fragments (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autofree char *part = g_strnfill (600, 'x');

  raw_client_send_frame (client, FIRST, part, 600);
  raw_client_send_frame (client, PING, "p", 1);
  raw_client_send_frame (client, MIDDLE, part, 600);
  raw_client_send_frame (client, PING, "q", 1);
  raw_client_send_frame (client, LAST, part, 600);
  send_text (client, "after");
  g_assert_cmphex (raw_client_read_frame (client, NULL), ==, PONG);
  assert_text (client, "too big");
  g_assert_cmphex (raw_client_read_frame (client, NULL), ==, PONG);
  assert_text (client, "after");
}

/* What the server would otherwise wait for, for some time. */
static void
leave (RawClient *client)
{
  g_socket_shutdown (g_socket_connection_get_socket (client->connection), FALSE, TRUE, NULL);
}

static void
test_ws_hard_cap (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  static const char header[] = "\x81\xff\x00\x00\x00\x00\x00\x10\x00\x01\x00\x00\x00\x00";

  G_STATIC_ASSERT (HARD_CAP == 0x100000);
  raw_client_send (client, header, sizeof (header) - 1);
  g_assert_cmpuint (raw_client_read_close (client), ==, 1009);
  resonate_test_wait_until (client->eof);
  leave (client);
  wait_for_log (self, "closed 1009 Message too big unclean\n");
}

typedef struct
{
  const char *name;
  const char *bytes;
  gsize length;
  guint code;
} Violation;

#define V(name, bytes, code)              \
  {                                       \
    name, bytes, sizeof (bytes) - 1, code \
  }
#define M "\x00\x00\x00\x00"

static const Violation violations[] = {
  V ("unmasked", "\x81\x01x", 1002),
  V ("rsv1", "\xc1\x81" M "x", 1002),
  V ("opcode-3", "\x83\x81" M "x", 1002),
  V ("opcode-b", "\x8b\x81" M "x", 1002),
  V ("fragmented-ping", "\x09\x81" M "x", 1002),
  V ("long-ping", "\x89\xfe\x00\x7e" M, 1002),
  V ("continuation", "\x80\x81" M "x", 1002),
  V ("new-message", "\x01\x81" M "x\x81\x81" M "x", 1002),
  V ("top-bit", "\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00" M, 1002),
  V ("utf8", "\x81\x82" M "\xc3\x28", 1007),
  V ("utf8-fragment", "\x01\x82" M "\xc3\x28", 1007),
  V ("utf8-end", "\x01\x81" M "x\x80\x81" M "\xc3", 1007),
  V ("close-one-byte", "\x88\x81" M "\x03", 1002),
  V ("close-0", "\x88\x82" M "\x00\x00", 1002),
  V ("close-999", "\x88\x82" M "\x03\xe7", 1002),
  V ("close-1005", "\x88\x82" M "\x03\xed", 1002),
  V ("close-5000", "\x88\x82" M "\x13\x88", 1002),
  V ("close-utf8", "\x88\x84" M "\x03\xe8\xc3\x28", 1007),
};

static void
test_ws_violations (FrontFixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (violations); i++)
    {
      g_autoptr (RawClient) client = open_client (self);

      g_test_message ("%s", violations[i].name);
      g_string_truncate (self->log, 0);
      raw_client_send (client, violations[i].bytes, (gssize) violations[i].length);

      /* Nothing is delivered once it is over. */
      send_text (client, "after");
      g_assert_cmpuint (raw_client_read_close (client), ==, violations[i].code);
      resonate_test_wait_until (client->eof);
      leave (client);
      wait_for_log (self, "closed");
      g_assert_null (strstr (self->log->str, "after"));
    }
}

static void
test_ws_client_close (FrontFixture *self, gconstpointer data)
{
  static const guint codes[] = { 1000, 1008, 1009, 3000, 4999 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (RawClient) client = open_client (self);
      g_autofree char *expected = g_strdup_printf ("closed %u bye clean\n", codes[i]);
      g_autofree char *payload = NULL;
      char text[] = { (char) (codes[i] >> 8), (char) codes[i], 'b', 'y', 'e' };

      raw_client_send_frame (client, CLOSE, text, sizeof (text));
      g_assert_cmphex (raw_client_read_frame (client, &payload), ==, CLOSE);
      g_assert_cmpmem (payload, 5, text, 5);
      resonate_test_wait_until (client->eof);
      wait_for_log (self, expected);
    }
}

static void
test_ws_client_close_empty (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  raw_client_send_frame (client, CLOSE, "", 0);
  g_assert_cmphex (raw_client_read_frame (client, NULL), ==, CLOSE);
  resonate_test_wait_until (client->eof);
  wait_for_log (self, "closed 1005  clean\n");
}

static void
test_ws_client_leaves (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  leave (client);
  wait_for_log (self, "closed 1006  unclean\n");
}

/* So many frames are taken in a turn; the end is not told before the last of them. */
static void
test_ws_many_then_leaves (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  self->echoes = FALSE;
  for (guint i = 0; i < 3000; i++)
    g_byte_array_append (frames, (const guint8 *) "\x81\x81\x00\x00\x00\x00x", 7);
  g_byte_array_append (frames, (const guint8 *) "\x81\x84\x00\x00\x00\x00last", 10);

  raw_client_send (client, frames->data, frames->len);
  g_socket_shutdown (g_socket_connection_get_socket (client->connection), FALSE, TRUE, NULL);
  wait_for_log (self, "closed 1006  unclean\n");
  g_assert_nonnull (strstr (self->log->str, "text last\n"));
}

static void
test_ws_server_close (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  g_autoptr (GBytes) frame = resonate_frame_new_text ("last", 4);

  resonate_transport_send (transport, frame);
  resonate_transport_close (transport, 4009, "Go away");
  resonate_transport_send (transport, frame);
  g_assert_false (resonate_transport_is_open (transport));

  assert_text (client, "last");
  g_assert_cmpuint (raw_client_read_close (client), ==, 4009);
  send_text (client, "ignored");
  raw_client_send_frame (client, CLOSE, "\x0f\xa9", 2);
  resonate_test_wait_until (client->eof);
  wait_for_log (self, "closed 4009 Go away clean\n");
  g_assert_null (strstr (self->log->str, "ignored"));
  g_assert_cmpuint (client->received->len, ==, 0);
}

static void
test_ws_abort (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  resonate_transport_abort (g_ptr_array_index (self->transports, 0));
  g_assert_cmpstr (self->log->str, ==, "");
  resonate_test_wait_until (client->eof);
  wait_for_log (self, "closed 1006  unclean\n");
}

static void
test_ws_ping (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autofree char *payload = NULL;

  raw_client_send_frame (client, PING, "hi", 2);
  g_assert_cmphex (raw_client_read_frame (client, &payload), ==, PONG);
  g_assert_cmpstr (payload, ==, "hi");
  wait_for_log (self, "control 9\n");

  resonate_transport_ping (g_ptr_array_index (self->transports, 0));
  g_assert_cmphex (raw_client_read_frame (client, NULL), ==, PING);
  raw_client_send_frame (client, PONG, "", 0);
  wait_for_log (self, "control 10\n");
}

/* Costs the queue and no more, and is told when it reads again. */
static void
test_ws_slow_reader (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  g_autofree char *text = g_strnfill (64 * 1024, 'x');
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, 64 * 1024);

  g_socket_set_option (g_socket_connection_get_socket (client->connection), 1 /* SOL_SOCKET */,
                       8 /* SO_RCVBUF */, 4096, NULL);
  raw_client_stop_reading (client);

  while (resonate_transport_is_open (transport))
    resonate_transport_send (transport, frame);

  g_assert_cmpuint (resonate_transport_get_queued_bytes (transport), <=, 1024 * 1024 + 64);
  g_assert_cmpuint (resonate_transport_get_queued_bytes (transport), >, 512 * 1024);
  g_assert_cmpstr (self->log->str, ==, "pressure 1\noverflow\n");

  /* It never reads: the closing handshake is not waited for without end. */
  wait_for_log (self, "closed 4100 Slow unclean\n");
}

/* The newest news are what a slow reader is sent when it reads again. */
static void
test_ws_drops_oldest (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  g_autofree char *text = g_strnfill (64 * 1024, 'x');
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, 64 * 1024);
  g_autoptr (GBytes) last = resonate_frame_new_text ("last", 4);

  resonate_transport_set_drops_oldest (transport, TRUE);
  /* Nobody reads before the loop runs again. */
  for (int i = 0; i < 1000; i++)
    resonate_transport_send (transport, frame);
  resonate_transport_send (transport, last);

  g_assert_true (resonate_transport_is_open (transport));
  g_assert_cmpuint (resonate_transport_get_queued_bytes (transport), <=, 1024 * 1024 + 64);
  g_assert_null (strstr (self->log->str, "overflow"));

  resonate_test_wait_until (
    g_str_has_suffix (client->received->str + MAX ((gssize) client->received->len - 4, 0), "last"));
}

static void
test_ws_pressure_ends (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  g_autofree char *text = g_strnfill (64 * 1024, 'x');
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, 64 * 1024);

  while (strstr (self->log->str, "pressure 1") == NULL)
    resonate_transport_send (transport, frame);

  wait_for_log (self, "pressure 0\n");
  resonate_test_wait_until (resonate_transport_get_queued_bytes (transport) == 0);
  g_assert_false (client->eof);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, FrontFixture, NULL, set_up, func, tear_down)
  add ("/websocket/echo", test_ws_echo);
  add ("/websocket/pipelined", test_ws_pipelined);
  add ("/websocket/byte-by-byte", test_ws_byte_by_byte);
  add ("/websocket/fragments", test_ws_fragments);
  add ("/websocket/oversized", test_ws_oversized);
  add ("/websocket/oversized-fragments", test_ws_oversized_fragments);
  add ("/websocket/hard-cap", test_ws_hard_cap);
  add ("/websocket/violations", test_ws_violations);
  add ("/websocket/client-close", test_ws_client_close);
  add ("/websocket/client-close-empty", test_ws_client_close_empty);
  add ("/websocket/client-leaves", test_ws_client_leaves);
  add ("/websocket/many-then-leaves", test_ws_many_then_leaves);
  add ("/websocket/server-close", test_ws_server_close);
  add ("/websocket/abort", test_ws_abort);
  add ("/websocket/ping", test_ws_ping);
  add ("/websocket/slow-reader", test_ws_slow_reader);
  add ("/websocket/drops-oldest", test_ws_drops_oldest);
  add ("/websocket/pressure-ends", test_ws_pressure_ends);
#undef add

  return g_test_run ();
}
