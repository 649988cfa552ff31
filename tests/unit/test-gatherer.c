/* test-gatherer.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "base/resonate-error.h"
#include "pusher/resonate-dispatcher-private.h"
#include "resonate-test.h"
#include "asking-node.h"

#define ALL ASKING_NODE_INFO_ALL

typedef struct
{
  NodeBus *bus;
  AskingNode *ada, *bob, *eve;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->bus = node_bus_new ();
  fixture->ada = asking_node_new (fixture->bus, "ada", NULL, NULL);
  fixture->bob = asking_node_new (fixture->bus, "bob", NULL, NULL);
  fixture->eve = asking_node_new (fixture->bus, "eve", NULL, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  asking_node_free (fixture->eve);
  asking_node_free (fixture->bob);
  asking_node_free (fixture->ada);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (fixture->bus);
  resonate_clock_unset_for_test ();
}

/* Another node than ours, with other limits. */
static void
replace (AskingNode **node, NodeBus *bus, const char *name, ResonateGathererLimits limits)
{
  asking_node_free (*node);
  *node = asking_node_new (bus, name, NULL, &limits);
}

#define ask            asking_node_ask_whole
#define assert_channel asking_node_assert_channel

static void
assert_list (AskingNode *node, ResonateQuestion *question, const char *expected)
{
  g_autoptr (ResonateFindings) findings = ask (node, question, 0);
  g_autoptr (GString) out = g_string_new (NULL);

  while (!resonate_findings_run (findings, out, resonate_clock_now_us () + G_USEC_PER_SEC))
    continue;
  g_assert_cmpstr (out->str, ==, expected);
}

static void
assert_connections (AskingNode *node, unsigned int n)
{
  g_autoptr (ResonateFindings) findings = NULL;

  findings = ask (node, resonate_question_new_connections (), 0);
  g_assert_cmpuint (resonate_findings_get_size (findings), ==, n);
}

/* What somebody else than our nodes puts on the bus. */
static void
say (Fixture *fixture, const char *topic, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  resonate_pub_sub_publish (RESONATE_PUB_SUB (fixture->bus), topic, bytes);
}

static void
test_counts (Fixture *fixture, gconstpointer data)
{
  AskingNode *nodes[] = { fixture->ada, fixture->bob, fixture->eve };

  asking_node_join (fixture->ada, "public", NULL);
  asking_node_join (fixture->bob, "public", NULL);
  asking_node_join (fixture->bob, "public", NULL);
  asking_node_join (fixture->ada, "presence-a", "{\"user_id\":10}");
  asking_node_join (fixture->bob, "presence-a", "{\"user_id\":\"10\"}");
  asking_node_join (fixture->eve, "presence-a", "{\"user_id\":\"x\"}");
  asking_node_join (fixture->eve, "presence-a", NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      assert_channel (nodes[i], "public", ALL, "{\"occupied\":true,\"subscription_count\":3}");
      assert_channel (nodes[i], "presence-a", ALL, "{\"occupied\":true,\"user_count\":2}");
      assert_channel (nodes[i], "nobody", ALL, "{\"occupied\":false}");
      assert_connections (nodes[i], 7);
      assert_list (nodes[i], resonate_question_new_users ("presence-a"),
                   "{\"id\":\"10\"},{\"id\":\"x\"}");
      assert_list (nodes[i], resonate_question_new_users ("presence-b"), "");
      assert_list (nodes[i], resonate_question_new_channels (NULL, ALL & ~RESONATE_INFO_OCCUPIED),
                   "\"presence-a\":{\"user_count\":2},\"public\":{\"subscription_count\":3}");
      assert_list (nodes[i], resonate_question_new_channels ("pub", 0), "\"public\":{}");
    }
}

static void
test_alone (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A node that hears its own question does not count itself twice (9.4)");

  g_clear_pointer (&fixture->bob, asking_node_free);
  g_clear_pointer (&fixture->eve, asking_node_free);
  asking_node_join (fixture->ada, "public", NULL);
  assert_channel (fixture->ada, "public", ALL, "{\"occupied\":true,\"subscription_count\":1}");
  assert_connections (fixture->ada, 1);
  g_assert_cmpuint (resonate_gatherer_get_counters (fixture->ada->gatherer)->heard, ==, 0);

  fixture->bob = asking_node_new (fixture->bus, "bob", NULL, NULL);
  fixture->eve = asking_node_new (fixture->bus, "eve", NULL, NULL);
}

static void
test_elsewhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateFindings) findings = NULL;

  g_test_summary ("A channel of a member without an id, on another node, is there (9.4)");

  asking_node_join (fixture->bob, "presence-a", NULL);
  findings = ask (fixture->ada, resonate_question_new_users ("presence-a"), 0);
  g_assert_true (resonate_findings_is_occupied (findings));
  g_assert_cmpuint (resonate_findings_get_size (findings), ==, 0);
}

static void
publish (AskingNode *node, const char *data)
{
  resonate_dispatcher_publish (node->realm, "E", "cache-c", data, -1, RESONATE_EVENT_DATA_FIRST,
                               NULL);
}

static void
test_cache (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Of several cached events the latest is told, on whichever node it is");

  publish (fixture->bob, "old");
  resonate_clock_set_for_test (2 * G_USEC_PER_SEC, 0);
  publish (fixture->eve, "new");
  for (size_t i = 0; i < 2; i++)
    assert_channel (i == 0 ? fixture->ada : fixture->bob, "cache-c", RESONATE_INFO_CACHE,
                    "{\"cache\":{\"event\":\"E\",\"data\":\"new\",\"channel\":\"cache-c\"}}");
}

static void
test_named (Fixture *fixture, gconstpointer data)
{
  const char *names[] = { "b", "a", "b", "none" };
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (ResonateFindings) findings = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (list, (gpointer) names[i]);
  asking_node_join (fixture->ada, "a", NULL);
  asking_node_join (fixture->bob, "a", NULL);
  asking_node_join (fixture->bob, "b", NULL);
  asking_node_join (fixture->bob, "other", NULL);

  findings = ask (fixture->eve,
                  resonate_question_new_named (list, RESONATE_INFO_SUBSCRIPTION_COUNT), 0);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    resonate_findings_append_info (findings, names[i], ALL, out);
  g_assert_cmpstr (out->str, ==,
                   "{\"occupied\":true,\"subscription_count\":1}"
                   "{\"occupied\":true,\"subscription_count\":2}"
                   "{\"occupied\":true,\"subscription_count\":1}{\"occupied\":false}");
}

static void
test_parts (Fixture *fixture, gconstpointer data)
{
  ResonateGathererLimits limits = resonate_gatherer_default_limits ();
  g_autoptr (GString) users = g_string_new (NULL);

  g_test_summary ("Long answers come in parts: lists, and the users of one channel");

  limits.part_bytes = 256;
  replace (&fixture->ada, fixture->bus, "ada", limits);
  replace (&fixture->bob, fixture->bus, "bob", limits);
  for (unsigned int i = 0; i < 300; i++)
    {
      g_autofree char *member = g_strdup_printf ("{\"user_id\":\"user-%03u\"}", i);

      asking_node_join (i % 2 == 0 ? fixture->ada : fixture->bob, "presence-a", member);
      if (i % 3 == 0)
        asking_node_join (fixture->bob, "presence-a", member);
      g_string_append_printf (users, "%s{\"id\":\"user-%03u\"}", i > 0 ? "," : "", i);
    }

  assert_connections (fixture->eve, 400);
  assert_list (fixture->eve, resonate_question_new_users ("presence-a"), users->str);
  g_assert_cmpuint (node_bus_count (fixture->bus, ASKING_NODE_INBOX "eve"), >, 50);
  assert_channel (fixture->ada, "presence-a", ALL, "{\"occupied\":true,\"user_count\":300}");
  assert_list (fixture->ada, resonate_question_new_channels ("presence-", ALL),
               "\"presence-a\":{\"occupied\":true,\"user_count\":300}");
}

static void
test_silent (Fixture *fixture, gconstpointer data)
{
  ResonateGathererLimits limits = resonate_gatherer_default_limits ();
  g_autoptr (ResonateTopicSubscription) silent = NULL;

  g_test_summary ("A node that never answers is counted, and holds nobody up for longer");

  limits.timeout_us = 20000;
  replace (&fixture->ada, fixture->bus, "ada", limits);
  silent = resonate_pub_sub_subscribe (RESONATE_PUB_SUB (fixture->bus), ASKING_NODE_TOPIC,
                                       RESONATE_TOPIC_EXACT);
  asking_node_join (fixture->bob, "public", NULL);
  asking_node_assert_channel_missing (fixture->ada, "public", ALL,
                                      "{\"occupied\":true,\"subscription_count\":1}", 1);
  g_assert_cmpuint (resonate_gatherer_get_counters (fixture->ada->gatherer)->unanswered, ==, 1);
}

static void
test_away (Fixture *fixture, gconstpointer data)
{
  asking_node_join (fixture->ada, "public", NULL);
  asking_node_join (fixture->bob, "public", NULL);
  node_bus_set_away (fixture->bus, TRUE);
  asking_node_assert_channel_missing (fixture->ada, "public", ALL,
                                      "{\"occupied\":true,\"subscription_count\":1}", -1);

  node_bus_set_away (fixture->bus, FALSE);
  assert_channel (fixture->ada, "public", ALL, "{\"occupied\":true,\"subscription_count\":2}");
}

/* The envelopes of the reference, byte for byte (9.2). */
static void
test_reference_asks (Fixture *fixture, gconstpointer data)
{
#define ENVELOPE(payload) \
  "{\"type\":\"metrics\",\"application\":\"app-id\",\"payload\":" payload "}"
  static const struct
  {
    const char *question, *metrics;
  } cases[] = {
    { "\"type\":\"channel\",\"options\":{\"channel\":\"test\","
      "\"info\":\"subscription_count,cache,occupied\"}",
      "{\"occupied\":true,\"subscription_count\":2}" },
    { "\"type\":\"channels\",\"options\":{\"filter\":\"t\",\"info\":\"subscription_count\"}",
      "{\"test\":{\"subscription_count\":2}}" },
    { "\"type\":\"channels\",\"options\":{\"info\":\"user_count\",\"channels\":[\"presence-r\"]}",
      "{\"presence-r\":{\"user_count\":1}}" },
    { "\"type\":\"channel_users\",\"options\":{\"channel\":\"presence-r\"}", "[{\"id\":\"uA\"}]" },
    { "\"type\":\"channel_users\",\"options\":{\"channel\":\"presence-x\"}", "[]" },
    { "\"type\":\"channels\",\"options\":{\"filter\":\"none\",\"info\":\"\"}", "[]" },
  };

  g_clear_pointer (&fixture->bob, asking_node_free);
  g_clear_pointer (&fixture->eve, asking_node_free);
  asking_node_join (fixture->ada, "test", NULL);
  asking_node_join (fixture->ada, "test", NULL);
  asking_node_join (fixture->ada, "presence-r", "{\"user_id\":\"uA\"}");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *question = g_strdup_printf (ENVELOPE ("{\"key\":\"eRCdXa35dj\",%s}"),
                                                   cases[i].question);
      g_autofree char *answer =
        g_strdup_printf ("\"payload\":{\"key\":\"eRCdXa35dj\",\"metrics\":%s}}", cases[i].metrics);
      unsigned int n = node_bus_count (fixture->bus, ASKING_NODE_TOPIC);

      say (fixture, ASKING_NODE_TOPIC, question);
      resonate_test_wait_until (node_bus_count (fixture->bus, ASKING_NODE_TOPIC) == n + 2);
      g_test_message ("%s", node_bus_get_last (fixture->bus));
      g_assert_true (g_str_has_suffix (node_bus_get_last (fixture->bus), answer));
    }

  fixture->bob = asking_node_new (fixture->bus, "bob", NULL, NULL);
  fixture->eve = asking_node_new (fixture->bus, "eve", NULL, NULL);
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  ResonateGathererLimits limits = resonate_gatherer_default_limits ();
  g_autoptr (GError) error = NULL;
  ResonateFindings *findings;

  g_test_summary ("What is found has a bound: a node beyond it is missing, our own is an error");

  limits.max_found_bytes = 4000;
  limits.timeout_us = 20000;
  replace (&fixture->ada, fixture->bus, "ada", limits);
  for (unsigned int i = 0; i < 60; i++)
    asking_node_join (fixture->bob, NULL, NULL);
  resonate_findings_free (ask (fixture->ada, resonate_question_new_connections (), 1));

  for (unsigned int i = 0; i < 60; i++)
    asking_node_join (fixture->ada, NULL, NULL);
  findings = asking_node_ask (fixture->ada, resonate_question_new_connections (), &error);
  g_assert_null (findings);
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT);
}

static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  ResonateGathererLimits limits = resonate_gatherer_default_limits ();
  GAsyncResult *results[3] = { NULL };

  g_test_summary ("Questions have a bound: ours, and those of others that we answer");

  limits.max_asked = 2;
  limits.timeout_us = 20000;
  replace (&fixture->ada, fixture->bus, "ada", limits);
  limits.max_reports = 1;
  replace (&fixture->bob, fixture->bus, "bob", limits);
  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    resonate_gatherer_ask_async (fixture->ada->gatherer, fixture->ada->realm,
                                 resonate_question_new_connections (), NULL,
                                 resonate_test_keep_result, &results[i]);

  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ResonateFindings) findings = NULL;

      resonate_test_wait_until (results[i] != NULL);
      findings = resonate_gatherer_ask_finish (results[i], &error);
      if (i < 2)
        g_assert_no_error (error);
      else
        g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (resonate_gatherer_get_counters (fixture->bob->gatherer)->refused, ==, 1);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ResonateTopicSubscription) silent = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  silent = resonate_pub_sub_subscribe (RESONATE_PUB_SUB (fixture->bus), ASKING_NODE_TOPIC,
                                       RESONATE_TOPIC_EXACT);
  resonate_gatherer_ask_async (fixture->ada->gatherer, fixture->ada->realm,
                               resonate_question_new_connections (), cancellable,
                               resonate_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  resonate_test_wait_until (result != NULL);
  g_assert_null (resonate_gatherer_ask_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_freed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  resonate_gatherer_ask_async (fixture->ada->gatherer, fixture->ada->realm,
                               resonate_question_new_connections (), NULL,
                               resonate_test_keep_result, &result);
  asking_node_free (fixture->ada);
  fixture->ada = asking_node_new (fixture->bus, "ada", NULL, NULL);
  resonate_test_wait_until (result != NULL);
  g_assert_null (resonate_gatherer_ask_finish (result, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add ("/gatherer/" path, Fixture, NULL, set_up, func, tear_down)
  add ("counts", test_counts);
  add ("alone", test_alone);
  add ("elsewhere", test_elsewhere);
  add ("cache", test_cache);
  add ("named", test_named);
  add ("parts", test_parts);
  add ("silent", test_silent);
  add ("away", test_away);
  add ("reference/asks", test_reference_asks);
  add ("too-long", test_too_long);
  add ("too-many", test_too_many);
  add ("cancelled", test_cancelled);
  add ("freed", test_freed);
#undef add

  return g_test_run ();
}
