/* test-soup-reader.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "front-fixture.h"

#include "transport/resonate-soup-reader-private.h"
#include "transport/resonate-stream-private.h"

#define TEXT  0x81
#define FIRST 0x01
#define LAST  0x80
#define CLOSE 0x88
#define PING  0x89
#define PONG  0x8a

static void
set_up (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  limits.hibernate_after_us = 50 * 1000;
  front_fixture_init (self, &limits);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

/* With a libsoup whose reader cannot be called, its sources wait in the loop, and all is as before.
 */
static void
test_soup_reader_hidden (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  ResonateStream *stream;

  g_assert_true (resonate_soup_reader_is_known ());
  resonate_soup_reader_hide_for_test (TRUE);
  client = raw_client_new (self->port);
  raw_client_upgrade (client);
  stream = resonate_transport_get_stream (g_ptr_array_index (self->transports, 0));

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = NULL;

      raw_client_send_frame (client, FIRST, "he", 2);
      raw_client_send_frame (client, PING, "p", 1);
      raw_client_send_frame (client, LAST, "llo", 3);
      g_assert_cmphex (raw_client_read_frame (client, NULL), ==, PONG);
      g_assert_cmphex (raw_client_read_frame (client, &text), ==, TEXT);
      g_assert_cmpstr (text, ==, "hello");
      resonate_test_wait_until (!resonate_stream_is_awake (stream));
    }

  raw_client_send_frame (client, CLOSE, "\x03\xe8", 2);
  g_assert_cmpuint (raw_client_read_close (client), ==, 1000);
  resonate_test_wait_until (strstr (self->log->str, "closed 1000  clean\n") != NULL);
  resonate_soup_reader_hide_for_test (FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/soup-reader/hidden", FrontFixture, NULL, set_up, test_soup_reader_hidden,
              tear_down);

  return g_test_run ();
}
