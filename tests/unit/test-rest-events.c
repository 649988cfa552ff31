/* test-rest-events.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "rest-fixture.h"

#define EVENTS "/apps/app-id/events"

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
  g_free (memory_transport_take_log (client->transport));

  return client;
}

#define REQUIRED(name) "\"" name "\":[\"The " name " field is required.\"]"
#define REQUIRED_WITHOUT(name, other) \
  "\"" name "\":[\"The " name " field is required when " other " is not present.\"]"
#define NO_STRING(name, shown) "\"" name "\":[\"The " shown " field must be a string.\"]"
#define NO_ARRAY(name)         "\"" name "\":[\"The " name " field must be an array.\"]"
#define NO_CHANNEL \
  REQUIRED_WITHOUT ("channels", "channel") "," REQUIRED_WITHOUT ("channel", "channels")

/* spec: Pusher protocol of Reverb, 6.4. */
static const struct
{
  const char *body, *answer;
} bodies[] = {
  { "{}", "422 {" REQUIRED ("name") "," REQUIRED ("data") "," NO_CHANNEL "}" },
  { "{\"name\":1,\"data\":2,\"channels\":3,\"channel\":4,\"socket_id\":5,\"info\":6}",
    "422 {" NO_STRING ("name", "name") "," NO_STRING ("data", "data") "," NO_ARRAY (
      "channels") "," NO_STRING ("channel",
                                 "channel") "," NO_STRING ("socket_id",
                                                           "socket id") "," NO_STRING ("info",
                                                                                       "info") "}" },
  { "{\"name\":\"E\",\"data\":{\"a\":1},\"channel\":\"c\"}",
    "422 {" NO_STRING ("data", "data") "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":[]}", "422 {" NO_CHANNEL "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":{}}", "422 {" NO_CHANNEL "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":\"\"}", "422 {" NO_CHANNEL "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channel\":null}", "422 {" NO_CHANNEL "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":\"test\"}", "422 {" NO_ARRAY ("channels") "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\",\"socket_id\":null}",
    "422 {" NO_STRING ("socket_id", "socket id") "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\",\"socket_id\":1234}",
    "422 {" NO_STRING ("socket_id", "socket id") "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\",\"info\":1234}",
    "422 {" NO_STRING ("info", "info") "}" },
  { "{\"name\":\"E\",\"channel\":\"c\"}", "422 {" REQUIRED ("data") "}" },
  { "{\"name\":\"E\",\"channels\":[\"c\",\"d\"]}", "422 {" REQUIRED ("data") "}" },
  { "{\"name\":\"\",\"data\":\" \",\"channel\":\"\\n\"}",
    "422 {" REQUIRED ("name") "," REQUIRED ("data") "," NO_CHANNEL "}" },
  { "{\"name\":null,\"data\":null,\"channel\":\"c\"}",
    "422 {" REQUIRED ("name") "," REQUIRED ("data") "}" },
  { "{\"name\":\"E\\u0000\",\"data\":\"d\",\"channel\":\"c\"}",
    "422 {" NO_STRING ("name", "name") "}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":[[\"c\"]]}",
    "422 {\"channels.0\":[\"The channels.0 field must be a string.\"]}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\",\"socket_id\":\"\"}", "200 {}" },
  { "{\"name\":\"E\",\"data\":\"0\",\"channel\":\"c\"}", "200 {}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\",\"info\":\"\"}",
    "200 {\"channels\":{\"c\":{}}}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":[\"c\",\"d\"]}", "200 {}" },
  { "{\"name\":\"E\",\"data\":\"d\",\"channels\":[],\"channel\":\"c\"}", "200 {}" },
  { "{\"name\":\"E\",\"data\":\"a\\u0000b\",\"channel\":\"c\"}", "200 {}" },
  { "[]", "400 {\"error\":\"The body must be a JSON object.\"}" },
  { "null", "400 {\"error\":\"The body must be a JSON object.\"}" },
  { "5", "400 {\"error\":\"The body must be a JSON object.\"}" },
  { "{\"name\"", "400 {\"error\":\"Not JSON: no colon after a member name at byte 7\"}" },
  { "", "400 {\"error\":\"Not JSON: the end of the text at byte 0\"}" },
};

static void
test_rest_events_bodies (RestFixture *self, gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_test_message ("%s", bodies[i].body);
      rest_fixture_assert (self, "POST", EVENTS, NULL, bodies[i].body, bodies[i].answer);
    }
}

static void
test_rest_events_deep_body (RestFixture *self, gconstpointer data)
{
  g_autofree char *open = g_strnfill (64, '[');
  g_autofree char *body = g_strdup_printf ("{\"channels\":%s", open);

  rest_fixture_assert (self, "POST", EVENTS, NULL, body,
                       "400 {\"error\":\"Not JSON: nesting that is too deep at byte 75\"}");
}

static void
test_rest_events_delivered (RestFixture *self, gconstpointer data)
{
  TestClient *one = open_on (self, "test-channel", NULL);
  TestClient *other = open_on (self, "presence-other", "{\"user_id\":1}");

  rest_fixture_assert (
    self, "POST", EVENTS, NULL,
    "{\"name\":\"NewEvent\",\"channel\":\"test-channel\",\"data\":\"{\\\"some\\\":\\\"data\\\"}\"}",
    "200 {}");
  test_client_assert_sent (one, "{\"event\":\"NewEvent\",\"data\":\"{\\\"some\\\":\\\"data\\\"}\","
                                "\"channel\":\"test-channel\"}\n");
  test_client_assert_sent (other, "");

  g_test_message ("in the order of the list, and twice where it says so; channels wins");
  rest_fixture_assert (self, "POST", EVENTS, NULL,
                       "{\"name\":\"A\\\\B\",\"channel\":\"none\",\"data\":\"raw é/\","
                       "\"channels\":[\"test-channel\",\"nobody\",\"test-channel\","
                       "\"presence-other\"]}",
                       "200 {}");
  test_client_assert_sent (one, "{\"event\":\"A\\\\B\",\"data\":\"raw \\u00e9\\/\","
                                "\"channel\":\"test-channel\"}\n"
                                "{\"event\":\"A\\\\B\",\"data\":\"raw \\u00e9\\/\","
                                "\"channel\":\"test-channel\"}\n");
  test_client_assert_sent (other, "{\"event\":\"A\\\\B\",\"data\":\"raw \\u00e9\\/\","
                                  "\"channel\":\"presence-other\"}\n");
  test_client_free (one);
  test_client_free (other);
}

static void
test_rest_events_names_of_all_forms (RestFixture *self, gconstpointer data)
{
  TestClient *one = open_on (self, "7", NULL);

  g_test_summary ("Channels may be an object, whose values count, and numbers are names");

  rest_fixture_assert (self, "POST", EVENTS, NULL,
                       "{\"name\":\"E\",\"data\":\"d\",\"channels\":{\"x\":7,\"y\":\"7\"}}",
                       "200 {}");
  test_client_assert_sent (one, "{\"event\":\"E\",\"data\":\"d\",\"channel\":\"7\"}\n"
                                "{\"event\":\"E\",\"data\":\"d\",\"channel\":\"7\"}\n");
  test_client_free (one);
}

static void
test_rest_events_to_others (RestFixture *self, gconstpointer data)
{
  TestClient *sender = open_on (self, "a", NULL);
  TestClient *other = open_on (self, "a", NULL);
  g_autofree char *body = g_strdup_printf (
    "{\"name\":\"E\",\"data\":\"d\",\"channels\":[\"a\",\"a\"],\"socket_id\":\"%s\"}",
    resonate_connection_get_socket_id (sender->connection));

  rest_fixture_assert (self, "POST", EVENTS, NULL, body, "200 {}");
  test_client_assert_sent (sender, "");
  test_client_assert_sent (other, "{\"event\":\"E\",\"data\":\"d\",\"channel\":\"a\"}\n"
                                  "{\"event\":\"E\",\"data\":\"d\",\"channel\":\"a\"}\n");

  rest_fixture_assert (self, "POST", EVENTS, NULL,
                       "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"a\","
                       "\"socket_id\":\"invalid-socket-id\"}",
                       "200 {}");
  test_client_assert_sent (sender, "{\"event\":\"E\",\"data\":\"d\",\"channel\":\"a\"}\n");
  test_client_free (sender);
  test_client_free (other);
}

static void
test_rest_events_info (RestFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *info, *channels;
  } cases[] = {
    { "user_count",
      "\"presence-test-channel-one\":{\"user_count\":1},\"test-channel-two\":{},\"cache-c\":{},"
      "\"nobody\":{},\"0\":{}" },
    { "subscription_count",
      "\"presence-test-channel-one\":{},\"test-channel-two\":{\"subscription_count\":1},"
      "\"cache-c\":{\"subscription_count\":1},\"nobody\":{},\"0\":{}" },
    { "cache,subscription_count,user_count,occupied",
      "\"presence-test-channel-one\":{\"occupied\":true,\"user_count\":1},"
      "\"test-channel-two\":{\"occupied\":true,\"subscription_count\":1},"
      "\"cache-c\":{\"occupied\":true,\"subscription_count\":1,\"cache\":"
      "{\"event\":\"E\",\"data\":\"x\",\"channel\":\"cache-c\"}},"
      "\"nobody\":{\"occupied\":false},\"0\":{\"occupied\":false}" },
    { " user_count,unknown",
      "\"presence-test-channel-one\":{},\"test-channel-two\":{},\"cache-c\":{},\"nobody\":{},"
      "\"0\":{}" },
  };
  TestClient *one = open_on (self, "presence-test-channel-one", "{\"user_id\":1}");
  TestClient *two = open_on (self, "test-channel-two", NULL);

  g_test_summary ("The event is delivered before it is told what became of it");

  test_client_subscribe (two, "cache-c", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body =
        g_strdup_printf ("{\"name\":\"E\",\"data\":\"x\",\"info\":\"%s\",\"channels\":[\"presence-"
                         "test-channel-one\","
                         "\"test-channel-two\",\"cache-c\",\"nobody\",\"nobody\",\"0\"]}",
                         cases[i].info);
      g_autofree char *answer = g_strdup_printf ("200 {\"channels\":{%s}}", cases[i].channels);

      rest_fixture_assert (self, "POST", EVENTS, NULL, body, answer);
    }
  test_client_free (one);
  test_client_free (two);
}

static void
test_rest_events_size (RestFixture *self, gconstpointer data)
{
  g_autofree char *filling = g_strnfill (10000, 'x');
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\"}", filling);

  rest_fixture_assert (self, "POST", EVENTS, NULL, body, "413 {\"error\":\"Payload too large.\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, RestFixture, NULL, set_up, func, tear_down)

  add ("/rest-events/bodies", test_rest_events_bodies);
  add ("/rest-events/deep-body", test_rest_events_deep_body);
  add ("/rest-events/delivered", test_rest_events_delivered);
  add ("/rest-events/names-of-all-forms", test_rest_events_names_of_all_forms);
  add ("/rest-events/to-others", test_rest_events_to_others);
  add ("/rest-events/info", test_rest_events_info);
  add ("/rest-events/size", test_rest_events_size);

#undef add

  return g_test_run ();
}
