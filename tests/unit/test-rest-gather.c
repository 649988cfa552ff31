/* test-rest-gather.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sys/socket.h>

#include "front-fixture.h"
#include "rest-fixture.h"
#include "asking-node.h"

#define APP "/apps/app-id"

/* The API of one node, and another one behind the bus. */
typedef struct
{
  RestFixture rest;
  NodeBus *bus;
  AskingNode *here, *there;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  ResonateGathererLimits limits = resonate_gatherer_default_limits ();

  limits.timeout_us = 50000;
  rest_fixture_init (&self->rest, NULL);
  self->bus = node_bus_new ();
  self->here = asking_node_new (self->bus, "here", self->rest.realms, &limits);
  self->there = asking_node_new (self->bus, "there", NULL, &limits);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  asking_node_free (self->there);
  asking_node_free (self->here);
  rest_fixture_clear (&self->rest);
  g_assert_finalize_object (self->bus);
}

static void
join_all (Fixture *self)
{
  asking_node_join (self->here, "public", NULL);
  asking_node_join (self->there, "public", NULL);
  asking_node_join (self->there, "else/where", NULL);
  asking_node_join (self->here, "presence-a", "{\"user_id\":1}");
  asking_node_join (self->there, "presence-a", "{\"user_id\":\"1\"}");
  asking_node_join (self->there, "presence-b", "{\"user_id\":\"2\"}");
}

#define assert_answer(self, method, path, query, body, answer) \
  rest_fixture_assert (&(self)->rest, method, APP path, query, body, answer)

static void
test_queries (Fixture *self, gconstpointer data)
{
  join_all (self);
  assert_answer (self, "GET", "/connections", NULL, NULL, "200 {\"connections\":6}");
  assert_answer (self, "GET", "/channels/public", "info=subscription_count", NULL,
                 "200 {\"occupied\":true,\"subscription_count\":2}");
  assert_answer (self, "GET", "/channels/else%2Fwhere", NULL, NULL, "200 {\"occupied\":true}");
  assert_answer (self, "GET", "/channels/nobody", "info=subscription_count", NULL,
                 "200 {\"occupied\":false}");
  assert_answer (self, "GET", "/channels", NULL, NULL,
                 "200 {\"channels\":{\"else\\/where\":{},\"presence-a\":{},\"presence-b\":{},"
                 "\"public\":{}}}");
  assert_answer (self, "GET", "/channels", "filter_by_prefix=presence-&info=user_count", NULL,
                 "200 {\"channels\":{\"presence-a\":{\"user_count\":1},"
                 "\"presence-b\":{\"user_count\":1}}}");
  assert_answer (self, "GET", "/channels", "filter_by_prefix=none", NULL, "200 {\"channels\":{}}");
}

static void
test_users (Fixture *self, gconstpointer data)
{
  join_all (self);
  assert_answer (self, "GET", "/channels/presence-b/users", NULL, NULL,
                 "200 {\"users\":[{\"id\":\"2\"}]}");
  assert_answer (self, "GET", "/channels/presence-x/users", NULL, NULL,
                 "404 {\"error\":\"Channel not found.\"}");
  assert_answer (self, "GET", "/channels/else%2Fwhere/users", NULL, NULL,
                 "400 {\"error\":\"Users can only be retrieved for presence channels.\"}");
  assert_answer (self, "GET", "/channels/nobody/users", NULL, NULL,
                 "404 {\"error\":\"Channel not found.\"}");
}

static void
test_events (Fixture *self, gconstpointer data)
{
  join_all (self);
  assert_answer (self, "POST", "/events", NULL,
                 "{\"name\":\"E\",\"data\":\"{}\",\"channels\":[\"public\",\"presence-b\","
                 "\"nobody\",\"public\"],\"info\":\"user_count,subscription_count\"}",
                 "200 {\"channels\":{\"public\":{\"subscription_count\":2},"
                 "\"presence-b\":{\"user_count\":1},\"nobody\":{}}}");
  g_assert_cmpuint (node_bus_count (self->bus, ASKING_NODE_TOPIC), ==, 1);

  g_test_message ("who asks nothing waits for nobody");
  assert_answer (self, "POST", "/events", NULL,
                 "{\"name\":\"E\",\"data\":\"{}\",\"channel\":\"public\"}", "200 {}");
  g_assert_cmpuint (node_bus_count (self->bus, ASKING_NODE_TOPIC), ==, 1);
}

static void
test_batch (Fixture *self, gconstpointer data)
{
  join_all (self);
  assert_answer (self, "POST", "/batch_events", NULL,
                 "{\"batch\":[{\"name\":\"E\",\"data\":\"{}\",\"channel\":\"public\","
                 "\"info\":\"subscription_count\"},"
                 "{\"name\":\"E\",\"data\":\"{}\",\"channel\":\"public\"},"
                 "{\"name\":\"E\",\"data\":\"{}\",\"channel\":\"presence-b\","
                 "\"info\":\"user_count,occupied\"}]}",
                 "200 {\"batch\":[{\"subscription_count\":2},{},"
                 "{\"occupied\":true,\"user_count\":1}]}");
  g_assert_cmpuint (node_bus_count (self->bus, ASKING_NODE_TOPIC), ==, 1);

  assert_answer (self, "POST", "/batch_events", NULL,
                 "{\"batch\":[{\"name\":\"E\",\"data\":\"{}\",\"channel\":\"public\"}]}",
                 "200 {\"batch\":{}}");
  g_assert_cmpuint (node_bus_count (self->bus, ASKING_NODE_TOPIC), ==, 1);
}

/* Asks for the connections; the answer with its head. */
static char *
ask_raw (Fixture *self)
{
  g_autofree char *query = rest_fixture_sign (&self->rest, "GET", APP "/connections", NULL, NULL);
  g_autofree char *text =
    g_strdup_printf ("GET " APP "/connections?%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                     query);
  g_autoptr (RawClient) client = raw_client_new (self->rest.port);

  return g_strdup (raw_client_ask (client, text));
}

static void
test_missing (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateTopicSubscription) silent = NULL;
  g_autofree char *whole = ask_raw (self);
  g_autofree char *without = NULL;
  g_autofree char *alone = NULL;

  g_test_summary ("An answer says how many nodes it lacks");

  g_assert_null (strstr (whole, "Resonate-Missing-Nodes"));
  silent = resonate_pub_sub_subscribe (RESONATE_PUB_SUB (self->bus), ASKING_NODE_TOPIC,
                                       RESONATE_TOPIC_EXACT);
  without = ask_raw (self);
  g_assert_nonnull (strstr (without, "\r\nResonate-Missing-Nodes: 1\r\n"));

  node_bus_set_away (self->bus, TRUE);
  alone = ask_raw (self);
  g_assert_nonnull (strstr (alone, "\r\nResonate-Missing-Nodes: all\r\n"));
}

static void
test_long (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = NULL;

  for (unsigned int i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("channel-with-a-longer-name-%u", i);

      if (i % 200 == 0)
        asking_node_join (i % 400 == 0 ? self->here : self->there, NULL, NULL);
      test_client_subscribe (
        g_ptr_array_index ((i / 200 % 2 == 0 ? self->here : self->there)->clients, i / 400), name,
        NULL);
    }

  answer = rest_fixture_ask_signed (&self->rest, "GET", APP "/channels", NULL, NULL);
  g_assert_true (
    g_str_has_prefix (answer, "200 {\"channels\":{\"channel-with-a-longer-name-0\":{},"));
  g_assert_true (g_str_has_suffix (answer, "\"channel-with-a-longer-name-999\":{}}}"));
  g_assert_cmpuint (node_bus_count (self->bus, ASKING_NODE_INBOX "here"), >, 2);
}

/* Sends a request that waits for a node that never answers, and goes away. */
static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateTopicSubscription) silent = NULL;
  g_autofree char *query = rest_fixture_sign (&self->rest, "GET", APP "/connections", NULL, NULL);
  g_autofree char *text = g_strdup_printf ("GET " APP "/connections?%s HTTP/1.1\r\nHost: x\r\n\r\n",
                                           query);
  RawClient *client = raw_client_new (self->rest.port);
  int fd = g_socket_get_fd (g_socket_connection_get_socket (client->connection));
  struct linger reset = { 1, 0 };

  silent = resonate_pub_sub_subscribe (RESONATE_PUB_SUB (self->bus), ASKING_NODE_TOPIC,
                                       RESONATE_TOPIC_EXACT);
  raw_client_send (client, text, -1);
  resonate_test_wait_until (resonate_gatherer_get_counters (self->here->gatherer)->asked == 1);
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &reset, sizeof (reset));
  raw_client_free (client);
  resonate_test_wait_until (resonate_front_get_n_streams (self->rest.front) == 0);
  g_assert_cmpuint (resonate_gatherer_get_counters (self->here->gatherer)->unanswered, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add ("/rest-gather/" path, Fixture, NULL, set_up, func, tear_down)
  add ("queries", test_queries);
  add ("users", test_users);
  add ("events", test_events);
  add ("batch", test_batch);
  add ("missing", test_missing);
  add ("long", test_long);
  add ("gone", test_gone);
#undef add

  return g_test_run ();
}
