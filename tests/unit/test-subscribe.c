/* test-subscribe.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "base/resonate-clock-private.h"
#include "pusher/resonate-dispatcher-private.h"
#include "test-client.h"

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *ada, *bob, *cyd;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->ada = test_client_open (fixture->realm);
  fixture->bob = test_client_open (fixture->realm);
  fixture->cyd = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->cyd);
  test_client_free (fixture->bob);
  test_client_free (fixture->ada);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static gboolean
has_channel (Fixture *fixture, const char *name)
{
  return resonate_channel_list_lookup (fixture->realm->channels, name) != NULL;
}

static void
unsubscribe (TestClient *client, const char *channel)
{
  g_autofree char *text =
    g_strdup_printf ("{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"%s\"}}", channel);

  test_client_send (client, text);
}

static void
test_subscribe_public (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *payload;
    const char *answer;
  } cases[] = {
    { "{\"channel\":\"test-channel\"}", TEST_FRAME_SUBSCRIBED ("test-channel") },
    { "{\"auth\":\"\",\"channel\":\"test-channel\"}", TEST_FRAME_SUBSCRIBED ("test-channel") },
    { "{\"auth\":\"123\",\"channel\":\"test-channel\"}", TEST_FRAME_SUBSCRIBED ("test-channel") },
    { "{\"auth\":null,\"channel\":\"test-channel\"}", TEST_FRAME_SUBSCRIBED ("test-channel") },
    { "\"{\\\"channel\\\":\\\"c\\\"}\"", TEST_FRAME_SUBSCRIBED ("c") },
    { "{\"channel\":\"\"}", TEST_FRAME_SUBSCRIBED ("") },
    { "{\"channel\":123}", TEST_FRAME_SUBSCRIBED ("123") },
    { "{\"channel\":true}", TEST_FRAME_SUBSCRIBED ("1") },
    { "{\"channel\":1.5}", TEST_FRAME_SUBSCRIBED ("1.5") },
    { "{\"channel\":\"a/é\"}", TEST_FRAME_SUBSCRIBED ("a\\/\\u00e9") },
    { "{\"channel\":\"cached\"}",
      TEST_FRAME_SUBSCRIBED (
        "cached") "{\"event\":\"pusher:cache_miss\",\"channel\":\"cached\"}\n" },
    { "{\"channel\":\"a\",\"auth\":[]}", TEST_FRAME_INVALID },
    { "{\"channel\":\"a\",\"channel_data\":{}}", TEST_FRAME_INVALID },
    { "{\"channel\":\"a\\u0000b\"}", TEST_FRAME_INVALID },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"event\":\"pusher:subscribe\",\"data\":%s}",
                                               cases[i].payload);

      g_test_message ("%s", cases[i].payload);
      test_client_send (fixture->ada, text);
      test_client_assert_sent (fixture->ada, cases[i].answer);
    }
}

static void
test_subscribe_public_is_nobody (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What nobody signed says nothing of a user");

  test_client_send (fixture->ada, "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\","
                                  "\"channel_data\":\"{\\\"user_id\\\":\\\"7\\\"}\"}}");
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("a"));
  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->realm, "7"), ==, 0);
}

static void
test_subscribe_names (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->app, "max-channel-name-length", 4, NULL);
  test_client_subscribe (fixture->ada, "éééé", NULL);
  test_client_subscribe (fixture->ada, "abcde", NULL);
  test_client_subscribe (fixture->ada, "#a", NULL);
  test_client_subscribe (fixture->ada, "a#", NULL);
  test_client_assert_sent (fixture->ada,
                           TEST_FRAME_SUBSCRIBED ("\\u00e9\\u00e9\\u00e9\\u00e9")
                             TEST_FRAME_ERROR ("4009", "Channel name is longer than 4 characters")
                               TEST_FRAME_ERROR ("4009", "Channel name is reserved")
                                 TEST_FRAME_SUBSCRIBED ("a#"));
}

static void
test_subscribe_limit (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->app, "max-subscriptions-per-connection", 2, NULL);
  test_client_subscribe (fixture->ada, "a", NULL);
  test_client_subscribe (fixture->ada, "b", NULL);
  test_client_subscribe (fixture->ada, "c", NULL);
  test_client_subscribe (fixture->ada, "a", NULL);
  test_client_assert_sent (fixture->ada,
                           TEST_FRAME_SUBSCRIBED ("a") TEST_FRAME_SUBSCRIBED ("b")
                             TEST_FRAME_ERROR ("4302", "Subscription limit of 2 reached")
                               TEST_FRAME_SUBSCRIBED ("a"));

  g_test_message ("the limit is each client's own, and leaving makes room");
  test_client_subscribe (fixture->bob, "c", NULL);
  test_client_assert_sent (fixture->bob, TEST_FRAME_SUBSCRIBED ("c"));
  unsubscribe (fixture->ada, "a");
  test_client_subscribe (fixture->ada, "c", NULL);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("c"));
}

static void
test_subscribe_signed (Fixture *fixture, gconstpointer data)
{
  static const char *const channels[] = { "private-a",       "private",  "private-encrypted-a",
                                          "presence-a",      "presence", "private-cache-a",
                                          "presence-cache-a" };
  static const char *const wrong[] = {
    "null",
    "\"\"",
    "\"app-key:\"",
    "\"app-key:invalid-signature\"",
    "\"deadbeefdeadbeef\"",
    "\"app-key:2d1e5109f17c93a347d0a52f060df3a517761ce1ddcd7bce2998c4f1925a7cab\"",
    "5",
  };

  g_test_summary ("A wrong signature is answered with 4009, and leaves no channel behind");

  for (size_t i = 0; i < G_N_ELEMENTS (channels); i++)
    {
      for (size_t j = 0; j < G_N_ELEMENTS (wrong); j++)
        {
          g_autofree char *text = g_strdup_printf (
            "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"%s\",\"auth\":%s}}",
            channels[i], wrong[j]);

          g_test_message ("%s, %s", channels[i], wrong[j]);
          test_client_send (fixture->ada, text);
          test_client_assert_sent (fixture->ada, TEST_FRAME_UNAUTHORIZED);
          g_assert_false (has_channel (fixture, channels[i]));
        }

      test_client_subscribe (fixture->ada, channels[i], NULL);
      g_assert_true (has_channel (fixture, channels[i]));
      g_free (memory_transport_take_log (fixture->ada->transport));
    }
}

/* Sends a signature that was made for something else, or says it in another way. */
static void
test_subscribe_signature_forms (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ours = test_client_sign (fixture->ada, "private-a", NULL);
  g_autofree char *bobs = test_client_sign (fixture->bob, "private-a", NULL);
  g_autofree char *other = test_client_sign (fixture->ada, "private-b", NULL);
  g_autofree char *data_signed = test_client_sign (fixture->ada, "private-a", "{\"user_id\":1}");
  const char *bare = strchr (ours, ':') + 1;
  g_autofree char *any_key = g_strconcat ("anything:", bare, NULL);
  g_autofree char *two_colons = g_strconcat ("a:b:", bare, NULL);
  g_autofree char *upper = g_ascii_strup (ours, -1);
  const struct
  {
    const char *auth, *rest;
    gboolean passes;
  } cases[] = {
    { ours, "", TRUE },
    { bare, "", TRUE },
    { any_key, "", TRUE },
    { ours, ",\"channel_data\":\"\"", TRUE },
    { ours, ",\"channel_data\":\"0\"", TRUE },
    { ours, ",\"channel_data\":null", TRUE },
    { data_signed, ",\"channel_data\":\"{\\\"user_id\\\":1}\"", TRUE },
    { two_colons, "", FALSE },
    { upper, "", FALSE },
    { bobs, "", FALSE },
    { other, "", FALSE },
    { data_signed, "", FALSE },
    { data_signed, ",\"channel_data\":\"{\\\"user_id\\\":2}\"", FALSE },
    { ours, ",\"channel_data\":\"{\\\"user_id\\\":1}\"", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"event\":\"pusher:subscribe\",\"data\":{"
                                               "\"channel\":\"private-a\",\"auth\":\"%s\"%s}}",
                                               cases[i].auth, cases[i].rest);

      g_test_message ("%s%s", cases[i].auth, cases[i].rest);
      test_client_send (fixture->ada, text);
      test_client_assert_sent (fixture->ada, cases[i].passes ? TEST_FRAME_SUBSCRIBED ("private-a")
                                                             : TEST_FRAME_UNAUTHORIZED);
    }
}

static void
test_subscribe_bad_channel_data (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[] = {
    "Hello", "5", "null", "\"x\"", "{", "{\"user_id\":[]}", "{\"user_id\":true}"
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i]);
      test_client_subscribe (fixture->ada, "presence-a", cases[i]);
      test_client_assert_sent (fixture->ada, TEST_FRAME_INVALID);
      g_assert_false (has_channel (fixture, "presence-a"));
    }
}

static void
test_subscribe_again (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A connection may subscribe any number of times and is there once");

  test_client_subscribe (fixture->ada, "a", NULL);
  test_client_subscribe (fixture->ada, "a", NULL);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("a") TEST_FRAME_SUBSCRIBED ("a"));
  unsubscribe (fixture->ada, "a");
  g_assert_false (has_channel (fixture, "a"));
  unsubscribe (fixture->ada, "a");
  test_client_assert_sent (fixture->ada, "");
}

static void
test_subscribe_several (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) channels = NULL;
  g_autofree char *joined = NULL;

  test_client_subscribe (fixture->ada, "b", NULL);
  test_client_subscribe (fixture->ada, "private-a", "{\"foo\":\"bar\"}");
  test_client_subscribe (fixture->ada, "c", NULL);
  test_client_subscribe (fixture->bob, "c", NULL);
  unsubscribe (fixture->ada, "private-a");

  channels = resonate_connection_dup_channels (fixture->ada->connection);
  joined = g_strjoinv (" ", channels);
  g_assert_cmpstr (joined, ==, "b c");
  g_assert_false (has_channel (fixture, "private-a"));
  g_assert_true (has_channel (fixture, "c"));
}

static void
test_subscribe_cached_event (Fixture *fixture, gconstpointer data)
{
  static const char *const channels[] = { "cache-a", "private-cache-a" };

  g_test_summary ("Who comes to a cache channel is given its last event, also to an empty one");

  for (size_t i = 0; i < G_N_ELEMENTS (channels); i++)
    {
      g_autofree char *sent = g_strdup_printf (
        "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\",\"channel\":\"%s\"}"
        "\n"
        "{\"event\":\"App\\\\Events\\\\TestEvent\",\"data\":\"{\\\"foo\\\":\\\"bar\\\"}\","
        "\"channel\":\"%s\"}\n",
        channels[i], channels[i]);

      resonate_dispatcher_publish (fixture->realm, "App\\Events\\TestEvent", channels[i],
                                   "{\"foo\":\"bar\"}", -1, RESONATE_EVENT_DATA_FIRST, NULL);
      test_client_subscribe (fixture->ada, channels[i], NULL);
      test_client_assert_sent (fixture->ada, sent);
    }
}

static void
test_subscribe_cache_forgets (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Members that leave and client events are no events to remember");

  test_client_subscribe (fixture->ada, "presence-cache-a", "{\"user_id\":1}");
  test_client_subscribe (fixture->bob, "presence-cache-a", "{\"user_id\":2}");
  test_client_send (fixture->ada,
                    "{\"event\":\"client-x\",\"channel\":\"presence-cache-a\",\"data\":{}}");
  test_client_leave (fixture->ada);
  unsubscribe (fixture->bob, "presence-cache-a");
  g_free (memory_transport_take_log (fixture->bob->transport));

  test_client_subscribe (fixture->bob, "presence-cache-a", NULL);
  test_client_assert_sent (
    fixture->bob, "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":"
                  "\"{\\\"presence\\\":{\\\"count\\\":0,\\\"ids\\\":[],\\\"hash\\\":{}}}\","
                  "\"channel\":\"presence-cache-a\"}\n"
                  "{\"event\":\"pusher:cache_miss\",\"channel\":\"presence-cache-a\"}\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/subscribe/public", test_subscribe_public);
  add ("/subscribe/public-is-nobody", test_subscribe_public_is_nobody);
  add ("/subscribe/names", test_subscribe_names);
  add ("/subscribe/limit", test_subscribe_limit);
  add ("/subscribe/signed", test_subscribe_signed);
  add ("/subscribe/signature-forms", test_subscribe_signature_forms);
  add ("/subscribe/bad-channel-data", test_subscribe_bad_channel_data);
  add ("/subscribe/again", test_subscribe_again);
  add ("/subscribe/several", test_subscribe_several);
  add ("/subscribe/cached-event", test_subscribe_cached_event);
  add ("/subscribe/cache-forgets", test_subscribe_cache_forgets);

#undef add

  return g_test_run ();
}
