/* test-handler.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "base/resonate-clock-private.h"
#include "pusher/resonate-handler-private.h"
#include "test-client.h"

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static void
test_handler_open (Fixture *fixture, gconstpointer data)
{
  TestClient *client = test_client_open_from (fixture->realm, "http://localhost");
  const char *socket_id = resonate_connection_get_socket_id (client->connection);
  g_autofree char *greeting =
    g_strdup_printf ("{\"event\":\"pusher:connection_established\",\"data\":"
                     "\"{\\\"socket_id\\\":\\\"%s\\\",\\\"activity_timeout\\\":30}\"}\n",
                     socket_id);

  test_client_assert_sent (client, greeting);
  g_assert_true (g_regex_match_simple ("^[1-9][0-9]*\\.[1-9][0-9]*$", socket_id, 0, 0));
  g_assert_true (resonate_connection_list_lookup (fixture->realm->connections, socket_id) ==
                 client->connection);
  g_assert_cmpuint (resonate_transport_get_max_message_size (
                      RESONATE_TRANSPORT (client->transport)),
                    ==, 10000);

  test_client_free (client);
  g_assert_cmpuint (resonate_connection_list_count (fixture->realm->connections), ==, 0);
}

static void
test_handler_quota (Fixture *fixture, gconstpointer data)
{
  TestClient *first, *second;

  g_test_summary ("Open sockets count, subscribed or not, and whoever was refused does not");

  g_object_set (fixture->app, "max-connections", 1, NULL);
  first = test_client_open (fixture->realm);

  for (int i = 0; i < 2; i++)
    {
      second = test_client_open_from (fixture->realm, "http://localhost");
      g_assert_null (second->connection);
      test_client_assert_sent (second,
                               TEST_FRAME_ERROR ("4004", "Application is over connection quota"));
      test_client_assert_closed (second, 4004, "Application is over connection quota");
      test_client_free (second);
    }

  test_client_free (first);
  second = test_client_open (fixture->realm);
  test_client_free (second);
}

static void
test_handler_quota_of_none (Fixture *fixture, gconstpointer data)
{
  TestClient *client;

  g_object_set (fixture->app, "max-connections", 0, NULL);
  client = test_client_open_from (fixture->realm, "http://localhost");
  test_client_assert_closed (client, 4004, "Application is over connection quota");
  test_client_free (client);
}

static void
test_handler_origin (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *pattern, *origin;
    gboolean admitted;
  } cases[] = {
    { "*", "http://anything.example.org:1234", TRUE },
    { "*", NULL, TRUE },
    { "example.com", "https://example.com", TRUE },
    { "example.com", "https://sub.example.com", FALSE },
    { "*.example.com", "https://sub.example.com", TRUE },
    { "*.example.com", "https://example.com", FALSE },
    { "laravel.com", "http://localhost", FALSE },
    { "laravel.com", NULL, FALSE },
    { "laravel.com", "", FALSE },
    { "example.com", "https://EXAMPLE.com", TRUE },
    { "Example.COM", "https://example.com", TRUE },
    { "example.com", "https://example.com:8443", TRUE },
    { "example.com", "null", FALSE },
    { "xn--exmple-cua.com", "https://xn--exmple-cua.com", TRUE },
    { "xn--exmple-cua.com", "https://exämple.com", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *patterns[] = { cases[i].pattern, NULL };
      TestClient *client;

      g_test_message ("%s, %s", cases[i].pattern, cases[i].origin);
      g_object_set (fixture->app, "allowed-origins", patterns, NULL);
      client = test_client_open_from (fixture->realm, cases[i].origin);
      g_assert_true ((client->connection != NULL) == cases[i].admitted);
      if (!cases[i].admitted)
        {
          test_client_assert_sent (client, TEST_FRAME_ERROR ("4009", "Origin not allowed"));
          test_client_assert_closed (client, 4009, "Origin not allowed");
        }
      test_client_free (client);
    }
}

static void
test_handler_turned_away_is_deaf (Fixture *fixture, gconstpointer data)
{
  TestClient *client;

  g_test_summary ("In the reference whoever was refused could go on and subscribe");

  g_object_set (fixture->app, "max-connections", 0, NULL);
  client = test_client_open_from (fixture->realm, "http://localhost");
  test_client_assert_sent (client,
                           TEST_FRAME_ERROR ("4004", "Application is over connection quota"));

  test_client_send (client, "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\"}}");
  test_client_assert_sent (client, "");
  g_assert_null (resonate_channel_list_lookup (fixture->realm->channels, "a"));
  test_client_free (client);
}

/* spec: Pusher protocol of Reverb, 2.4, 4.1 and 13.4. */
static const struct
{
  const char *text;
  const char *answer;
} messages[] = {
  { "{\"event\":\"pusher:ping\"}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":{}}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":[1]}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":null}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":\"\"}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":\"0\"}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":0}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":false}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:ping\",\"data\":\"{}\"}", TEST_FRAME_PONG },
  { " {\"event\":\"pusher:ping\"}\r\n", TEST_FRAME_PONG },
  { "{\"event\":\"x\",\"event\":\"pusher:ping\"}", TEST_FRAME_PONG },
  { "{\"event\":\"pusher:pong\"}", "" },
  { "{\"event\":\"pusher:pong\",\"data\":{}}", "" },
  { "Hi", TEST_FRAME_INVALID },
  { "", TEST_FRAME_INVALID },
  { "{}", TEST_FRAME_INVALID },
  { "[]", TEST_FRAME_INVALID },
  { "null", TEST_FRAME_INVALID },
  { "{\"event\":[]}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:nope\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:signin\",\"data\":{}}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:connection_established\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:ping\",\"data\":\"hello\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:ping\",\"data\":5}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:ping\",\"data\":\"5\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:ping\",\"data\":true}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":{}}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":[\"a\"]}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":\"sfsfsfs\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":5}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":[]}}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":{}}}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":null}}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:unsubscribe\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":null}}", TEST_FRAME_INVALID },
  { "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"never\"}}", "" },
  { "{\"event\":\"client-start-typing\",\"channel\":[]}", TEST_FRAME_INVALID },
  { "{\"event\":\"foo\"}", TEST_FRAME_INVALID },
  { "{\"event\":\"foo\",\"channel\":\"a\"}", "" },
  { "{\"event\":\"PUSHER:ping\",\"channel\":\"a\",\"data\":[]}", "" },
};

static void
test_handler_messages (Fixture *fixture, gconstpointer data)
{
  TestClient *client = test_client_open (fixture->realm);

  for (size_t i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_test_message ("%s", messages[i].text);
      test_client_send (client, messages[i].text);
      test_client_assert_sent (client, messages[i].answer);
    }

  g_assert_cmpuint (memory_transport_get_close_code (client->transport), ==, 0);
  test_client_free (client);
}

static void
test_handler_binary (Fixture *fixture, gconstpointer data)
{
  TestClient *client = test_client_open (fixture->realm);
  g_autoptr (GBytes) ping = g_bytes_new_static ("{\"event\":\"pusher:ping\"}", 23);
  g_autoptr (GBytes) noise = g_bytes_new_static ("{\"event\":\"\xff\"}", 13);

  g_test_summary ("A binary message is read like text, and need not be UTF-8");

  memory_transport_inject_message (client->transport, ping, TRUE);
  memory_transport_inject_message (client->transport, noise, TRUE);
  test_client_assert_sent (client, TEST_FRAME_PONG TEST_FRAME_INVALID);
  test_client_free (client);
}

static void
test_handler_message_size (Fixture *fixture, gconstpointer data)
{
  TestClient *client;
  g_autofree char *name = g_strnfill (50000, 'c');
  g_autofree char *text = NULL;

  g_object_set (fixture->app, "max-message-size", (guint64) 23, NULL);
  client = test_client_open (fixture->realm);

  test_client_send (client, "{\"event\":\"pusher:ping\"}");
  test_client_send (client, "{\"event\":\"pusher:ping\"} ");
  test_client_assert_sent (client,
                           TEST_FRAME_PONG TEST_FRAME_ERROR ("4019", "Message size exceeded"));
  g_assert_cmpuint (memory_transport_get_close_code (client->transport), ==, 0);
  test_client_free (client);

  g_test_message ("0 is no limit");
  g_object_set (fixture->app, "max-message-size", (guint64) 0, "max-channel-name-length", 60000,
                NULL);
  client = test_client_open (fixture->realm);
  text = g_strdup_printf ("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"%s\"}}", name);
  test_client_send (client, text);
  g_assert_nonnull (resonate_channel_list_lookup (fixture->realm->channels, name));
  test_client_free (client);
}

static void
test_handler_rate_limit (Fixture *fixture, gconstpointer data)
{
  TestClient *client, *other;

  g_object_set (fixture->app, "rate-limiting-enabled", TRUE, "rate-limit-max-attempts", 3,
                "rate-limit-decay-seconds", 1, NULL);
  client = test_client_open (fixture->realm);
  other = test_client_open (fixture->realm);

  for (int i = 0; i < 5; i++)
    test_client_send (client, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (client, TEST_FRAME_PONG TEST_FRAME_PONG TEST_FRAME_PONG
                                     TEST_FRAME_ERROR ("4301", "Rate limit exceeded")
                                       TEST_FRAME_ERROR ("4301", "Rate limit exceeded"));
  g_assert_cmpuint (memory_transport_get_close_code (client->transport), ==, 0);

  g_test_message ("the limit is each client's own, and the window ends");
  test_client_send (other, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (other, TEST_FRAME_PONG);
  resonate_clock_set_for_test (2 * G_USEC_PER_SEC, 0);
  test_client_send (client, "Hi");
  test_client_assert_sent (client, TEST_FRAME_INVALID);

  test_client_free (client);
  test_client_free (other);
}

static void
test_handler_rate_limit_terminates (Fixture *fixture, gconstpointer data)
{
  TestClient *client;

  g_test_summary ("The client is told before it is closed");

  g_object_set (fixture->app, "rate-limiting-enabled", TRUE, "rate-limit-max-attempts", 1,
                "rate-limit-terminate", TRUE, NULL);
  client = test_client_open (fixture->realm);

  for (int i = 0; i < 3; i++)
    test_client_send (client, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (client,
                           TEST_FRAME_PONG TEST_FRAME_ERROR ("4301", "Rate limit exceeded"));
  test_client_assert_closed (client, 4301, "Rate limit exceeded");
  test_client_free (client);
}

static void
test_handler_no_rate_limit (Fixture *fixture, gconstpointer data)
{
  TestClient *client = test_client_open (fixture->realm);

  for (int i = 0; i < 1000; i++)
    test_client_send (client, "{\"event\":\"pusher:ping\"}");
  g_assert_cmpuint (memory_transport_get_sent (client->transport)->len, ==, 1001);
  test_client_free (client);
}

static void
on_said (ResonateConnection *connection, ResonateChannel *channel, GString *log)
{
  g_string_append_printf (log, "-%s ", resonate_channel_get_name (channel));
}

static void
on_gone (ResonateConnection *connection, GString *log)
{
  g_auto (GStrv) channels = resonate_connection_dup_channels (connection);

  g_string_append_printf (log, "closed(%u) ", g_strv_length (channels));
}

static void
test_handler_close (Fixture *fixture, gconstpointer data)
{
  TestClient *client = test_client_open (fixture->realm);
  g_autoptr (GString) log = g_string_new (NULL);

  g_test_summary ("Whoever goes has left every channel, and is told of once");

  g_signal_connect (client->connection, "unsubscribed", G_CALLBACK (on_said), log);
  g_signal_connect (client->connection, "closed", G_CALLBACK (on_gone), log);
  test_client_subscribe (client, "a", NULL);
  test_client_subscribe (client, "private-b", NULL);
  test_client_subscribe (client, "presence-c", "{\"user_id\":1}");

  test_client_leave (client);
  test_client_leave (client);
  g_assert_cmpstr (log->str, ==, "-a -private-b -presence-c closed(0) ");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->realm->channels)), ==, 0);
  test_client_free (client);
}

static void
test_handler_slow_client (Fixture *fixture, gconstpointer data)
{
  TestClient *slow = test_client_open (fixture->realm);
  TestClient *quick = test_client_open (fixture->realm);

  g_test_summary ("Whoever does not take what it is sent is closed, and nobody waits for it");

  test_client_subscribe (slow, "presence-a", "{\"user_id\":1}");
  test_client_subscribe (quick, "presence-a", "{\"user_id\":2}");
  memory_transport_set_stuck (slow->transport, 1);
  g_free (memory_transport_take_log (quick->transport));
  test_client_send (quick, "{\"event\":\"client-x\",\"channel\":\"presence-a\",\"data\":{}}");
  test_client_assert_closed (slow, 4100, "Over capacity");

  test_client_leave (slow);
  test_client_assert_sent (quick, "{\"event\":\"pusher_internal:member_removed\",\"data\":"
                                  "\"{\\\"user_id\\\":1}\",\"channel\":\"presence-a\"}\n");
  test_client_free (slow);
  test_client_free (quick);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/handler/open", test_handler_open);
  add ("/handler/quota", test_handler_quota);
  add ("/handler/quota-of-none", test_handler_quota_of_none);
  add ("/handler/origin", test_handler_origin);
  add ("/handler/turned-away-is-deaf", test_handler_turned_away_is_deaf);
  add ("/handler/messages", test_handler_messages);
  add ("/handler/binary", test_handler_binary);
  add ("/handler/message-size", test_handler_message_size);
  add ("/handler/rate-limit", test_handler_rate_limit);
  add ("/handler/rate-limit-terminates", test_handler_rate_limit_terminates);
  add ("/handler/no-rate-limit", test_handler_no_rate_limit);
  add ("/handler/close", test_handler_close);
  add ("/handler/slow-client", test_handler_slow_client);

#undef add

  return g_test_run ();
}
