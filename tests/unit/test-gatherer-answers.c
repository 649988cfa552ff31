/* test-gatherer-answers.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "resonate-test.h"
#include "asking-node.h"

#define ALL            ASKING_NODE_INFO_ALL
#define assert_channel asking_node_assert_channel

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

/* What somebody else than our nodes puts on the bus. */
static void
say (Fixture *fixture, const char *topic, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  resonate_pub_sub_publish (RESONATE_PUB_SUB (fixture->bus), topic, bytes);
}

#define ENVELOPE(payload) \
  "{\"type\":\"metrics\",\"application\":\"app-id\",\"payload\":" payload "}"

/* A node that answers what it is bid: to whom asked last. */
typedef struct
{
  Fixture *fixture;
  ResonateTopicSubscription *subscription;
  const char *const *answers; /* with `KEY` for the key */
  char *key;                  /* (nullable): of what was asked */
} Puppet;

static char *
take_key (GBytes *payload)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  const char *key = strstr (text, "{\"key\":\"");

  return strstr (text, "\"options\"") != NULL ? g_strndup (key + strlen ("{\"key\":\""), 10) : NULL;
}

/* Not before who asks knows how many will answer. */
static gboolean
answer (gpointer user_data)
{
  Puppet *puppet = user_data;

  for (const char *const *text = puppet->answers; *text != NULL; text++)
    {
      g_auto (GStrv) parts = g_strsplit (*text, "KEY", 2);
      g_autofree char *whole = g_strjoinv (puppet->key, parts);

      say (puppet->fixture, ASKING_NODE_TOPIC, whole);
    }
  g_clear_pointer (&puppet->key, g_free);

  return G_SOURCE_REMOVE;
}

static void
on_puppet (ResonateTopicSubscription *subscription,
           GBytes *payload,
           const char *topic,
           const char *pattern,
           Puppet *puppet)
{
  char *key = take_key (payload);

  if (key == NULL)
    return;

  g_assert_null (puppet->key);
  puppet->key = key;
  g_timeout_add_full (G_PRIORITY_DEFAULT, 0, answer, puppet, NULL);
}

static void
puppet_init (Puppet *puppet, Fixture *fixture, const char *const *answers)
{
  puppet->fixture = fixture;
  puppet->answers = answers;
  puppet->key = NULL;
  puppet->subscription = resonate_pub_sub_subscribe (RESONATE_PUB_SUB (fixture->bus),
                                                     ASKING_NODE_TOPIC, RESONATE_TOPIC_EXACT);
  g_signal_connect (puppet->subscription, "message", G_CALLBACK (on_puppet), puppet);
}

static void
test_reference_answers (Fixture *fixture, gconstpointer data)
{
  static const char *const counts[] = {
    ENVELOPE ("{\"key\":\"KEY\",\"metrics\":{\"occupied\":true,\"user_count\":4}}"), NULL
  };
  static const char *const nothing[] = { ENVELOPE ("{\"key\":\"KEY\",\"metrics\":[]}"), NULL };
  Puppet puppet;

  g_test_summary ("What the reference answers is counted as it says; it does not say who");

  asking_node_join (fixture->ada, "presence-a", "{\"user_id\":1}");
  asking_node_join (fixture->bob, "presence-a", "{\"user_id\":1}");
  puppet_init (&puppet, fixture, counts);
  assert_channel (fixture->ada, "presence-a", ALL, "{\"occupied\":true,\"user_count\":5}");
  puppet.answers = nothing;
  assert_channel (fixture->ada, "presence-a", ALL, "{\"occupied\":true,\"user_count\":1}");
  g_clear_object (&puppet.subscription);
}

#define OURS(node, seq, payload)                                                                \
  "{\"v\":1,\"type\":\"metrics\",\"application\":\"app-id\",\"node\":\"" node "\",\"seq\":" seq \
  ",\"payload\":{\"key\":\"KEY\"," payload "}}"

static void
test_hostile_answers (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {
    /* of another application, to nothing that was asked, without a key */
    "{\"v\":1,\"type\":\"metrics\",\"application\":\"other\",\"node\":\"m\",\"seq\":1,"
    "\"payload\":{\"key\":\"KEY\",\"part\":0,\"last\":true,\"metrics\":{\"user_count\":9}}}",
    "{\"v\":1,\"type\":\"metrics\",\"application\":\"app-id\",\"node\":\"m\",\"seq\":2,"
    "\"payload\":{\"key\":\"unknown\",\"part\":0,\"last\":true,\"metrics\":{\"user_count\":9}}}",
    "{\"v\":1,\"type\":\"metrics\",\"application\":\"app-id\",\"node\":\"m\",\"seq\":3,"
    "\"payload\":{\"key\":7,\"part\":0,\"last\":true,\"metrics\":{\"user_count\":9}}}",
    /* without a part, not the first part, of no type that an answer has */
    OURS ("m", "4", "\"last\":true,\"metrics\":{\"user_count\":9}"),
    OURS ("m", "5", "\"part\":1,\"last\":true,\"metrics\":{\"user_count\":9}"),
    OURS ("m", "6", "\"part\":0,\"last\":true,\"metrics\":{\"user_count\":-9}"),
    OURS ("m", "7", "\"part\":0,\"last\":true,\"metrics\":{\"users\":[{}]}"),
    OURS ("m", "8", "\"part\":0,\"last\":true,\"metrics\":{\"users\":{\"1\":2}}"),
    OURS ("m", "9", "\"part\":0,\"last\":true,\"metrics\":\"x\""),
    OURS ("m", "10", "\"part\":99999999,\"last\":true,\"metrics\":{}"),
    OURS ("m", "11", "\"part\":0,\"last\":1,\"metrics\":{}"),
    OURS ("m", "12", "\"type\":\"nothing\""),
    /* and now a good one, twice */
    OURS ("m", "13", "\"part\":0,\"last\":true,\"metrics\":{\"occupied\":true,\"users\":[\"z\"]}"),
    OURS ("m", "14", "\"part\":0,\"last\":true,\"metrics\":{\"occupied\":true,\"users\":[\"y\"]}"),
    NULL
  };
  const ResonateGathererCounters *counters;
  g_autoptr (ResonateApp) other = resonate_app_new ("other", "other-key", "other-secret");
  Puppet puppet;

  g_assert_true (resonate_app_list_add (fixture->ada->node->apps, other, NULL));
  puppet_init (&puppet, fixture, answers);
  asking_node_join (fixture->ada, "presence-a", "{\"user_id\":1}");
  assert_channel (fixture->ada, "presence-a", ALL, "{\"occupied\":true,\"user_count\":2}");

  counters = resonate_gatherer_get_counters (fixture->ada->gatherer);
  g_assert_cmpuint (counters->foreign, ==, 1);
  g_assert_cmpuint (counters->malformed, ==, 10);
  g_assert_cmpuint (counters->unknown + counters->surplus, >=, 1);
  g_assert_cmpuint (counters->answers, ==, 3);
  g_clear_object (&puppet.subscription);
}

static void
test_surplus (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {
    OURS ("m", "1", "\"part\":0,\"last\":false,\"metrics\":{\"occupied\":true,\"users\":[2]}"),
    OURS ("n", "1", "\"part\":0,\"last\":true,\"metrics\":{\"occupied\":true,\"users\":[3]}"),
    OURS ("m", "2", "\"part\":0,\"last\":true,\"metrics\":{\"users\":[4]}"),
    OURS ("m", "3", "\"part\":1,\"last\":true,\"metrics\":{\"users\":[5]}"), NULL
  };
  const ResonateGathererCounters *counters;
  Puppet puppet;

  g_test_summary ("One answer too many, and a part that was there, are not counted");

  g_clear_pointer (&fixture->bob, asking_node_free);
  g_clear_pointer (&fixture->eve, asking_node_free);
  puppet_init (&puppet, fixture, answers);
  asking_node_join (fixture->ada, "presence-a", "{\"user_id\":1}");
  assert_channel (fixture->ada, "presence-a", ALL, "{\"occupied\":true,\"user_count\":3}");
  counters = resonate_gatherer_get_counters (fixture->ada->gatherer);
  g_assert_cmpuint (counters->surplus, ==, 1);
  g_assert_cmpuint (counters->malformed, ==, 1);
  g_clear_object (&puppet.subscription);
  fixture->bob = asking_node_new (fixture->bus, "bob", NULL, NULL);
  fixture->eve = asking_node_new (fixture->bus, "eve", NULL, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) \
  g_test_add ("/gatherer-answers/" path, Fixture, NULL, set_up, func, tear_down)
  add ("reference", test_reference_answers);
  add ("hostile", test_hostile_answers);
  add ("surplus", test_surplus);
#undef add

  return g_test_run ();
}
