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

static void
terminate (TestClient *client)
{
  resonate_terminate (client->connection, 4009, "Out");
}

static void
test_membership_others_sent_away (Fixture *fixture, gconstpointer data)
{
  ResonateChannel *room;

  g_test_summary ("Who hears that a member left may send the last of the others away");

  test_client_subscribe (fixture->clients[0], ROOM, "{\"user_id\":1}");
  test_client_subscribe (fixture->clients[1], ROOM, "{\"user_id\":2}");
  room = resonate_channel_list_lookup (fixture->realm->channels, ROOM);
  g_signal_connect_swapped (room, "member-removed", G_CALLBACK (terminate), fixture->clients[1]);

  test_client_leave (fixture->clients[0]);
  g_assert_null (resonate_channel_list_lookup (fixture->realm->channels, ROOM));
}

static void
test_membership_joiner_sent_away (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who hears of a new channel may send away the one it is made for");

  g_signal_connect_swapped (fixture->realm->channels, "items-changed", G_CALLBACK (terminate),
                            fixture->clients[0]);
  test_client_subscribe (fixture->clients[0], ROOM, "{\"user_id\":1}");

  test_client_assert_closed (fixture->clients[0], 4009, "Out");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->realm->channels)), ==, 0);
  g_signal_handlers_disconnect_by_data (fixture->realm->channels, fixture->clients[0]);
}

static void
test_membership_renewer_sent_away (Fixture *fixture, gconstpointer data)
{
  TestClient *watcher = fixture->clients[0], *joe = fixture->clients[1];
  ResonateChannel *room;

  g_test_summary ("Who hears that a connection stands for another user may send it away");

  test_client_subscribe (watcher, ROOM, "{\"user_id\":9}");
  test_client_subscribe (joe, ROOM, "{\"user_id\":1}");
  g_free (memory_transport_take_log (watcher->transport));
  room = resonate_channel_list_lookup (fixture->realm->channels, ROOM);
  g_signal_connect_swapped (room, "member-added", G_CALLBACK (terminate), joe);

  test_client_subscribe (joe, ROOM, "{\"user_id\":2}");
  test_client_assert_closed (joe, 4009, "Out");
  test_client_assert_sent (watcher, REMOVED ("2") REMOVED ("1"));
  g_signal_handlers_disconnect_by_data (room, joe);
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
  add ("/membership/others-sent-away", test_membership_others_sent_away);
  add ("/membership/joiner-sent-away", test_membership_joiner_sent_away);
  add ("/membership/renewer-sent-away", test_membership_renewer_sent_away);

#undef add

  return g_test_run ();
}
