/* test-connection-facts.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "test-client.h"

#define START_US   (100 * G_USEC_PER_SEC)
#define AT_1970_US (5 * G_USEC_PER_SEC)

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (START_US, AT_1970_US);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->client = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->client);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
  resonate_clock_unset_for_test ();
}

static void
test_facts_activity (Fixture *fixture, gconstpointer data)
{
  ResonateConnection *connection = fixture->client->connection;
  ResonateLife *life = resonate_connection_get_life (connection);
  int64_t interval_us = resonate_app_get_ping_interval (fixture->app);

  g_test_summary ("Activity is what the client said, also while it is asked for a sign of life");

  g_assert_cmpint (resonate_connection_get_last_activity (connection), ==, AT_1970_US);

  resonate_clock_set_for_test (START_US + 2000, AT_1970_US + 2000);
  test_client_send (fixture->client, "{\"event\":\"pusher:ping\"}");
  resonate_clock_set_for_test (START_US + 2000 + interval_us, AT_1970_US + 2000 + interval_us);
  g_assert_cmpint (resonate_connection_get_last_activity (connection), ==, AT_1970_US + 2000);

  /* As resonate-liveness.c leaves it when it asks. */
  life->pinged = TRUE;
  life->since_us = START_US + 2000 + interval_us;
  g_assert_cmpint (resonate_connection_get_last_activity (connection), ==, AT_1970_US + 2000);
}

static void
test_facts_user (Fixture *fixture, gconstpointer data)
{
  ResonateConnection *connection = fixture->client->connection;

  g_assert_null (resonate_connection_get_user_id (connection));
  g_assert_cmpuint (resonate_connection_count_channels (connection), ==, 0);

  test_client_subscribe (fixture->client, "news", NULL);
  test_client_subscribe (fixture->client, "presence-a", "{\"user_id\":7}");
  g_assert_cmpstr (resonate_connection_get_user_id (connection), ==, "7");
  g_assert_cmpuint (resonate_connection_count_channels (connection), ==, 2);
}

static void
test_facts_rate (Fixture *fixture, gconstpointer data)
{
  ResonateConnection *connection = fixture->client->connection;

  g_assert_cmpint (resonate_connection_get_rate_limit_remaining (connection), ==, -1);

  g_object_set (fixture->app, "rate-limiting-enabled", TRUE, "rate-limit-max-attempts", 2, NULL);
  g_assert_cmpint (resonate_connection_get_rate_limit_remaining (connection), ==, 2);
  test_client_send (fixture->client, "{\"event\":\"pusher:ping\"}");
  g_assert_cmpint (resonate_connection_get_rate_limit_remaining (connection), ==, 1);
}

static void
test_facts_sending_to_who_is_gone_touches_nothing (Fixture *fixture, gconstpointer data)
{
  TestClient *other = test_client_open (fixture->realm);
  g_autoptr (ResonateConnection) kept = g_object_ref (other->connection);
  uint64_t sent;

  test_client_leave (other);
  sent = fixture->realm->counters.messages_sent;
  resonate_connection_send (kept, "e", NULL, "{}");
  g_assert_cmpuint (fixture->realm->counters.messages_sent, ==, sent);

  g_clear_object (&kept);
  test_client_free (other);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/connection-facts/activity", Fixture, NULL, set_up, test_facts_activity, tear_down);
  g_test_add ("/connection-facts/user", Fixture, NULL, set_up, test_facts_user, tear_down);
  g_test_add ("/connection-facts/rate", Fixture, NULL, set_up, test_facts_rate, tear_down);
  g_test_add ("/connection-facts/sending-to-who-is-gone-touches-nothing", Fixture, NULL, set_up,
              test_facts_sending_to_who_is_gone_touches_nothing, tear_down);

  return g_test_run ();
}
