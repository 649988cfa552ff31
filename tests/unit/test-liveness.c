/* test-liveness.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-clock.h"
#include "test-client.h"
#include "transport/resonate-frame-private.h"

#define NO_PONG TEST_FRAME_ERROR ("4201", "Pong reply not received in time")

typedef struct
{
  ResonateWheel *wheel;
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *client;
} Fixture;

static void
at (int seconds)
{
  fake_clock_set (NULL, (int64_t) seconds * G_USEC_PER_SEC);
}

static void
check_at (Fixture *fixture, int seconds)
{
  fake_clock_set (fixture->wheel, (int64_t) seconds * G_USEC_PER_SEC);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  at (0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->wheel = resonate_wheel_new ();
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->realm->wheel = fixture->wheel;
  fixture->client = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->client);
  resonate_realm_free (fixture->realm);
  resonate_wheel_free (fixture->wheel);
  g_assert_finalize_object (fixture->app);
}

static void
test_liveness_pings_the_silent (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Subscribed or not, who is silent for an interval is asked, once");

  check_at (fixture, 59);
  test_client_assert_sent (fixture->client, "");
  check_at (fixture, 60);
  test_client_assert_sent (fixture->client, TEST_FRAME_PING);
  check_at (fixture, 61);
  check_at (fixture, 119);
  test_client_assert_sent (fixture->client, "");
}

static void
test_liveness_prunes_the_dead (Fixture *fixture, gconstpointer data)
{
  TestClient *watcher = test_client_open (fixture->realm);

  test_client_subscribe (fixture->client, "presence-a", "{\"user_id\":1}");
  test_client_subscribe (watcher, "presence-a", "{\"user_id\":2}");
  g_free (memory_transport_take_log (fixture->client->transport));
  g_free (memory_transport_take_log (watcher->transport));

  check_at (fixture, 60);
  test_client_send (watcher, "{\"event\":\"pusher:pong\"}");
  check_at (fixture, 120);
  test_client_assert_sent (fixture->client, TEST_FRAME_PING NO_PONG);
  test_client_assert_closed (fixture->client, 4201, "Pong reply not received in time");
  test_client_assert_sent (watcher, TEST_FRAME_PING
                           "{\"event\":\"pusher_internal:member_removed\",\"data\":"
                           "\"{\\\"user_id\\\":1}\",\"channel\":\"presence-a\"}\n" TEST_FRAME_PING);
  g_assert_cmpuint (resonate_connection_list_count (fixture->realm->connections), ==, 1);

  test_client_free (watcher);
}

static void
test_liveness_every_message_counts (Fixture *fixture, gconstpointer data)
{
  static const char *const messages[] = { "{\"event\":\"pusher:pong\"}",
                                          "{\"event\":\"pusher:ping\"}", "Hi" };

  g_test_summary ("A message shows life, also one that is refused; what was too long does not");

  for (size_t i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      check_at (fixture, 100 * (int) i + 60);
      test_client_send (fixture->client, messages[i]);
      g_free (memory_transport_take_log (fixture->client->transport));
      check_at (fixture, 100 * (int) i + 119);
      test_client_assert_sent (fixture->client, "");
      test_client_send (fixture->client, messages[0]);
    }

  at (1000);
  test_client_send (fixture->client, messages[0]);
  at (1059);
  memory_transport_inject_oversized (fixture->client->transport, 10001);
  g_free (memory_transport_take_log (fixture->client->transport));
  check_at (fixture, 1060);
  test_client_assert_sent (fixture->client, TEST_FRAME_PING);
}

static void
test_liveness_rate_limited_is_alive (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->app, "rate-limiting-enabled", TRUE, "rate-limit-max-attempts", 0, NULL);
  test_client_send (fixture->client, "{\"event\":\"pusher:ping\"}");
  at (59);
  test_client_send (fixture->client, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (fixture->client,
                           TEST_FRAME_PONG TEST_FRAME_ERROR ("4301", "Rate limit exceeded"));
  check_at (fixture, 118);
  test_client_assert_sent (fixture->client, "");
}

static void
test_liveness_control_frames (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who used a control frame is asked with one");

  at (59);
  memory_transport_inject_control (fixture->client->transport, RESONATE_FRAME_PING);
  check_at (fixture, 118);
  test_client_assert_sent (fixture->client, "");
  check_at (fixture, 119);
  test_client_assert_sent (fixture->client, "<ping>\n");

  memory_transport_inject_control (fixture->client->transport, RESONATE_FRAME_PONG);
  check_at (fixture, 178);
  test_client_assert_sent (fixture->client, "");
  check_at (fixture, 179);
  check_at (fixture, 239);
  test_client_assert_sent (fixture->client, "<ping>\n" NO_PONG);
}

static void
test_liveness_own_interval (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A change counts from the next time that a client is heard of or asked");

  check_at (fixture, 60);
  g_object_set (fixture->app, "ping-interval", (gint64) 5 * G_USEC_PER_SEC, NULL);
  test_client_assert_sent (fixture->client, TEST_FRAME_PING);
  test_client_send (fixture->client, "{\"event\":\"pusher:pong\"}");
  check_at (fixture, 64);
  test_client_assert_sent (fixture->client, "");
  check_at (fixture, 65);
  check_at (fixture, 69);
  test_client_assert_sent (fixture->client, TEST_FRAME_PING);
  check_at (fixture, 70);
  test_client_assert_sent (fixture->client, NO_PONG);
}

static void
test_liveness_many (Fixture *fixture, gconstpointer data)
{
  TestClient *clients[50];

  g_test_summary (
    "In whatever order they come, only the silent are asked, two seconds early in company");

  for (int i = 0; i < 50; i++)
    {
      at (i);
      clients[i] = test_client_open (fixture->realm);
    }

  at (55);
  for (int i = 0; i < 50; i += 2)
    test_client_send (clients[i], "{\"event\":\"pusher:pong\"}");
  for (int i = 1; i < 50; i += 10)
    test_client_leave (clients[i]);

  check_at (fixture, 84);
  for (int i = 0; i < 50; i++)
    {
      gboolean asked = i % 2 == 1 && i % 10 != 1 && i <= 26;

      test_client_assert_sent (clients[i], asked ? TEST_FRAME_PING : "");
    }

  check_at (fixture, 1000);
  for (int i = 0; i < 50; i++)
    test_client_free (clients[i]);
}

static void
test_liveness_storm (Fixture *fixture, gconstpointer data)
{
  TestClient *clients[2500];
  unsigned int n_asked = 0;

  g_test_summary ("Those who came at once are asked over several steps, and all of them are");

  for (size_t i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = test_client_open (fixture->realm);

  check_at (fixture, 60);
  for (size_t i = 0; i < G_N_ELEMENTS (clients); i++)
    n_asked += memory_transport_get_sent (clients[i]->transport)->len - 1;
  g_assert_cmpuint (n_asked, >=, 1999);
  g_assert_cmpuint (n_asked, <=, 2000);

  check_at (fixture, 61);
  for (size_t i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      test_client_assert_sent (clients[i], TEST_FRAME_PING);
      test_client_free (clients[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/liveness/pings-the-silent", test_liveness_pings_the_silent);
  add ("/liveness/prunes-the-dead", test_liveness_prunes_the_dead);
  add ("/liveness/every-message-counts", test_liveness_every_message_counts);
  add ("/liveness/rate-limited-is-alive", test_liveness_rate_limited_is_alive);
  add ("/liveness/control-frames", test_liveness_control_frames);
  add ("/liveness/own-interval", test_liveness_own_interval);
  add ("/liveness/many", test_liveness_many);
  add ("/liveness/storm", test_liveness_storm);

#undef add

  return g_test_run ();
}
