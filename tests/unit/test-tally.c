/* test-tally.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "pusher/resonate-tally-private.h"
#include "test-client.h"

#define COUNT(n)                                                \
  "{\"event\":\"pusher_internal:subscription_count\",\"data\":" \
  "\"{\\\"subscription_count\\\":" n "}\",\"channel\":\"a\"}\n"

#define CROWD 101

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *clients[CROWD];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  g_object_set (fixture->app, "subscription-count", TRUE, NULL);
  for (int i = 0; i < CROWD; i++)
    fixture->clients[i] = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < CROWD; i++)
    test_client_free (fixture->clients[i]);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static void
test_tally_few (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Each coming and going is told, and coming again is neither");

  test_client_subscribe (fixture->clients[0], "a", NULL);
  test_client_assert_sent (fixture->clients[0], TEST_FRAME_SUBSCRIBED ("a") COUNT ("1"));
  test_client_subscribe (fixture->clients[1], "a", NULL);
  test_client_subscribe (fixture->clients[1], "a", NULL);
  test_client_assert_sent (fixture->clients[0], COUNT ("2"));
  test_client_leave (fixture->clients[1]);
  test_client_assert_sent (fixture->clients[0], COUNT ("1"));
}

static void
test_tally_presence (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who is on a presence channel counts its members");

  test_client_subscribe (fixture->clients[0], "presence-a", NULL);
  g_free (memory_transport_take_log (fixture->clients[0]->transport));
  test_client_subscribe (fixture->clients[1], "presence-a", NULL);
  test_client_assert_sent (fixture->clients[0], "");
}

static void
test_tally_switched_off (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->app, "subscription-count", FALSE, NULL);
  test_client_subscribe (fixture->clients[0], "a", NULL);
  test_client_assert_sent (fixture->clients[0], TEST_FRAME_SUBSCRIBED ("a"));
}

static void
test_tally_crowd (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A crowd is told now and then, and once");

  for (int i = 0; i < CROWD; i++)
    test_client_subscribe (fixture->clients[i], "a", NULL);
  for (int i = 0; i < CROWD; i++)
    g_free (memory_transport_take_log (fixture->clients[i]->transport));

  resonate_tally_flush (fixture->realm);
  test_client_assert_sent (fixture->clients[0], COUNT ("101"));
  resonate_tally_flush (fixture->realm);
  test_client_assert_sent (fixture->clients[0], "");
}

static void
test_tally_nobody_left (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < CROWD; i++)
    test_client_subscribe (fixture->clients[i], "a", NULL);
  for (int i = 0; i < CROWD; i++)
    test_client_leave (fixture->clients[i]);
  resonate_tally_flush (fixture->realm);
  g_assert_cmpuint (g_hash_table_size (fixture->realm->uncounted), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/tally/few", test_tally_few);
  add ("/tally/presence", test_tally_presence);
  add ("/tally/switched-off", test_tally_switched_off);
  add ("/tally/crowd", test_tally_crowd);
  add ("/tally/nobody-left", test_tally_nobody_left);

#undef add

  return g_test_run ();
}
