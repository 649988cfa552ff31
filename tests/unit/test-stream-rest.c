/* test-stream-rest.c: a WebSocket wakes up for what needs libsoup, and for nothing else
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "front-fixture.h"

#include "transport/resonate-stream-private.h"

#define TEXT   0x81
#define BINARY 0x82
#define FIRST  0x01
#define LAST   0x80
#define CLOSE  0x88
#define PING   0x89

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
wait_for_log (FrontFixture *self, const char *text)
{
  resonate_test_wait_until (strstr (self->log->str, text) != NULL);
}

/* Sleeps between two messages, and not in the middle of one. */
static void
test_rest_sleeps (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  ResonateStream *stream = resonate_transport_get_stream (transport);

  /* Nothing has come yet, so there is nothing that could hear it. */
  g_assert_false (resonate_stream_is_awake (stream));

  raw_client_send_frame (client, TEXT, "one", 3);
  wait_for_log (self, "text one\n");
  resonate_test_wait_until (!resonate_stream_is_awake (stream));

  raw_client_send_frame (client, FIRST, "tw", 2);
  resonate_test_wait_until (resonate_stream_is_awake (stream));
  raw_client_send_frame (client, PING, "", 0);
  wait_for_log (self, "control 9\n");
  g_assert_true (resonate_stream_is_awake (stream));
  raw_client_send_frame (client, LAST, "o", 1);
  wait_for_log (self, "text two\n");
  resonate_test_wait_until (!resonate_stream_is_awake (stream));

  raw_client_send_frame (client, CLOSE, "\x03\xe8", 2);
  g_assert_cmpuint (raw_client_read_close (client), ==, 1000);
}

/* Who wants something of libsoup often is not put to bed every time; who stops is, after a while.
 */
static void
test_rest_stays_awake (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  ResonateStream *stream = resonate_transport_get_stream (transport);
  guint n_awake = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      raw_client_send_frame (client, PING, text, strlen (text));
      raw_client_expect (client, text);
      g_string_truncate (client->received, 0);
      n_awake += resonate_stream_is_awake (stream) ? 1 : 0;
    }

  g_assert_cmpuint (n_awake, >=, 10);
  g_assert_true (resonate_stream_is_awake (stream));
  resonate_test_wait_until (!resonate_stream_is_awake (stream));
}

static void
test_rest_text_wakes_nobody (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  ResonateTransport *transport = g_ptr_array_index (self->transports, 0);
  ResonateStream *stream = resonate_transport_get_stream (transport);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autofree char *line = g_strdup_printf ("text %u\n", i);

      raw_client_send_frame (client, TEXT, text, strlen (text));
      wait_for_log (self, line);
      g_assert_false (resonate_stream_is_awake (stream));
    }
}

/* What wakes libsoup is followed by texts, which libsoup then reads as well. */
static void
test_rest_keeps_order (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  for (guint i = 0; i < 4; i++)
    {
      raw_client_send_frame (client, TEXT, "one", 3);
      raw_client_send_frame (client, FIRST, "t", 1);
      raw_client_send_frame (client, PING, "", 0);
      raw_client_send_frame (client, LAST, "wo", 2);
      raw_client_send_frame (client, TEXT, "three", 5);
      raw_client_send_frame (client, BINARY, "four", 4);
      raw_client_send_frame (client, TEXT, "five", 4);
      wait_for_log (self, "text one\ncontrol 9\ntext two\ntext three\nbinary four\ntext five\n");
      g_string_truncate (self->log, 0);
    }
}

static void
test_rest_text_that_is_none (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  raw_client_send_frame (client, TEXT, "a\0b", 3);
  wait_for_log (self, "text a");
  raw_client_send_frame (client, TEXT, "eight bytes and seven \xc3\xa4", 24);
  wait_for_log (self, "text eight bytes and seven \xc3\xa4\n");
  raw_client_send_frame (client, TEXT, "more than eight \xc3\x28", 18);
  raw_client_send_frame (client, TEXT, "late", 4);
  g_assert_cmpuint (raw_client_read_close (client), ==, 1007);
  g_assert_null (strstr (self->log->str, "late"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, FrontFixture, NULL, set_up, func, tear_down)
  add ("/stream-rest/sleeps", test_rest_sleeps);
  add ("/stream-rest/stays-awake", test_rest_stays_awake);
  add ("/stream-rest/text-wakes-nobody", test_rest_text_wakes_nobody);
  add ("/stream-rest/keeps-order", test_rest_keeps_order);
  add ("/stream-rest/text-that-is-none", test_rest_text_that_is_none);
#undef add

  return g_test_run ();
}
