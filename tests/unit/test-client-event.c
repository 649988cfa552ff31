/* test-client-event.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "test-client.h"

#define NOT_A_MEMBER \
  TEST_FRAME_ERROR ("4009", "The client is not a member of the specified channel.")

#define NOT_THERE \
  TEST_FRAME_ERROR ("4009", "Client events are only allowed on private and presence channels.")

#define SWITCHED_OFF TEST_FRAME_ERROR ("4301", "The app does not have client messaging enabled.")

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *sender, *other;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->sender = test_client_open (fixture->realm);
  fixture->other = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->sender);
  test_client_free (fixture->other);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static void
join (Fixture *fixture, const char *channel, const char *channel_data)
{
  test_client_subscribe (fixture->other, channel, NULL);
  test_client_subscribe (fixture->sender, channel, channel_data);
  g_free (memory_transport_take_log (fixture->sender->transport));
  g_free (memory_transport_take_log (fixture->other->transport));
}

static void
test_client_event_payloads (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *data; /* with its comma; or nothing */
    const char *relayed;
  } cases[] = {
    { ",\"data\":{\"foo\":\"bar\"}", "{\"foo\":\"bar\"}" },
    { ",\"data\":\"{\\\"a\\\":1}\"", "{\"a\":1}" },
    { "", "null" },
    { ",\"data\":null", "null" },
    { ",\"data\":\"\"", "\"\"" },
    { ",\"data\":\" \"", "\" \"" },
    { ",\"data\":[1,[],{}]", "[1,[],{}]" },
    { ",\"data\":{\"0\":1}", "{\"0\":1}" },
    { ",\"data\":{\"n\":1.0,\"big\":12345678901234567890,\"e\":1E2}",
      "{\"n\":1.0,\"big\":12345678901234567890,\"e\":1E2}" },
    { ",\"data\":{\"u\":\"a/b \\u00e9 é\"}", "{\"u\":\"a/b \\u00e9 é\"}" },
    { ",\"user_id\":\"spoofed\",\"socket_id\":\"1.2\",\"channels\":[\"b\"],\"data\":{}", "{}" },
    { ",\"data\":1,\"data\":{}", "{}" },
  };

  join (fixture, "private-room", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
        g_strdup_printf ("{\"event\":\"client-typing\",\"channel\":\"private-room\"%s}",
                         cases[i].data);
      g_autofree char *frame =
        g_strdup_printf ("{\"event\":\"client-typing\",\"channel\":\"private-room\",\"data\":%s}\n",
                         cases[i].relayed);

      g_test_message ("%s", text);
      test_client_send (fixture->sender, text);
      test_client_assert_sent (fixture->other, frame);
      test_client_assert_sent (fixture->sender, "");
    }
}

static void
test_client_event_malformed (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[] = {
    "\"channel\":\"private-room\",\"data\":\"hello\"",
    "\"channel\":\"private-room\",\"data\":\"5\"",
    "\"channel\":\"private-room\",\"data\":\"true\"",
    "\"channel\":\"private-room\",\"data\":5",
    "\"channel\":\"private-room\",\"data\":0",
    "\"channel\":\"private-room\",\"data\":true",
    "\"channel\":\"private-room\",\"data\":false",
    "\"channel\":[],\"data\":{}",
    "\"channel\":null,\"data\":{}",
    "\"channel\":\"\",\"data\":{}",
    "\"channel\":\" \",\"data\":{}",
    "\"channel\":5,\"data\":{}",
    "\"data\":{}",
  };

  join (fixture, "private-room", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"event\":\"client-x\",%s}", cases[i]);

      g_test_message ("%s", text);
      test_client_send (fixture->sender, text);
      test_client_assert_sent (fixture->sender, TEST_FRAME_INVALID);
      test_client_assert_sent (fixture->other, "");
    }
}

static void
test_client_event_user_id (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *channel_data;
    const char *suffix;
  } cases[] = {
    { "{\"user_id\":\"1\"}", ",\"user_id\":\"1\"" },
    { "{\"user_id\":1}", ",\"user_id\":1" },
    { "{\"user_id\":0}", ",\"user_id\":0" },
    { "{\"user_id\":\"\"}", "" },
    { "{\"user_info\":{}}", "" },
  };

  g_test_summary ("Who sent it is who was signed for, in the type it was signed with");

  for (size_t i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      const char *channel = i % 2 ? "presence-room" : "private-room";
      g_autofree char *text = g_strdup_printf (
        "{\"event\":\"client-x\",\"channel\":\"%s\",\"data\":{\"user_id\":\"spoofed\"}}", channel);
      g_autofree char *frame =
        g_strdup_printf ("{\"event\":\"client-x\",\"channel\":\"%s\",\"data\":"
                         "{\"user_id\":\"spoofed\"}%s}\n",
                         channel, cases[i / 2].suffix);

      join (fixture, channel, cases[i / 2].channel_data);
      test_client_send (fixture->sender, text);
      test_client_assert_sent (fixture->other, frame);
    }
}

static void
test_client_event_channels (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *channel;
    gboolean joined;
    const char *answer;
  } cases[] = {
    { "private-a", TRUE, "" },
    { "private-encrypted-a", TRUE, "" },
    { "private-cache-a", TRUE, "" },
    { "presence-cache-a", TRUE, "" },
    { "private-b", FALSE, NOT_A_MEMBER },
    { "presence-b", FALSE, NOT_A_MEMBER },
    { "public", TRUE, NOT_THERE },
    { "public-b", FALSE, NOT_THERE },
    { "cache-a", TRUE, NOT_THERE },
    { "privateer", TRUE, NOT_THERE },
  };

  for (size_t i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      const char *channel = cases[i / 2].channel;
      g_autofree char *text = g_strdup_printf ("{\"event\":\"client-\",\"channel\":\"%s\"}",
                                               channel);
      g_autofree char *frame =
        g_strdup_printf ("{\"event\":\"client-\",\"channel\":\"%s\",\"data\":null}\n", channel);

      g_test_message ("%s", channel);
      g_object_set (fixture->app, "accept-client-events-from",
                    i % 2 ? RESONATE_CLIENT_EVENTS_ALL : RESONATE_CLIENT_EVENTS_MEMBERS, NULL);
      if (cases[i / 2].joined)
        join (fixture, channel, NULL);
      else
        test_client_subscribe (fixture->other, channel, NULL);
      g_free (memory_transport_take_log (fixture->other->transport));

      test_client_send (fixture->sender, text);
      test_client_assert_sent (fixture->sender, cases[i / 2].answer);
      test_client_assert_sent (fixture->other, *cases[i / 2].answer == '\0' ? frame : "");
    }
}

static void
test_client_event_order_of_rules (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->app, "accept-client-events-from", RESONATE_CLIENT_EVENTS_NONE, NULL);
  join (fixture, "private-a", NULL);

  test_client_send (fixture->sender, "{\"event\":\"client-x\",\"channel\":\"private-a\"}");
  test_client_assert_sent (fixture->sender, SWITCHED_OFF);
  test_client_send (fixture->sender, "{\"event\":\"client-x\",\"channel\":\"a\"}");
  test_client_assert_sent (fixture->sender, SWITCHED_OFF);
  test_client_send (fixture->sender, "{\"event\":\"client-x\",\"channel\":\"a\",\"data\":5}");
  test_client_assert_sent (fixture->sender, TEST_FRAME_INVALID);

  g_test_message ("what nobody claims is no client event");
  test_client_send (fixture->sender, "{\"event\":\"Client-x\",\"channel\":\"private-a\"}");
  test_client_send (fixture->sender, "{\"event\":\"pusher_internal:x\",\"channel\":\"a\"}");
  test_client_assert_sent (fixture->sender, "");
  test_client_assert_sent (fixture->other, "");
}

static void
test_client_event_stays_in_its_app (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("app-2", "key-2", "secret-2");
  g_autoptr (ResonateRealm) realm = resonate_realm_new (app, NULL);
  TestClient *stranger = test_client_open (realm);

  g_test_summary ("Two apps may have channels of one name, and do not hear each other");

  join (fixture, "private-a", NULL);
  test_client_subscribe (stranger, "private-a", NULL);
  test_client_assert_sent (stranger, TEST_FRAME_SUBSCRIBED ("private-a"));
  test_client_send (fixture->sender, "{\"event\":\"client-x\",\"channel\":\"private-a\"}");
  test_client_assert_sent (fixture->other,
                           "{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":null}\n");
  test_client_assert_sent (stranger, "");
  test_client_free (stranger);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/client-event/payloads", test_client_event_payloads);
  add ("/client-event/malformed", test_client_event_malformed);
  add ("/client-event/user-id", test_client_event_user_id);
  add ("/client-event/channels", test_client_event_channels);
  add ("/client-event/order-of-rules", test_client_event_order_of_rules);
  add ("/client-event/stays-in-its-app", test_client_event_stays_in_its_app);

#undef add

  return g_test_run ();
}
