/* test-front-descriptors.c: who makes room when descriptors run out
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sys/resource.h>
#include <unistd.h>

#include "front-fixture.h"

#define GET  "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
#define HOLD "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"
#define HALF "GET /hello HTTP/1.1\r\n"

static void
set_up (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  limits.header_timeout_us = 10 * G_USEC_PER_SEC;
  front_fixture_init (self, &limits);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

/* More than a test has open, and all of them taken while there is a shortage. */
#define N_DESCRIPTORS 100

typedef struct
{
  struct rlimit limit;
  int taken[N_DESCRIPTORS];
  guint n_taken;
} Shortage;

/* A client that connects meanwhile waits to be accepted. */
static void
begin_shortage (Shortage *self)
{
  struct rlimit low;
  int fd;

  getrlimit (RLIMIT_NOFILE, &self->limit);
  low = self->limit;
  low.rlim_cur = N_DESCRIPTORS;
  setrlimit (RLIMIT_NOFILE, &low);

  for (self->n_taken = 0; (fd = dup (STDERR_FILENO)) >= 0; self->n_taken++)
    self->taken[self->n_taken] = fd;
}

static void
end_shortage (Shortage *self)
{
  setrlimit (RLIMIT_NOFILE, &self->limit);
  while (self->n_taken > 0)
    close (self->taken[--self->n_taken]);
}

static void
expect_hello (RawClient *client)
{
  raw_client_expect (client, "{\"hello\":\"you\"}");
}

static RawClient *
open_served (FrontFixture *self)
{
  RawClient *client = raw_client_new (self->port);

  raw_client_send (client, GET, -1);
  expect_hello (client);

  return client;
}

static RawClient *
open_half (FrontFixture *self)
{
  guint n = resonate_front_get_n_streams (self->front);
  RawClient *client = raw_client_new (self->port);

  raw_client_send (client, HALF, -1);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == n + 1);

  return client;
}

/* Another client comes, and @leaver is closed for it, and is the only one. */
static void
assert_makes_room (FrontFixture *self, RawClient *leaver)
{
  guint n = resonate_front_get_n_streams (self->front);
  g_autoptr (RawClient) client = raw_client_new (self->port);
  Shortage shortage;

  begin_shortage (&shortage);
  resonate_test_wait_until (leaver->eof);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == n);
  end_shortage (&shortage);

  raw_client_send (client, "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", -1);
  expect_hello (client);
  resonate_test_wait_until (client->eof);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == n - 1);
}

static void
test_front_descriptors_none (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  Shortage shortage;

  g_test_summary (
    "With nobody to make room it waits, and hears the next client when there is some");

  begin_shortage (&shortage);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  end_shortage (&shortage);

  raw_client_send (client, GET, -1);
  expect_hello (client);
}

static void
test_front_descriptors_of_the_idle (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) idle = open_served (self);
  g_autoptr (RawClient) web_socket = raw_client_new (self->port);

  g_test_summary ("An idle connection makes room for a client, and a WebSocket does not");

  raw_client_upgrade (web_socket);
  assert_makes_room (self, idle);
  g_assert_false (web_socket->eof);
}

static void
test_front_descriptors_of_no_newcomer (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) idle = open_served (self);
  g_autoptr (RawClient) newcomer = raw_client_new (self->port);

  g_test_summary ("Who has just come has the nearest deadline, and makes no room for the next");

  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 2);
  assert_makes_room (self, idle);

  g_assert_false (newcomer->eof);
  raw_client_send (newcomer, GET, -1);
  expect_hello (newcomer);
}

static void
test_front_descriptors_in_order (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) half = open_half (self);
  g_autoptr (RawClient) first = open_served (self);
  g_autoptr (RawClient) second = open_served (self);
  g_autoptr (RawClient) other_half = open_half (self);

  g_test_summary ("First who waits between two requests, the longest one before, then the halves");

  /* It was served again, and waits from now on. */
  g_string_truncate (first->received, 0);
  raw_client_send (first, GET, -1);
  expect_hello (first);

  assert_makes_room (self, second);
  assert_makes_room (self, first);
  assert_makes_room (self, half);
  assert_makes_room (self, other_half);
}

static void
test_front_descriptors_of_a_half_after_a_whole (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) half = open_served (self);
  g_autoptr (RawClient) idle = open_served (self);

  g_test_summary ("Who has begun its next request does not wait between two any more");

  raw_client_send (half, HALF, -1);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  assert_makes_room (self, idle);
  g_assert_false (half->eof);
  assert_makes_room (self, half);
}

static void
test_front_descriptors_not_of_the_answered (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) held = open_served (self);
  g_autoptr (RawClient) half = open_half (self);

  g_test_summary ("Whose request is being answered makes no room, and does when it was");

  raw_client_send (held, HOLD, -1);
  resonate_test_wait_until (self->held != NULL);
  assert_makes_room (self, half);
  test_front_descriptors_none (self, data);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 1);
  g_assert_false (held->eof);

  resonate_exchange_respond_text (self->held, 200, "at last");
  raw_client_expect (held, "at last");
  assert_makes_room (self, held);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, FrontFixture, NULL, set_up, func, tear_down)
  add ("/front-descriptors/none", test_front_descriptors_none);
  add ("/front-descriptors/of-the-idle", test_front_descriptors_of_the_idle);
  add ("/front-descriptors/of-no-newcomer", test_front_descriptors_of_no_newcomer);
  add ("/front-descriptors/in-order", test_front_descriptors_in_order);
  add ("/front-descriptors/of-a-half-after-a-whole",
       test_front_descriptors_of_a_half_after_a_whole);
  add ("/front-descriptors/not-of-the-answered", test_front_descriptors_not_of_the_answered);
#undef add

  return g_test_run ();
}
