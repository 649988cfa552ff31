/* test-rest-batch.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "rest-fixture.h"

#define BATCH "/apps/app-id/batch_events"

#define REQUIRED(name)  "\"" name "\":[\"The " name " field is required.\"]"
#define NO_STRING(name) "\"" name "\":[\"The " name " field must be a string.\"]"
#define NO_CHANNEL(item)                                                                 \
  "\"" item ".channel\":[\"The " item ".channel field is required when channels is not " \
  "present.\"]"

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

static void
test_rest_batch_bodies (RestFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *body, *answer;
  } cases[] = {
    { "{}", "422 {" REQUIRED ("batch") "}" },
    { "{\"batch\":[]}", "422 {" REQUIRED ("batch") "}" },
    { "{\"batch\":null}", "422 {" REQUIRED ("batch") "}" },
    { "{\"batch\":\"x\"}", "422 {\"batch\":[\"The batch field must be an array.\"]}" },
    { "{\"batch\":[{}]}", "422 {" REQUIRED ("batch.0.name") "," REQUIRED (
                            "batch.0.data") "," NO_CHANNEL ("batch.0") "}" },
    { "{\"batch\":[{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\"},{\"name\":1,\"channel\":2,"
      "\"socket_id\":3,\"info\":4}]}",
      "422 {" NO_STRING ("batch.1.name") "," REQUIRED ("batch.1.data") "," NO_STRING (
        "batch.1.channel") "," NO_STRING ("batch.1.socket_id") "," NO_STRING ("batch.1.info") "}" },
    /* all names come before all data */
    { "{\"batch\":[{\"channel\":\"c\"},{\"channel\":\"c\"}]}",
      "422 {" REQUIRED ("batch.0.name") "," REQUIRED ("batch.1.name") "," REQUIRED (
        "batch.0.data") "," REQUIRED ("batch.1.data") "}" },
    { "{\"channels\":[\"c\"],\"batch\":[{\"name\":\"E\",\"data\":\"d\"}]}",
      "422 {" NO_CHANNEL ("batch.0") "}" },
    { "{\"batch\":[5]}", "422 {" REQUIRED ("batch.0.name") "," REQUIRED (
                           "batch.0.data") "," NO_CHANNEL ("batch.0") "}" },
    { "{\"batch\":{\"x\":{\"name\":\"E\",\"data\":\"d\",\"channel\":\"c\"}}}",
      "200 {\"batch\":{}}" },
    { "[]", "400 {\"error\":\"The body must be a JSON object.\"}" },
    { "x", "400 {\"error\":\"Not JSON: no value at byte 0\"}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].body);
      rest_fixture_assert (self, "POST", BATCH, NULL, cases[i].body, cases[i].answer);
    }
}

static void
test_rest_batch_delivered (RestFixture *self, gconstpointer data)
{
  TestClient *one = open_on (self, "a", NULL);
  TestClient *two = open_on (self, "b", NULL);
  g_autofree char *body =
    g_strdup_printf ("{\"batch\":[{\"name\":\"NewEvent\",\"channel\":\"a\",\"data\":\"{"
                     "\\\"some\\\":[\\\"data\\\"]}\"},"
                     "{\"name\":\"E\",\"channel\":\"b\",\"data\":\"2\",\"socket_id\":\"%s\"},"
                     "{\"name\":\"E\",\"channel\":\"a\",\"data\":\"3\",\"socket_id\":\"%s\"},"
                     "{\"name\":\"E\",\"channel\":\"nobody\",\"data\":\"4\"}]}",
                     resonate_connection_get_socket_id (one->connection),
                     resonate_connection_get_socket_id (one->connection));

  rest_fixture_assert (self, "POST", BATCH, NULL, body, "200 {\"batch\":{}}");
  test_client_assert_sent (one, "{\"event\":\"NewEvent\",\"channel\":\"a\","
                                "\"data\":\"{\\\"some\\\":[\\\"data\\\"]}\"}\n");
  test_client_assert_sent (two, "{\"event\":\"E\",\"channel\":\"b\",\"data\":\"2\"}\n");
  test_client_free (one);
  test_client_free (two);
}

static void
test_rest_batch_is_all_or_nothing (RestFixture *self, gconstpointer data)
{
  TestClient *one = open_on (self, "a", NULL);

  rest_fixture_assert (self, "POST", BATCH, NULL,
                       "{\"batch\":[{\"name\":\"E\",\"channel\":\"a\",\"data\":\"1\"},"
                       "{\"name\":\"E\",\"channel\":\"a\"}]}",
                       "422 {" REQUIRED ("batch.1.data") "}");
  test_client_assert_sent (one, "");
  test_client_free (one);
}

static void
test_rest_batch_info (RestFixture *self, gconstpointer data)
{
  TestClient *one = open_on (self, "presence-one", "{\"user_id\":1}");
  TestClient *two = open_on (self, "two", NULL);

  rest_fixture_assert (
    self, "POST", BATCH, NULL,
    "{\"batch\":["
    "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"presence-one\",\"info\":\"user_count\"},"
    "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"two\",\"info\":\"subscription_count\"},"
    "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"two\",\"info\":\"user_count,subscription_count\"}"
    "]}",
    "200 {\"batch\":[{\"user_count\":1},{\"subscription_count\":1},{\"subscription_count\":1}]}");
  rest_fixture_assert (
    self, "POST", BATCH, NULL,
    "{\"batch\":["
    "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"presence-one\",\"info\":\"user_count\"},"
    "{\"name\":\"E\",\"data\":\"d\",\"channel\":\"two\"}]}",
    "200 {\"batch\":[{\"user_count\":1},{}]}");
  rest_fixture_assert (self, "POST", BATCH, NULL,
                       "{\"batch\":[{\"name\":\"E\",\"data\":\"d\",\"channel\":\"nobody\","
                       "\"info\":\"subscription_count\"}]}",
                       "200 {\"batch\":[{}]}");
  test_client_free (one);
  test_client_free (two);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, RestFixture, NULL, set_up, func, tear_down)

  add ("/rest-batch/bodies", test_rest_batch_bodies);
  add ("/rest-batch/delivered", test_rest_batch_delivered);
  add ("/rest-batch/is-all-or-nothing", test_rest_batch_is_all_or_nothing);
  add ("/rest-batch/info", test_rest_batch_info);

#undef add

  return g_test_run ();
}
