/* test-rest-queries.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-dispatcher-private.h"
#include "rest-fixture.h"

#define APP "/apps/app-id"

static void
set_up (RestFixture *self, gconstpointer data)
{
  rest_fixture_init (self, NULL);
}

static void
tear_down (RestFixture *self, gconstpointer data)
{
  rest_fixture_clear (self);
}

static TestClient *
open_on (RestFixture *self, const char *channel, const char *channel_data)
{
  TestClient *client = test_client_open (self->realm);

  test_client_subscribe (client, channel, channel_data);

  return client;
}

static void
test_rest_queries_channel (RestFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *channel, *query, *answer;
  } cases[] = {
    { "public", "info=user_count,subscription_count,cache",
      "200 {\"occupied\":true,\"subscription_count\":2}" },
    { "public", "info=cache", "200 {\"occupied\":true}" },
    { "public", "info=subscription_count,user_count",
      "200 {\"occupied\":true,\"subscription_count\":2}" },
    { "public", NULL, "200 {\"occupied\":true}" },
    { "nobody", "info=subscription_count", "200 {\"occupied\":false}" },
    { "presence-a", "info=user_count", "200 {\"occupied\":true,\"user_count\":1}" },
    { "presence-a", "info=subscription_count", "200 {\"occupied\":true}" },
    { "cache-a", "info=subscription_count,cache",
      "200 {\"occupied\":true,\"subscription_count\":1,\"cache\":"
      "{\"event\":\"E\",\"data\":\"{\\\"some\\\":\\\"data\\\"}\",\"channel\":\"cache-a\"}}" },
    { "cache-b", "info=cache", "200 {\"occupied\":false}" },
    { "a%2Fb%20c", NULL, "200 {\"occupied\":true}" },
  };
  TestClient *one = open_on (self, "public", NULL), *two = open_on (self, "public", NULL);

  test_client_subscribe (one, "presence-a", "{\"user_id\":1}");
  test_client_subscribe (two, "presence-a", "{\"user_id\":\"1\"}");
  test_client_subscribe (one, "cache-a", NULL);
  test_client_subscribe (one, "a/b c", NULL);
  resonate_dispatcher_publish (self->realm, "E", "cache-a", "{\"some\":\"data\"}", -1,
                               RESONATE_EVENT_DATA_FIRST, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat (APP "/channels/", cases[i].channel, NULL);

      g_test_message ("%s %s", path, cases[i].query);
      rest_fixture_assert (self, "GET", path, cases[i].query, NULL, cases[i].answer);
    }
  test_client_free (one);
  test_client_free (two);
}

static void
test_rest_queries_channels (RestFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *query, *channels;
  } cases[] = {
    { NULL, "\"test-channel-one\":{},\"presence-test-channel-two\":{},\"0\":{}" },
    { "info=user_count",
      "\"test-channel-one\":{},\"presence-test-channel-two\":{\"user_count\":1},\"0\":{}" },
    { "filter_by_prefix=presence-&info=user_count",
      "\"presence-test-channel-two\":{\"user_count\":1}" },
    { "filter_by_prefix=0", "\"test-channel-one\":{},\"presence-test-channel-two\":{},\"0\":{}" },
    { "filter_by_prefix=", "\"test-channel-one\":{},\"presence-test-channel-two\":{},\"0\":{}" },
    { "filter_by_prefix=none", "" },
  };
  TestClient *one, *two;

  rest_fixture_assert (self, "GET", APP "/channels", NULL, NULL, "200 {\"channels\":{}}");

  one = open_on (self, "test-channel-one", NULL);
  two = open_on (self, "presence-test-channel-two", "{\"user_id\":1}");
  test_client_subscribe (one, "left", NULL);
  test_client_send (one, "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"left\"}}");
  test_client_subscribe (one, "0", NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = g_strdup_printf ("200 {\"channels\":{%s}}", cases[i].channels);

      rest_fixture_assert (self, "GET", APP "/channels", cases[i].query, NULL, answer);
    }
  test_client_free (one);
  test_client_free (two);
}

static void
test_rest_queries_failed_subscriptions (RestFixture *self, gconstpointer data)
{
  TestClient *client = test_client_open (self->realm);

  g_test_summary ("A subscription that was refused leaves no channel to be counted");

  test_client_send (client,
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-x\"}}");
  rest_fixture_assert (self, "GET", APP "/channels/private-x", "info=subscription_count", NULL,
                       "200 {\"occupied\":false}");
  rest_fixture_assert (self, "GET", APP "/channels", NULL, NULL, "200 {\"channels\":{}}");
  test_client_free (client);
}

static void
test_rest_queries_users (RestFixture *self, gconstpointer data)
{
  TestClient *clients[4];

  clients[0] = open_on (self, "presence-a", "{\"user_id\":3}");
  clients[1] = open_on (self, "presence-a", "{\"user_id\":\"2\"}");
  clients[2] = open_on (self, "presence-a", "{\"user_id\":3}");
  clients[3] = open_on (self, "presence-a", NULL);
  test_client_subscribe (clients[0], "public", NULL);

  rest_fixture_assert (self, "GET", APP "/channels/presence-a/users", NULL, NULL,
                       "200 {\"users\":[{\"id\":3},{\"id\":\"2\"}]}");
  rest_fixture_assert (self, "GET", APP "/channels/public/users", NULL, NULL,
                       "400 {\"error\":\"Users can only be retrieved for presence channels.\"}");
  rest_fixture_assert (self, "GET", APP "/channels/nobody/users", NULL, NULL,
                       "404 {\"error\":\"Channel not found.\"}");

  for (size_t i = 0; i < G_N_ELEMENTS (clients); i++)
    test_client_free (clients[i]);
}

static void
test_rest_queries_connections (RestFixture *self, gconstpointer data)
{
  TestClient *one, *two;

  rest_fixture_assert (self, "GET", APP "/connections", NULL, NULL, "200 {\"connections\":0}");
  one = open_on (self, "a", NULL);
  test_client_subscribe (one, "b", NULL);
  two = test_client_open (self->realm);
  rest_fixture_assert (self, "GET", APP "/connections", NULL, NULL, "200 {\"connections\":2}");
  test_client_leave (one);
  rest_fixture_assert (self, "GET", APP "/connections", NULL, NULL, "200 {\"connections\":1}");
  test_client_free (one);
  test_client_free (two);
}

static void
test_rest_queries_terminate (RestFixture *self, gconstpointer data)
{
  TestClient *one = open_on (self, "public", NULL);
  TestClient *two = open_on (self, "presence-a", "{\"user_id\":\"7\"}");

  test_client_subscribe (one, "presence-a", "{\"user_id\":456}");
  rest_fixture_assert (self, "POST", APP "/users/9/terminate_connections", NULL, "{}", "200 {}");
  rest_fixture_assert (self, "POST", APP "/users/456/terminate_connections", NULL, "{}", "200 {}");
  test_client_assert_closed (one, 4009, "You got disconnected by the app.");
  test_client_assert_closed (two, 0, NULL);
  rest_fixture_assert (self, "POST", APP "/users/7/terminate_connections", NULL, NULL, "200 {}");
  test_client_assert_closed (two, 4009, "You got disconnected by the app.");
  rest_fixture_assert (self, "POST", "/apps/zz/users/7/terminate_connections", NULL, "{}",
                       "404 {\"error\":\"No matching application for ID [zz].\"}");
  rest_fixture_assert (self, "POST", APP "/channels/users/7/terminate_connections", NULL, "{}",
                       "404 {\"error\":\"Not found.\"}");
  test_client_free (one);
  test_client_free (two);
}

static void
test_rest_queries_info_as_a_list (RestFixture *self, gconstpointer data)
{
  g_autofree char *signed_query = rest_fixture_sign (self, "GET", APP "/channels",
                                                     "info=user_count", NULL);
  g_autoptr (GString) target = g_string_new (APP "/channels?");
  g_autofree char *answer = NULL;

  g_string_append (target, signed_query);
  g_string_replace (target, "info=", "info[]=", 1);
  answer = rest_fixture_ask (self, "GET", target->str, NULL);
  g_assert_cmpstr (answer, ==, "400 {\"error\":\"The info parameter must be a string.\"}");
}

static void
test_rest_queries_health (RestFixture *self, gconstpointer data)
{
  g_autofree char *up = rest_fixture_ask (self, "GET", "/up", NULL);
  g_autofree char *ready = rest_fixture_ask (self, "GET", "/ready", NULL);
  g_autofree char *draining = NULL;

  g_assert_cmpstr (up, ==, "200 {\"health\":\"OK\"}");
  g_assert_cmpstr (ready, ==, "200 {\"ready\":true}");
  self->problem = "The server is draining.";
  draining = rest_fixture_ask (self, "GET", "/ready", NULL);
  g_assert_cmpstr (draining, ==, "503 {\"error\":\"The server is draining.\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, RestFixture, NULL, set_up, func, tear_down)

  add ("/rest-queries/channel", test_rest_queries_channel);
  add ("/rest-queries/channels", test_rest_queries_channels);
  add ("/rest-queries/failed-subscriptions", test_rest_queries_failed_subscriptions);
  add ("/rest-queries/users", test_rest_queries_users);
  add ("/rest-queries/connections", test_rest_queries_connections);
  add ("/rest-queries/terminate", test_rest_queries_terminate);
  add ("/rest-queries/info-as-a-list", test_rest_queries_info_as_a_list);
  add ("/rest-queries/health", test_rest_queries_health);

#undef add

  return g_test_run ();
}
