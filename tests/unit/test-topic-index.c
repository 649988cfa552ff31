/* test-topic-index.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "cluster/resonate-store-error.h"
#include "cluster/resonate-topic-index-private.h"
#include "pub-sub-fixture.h"

/* A bound on what waits, a gap in the place of what is lost, and room afterwards.
 */
static void
test_bound (void)
{
  PubSubFixture fixture = { resonate_pub_sub_new_local () };
  g_autoptr (Ear) ear = ear_new (&fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);

  for (unsigned int i = 0; i < RESONATE_TOPIC_MAX_QUEUED + 10; i++)
    resonate_pub_sub_publish (fixture.pub_sub, "t", payload);
  resonate_pub_sub_publish_async (fixture.pub_sub, "t", payload, NULL, resonate_test_keep_result,
                                  &result);
  resonate_test_wait_until (result != NULL);
  g_assert_cmpint (resonate_pub_sub_publish_finish (fixture.pub_sub, result, &error), ==, -1);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY);
  g_clear_object (&result);

  resonate_test_wait_until (ear->n_gaps > 0);
  g_assert_cmpuint (ear->n_messages, ==, RESONATE_TOPIC_MAX_QUEUED);
  g_assert_true (g_str_has_suffix (ear->text->str, "x t -\ngap\n"));

  pub_sub_fixture_say (fixture.pub_sub, "t", "room");
  pub_sub_fixture_settle (&fixture);
  g_assert_true (g_str_has_suffix (ear->text->str, "gap\nroom t -\n"));
  g_assert_cmpuint (ear->n_gaps, ==, 1);

  g_clear_pointer (&ear, ear_free);
  g_assert_finalize_object (fixture.pub_sub);
}

static void
test_bound_of_bytes (void)
{
  PubSubFixture fixture = { resonate_pub_sub_new_local () };
  g_autoptr (Ear) ear = ear_new (&fixture, "t*", RESONATE_TOPIC_PATTERN);
  g_autofree char *bytes = g_malloc0 (RESONATE_TOPIC_MAX_QUEUED_BYTES / 4);
  g_autoptr (GBytes)
    payload = g_bytes_new_take (g_steal_pointer (&bytes), RESONATE_TOPIC_MAX_QUEUED_BYTES / 4);

  for (unsigned int i = 0; i < 6; i++)
    resonate_pub_sub_publish (fixture.pub_sub, "t", payload);
  resonate_test_wait_until (ear->n_gaps > 0);
  g_assert_cmpuint (ear->n_messages, ==, 4);

  g_clear_pointer (&ear, ear_free);
  g_assert_finalize_object (fixture.pub_sub);
}

/* Those whose handlers take long are told in more than one turn of the loop. */
static gboolean
on_other_turn (gpointer user_data)
{
  ++*(unsigned int *) user_data;

  return G_SOURCE_CONTINUE;
}

static void
take_time (ResonateTopicSubscription *subscription,
           GBytes *payload,
           const char *topic,
           const char *pattern,
           unsigned int *n_heard)
{
  int64_t end_us = g_get_monotonic_time () + 100;

  while (g_get_monotonic_time () < end_us)
    ;
  ++*n_heard;
}

static void
test_slices (void)
{
  g_autoptr (ResonatePubSub) pub_sub = resonate_pub_sub_new_local ();
  g_autoptr (GPtrArray) subscriptions = g_ptr_array_new_with_free_func (g_object_unref);
  unsigned int n_heard = 0, n_turns = 0, other;

  for (unsigned int i = 0; i < 200; i++)
    {
      ResonateTopicSubscription *subscription = resonate_pub_sub_subscribe (pub_sub, "t",
                                                                            RESONATE_TOPIC_EXACT);

      g_signal_connect (subscription, "message", G_CALLBACK (take_time), &n_heard);
      g_ptr_array_add (subscriptions, subscription);
    }

  other = g_timeout_add_full (G_PRIORITY_DEFAULT, 0, on_other_turn, &n_turns, NULL);
  pub_sub_fixture_say (pub_sub, "t", "x");
  resonate_test_wait_until (n_heard == 200);
  g_source_remove (other);

  /* 200 handlers of 100 µs are 20 slices of a millisecond. */
  g_assert_cmpuint (n_turns, >=, 10);
}

/* What waits when somebody subscribes was said before. */
static void
test_not_what_was_said_before (void)
{
  PubSubFixture own = { resonate_pub_sub_new_local () };
  PubSubFixture *fixture = &own;
  g_autoptr (Ear) early = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  g_autoptr (Ear) late = NULL;

  g_assert_cmpint (pub_sub_fixture_ask (fixture, "t", "before", NULL), ==, 1);
  late = ear_new (fixture, "t", RESONATE_TOPIC_EXACT);
  pub_sub_fixture_say (fixture->pub_sub, "t", "after");
  pub_sub_fixture_settle (fixture);
  g_assert_cmpstr (early->text->str, ==, "before t -\nafter t -\n");
  g_assert_cmpstr (late->text->str, ==, "after t -\n");

  g_clear_pointer (&early, ear_free);
  g_clear_pointer (&late, ear_free);
  g_assert_finalize_object (own.pub_sub);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/topic-index/bound", test_bound);
  g_test_add_func ("/topic-index/bound-of-bytes", test_bound_of_bytes);
  g_test_add_func ("/topic-index/slices", test_slices);
  g_test_add_func ("/topic-index/not-what-was-said-before", test_not_what_was_said_before);

  return g_test_run ();
}
