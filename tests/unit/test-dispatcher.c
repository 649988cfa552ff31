/* test-dispatcher.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "pusher/resonate-dispatcher-private.h"
#include "test-client.h"

#define EVENT(channel) "{\"event\":\"E\",\"data\":\"{}\",\"channel\":\"" channel "\"}\n"

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *ada, *bob;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->ada = test_client_open (fixture->realm);
  fixture->bob = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->ada);
  test_client_free (fixture->bob);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static void
join (Fixture *fixture, const char *channel)
{
  test_client_subscribe (fixture->ada, channel, "{\"user_id\":1}");
  test_client_subscribe (fixture->bob, channel, "{\"user_id\":2}");
  g_free (memory_transport_take_log (fixture->ada->transport));
  g_free (memory_transport_take_log (fixture->bob->transport));
}

static void
publish (Fixture *fixture, const char *channel, const char *except)
{
  resonate_dispatcher_publish (fixture->realm, "E", channel, "{}", -1, RESONATE_EVENT_DATA_FIRST,
                               except);
}

static void
test_dispatcher_publish (Fixture *fixture, gconstpointer data)
{
  join (fixture, "a");
  publish (fixture, "a", NULL);
  publish (fixture, "nobody", NULL);
  test_client_assert_sent (fixture->ada, EVENT ("a"));
  test_client_assert_sent (fixture->bob, EVENT ("a"));
  g_assert_null (resonate_channel_list_lookup (fixture->realm->channels, "nobody"));
}

static void
test_dispatcher_except (Fixture *fixture, gconstpointer data)
{
  join (fixture, "a");
  publish (fixture, "a", resonate_connection_get_socket_id (fixture->ada->connection));
  test_client_assert_sent (fixture->ada, "");
  test_client_assert_sent (fixture->bob, EVENT ("a"));

  g_test_message ("an id that nobody has leaves out nobody");
  publish (fixture, "a", "invalid-socket-id");
  test_client_assert_sent (fixture->ada, EVENT ("a"));
  test_client_assert_sent (fixture->bob, EVENT ("a"));
}

static void
test_dispatcher_order_of_members (Fixture *fixture, gconstpointer data)
{
  join (fixture, "a");
  resonate_dispatcher_publish (fixture->realm, "E", "a", "x\0y", 3, RESONATE_EVENT_CHANNEL_FIRST,
                               NULL);
  test_client_assert_sent (fixture->ada,
                           "{\"event\":\"E\",\"channel\":\"a\",\"data\":\"x\\u0000y\"}\n");
}

static void
test_dispatcher_cache (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who was left out of an event still finds it when it comes back");

  join (fixture, "cache-a");
  publish (fixture, "cache-a", resonate_connection_get_socket_id (fixture->ada->connection));
  test_client_assert_sent (fixture->ada, "");
  test_client_subscribe (fixture->ada, "cache-a", NULL);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("cache-a") EVENT ("cache-a"));

  g_test_message ("until it is too old");
  resonate_clock_set_for_test (1801 * (int64_t) G_USEC_PER_SEC, 0);
  test_client_subscribe (fixture->ada, "cache-a", NULL);
  test_client_assert_sent (
    fixture->ada, TEST_FRAME_SUBSCRIBED (
                    "cache-a") "{\"event\":\"pusher:cache_miss\",\"channel\":\"cache-a\"}\n");
}

static void
test_dispatcher_terminate_user (Fixture *fixture, gconstpointer data)
{
  TestClient *laptop = test_client_open (fixture->realm);

  g_test_summary ("Every connection that was signed for as the user goes, and no other");

  test_client_subscribe (fixture->ada, "public", NULL);
  join (fixture, "presence-a");
  test_client_subscribe (laptop, "private-b", "{\"user_id\":\"1\"}");
  test_client_subscribe (laptop, "presence-a", "{\"user_id\":1}");

  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->realm, "01"), ==, 0);
  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->realm, "1"), ==, 2);
  test_client_assert_closed (fixture->ada, 4009, "You got disconnected by the app.");
  test_client_assert_closed (laptop, 4009, "You got disconnected by the app.");
  test_client_assert_sent (fixture->ada,
                           TEST_FRAME_ERROR ("4009", "You got disconnected by the app."));
  test_client_assert_closed (fixture->bob, 0, NULL);
  test_client_assert_sent (fixture->bob, "{\"event\":\"pusher_internal:member_removed\",\"data\":"
                                         "\"{\\\"user_id\\\":1}\",\"channel\":\"presence-a\"}\n");
  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->realm, "1"), ==, 0);
  test_client_free (laptop);
}

static void
test_dispatcher_user_leaves_its_channels (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A connection stands for a user as long as one of its channels says so");

  join (fixture, "presence-a");
  test_client_subscribe (fixture->ada, "private-b", "{\"user_id\":1}");
  test_client_send (fixture->ada,
                    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"presence-a\"}}");
  test_client_subscribe (fixture->ada, "private-b", "{\"user_id\":3}");

  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->realm, "1"), ==, 0);
  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->realm, "3"), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/dispatcher/publish", test_dispatcher_publish);
  add ("/dispatcher/except", test_dispatcher_except);
  add ("/dispatcher/order-of-members", test_dispatcher_order_of_members);
  add ("/dispatcher/cache", test_dispatcher_cache);
  add ("/dispatcher/terminate-user", test_dispatcher_terminate_user);
  add ("/dispatcher/user-leaves-its-channels", test_dispatcher_user_leaves_its_channels);

#undef add

  return g_test_run ();
}
