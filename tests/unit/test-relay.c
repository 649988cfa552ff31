/* test-relay.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "node-fixture.h"
#include "pusher/resonate-dispatcher-private.h"

#define EVENT(name, channel) \
  "{\"event\":\"" name "\",\"data\":\"{}\",\"channel\":\"" channel "\"}\n"

/* Two nodes, and a client on each; the topics are those of one process. */
typedef struct
{
  ResonatePubSub *bus;
  TestNode *here, *there;
  TestClient *ada, *bob;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer secret)
{
  fixture->bus = resonate_pub_sub_new_local ();
  fixture->here = test_node_new (fixture->bus, "here", secret);
  fixture->there = test_node_new (fixture->bus, "there", secret);
  fixture->ada = test_client_open (fixture->here->realm);
  fixture->bob = test_client_open (fixture->there->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->ada);
  test_client_free (fixture->bob);
  test_node_free (fixture->here);
  test_node_free (fixture->there);
  g_object_unref (fixture->bus);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
forget (TestClient *client)
{
  g_free (memory_transport_take_log (client->transport));
}

static void
join (TestClient *client, const char *channel, const char *channel_data)
{
  test_client_subscribe (client, channel, channel_data);
  settle ();
  forget (client);
}

static void
publish (TestNode *node, const char *event, const char *channel, const char *except)
{
  resonate_dispatcher_publish (node->realm, event, channel, "{}", -1, RESONATE_EVENT_DATA_FIRST,
                               except);
}

static const char *
socket_of (TestClient *client)
{
  return resonate_connection_get_socket_id (client->connection);
}

static void
test_relay_everywhere_once (Fixture *fixture, gconstpointer data)
{
  join (fixture->ada, "a", NULL);
  join (fixture->bob, "a", NULL);

  publish (fixture->here, "A\"/", "a", NULL);
  resonate_dispatcher_publish (fixture->there->realm, "B", "a", "x\0\xc3\xa9", 4,
                               RESONATE_EVENT_CHANNEL_FIRST, NULL);
  publish (fixture->here, "C", "nobody", NULL);
  test_client_assert_sent (fixture->ada, "");
  settle ();

  test_client_assert_sent (
    fixture->ada,
    EVENT ("A\\\"\\/", "a") "{\"event\":\"B\",\"channel\":\"a\",\"data\":\"x\\u0000\\u00e9\"}\n");
  test_client_assert_sent (
    fixture->bob,
    EVENT ("A\\\"\\/", "a") "{\"event\":\"B\",\"channel\":\"a\",\"data\":\"x\\u0000\\u00e9\"}\n");
  g_assert_cmpuint (fixture->here->realm->counters.published, ==, 2);
  g_assert_cmpuint (fixture->there->realm->counters.published, ==, 1);
  g_assert_cmpint (fixture->here->relay->counters.lag_us, >=, 0);
}

static void
test_relay_except (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who is left out may be on any node (conformance 169, 170, 346)");

  join (fixture->ada, "a", NULL);
  join (fixture->bob, "a", NULL);
  publish (fixture->here, "A", "a", socket_of (fixture->bob));
  publish (fixture->here, "B", "a", socket_of (fixture->ada));
  publish (fixture->here, "C", "a", "no-such-socket");
  settle ();

  test_client_assert_sent (fixture->ada, EVENT ("A", "a") EVENT ("C", "a"));
  test_client_assert_sent (fixture->bob, EVENT ("B", "a") EVENT ("C", "a"));
}

static void
test_relay_client_event (Fixture *fixture, gconstpointer data)
{
  TestClient *eve = test_client_open (fixture->here->realm);

  g_test_summary ("Everybody but the sender gets the data as it was written (conformance 246)");

  join (fixture->ada, "presence-a", "{\"user_id\":7}");
  join (eve, "presence-a", "{\"user_id\":\"8\"}");
  join (fixture->bob, "presence-a", "{\"user_id\":9}");
  forget (fixture->ada);
  test_client_send (fixture->ada, "{\"event\":\"client-x\",\"channel\":\"presence-a\","
                                  "\"data\":{ \"n\" : 1.0 },\"user_id\":\"forged\"}");
  test_client_send (fixture->bob, "{\"event\":\"client-y\",\"channel\":\"presence-a\"}");
  settle ();

  test_client_assert_sent (fixture->ada, "{\"event\":\"client-y\",\"channel\":\"presence-a\","
                                         "\"data\":null,\"user_id\":9}\n");
  test_client_assert_sent (eve, "{\"event\":\"client-x\",\"channel\":\"presence-a\","
                                "\"data\":{ \"n\" : 1.0 },\"user_id\":7}\n"
                                "{\"event\":\"client-y\",\"channel\":\"presence-a\","
                                "\"data\":null,\"user_id\":9}\n");
  test_client_assert_sent (fixture->bob, "{\"event\":\"client-x\",\"channel\":\"presence-a\","
                                         "\"data\":{ \"n\" : 1.0 },\"user_id\":7}\n");
  test_client_free (eve);
}

static void
test_relay_one_order (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = NULL;
  g_autofree char *bob = NULL;

  g_test_summary ("What two nodes publish at a time comes in the same order on both");

  join (fixture->ada, "a", NULL);
  join (fixture->bob, "a", NULL);
  for (unsigned int i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("e%u", i);

      publish (i % 3 == 0 ? fixture->here : fixture->there, name, "a", NULL);
      if (i % 7 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  settle ();

  ada = memory_transport_take_log (fixture->ada->transport);
  bob = memory_transport_take_log (fixture->bob->transport);
  g_assert_cmpstr (ada, ==, bob);
  g_assert_true (g_str_has_prefix (ada, EVENT ("e0", "a")));
  g_assert_true (g_str_has_suffix (ada, EVENT ("e99", "a")));
}

static void
test_relay_terminate (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A user is sent away on every node (conformance 203, 230)");

  join (fixture->ada, "presence-a", "{\"user_id\":\"42\"}");
  join (fixture->bob, "presence-a", "{\"user_id\":42}");

  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->here->realm, "7"), ==, 0);
  g_assert_cmpuint (resonate_dispatcher_terminate_user (fixture->here->realm, "42"), ==, 1);
  test_client_assert_closed (fixture->ada, 4009, "You got disconnected by the app.");
  settle ();
  test_client_assert_closed (fixture->bob, 4009, "You got disconnected by the app.");
}

static void
test_relay_cache (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who remembers an event goes on listening, so that it remembers the latest");

  join (fixture->bob, "cache-a", NULL);
  publish (fixture->here, "A", "cache-a", NULL);
  settle ();
  publish (fixture->there, "B", "cache-a", NULL);
  settle ();
  test_client_assert_sent (fixture->bob, EVENT ("A", "cache-a") EVENT ("B", "cache-a"));

  test_client_subscribe (fixture->ada, "cache-a", NULL);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("cache-a") EVENT ("B", "cache-a"));

  g_test_message ("a client event is not remembered");
  join (fixture->bob, "private-cache-b", NULL);
  test_client_send (fixture->bob,
                    "{\"event\":\"client-x\",\"channel\":\"private-cache-b\",\"data\":{}}");
  settle ();
  test_client_subscribe (fixture->bob, "private-cache-b", NULL);
  test_client_assert_sent (
    fixture->bob,
    TEST_FRAME_SUBSCRIBED (
      "private-cache-b") "{\"event\":\"pusher:cache_miss\",\"channel\":\"private-cache-b\"}\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, secret, test) \
  g_test_add ("/relay/" name, Fixture, secret, set_up, test, tear_down)
  ADD ("everywhere-once", NULL, test_relay_everywhere_once);
  ADD ("everywhere-once-signed", "secret", test_relay_everywhere_once);
  ADD ("except", NULL, test_relay_except);
  ADD ("client-event", NULL, test_relay_client_event);
  ADD ("client-event-signed", "secret", test_relay_client_event);
  ADD ("one-order", NULL, test_relay_one_order);
  ADD ("terminate", NULL, test_relay_terminate);
  ADD ("terminate-signed", "secret", test_relay_terminate);
  ADD ("cache", NULL, test_relay_cache);
#undef ADD

  return g_test_run ();
}
