/* test-redis-pub-sub.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What topics over Redis do beside what those of one process do (test-pub-sub.c). The numbers are
 * those of the cases that a test stands for.
 */

#include "config.h"

#include <string.h>

#include "base/resonate-error.h"
#include "cluster/resonate-store-error.h"
#include "pub-sub-fixture.h"
#include "redis-server.h"

static RedisServer server;

static PubSubFixture
node_new (const char *prefix)
{
  g_autoptr (GError) error = NULL;
  PubSubFixture node = { resonate_pub_sub_new_for_uri (server.url, prefix, &error) };

  g_assert_no_error (error);

  return node;
}

static void
node_clear (PubSubFixture *node)
{
  g_assert_finalize_object (node->pub_sub);
}

/* 404, 406: where topics are is a URI. */
static void
test_uri (void)
{
  g_autoptr (ResonatePubSub) memory = resonate_pub_sub_new_for_uri ("memory:", NULL, NULL);
  g_autoptr (ResonatePubSub) nothing = resonate_pub_sub_new_for_uri (NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (resonate_pub_sub_get_is_connected (memory));
  g_assert_true (resonate_pub_sub_get_is_connected (nothing));
  g_assert_null (resonate_pub_sub_new_for_uri ("carrier-pigeon://coop", NULL, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
}

/* 7.14: what is said on one node is heard on another, and counted: 407. */
static void
test_two_nodes (void)
{
  PubSubFixture a = node_new (NULL), b = node_new (NULL);
  g_autoptr (Ear) on_a = ear_new (&a, "room", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) on_b = ear_new (&b, "ro*", RESONATE_TOPIC_PATTERN);

  g_assert_cmpint (pub_sub_fixture_ask (&a, "room", "hello", NULL), ==, 2);
  resonate_test_wait_until (on_a->n_messages == 1 && on_b->n_messages == 1);
  g_assert_cmpstr (on_a->text->str, ==, "hello room -\n");
  g_assert_cmpstr (on_b->text->str, ==, "hello room ro*\n");

  g_clear_pointer (&on_a, ear_free);
  g_clear_pointer (&on_b, ear_free);
  node_clear (&a);
  node_clear (&b);
}

/* B-34: environments on one Redis do not hear each other, whatever is in a prefix; and the prefix
 * is what is in Redis. */
static void
test_prefix (void)
{
  PubSubFixture a = node_new ("a*[x]?:"), b = node_new ("ab[x]y:"), none = node_new ("");
  g_autoptr (Ear) on_a = ear_new (&a, "*", RESONATE_TOPIC_PATTERN);
  g_autoptr (Ear) on_b = ear_new (&b, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) on_none = ear_new (&none, "*", RESONATE_TOPIC_PATTERN);

  pub_sub_fixture_say (b.pub_sub, "t", "from b");
  resonate_test_wait_until (on_b->n_messages == 1 && on_none->n_messages == 1);
  pub_sub_fixture_say (a.pub_sub, "t", "from a");
  resonate_test_wait_until (on_a->n_messages == 1 && on_none->n_messages == 2);
  g_assert_cmpstr (on_a->text->str, ==, "from a t *\n");
  g_assert_cmpstr (on_b->text->str, ==, "from b t -\n");
  g_assert_cmpstr (on_none->text->str, ==, "from b ab[x]y:t *\nfrom a a*[x]?:t *\n");

  g_clear_pointer (&on_a, ear_free);
  g_clear_pointer (&on_b, ear_free);
  g_clear_pointer (&on_none, ear_free);
  node_clear (&a);
  node_clear (&b);
  node_clear (&none);
}

/* 7.15, 7.9 of the links: Redis is killed and started again under subscribers. */
static void
keep_state (ResonateTopicSubscription *subscription, GParamSpec *pspec, GString *story)
{
  static const char *const names[] = { "pending ", "active ", "lost ", "cancelled " };

  g_string_append (story, names[resonate_topic_subscription_get_state (subscription)]);
}

static void
keep_gap (ResonateTopicSubscription *subscription, GString *story)
{
  g_string_append (story, "gap ");
}

static void
keep_message (ResonateTopicSubscription *subscription,
              GBytes *payload,
              const char *topic,
              const char *pattern,
              GString *story)
{
  g_string_append_len (story, g_bytes_get_data (payload, NULL),
                       (gssize) g_bytes_get_size (payload));
  g_string_append_c (story, ' ');
}

static void
test_restart (void)
{
  PubSubFixture node = node_new (NULL);
  g_autoptr (ResonateTopicSubscription) exact = NULL, pattern = NULL, late = NULL;
  g_autoptr (GString) story = g_string_new (NULL), other = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  exact = resonate_pub_sub_subscribe (node.pub_sub, "t", RESONATE_TOPIC_EXACT);
  pattern = resonate_pub_sub_subscribe (node.pub_sub, "t*", RESONATE_TOPIC_PATTERN);
  for (unsigned int i = 0; i < 2; i++)
    {
      ResonateTopicSubscription *subscription = i == 0 ? exact : pattern;
      GString *text = i == 0 ? story : other;

      g_signal_connect (subscription, "notify::state", G_CALLBACK (keep_state), text);
      g_signal_connect (subscription, "gap", G_CALLBACK (keep_gap), text);
      g_signal_connect (subscription, "message", G_CALLBACK (keep_message), text);
    }
  pub_sub_fixture_wait_ready (exact);
  pub_sub_fixture_wait_ready (pattern);
  pub_sub_fixture_say (node.pub_sub, "t", "1");
  resonate_test_wait_until (g_str_has_suffix (story->str, "1 ") &&
                            g_str_has_suffix (other->str, "1 "));

  redis_server_kill (&server);
  resonate_test_wait_until (!resonate_pub_sub_get_is_connected (node.pub_sub) &&
                            g_str_has_suffix (story->str, "lost ") &&
                            g_str_has_suffix (other->str, "lost "));

  /* Who comes while it is away is told that it is. */
  late = resonate_pub_sub_subscribe (node.pub_sub, "t", RESONATE_TOPIC_EXACT);
  g_assert_cmpint (resonate_topic_subscription_get_state (late), ==, RESONATE_TOPIC_LOST);

  redis_server_start (&server);
  pub_sub_fixture_wait_ready (exact);
  pub_sub_fixture_wait_ready (pattern);
  pub_sub_fixture_wait_ready (late);
  resonate_test_wait_until (resonate_pub_sub_get_is_connected (node.pub_sub));
  g_assert_cmpint (pub_sub_fixture_ask (&node, "t", "2", &error), ==, 2);
  g_assert_no_error (error);
  resonate_test_wait_until (g_str_has_suffix (story->str, "2 ") &&
                            g_str_has_suffix (other->str, "2 "));
  g_assert_cmpstr (story->str, ==, "active 1 lost active gap 2 ");
  g_assert_cmpstr (other->str, ==, "active 1 lost active gap 2 ");

  g_clear_object (&exact);
  g_clear_object (&pattern);
  g_clear_object (&late);
  node_clear (&node);
}

/* Nobody waits for ever: a message that cannot be said fails, and a subscription can be cancelled.
 */
static void
test_nobody_there (void)
{
  g_autofree char *url = g_strdup_printf ("redis://127.0.0.1:%u", redis_server_find_port ());
  g_autoptr (ResonatePubSub) pub_sub = resonate_pub_sub_new_for_uri (url, NULL, NULL);
  g_autoptr (ResonateTopicSubscription) subscription = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;

  subscription = resonate_pub_sub_subscribe (pub_sub, "t", RESONATE_TOPIC_EXACT);
  resonate_topic_subscription_ready_async (subscription, cancellable, resonate_test_keep_result,
                                           &first);
  resonate_topic_subscription_ready_async (subscription, NULL, resonate_test_keep_result, &second);
  g_cancellable_cancel (cancellable);
  resonate_test_wait_until (first != NULL);
  g_assert_false (resonate_topic_subscription_ready_finish (subscription, first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  resonate_topic_subscription_cancel (subscription);
  resonate_test_wait_until (second != NULL);
  g_assert_false (resonate_topic_subscription_ready_finish (subscription, second, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CLOSED);
  g_assert_false (resonate_pub_sub_get_is_connected (pub_sub));
}

/* A user who may not publish is told so by name. */
static void
test_forbidden (void)
{
  g_autofree char *url = g_strdup_printf ("redis://deaf:secret@127.0.0.1:%u", server.port);
  PubSubFixture node = { resonate_pub_sub_new_for_uri (url, NULL, NULL) };
  g_autoptr (GError) error = NULL;

  redis_server_ask_int (&server, "ACL", "SETUSER", "deaf", "on", ">secret", "+@all", "-publish",
                        "allchannels", NULL);
  g_assert_cmpint (pub_sub_fixture_ask (&node, "t", "x", &error), ==, -1);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_FORBIDDEN);

  node_clear (&node);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  redis_server_init (&server, NULL);

  g_test_add_func ("/redis-pub-sub/uri", test_uri);
  g_test_add_func ("/redis-pub-sub/two-nodes", test_two_nodes);
  g_test_add_func ("/redis-pub-sub/prefix", test_prefix);
  g_test_add_func ("/redis-pub-sub/restart", test_restart);
  g_test_add_func ("/redis-pub-sub/nobody-there", test_nobody_there);
  g_test_add_func ("/redis-pub-sub/forbidden", test_forbidden);

  status = g_test_run ();
  redis_server_clear (&server);

  return status;
}
