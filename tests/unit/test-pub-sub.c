/* test-pub-sub.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every test runs against every body. The numbers are those of the cases that a test stands for.
 */

#include "config.h"

#include <string.h>

#include "cluster/resonate-store-error.h"
#include "pub-sub-fixture.h"
#include "redis-server.h"

typedef struct
{
  const char *name;
  ResonatePubSub *(*create) (void);
} Body;

static RedisServer server;

static ResonatePubSub *
create_redis (void)
{
  g_autoptr (GError) error = NULL;
  ResonatePubSub *pub_sub = resonate_pub_sub_new_for_uri (server.url, NULL, &error);

  g_assert_no_error (error);

  return pub_sub;
}

static const Body bodies[] = {
  { "memory", resonate_pub_sub_new_local },
  { "redis", create_redis },
};

static void
set_up (PubSubFixture *fixture, gconstpointer data)
{
  const Body *body = data;

  fixture->pub_sub = body->create ();
}

static void
tear_down (PubSubFixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->pub_sub);
}

/* 387, 385: an exact topic, and only it. */
static void
test_exact (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) ear = ear_new (fixture, "t:exact:1", RESONATE_TOPIC_AUTO);

  g_assert_cmpint (resonate_topic_subscription_get_kind (ear->subscription), ==,
                   RESONATE_TOPIC_EXACT);
  g_assert_cmpint (resonate_topic_subscription_get_state (ear->subscription), ==,
                   RESONATE_TOPIC_ACTIVE);
  g_assert_cmpstr (resonate_topic_subscription_get_topic (ear->subscription), ==, "t:exact:1");
  resonate_test_wait_until (resonate_pub_sub_get_is_connected (fixture->pub_sub));

  pub_sub_fixture_say (fixture->pub_sub, "t:exact:1", "hello");
  pub_sub_fixture_say (fixture->pub_sub, "t:exact:10", "another");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (ear->text->str, ==, "hello t:exact:1 -\n");
}

/* 388, 408: a pattern, whose star stands for colons, too. */
static void
test_pattern (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) ear = ear_new (fixture, "alerts:*", RESONATE_TOPIC_AUTO);

  g_assert_cmpint (resonate_topic_subscription_get_kind (ear->subscription), ==,
                   RESONATE_TOPIC_PATTERN);

  pub_sub_fixture_say (fixture->pub_sub, "alerts:zone", "1");
  pub_sub_fixture_say (fixture->pub_sub, "alerts", "not for us");
  pub_sub_fixture_say (fixture->pub_sub, "alerts:a:b", "2");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (ear->text->str, ==, "1 alerts:zone alerts:*\n2 alerts:a:b alerts:*\n");
}

/* Nothing but the star means anything. */
static void
test_pattern_is_literal (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) odd = ear_new (fixture, "a?[b]\\^*", RESONATE_TOPIC_PATTERN);
  g_autoptr (Ear) plain = ear_new (fixture, "axb", RESONATE_TOPIC_PATTERN);
  g_autoptr (Ear) star = ear_new (fixture, "a*", RESONATE_TOPIC_EXACT);

  pub_sub_fixture_say (fixture->pub_sub, "a?[b]\\^!", "1");
  pub_sub_fixture_say (fixture->pub_sub, "axb", "2");
  pub_sub_fixture_say (fixture->pub_sub, "a*", "3");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (odd->text->str, ==, "1 a?[b]\\^! a?[b]\\^*\n");
  g_assert_cmpstr (plain->text->str, ==, "2 axb axb\n");
  g_assert_cmpstr (star->text->str, ==, "3 a* -\n");
}

/* 378, 389: three on one topic, in the order in which they came. */
static void
test_three_on_one_topic (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) first = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) second = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) third = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);

  g_assert_cmpint (pub_sub_fixture_ask (fixture, "t", "x", NULL), ==, 1);
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (first->text->str, ==, "x t -\n");
  g_assert_cmpstr (second->text->str, ==, "x t -\n");
  g_assert_cmpstr (third->text->str, ==, "x t -\n");
}

/* 7.15, publisher order with overlapping pattern and exact: once for each subscription. */
static void
test_overlap (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) exact = ear_new (fixture, "room:1", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) pattern = ear_new (fixture, "room:*", RESONATE_TOPIC_PATTERN);
  g_autoptr (Ear) other = ear_new (fixture, "*:1", RESONATE_TOPIC_PATTERN);

  for (unsigned int i = 0; i < 3; i++)
    pub_sub_fixture_say (fixture->pub_sub, "room:1", (const char *[]){ "a", "b", "c" }[i]);
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (exact->text->str, ==, "a room:1 -\nb room:1 -\nc room:1 -\n");
  g_assert_cmpstr (pattern->text->str, ==, "a room:1 room:*\nb room:1 room:*\nc room:1 room:*\n");
  g_assert_cmpstr (other->text->str, ==, "a room:1 *:1\nb room:1 *:1\nc room:1 *:1\n");
}

static void
test_receivers (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Ear) ear = NULL;

  g_assert_cmpint (pub_sub_fixture_ask (fixture, "t", "nobody", &error), ==, 0);
  g_assert_no_error (error);

  ear = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_assert_cmpint (pub_sub_fixture_ask (fixture, "t", "somebody", &error), ==, 1);
  g_assert_no_error (error);

  resonate_topic_subscription_cancel (ear->subscription);
  pub_sub_fixture_settle (fixture);
  g_assert_cmpint (pub_sub_fixture_ask (fixture, "t", "nobody", &error), ==, 0);
  g_assert_cmpint (pub_sub_fixture_ask (fixture, "", "no topic", &error), ==, -1);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
}

/* 7.15, a payload that is no UTF-8, and one with a NUL in it. */
static void
keep_payload (ResonateTopicSubscription *subscription,
              GBytes *payload,
              const char *topic,
              const char *pattern,
              GBytes **kept)
{
  *kept = g_bytes_ref (payload);
}

static void
test_any_bytes (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTopicSubscription) subscription = NULL;
  g_autoptr (GBytes) sent = g_bytes_new_static ("\xff\0\xfe\r\n", 5);
  g_autoptr (GBytes) empty = g_bytes_new_static (NULL, 0);
  g_autoptr (GBytes) kept = NULL;

  subscription = resonate_pub_sub_subscribe (fixture->pub_sub, "bytes", RESONATE_TOPIC_EXACT);
  g_signal_connect (subscription, "message", G_CALLBACK (keep_payload), &kept);
  pub_sub_fixture_wait_ready (subscription);

  resonate_pub_sub_publish (fixture->pub_sub, "bytes", sent);
  resonate_test_wait_until (kept != NULL);
  g_assert_true (g_bytes_equal (kept, sent));

  g_clear_pointer (&kept, g_bytes_unref);
  resonate_pub_sub_publish (fixture->pub_sub, "bytes", empty);
  resonate_test_wait_until (kept != NULL);
  g_assert_cmpuint (g_bytes_get_size (kept), ==, 0);
}

/* 7.15: 10 000 messages of one publisher. */
static void
check_number (ResonateTopicSubscription *subscription,
              GBytes *payload,
              const char *topic,
              const char *pattern,
              unsigned int *n_heard)
{
  unsigned int number;

  g_assert_cmpuint (g_bytes_get_size (payload), ==, sizeof number);
  memcpy (&number, g_bytes_get_data (payload, NULL), sizeof number);
  g_assert_cmpuint (number, ==, *n_heard);
  ++*n_heard;
}

static void
test_ten_thousand_in_order (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTopicSubscription) exact = NULL;
  g_autoptr (ResonateTopicSubscription) pattern = NULL;
  unsigned int n_exact = 0, n_pattern = 0;

  exact = resonate_pub_sub_subscribe (fixture->pub_sub, "count", RESONATE_TOPIC_EXACT);
  pattern = resonate_pub_sub_subscribe (fixture->pub_sub, "c*", RESONATE_TOPIC_PATTERN);
  g_signal_connect (exact, "message", G_CALLBACK (check_number), &n_exact);
  g_signal_connect (pattern, "message", G_CALLBACK (check_number), &n_pattern);
  pub_sub_fixture_wait_ready (exact);
  pub_sub_fixture_wait_ready (pattern);

  for (unsigned int i = 0; i < 10000; i++)
    {
      g_autoptr (GBytes) payload = g_bytes_new (&i, sizeof i);

      resonate_pub_sub_publish (fixture->pub_sub, "count", payload);
    }
  resonate_test_wait_until (n_exact == 10000 && n_pattern == 10000);
}

/* Who publishes in a handler is heard after the handler: a depth of more than one is re-entrance.
 */
typedef struct
{
  ResonatePubSub *pub_sub;
  unsigned int depth;
  unsigned int n_left;
} Echo;

static void
echo (ResonateTopicSubscription *subscription,
      GBytes *payload,
      const char *topic,
      const char *pattern,
      Echo *it)
{
  g_assert_cmpuint (it->depth++, ==, 0);
  if (--it->n_left > 0)
    resonate_pub_sub_publish (it->pub_sub, topic, payload);
  it->depth--;
}

static void
test_publish_in_handler (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTopicSubscription) subscription = NULL;
  Echo it = { fixture->pub_sub, 0, 100 };

  subscription = resonate_pub_sub_subscribe (fixture->pub_sub, "echo", RESONATE_TOPIC_EXACT);
  g_signal_connect (subscription, "message", G_CALLBACK (echo), &it);
  pub_sub_fixture_wait_ready (subscription);

  pub_sub_fixture_say (fixture->pub_sub, "echo", "x");
  g_assert_cmpuint (it.n_left, ==, 100);
  resonate_test_wait_until (it.n_left == 0);
}

/* 7.15, unsubscribe while dispatching: oneself, and who would be next. */
static void
cancel_all (ResonateTopicSubscription *subscription,
            GBytes *payload,
            const char *topic,
            const char *pattern,
            GPtrArray *all)
{
  for (unsigned int i = 0; i < all->len; i++)
    resonate_topic_subscription_cancel (all->pdata[i]);
}

static void
test_cancel_in_handler (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) first = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) second = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) third = ear_new (fixture, "t*", RESONATE_TOPIC_PATTERN);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_ptr_array_add (all, first->subscription);
  g_ptr_array_add (all, second->subscription);
  g_ptr_array_add (all, third->subscription);
  g_signal_connect (first->subscription, "message", G_CALLBACK (cancel_all), all);

  pub_sub_fixture_say (fixture->pub_sub, "t", "1");
  pub_sub_fixture_say (fixture->pub_sub, "t", "2");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (first->text->str, ==, "1 t -\n");
  g_assert_cmpstr (second->text->str, ==, "");
  g_assert_cmpstr (third->text->str, ==, "");
  g_assert_cmpint (resonate_topic_subscription_get_state (second->subscription), ==,
                   RESONATE_TOPIC_CANCELLED);
}

/* The last reference of a subscription goes while others are told the same message: it hears
 * nothing more, because what its handlers use may be gone, too. */
static void
drop_next (ResonateTopicSubscription *subscription,
           GBytes *payload,
           const char *topic,
           const char *pattern,
           Ear *next)
{
  g_clear_object (&next->subscription);
}

static void
test_drop_in_handler (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (Ear) first = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) second = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);

  g_signal_connect (first->subscription, "message", G_CALLBACK (drop_next), second);
  pub_sub_fixture_say (fixture->pub_sub, "t", "1");
  pub_sub_fixture_say (fixture->pub_sub, "t", "2");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpuint (first->n_messages, ==, 2);
  g_assert_cmpuint (second->n_messages, ==, 0);
  g_assert_null (second->subscription);
}

/* 386: what is cancelled twice, or before it was ready. */
static void
test_cancel (PubSubFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTopicSubscription) subscription = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Ear) after = NULL;

  subscription = resonate_pub_sub_subscribe (fixture->pub_sub, "t", RESONATE_TOPIC_EXACT);
  resonate_topic_subscription_cancel (subscription);
  resonate_topic_subscription_cancel (subscription);
  g_assert_cmpint (resonate_topic_subscription_get_state (subscription), ==,
                   RESONATE_TOPIC_CANCELLED);

  resonate_topic_subscription_ready_async (subscription, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  g_assert_false (resonate_topic_subscription_ready_finish (subscription, result, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CLOSED);

  after = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  pub_sub_fixture_say (fixture->pub_sub, "t", "again");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (after->text->str, ==, "again t -\n");
}

/* In the context in which the object was made, and in no other. */
static void
test_context (PubSubFixture *fixture, gconstpointer data)
{
  const Body *body = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ResonateTopicSubscription) subscription = NULL;
  g_autoptr (ResonatePubSub) pub_sub = NULL;
  Echo it = { NULL, 0, 1 };

  g_main_context_push_thread_default (context);
  pub_sub = body->create ();
  subscription = resonate_pub_sub_subscribe (pub_sub, "t", RESONATE_TOPIC_EXACT);
  g_main_context_pop_thread_default (context);

  g_signal_connect (subscription, "message", G_CALLBACK (echo), &it);
  while (resonate_topic_subscription_get_state (subscription) != RESONATE_TOPIC_ACTIVE)
    g_main_context_iteration (context, TRUE);

  pub_sub_fixture_say (pub_sub, "t", "x");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpuint (it.n_left, ==, 1);
  while (it.n_left > 0)
    g_main_context_iteration (context, TRUE);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (PubSubFixture *fixture, gconstpointer data);
  } tests[] = {
    { "exact", test_exact },
    { "pattern", test_pattern },
    { "pattern-is-literal", test_pattern_is_literal },
    { "three-on-one-topic", test_three_on_one_topic },
    { "overlap", test_overlap },
    { "receivers", test_receivers },
    { "any-bytes", test_any_bytes },
    { "ten-thousand-in-order", test_ten_thousand_in_order },
    { "publish-in-handler", test_publish_in_handler },
    { "cancel-in-handler", test_cancel_in_handler },
    { "drop-in-handler", test_drop_in_handler },
    { "cancel", test_cancel },
    { "context", test_context },
  };

  int status;

  g_test_init (&argc, &argv, NULL);
  redis_server_init (&server, NULL);

  for (unsigned int i = 0; i < G_N_ELEMENTS (bodies); i++)
    for (unsigned int j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/pub-sub/%s/%s", bodies[i].name, tests[j].name);

        g_test_add (path, PubSubFixture, &bodies[i], set_up, tests[j].func, tear_down);
      }

  status = g_test_run ();
  redis_server_clear (&server);

  return status;
}
