/* test-relay-alone.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-bus.h"
#include "fake-clock.h"
#include "node-fixture.h"
#include "pusher/resonate-dispatcher-private.h"

#define EVENT(name, channel) \
  "{\"event\":\"" name "\",\"data\":\"{}\",\"channel\":\"" channel "\"}\n"

#define TOPIC "resonate:ch:app-id:a"

/* One node, and topics that say what they are told to. */
typedef struct
{
  FakeBus *bus;
  TestNode *node;
  TestClient *ada, *bob;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (FAKE_CLOCK_START_US, 0);
  fixture->bus = fake_bus_new ();
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  fixture->node = test_node_new (RESONATE_PUB_SUB (fixture->bus), "here", NULL);
  fixture->ada = test_client_open (fixture->node->realm);
  fixture->bob = test_client_open (fixture->node->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->ada);
  test_client_free (fixture->bob);
  test_node_free (fixture->node);
  fake_bus_lose (fixture->bus);
  g_assert_finalize_object (fixture->bus);
  resonate_clock_unset_for_test ();
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

static uint64_t
count_dropped (TestNode *node, ResonateEnvelopeProblem problem)
{
  return resonate_envelope_codec_get_counters (node->relay->codec)->dropped[problem];
}

static void
test_relay_alone_envelope (Fixture *fixture, gconstpointer data)
{
  g_autofree char *event = NULL;
  g_autofree char *client_event = NULL;
  g_autofree char *expected = NULL;

  resonate_clock_set_for_test (FAKE_CLOCK_START_US, 5);
  publish (fixture->node, "A/b", "t", "1.2");
  event = fake_bus_dup_text (fixture->bus);
  g_assert_cmpstr (event, ==,
                   "{\"v\":1,\"type\":\"message\",\"application\":\"app-id\",\"node\":\"here\","
                   "\"seq\":1,\"time\":5,\"payload\":{\"event\":\"A\\/b\",\"channels\":[\"t\"],"
                   "\"data\":\"{}\"},\"socket_id\":\"1.2\"}");
  fake_bus_lose (fixture->bus);

  join (fixture->ada, "private-a", NULL);
  test_client_send (fixture->ada,
                    "{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":[1]}");
  client_event = fake_bus_dup_text (fixture->bus);
  expected = g_strdup_printf (
    "{\"v\":1,\"type\":\"message\",\"application\":\"app-id\",\"node\":\"here\",\"seq\":2,"
    "\"time\":5,\"payload\":{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":[1],"
    "\"client\":true},\"socket_id\":\"%s\"}",
    socket_of (fixture->ada));
  g_assert_cmpstr (client_event, ==, expected);
}

static void
test_relay_alone_topic (Fixture *fixture, gconstpointer data)
{
  g_autofree char *plain = resonate_relay_dup_topic (fixture->node->relay, "app", "a:b");
  g_autofree char *escaped = resonate_relay_dup_topic (fixture->node->relay, "a:{b}%*", "c");

  g_test_summary ("No app can mean a channel of another");

  g_assert_cmpstr (plain, ==, "resonate:ch:app:a:b");
  g_assert_cmpstr (escaped, ==, "resonate:ch:a%3A%7Bb%7D%25%2A:c");
}

static void
test_relay_alone_interest (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("The topics of those channels that somebody is on, and was on a moment ago");

  fake_bus_assert_topics (fixture->bus, "reverb");
  join (fixture->ada, "a", NULL);
  join (fixture->bob, "a", NULL);
  join (fixture->bob, "b", NULL);
  fake_bus_assert_topics (fixture->bus, TOPIC " resonate:ch:app-id:b reverb");

  test_client_send (fixture->bob,
                    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"b\"}}");
  test_client_send (fixture->bob,
                    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"a\"}}");
  fake_clock_set (fixture->node->wheel, RESONATE_INTEREST_LINGER_US - 1);
  fake_bus_assert_topics (fixture->bus, TOPIC " resonate:ch:app-id:b reverb");

  fake_clock_set (fixture->node->wheel, RESONATE_INTEREST_LINGER_US + RESONATE_WHEEL_TICK_US);
  fake_bus_assert_topics (fixture->bus, TOPIC " reverb");

  g_test_message ("who comes back in time finds it there");
  test_client_send (fixture->ada,
                    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"a\"}}");
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  join (fixture->ada, "a", NULL);
  fake_clock_set (fixture->node->wheel, 3 * RESONATE_INTEREST_LINGER_US);
  fake_bus_assert_topics (fixture->bus, TOPIC " reverb");
}

static void
test_relay_alone_interest_in_what_is_kept (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A topic is listened to as long as its last event is kept");

  publish (fixture->node, "A", "cache-a", NULL);
  fake_clock_set (fixture->node->wheel, 1799 * (int64_t) G_USEC_PER_SEC);
  fake_bus_assert_topics (fixture->bus, "resonate:ch:app-id:cache-a reverb");
  fake_clock_set (fixture->node->wheel, 1801 * (int64_t) G_USEC_PER_SEC);
  fake_bus_assert_topics (fixture->bus, "reverb");
}

static void
test_relay_alone_waits (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who subscribes is told so when nothing can be missed any more");

  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_PENDING);
  test_client_subscribe (fixture->ada, "a", NULL);
  test_client_subscribe (fixture->ada, "b", NULL);
  test_client_send (fixture->ada, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (fixture->ada, "");

  g_test_message ("nobody else waits");
  test_client_send (fixture->bob, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (fixture->bob, TEST_FRAME_PONG);

  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  publish (fixture->node, "A", "a", NULL);
  fake_bus_flush (fixture->bus);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("a") TEST_FRAME_SUBSCRIBED ("b")
                                           TEST_FRAME_PONG EVENT ("A", "a"));
}

static void
test_relay_alone_waits_no_longer (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("The bus is waited for a while, and not at all when it is away");

  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_PENDING);
  test_client_subscribe (fixture->ada, "a", NULL);
  test_client_assert_sent (fixture->ada, "");
  fake_clock_set (fixture->node->wheel, RESONATE_INTEREST_WAIT_US + RESONATE_WHEEL_TICK_US);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("a"));

  test_client_subscribe (fixture->ada, "b", NULL);
  test_client_assert_sent (fixture->ada, "");
  fake_bus_set_connected (fixture->bus, FALSE);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("b"));
  test_client_subscribe (fixture->ada, "c", NULL);
  test_client_assert_sent (fixture->ada, TEST_FRAME_SUBSCRIBED ("c"));
}

static void
test_relay_alone_waits_for_nobody (Fixture *fixture, gconstpointer data)
{
  TestClient *eve = test_client_open (fixture->node->realm);

  g_test_summary ("A client that leaves while it waits leaves nothing behind");

  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_PENDING);
  test_client_subscribe (eve, "a", NULL);
  test_client_leave (eve);
  g_assert_cmpuint (resonate_connection_list_count (fixture->node->realm->connections), ==, 2);
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  test_client_free (eve);
  g_assert_null (resonate_channel_list_lookup (fixture->node->realm->channels, "a"));

  fake_clock_set (fixture->node->wheel, RESONATE_INTEREST_LINGER_US + RESONATE_WHEEL_TICK_US);
  fake_bus_assert_topics (fixture->bus, "reverb");
}

static void
test_relay_alone_away (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("While the bus is away, who is here is served by who is here (conformance 345)");

  join (fixture->ada, "private-a", NULL);
  join (fixture->bob, "private-a", NULL);
  publish (fixture->node, "before", "private-a", NULL);
  test_client_assert_sent (fixture->ada, "");

  fake_bus_set_connected (fixture->bus, FALSE);
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_LOST);
  g_assert_nonnull (resonate_relay_explain (fixture->node->relay));
  publish (fixture->node, "away", "private-a", NULL);
  test_client_send (fixture->ada,
                    "{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":null}");
  test_client_assert_sent (fixture->ada, EVENT ("before", "private-a") EVENT ("away", "private-a"));
  test_client_assert_sent (
    fixture->bob,
    EVENT ("before", "private-a")
      EVENT ("away",
             "private-a") "{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":null}\n");

  g_test_message ("what comes back late was delivered before");
  fake_bus_set_connected (fixture->bus, TRUE);
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  g_assert_cmpuint (fake_bus_flush (fixture->bus), ==, 1);
  test_client_assert_sent (fixture->ada, "");
  g_assert_cmpuint (count_dropped (fixture->node, RESONATE_ENVELOPE_LATE), ==, 1);
  g_assert_cmpuint (fixture->node->relay->counters.alone, ==, 3);
  g_assert_cmpuint (fixture->node->relay->counters.losses, ==, 1);

  publish (fixture->node, "after", "private-a", NULL);
  test_client_assert_sent (fixture->ada, "");
  fake_bus_flush (fixture->bus);
  test_client_assert_sent (fixture->ada, EVENT ("after", "private-a"));
}

static void
test_relay_alone_deaf (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A topic that is not heard yet keeps nobody here from what is said here");

  join (fixture->ada, "a", NULL);
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_LOST);
  publish (fixture->node, "A", "a", NULL);
  test_client_assert_sent (fixture->ada, EVENT ("A", "a"));

  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  g_assert_cmpuint (fake_bus_flush (fixture->bus), ==, 1);
  test_client_assert_sent (fixture->ada, "");
}

static void
test_relay_alone_swallowed (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What does not come back is delivered after a while, once");

  join (fixture->ada, "a", NULL);
  publish (fixture->node, "A", "a", NULL);
  fake_clock_set (NULL, 5 * G_USEC_PER_SEC);
  resonate_relay_check (fixture->node->relay);
  test_client_assert_sent (fixture->ada, "");

  fake_clock_set (NULL, 5 * G_USEC_PER_SEC + 1);
  resonate_relay_check (fixture->node->relay);
  test_client_assert_sent (fixture->ada, EVENT ("A", "a"));
  fake_bus_flush (fixture->bus);
  test_client_assert_sent (fixture->ada, "");
}

static void
test_relay_alone_bound (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("So much is waited for; the oldest is delivered before there is more");

  join (fixture->ada, "a", NULL);
  for (unsigned int i = 0; i < RESONATE_ECHOES_MAX; i++)
    publish (fixture->node, i == 0 ? "first" : "more", "a", NULL);
  test_client_assert_sent (fixture->ada, "");
  g_assert_cmpuint (resonate_echoes_get_size (fixture->node->relay->echoes), ==,
                    RESONATE_ECHOES_MAX);

  publish (fixture->node, "last", "a", NULL);
  test_client_assert_sent (fixture->ada, EVENT ("first", "a"));
  g_assert_cmpuint (resonate_echoes_get_size (fixture->node->relay->echoes), ==,
                    RESONATE_ECHOES_MAX);

  fake_bus_flush (fixture->bus);
  g_assert_cmpuint (resonate_echoes_get_size (fixture->node->relay->echoes), ==, 0);
  g_assert_cmpuint (count_dropped (fixture->node, RESONATE_ENVELOPE_LATE), ==, 1);
  forget (fixture->ada);
}

static void
test_relay_alone_end (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What is under way when nobody listens any more is for nobody");

  join (fixture->ada, "a", NULL);
  publish (fixture->node, "A", "a", NULL);
  test_client_send (fixture->ada,
                    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"a\"}}");
  fake_clock_set (fixture->node->wheel, RESONATE_INTEREST_LINGER_US + RESONATE_WHEEL_TICK_US);
  fake_bus_assert_topics (fixture->bus, "reverb");
  fake_bus_set_connected (fixture->bus, FALSE);
  test_client_assert_sent (fixture->ada, "");
}

#define SAID(application, payload)                                                              \
  "{\"v\":1,\"type\":\"message\",\"application\":\"" application "\",\"node\":\"n\",\"seq\":1," \
  "\"payload\":" payload "}"

static void
test_relay_alone_hostile (Fixture *fixture, gconstpointer data)
{
  static const char *const misplaced[] = {
    SAID ("app-id", "{}"),
    SAID ("app-id", "{\"event\":7,\"channels\":[\"a\"],\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channels\":[],\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channels\":[\"b\"],\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channels\":[\"a\",\"b\"],\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channels\":\"a\",\"channel\":\"a\",\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channel\":\"b\",\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channel\":7,\"data\":\"\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channel\":\"a\"}"),
    SAID ("app-id", "{\"event\":\"E\",\"channel\":\"a\",\"data\":{}}"),
    SAID ("app-id", "{\"event\":\"E\",\"channel\":\"a\",\"data\":{},\"client\":1}"),
    SAID ("app-id", "{\"event\":\"E\",\"channel\":\"a\",\"data\":\"\",\"user_id\":{}}"),
    "{\"v\":1,\"type\":\"terminate\",\"application\":\"app-id\",\"node\":\"n\",\"seq\":1,"
    "\"payload\":{\"user_id\":\"1\"}}",
    "{\"v\":1,\"type\":\"metrics\",\"application\":\"app-id\",\"node\":\"n\",\"seq\":1,"
    "\"payload\":{}}",
    "{\"v\":1,\"type\":\"presence\",\"application\":\"app-id\",\"node\":\"n\",\"seq\":1,"
    "\"payload\":{}}",
  };

  g_test_summary ("What does not belong on the topic of a channel is counted, and nothing else");

  join (fixture->ada, "a", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (misplaced); i++)
    {
      g_test_message ("%s", misplaced[i]);
      fake_bus_say (fixture->bus, TOPIC, misplaced[i]);
      g_assert_cmpuint (count_dropped (fixture->node, RESONATE_ENVELOPE_MISPLACED), ==, i + 1);
    }

  fake_bus_say (fixture->bus, TOPIC, "nonsense");
  g_assert_cmpuint (count_dropped (fixture->node, RESONATE_ENVELOPE_NOT_JSON), ==, 1);
  fake_bus_say (fixture->bus, TOPIC,
                SAID ("other", "{\"event\":\"E\",\"channel\":\"a\",\"data\":\"\"}"));
  g_assert_cmpuint (count_dropped (fixture->node, RESONATE_ENVELOPE_UNKNOWN_APP), ==, 1);
  test_client_assert_sent (fixture->ada, "");

  fake_bus_say (fixture->bus, TOPIC,
                SAID ("app-id", "{\"event\":\"E\",\"channel\":\"a\",\"data\":\"\"}"));
  test_client_assert_sent (fixture->ada, "{\"event\":\"E\",\"channel\":\"a\",\"data\":\"\"}\n");
}

static void
test_relay_alone_hostile_to_all (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    ResonateEnvelopeProblem problem;
  } said[] = {
    { "{\"type\":\"terminate\",\"application\":\"none\",\"payload\":{\"user_id\":\"1\"}}",
      RESONATE_ENVELOPE_UNKNOWN_APP },
    { "{\"type\":\"terminate\",\"application\":\"app-id\\u0000\",\"payload\":{\"user_id\":\"1\"}}",
      RESONATE_ENVELOPE_UNKNOWN_APP },
    { "{\"type\":\"terminate\",\"application\":\"app-id\",\"payload\":{}}",
      RESONATE_ENVELOPE_INCOMPLETE },
    { "{\"type\":\"terminate\",\"application\":\"app-id\",\"payload\":{\"user_id\":null}}",
      RESONATE_ENVELOPE_INCOMPLETE },
    { "{\"type\":\"terminate\",\"application\":\"app-id\",\"payload\":{\"user_id\":\"\\u0000\"}}",
      RESONATE_ENVELOPE_INCOMPLETE },
    { SAID ("app-id", "{\"event\":\"E\",\"channel\":\"a\",\"data\":\"\"}"),
      RESONATE_ENVELOPE_MISPLACED },
  };

  join (fixture->ada, "presence-a", "{\"user_id\":1}");
  for (size_t i = 0; i < G_N_ELEMENTS (said); i++)
    {
      uint64_t before = count_dropped (fixture->node, said[i].problem);

      g_test_message ("%s", said[i].text);
      fake_bus_say (fixture->bus, "reverb", said[i].text);
      g_assert_cmpuint (count_dropped (fixture->node, said[i].problem), ==, before + 1);
    }
  test_client_assert_closed (fixture->ada, 0, NULL);

  g_test_message ("what the reference says of a user is understood, as a number, too");
  fake_bus_say (fixture->bus, "reverb",
                "{\"type\":\"terminate\",\"application\":\"app-id\",\"payload\":{\"user_id\":1}}");
  test_client_assert_closed (fixture->ada, 4009, "You got disconnected by the app.");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add ("/relay-alone/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("envelope", test_relay_alone_envelope);
  ADD ("topic", test_relay_alone_topic);
  ADD ("interest", test_relay_alone_interest);
  ADD ("interest-in-what-is-kept", test_relay_alone_interest_in_what_is_kept);
  ADD ("waits", test_relay_alone_waits);
  ADD ("waits-no-longer", test_relay_alone_waits_no_longer);
  ADD ("waits-for-nobody", test_relay_alone_waits_for_nobody);
  ADD ("away", test_relay_alone_away);
  ADD ("deaf", test_relay_alone_deaf);
  ADD ("swallowed", test_relay_alone_swallowed);
  ADD ("bound", test_relay_alone_bound);
  ADD ("end", test_relay_alone_end);
  ADD ("hostile", test_relay_alone_hostile);
  ADD ("hostile-to-all", test_relay_alone_hostile_to_all);
#undef ADD

  return g_test_run ();
}
