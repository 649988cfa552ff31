/* test-membership.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "pusher/resonate-refusal-private.h"
#include "test-client.h"

#define ROOM "presence-room"

/* The frames of a presence channel, as lines. */
#define SUBSCRIBED(count, ids, hash)                                                              \
  "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{\\\"presence\\\":{"          \
  "\\\"count\\\":" count ",\\\"ids\\\":[" ids "],\\\"hash\\\":{" hash "}}}\",\"channel\":\"" ROOM \
  "\"}\n"

#define ADDED(data) \
  "{\"event\":\"pusher_internal:member_added\",\"data\":\"" data "\",\"channel\":\"" ROOM "\"}\n"

#define REMOVED(id)                                                               \
  "{\"event\":\"pusher_internal:member_removed\",\"data\":\"{\\\"user_id\\\":" id \
  "}\",\"channel\":\"" ROOM "\"}\n"

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *clients[3];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->clients); i++)
    fixture->clients[i] = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->clients); i++)
    test_client_free (fixture->clients[i]);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static void
test_membership_joins_and_leaves (Fixture *fixture, gconstpointer data)
{
  TestClient *joe = fixture->clients[0], *bob = fixture->clients[1];

  test_client_subscribe (joe, ROOM, "{\"user_id\":\"1\",\"user_info\":{\"name\":\"Joe\"}}");
  test_client_assert_sent (joe,
                           SUBSCRIBED ("1", "\\\"1\\\"", "\\\"1\\\":{\\\"name\\\":\\\"Joe\\\"}"));

  test_client_subscribe (bob, ROOM, "{\"user_id\":\"2\",\"user_info\":{\"name\":\"Bob\"}}");
  test_client_assert_sent (bob, SUBSCRIBED ("2", "\\\"1\\\",\\\"2\\\"",
                                            "\\\"1\\\":{\\\"name\\\":\\\"Joe\\\"},"
                                            "\\\"2\\\":{\\\"name\\\":\\\"Bob\\\"}"));
  test_client_assert_sent (joe, ADDED ("{\\\"user_id\\\":\\\"2\\\",\\\"user_info\\\":"
                                       "{\\\"name\\\":\\\"Bob\\\"}}"));

  test_client_send (joe, "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"" ROOM "\"}}");
  test_client_assert_sent (joe, "");
  test_client_assert_sent (bob, REMOVED ("\\\"1\\\""));
}

static void
test_membership_closing_leaves (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *channel_data = g_strdup_printf ("{\"user_id\":%d}", i);

      test_client_subscribe (fixture->clients[i], ROOM, channel_data);
    }
  for (int i = 0; i < 3; i++)
    g_free (memory_transport_take_log (fixture->clients[i]->transport));

  test_client_leave (fixture->clients[0]);
  test_client_assert_sent (fixture->clients[1], REMOVED ("0"));
  test_client_assert_sent (fixture->clients[2], REMOVED ("0"));

  resonate_terminate (fixture->clients[1]->connection, 4009, "Out");
  test_client_assert_sent (fixture->clients[2], REMOVED ("1"));
}

static void
test_membership_one_user_twice (Fixture *fixture, gconstpointer data)
{
  TestClient *watcher = fixture->clients[0];
  TestClient *phone = fixture->clients[1], *laptop = fixture->clients[2];

  test_client_subscribe (watcher, ROOM, "{\"user_id\":9}");
  test_client_subscribe (phone, ROOM, "{\"user_id\":1}");
  g_free (memory_transport_take_log (watcher->transport));
  g_free (memory_transport_take_log (phone->transport));

  test_client_subscribe (laptop, ROOM, "{\"user_id\":\"1\"}");
  test_client_assert_sent (laptop, SUBSCRIBED ("2", "9,1", "\\\"9\\\":null,\\\"1\\\":null"));
  test_client_leave (phone);
  test_client_assert_sent (watcher, "");
  test_client_leave (laptop);
  test_client_assert_sent (watcher, REMOVED ("\\\"1\\\""));
  test_client_assert_sent (phone, "");
}

static void
test_membership_like_numbers (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("\"1\", \"01\" and \"1.0\" are three users");

  test_client_subscribe (fixture->clients[0], ROOM, "{\"user_id\":\"1\"}");
  test_client_subscribe (fixture->clients[1], ROOM, "{\"user_id\":\"01\"}");
  test_client_subscribe (fixture->clients[2], ROOM, "{\"user_id\":\"1.0\"}");
  test_client_assert_sent (fixture->clients[2],
                           SUBSCRIBED ("3", "\\\"1\\\",\\\"01\\\",\\\"1.0\\\"",
                                       "\\\"1\\\":null,\\\"01\\\":null,\\\"1.0\\\":null"));
}

static void
test_membership_without_an_id (Fixture *fixture, gconstpointer data)
{
  TestClient *watcher = fixture->clients[0];

  g_test_summary ("Members without an id come and go unannounced");

  test_client_subscribe (watcher, ROOM, NULL);
  test_client_assert_sent (watcher, SUBSCRIBED ("0", "", ""));
  test_client_subscribe (fixture->clients[1], ROOM, "{}");
  test_client_subscribe (fixture->clients[2], ROOM, "{\"name\":\"Joe\"}");
  test_client_leave (fixture->clients[1]);
  test_client_assert_sent (watcher, "");
}

static void
test_membership_becomes_another (Fixture *fixture, gconstpointer data)
{
  TestClient *watcher = fixture->clients[0], *joe = fixture->clients[1];

  g_test_summary ("Who subscribes again as somebody else has left as the one it was");

  test_client_subscribe (watcher, ROOM, "{\"user_id\":9}");
  test_client_subscribe (joe, ROOM, "{\"user_id\":1}");
  g_free (memory_transport_take_log (watcher->transport));

  test_client_subscribe (joe, ROOM, "{\"user_id\":1,\"user_info\":2}");
  test_client_assert_sent (watcher, "");
  test_client_subscribe (joe, ROOM, "{\"user_id\":2}");
  test_client_assert_sent (watcher, ADDED ("{\\\"user_id\\\":2}") REMOVED ("1"));
  test_client_subscribe (joe, ROOM, NULL);
  test_client_assert_sent (watcher, REMOVED ("2"));
}

static void
test_membership_travels_as_text (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What the application signed is passed on as it was written");

  test_client_subscribe (fixture->clients[0], ROOM, "{\"user_id\":9}");
  g_free (memory_transport_take_log (fixture->clients[0]->transport));
  test_client_subscribe (fixture->clients[1], ROOM,
                         "{\"user_id\":1, \"user_info\":{\"a\":{},\"b\":1.0}}");
  test_client_assert_sent (fixture->clients[0],
                           ADDED ("{\\\"user_id\\\":1, \\\"user_info\\\":{\\\"a\\\":{},"
                                  "\\\"b\\\":1.0}}"));
}

static void
test_membership_limits (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->app, "max-presence-members", 1, "max-presence-user-info-size", (guint64) 4,
                NULL);

  test_client_subscribe (fixture->clients[0], ROOM, "{\"user_id\":1,\"user_info\":12345}");
  test_client_assert_sent (fixture->clients[0],
                           TEST_FRAME_ERROR ("4301", "Presence user_info is longer than 4 bytes"));
  test_client_subscribe (fixture->clients[0], ROOM, "{\"user_id\":1,\"user_info\":1234}");
  test_client_assert_sent (fixture->clients[0], SUBSCRIBED ("1", "1", "\\\"1\\\":1234"));

  test_client_subscribe (fixture->clients[1], ROOM, "{\"user_id\":2}");
  test_client_assert_sent (fixture->clients[1],
                           TEST_FRAME_ERROR ("4100", "Presence channel is limited to 1 members"));
  test_client_subscribe (fixture->clients[1], ROOM, "{\"user_id\":1}");
  test_client_assert_sent (fixture->clients[1], SUBSCRIBED ("1", "1", "\\\"1\\\":1234"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/membership/joins-and-leaves", test_membership_joins_and_leaves);
  add ("/membership/closing-leaves", test_membership_closing_leaves);
  add ("/membership/one-user-twice", test_membership_one_user_twice);
  add ("/membership/like-numbers", test_membership_like_numbers);
  add ("/membership/without-an-id", test_membership_without_an_id);
  add ("/membership/becomes-another", test_membership_becomes_another);
  add ("/membership/travels-as-text", test_membership_travels_as_text);
  add ("/membership/limits", test_membership_limits);

#undef add

  return g_test_run ();
}
