/* test-consumer.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every test runs against every body. The numbers are those of the cases that a test stands for.
 */

#include "config.h"

#include <string.h>

#include "cluster/resonate-store-error.h"
#include "stream-fixture.h"

static const char *const jobs[] = { "jobs", NULL };

/* Who ends with an entry in hand leaves it to another one, 419; and one entry that ends everybody
 * is not delivered for ever. */
static void
test_left_by_another (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker) first =
    worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name", "a",
                                                       "block-ms", 20, "min-idle-ms", 100000));
  g_autofree char *id = stream_fixture_append (fixture, "jobs", "x");
  g_autoptr (Worker) second = NULL;

  resonate_test_wait_until (first->n_deliveries == 1);
  worker_stop (first, 0);

  second = worker_new (WORKER_ACKS,
                       stream_fixture_consumer (fixture, "streams", jobs, "name", "b", "block-ms",
                                                20, "min-idle-ms", 1, "reclaim-interval-ms", 5));
  resonate_test_wait_until (second->n_deliveries == 1);
  g_assert_cmpstr (second->text->str, ==, "x 2\n");
}

static void
test_never_settled (StreamFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (Worker) last = NULL;
  unsigned int n_deliveries = 0;

  for (unsigned int i = 0; i < 3; i++)
    {
      g_autoptr (Worker) worker =
        worker_new (WORKER_HOLDS,
                    stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms", 20,
                                             "min-idle-ms", 1, "reclaim-interval-ms", 5,
                                             "max-deliveries", 100));

      if (i == 0)
        id = stream_fixture_append (fixture, "jobs", "bang");
      resonate_test_wait_until (worker->n_deliveries == 1);
      n_deliveries++;
      worker_stop (worker, 0);
    }
  g_assert_cmpuint (n_deliveries, ==, 3);

  last = worker_new (WORKER_HOLDS,
                     stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms", 20,
                                              "min-idle-ms", 1, "reclaim-interval-ms", 5,
                                              "max-deliveries", 3));
  resonate_test_wait_until (last->n_dead == 1);
  g_assert_cmpuint (last->n_deliveries, ==, 0);
}

/* 7.15: a handler that takes longer than min-idle is not run twice: it is refreshed. */
static void
test_longer_than_idle (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    slow = worker_new (WORKER_HOLDS,
                       stream_fixture_consumer (fixture, "streams", jobs, "name", "a", "block-ms",
                                                10, "min-idle-ms", 300, "reclaim-interval-ms", 10));
  g_autoptr (Worker)
    other = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name", "b",
                                                              "block-ms", 10, "min-idle-ms", 300,
                                                              "reclaim-interval-ms", 10));
  g_autofree char *id = stream_fixture_append (fixture, "jobs", "slow");
  int64_t end_us;

  resonate_test_wait_until (slow->n_deliveries + other->n_deliveries == 1);
  if (slow->n_deliveries == 0)
    {
      g_autofree char *again = stream_fixture_append (fixture, "jobs", "slow");

      resonate_test_wait_until (slow->n_deliveries + other->n_deliveries == 2);
    }
  if (slow->n_deliveries == 0)
    worker_stop (other, 1000);
  if (slow->n_deliveries == 0)
    {
      g_autofree char *again = stream_fixture_append (fixture, "jobs", "slow");

      resonate_test_wait_until (slow->n_deliveries == 1);
      resonate_consumer_start (other->consumer);
    }

  /* Three times as long as it may be idle, and looked for all the while. */
  end_us = g_get_monotonic_time () + 900000;
  resonate_test_wait_until (g_get_monotonic_time () > end_us);
  g_assert_cmpuint (slow->n_deliveries, ==, 1);
  g_assert_null (strstr (other->text->str, " 2\n"));

  stream_fixture_acknowledge (slow->held->pdata[0]);
}

/* A window: no more than so many are in hand at a time. */
static void
test_window (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_HOLDS,
                         stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms",
                                                  10, "max-in-flight", 3, "batch-size", 2));
  g_autoptr (Worker) witness =
    worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name", "w",
                                                      "group", "witness", "block-ms", 10));

  for (unsigned int i = 0; i < 10; i++)
    g_free (stream_fixture_append (fixture, "jobs", "x"));
  resonate_test_wait_until (witness->n_deliveries == 10);
  resonate_test_wait_until (worker->n_deliveries >= 3);
  g_assert_cmpuint (worker->n_deliveries, ==, 3);

  for (unsigned int i = 0; i < 10; i++)
    {
      g_assert_cmpuint (worker->held->len, <=, i + 3);
      stream_fixture_acknowledge (worker->held->pdata[i]);
      resonate_test_wait_until (worker->n_deliveries == MIN (10, i + 4));
    }
}

/* 433, B-28: to stop waits for what is in hand, and no longer than it is told to. */
static void
test_drain (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                                "w", "block-ms", 10));
  g_autofree char *id = stream_fixture_append (fixture, "jobs", "x");
  g_autoptr (GAsyncResult) result = NULL;

  resonate_test_wait_until (worker->n_deliveries == 1);
  resonate_consumer_stop_async (worker->consumer, 60000, NULL, resonate_test_keep_result, &result);
  g_assert_cmpint (resonate_consumer_get_state (worker->consumer), ==, RESONATE_CONSUMER_DRAINING);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (result);
  stream_fixture_acknowledge (worker->held->pdata[0]);
  resonate_test_wait_until (result != NULL);
  g_assert_cmpint (resonate_consumer_get_state (worker->consumer), ==, RESONATE_CONSUMER_STOPPED);

  g_free (stream_fixture_append (fixture, "jobs", "next"));

  /* And not for ever: what is settled after that is taken note of all the same. */
  resonate_consumer_start (worker->consumer);
  resonate_test_wait_until (worker->n_deliveries == 2);
  worker_stop (worker, 1);
  stream_fixture_acknowledge (worker->held->pdata[1]);
}

/* A delivery is settled once. */
static void
test_settle_once (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                                "w", "block-ms", 10));
  g_autofree char *id = stream_fixture_append (fixture, "jobs", "x");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ResonateDelivery *delivery;

  resonate_test_wait_until (worker->n_deliveries == 1);
  delivery = worker->held->pdata[0];
  g_assert_cmpstr (resonate_delivery_get_id (delivery), ==, id);
  g_assert_cmpstr (resonate_delivery_get_stream (delivery), ==, "jobs");
  stream_fixture_acknowledge (delivery);
  resonate_delivery_reject (delivery);
  resonate_delivery_ack_async (delivery, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  g_assert_false (resonate_delivery_ack_finish (delivery, result, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CLOSED);
}

/* A held delivery that is dropped is rejected, and comes again. */
static void
test_dropped (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_HOLDS,
                         stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms",
                                                  10, "min-idle-ms", 1, "reclaim-interval-ms", 5));
  g_autofree char *id = stream_fixture_append (fixture, "jobs", "x");

  resonate_test_wait_until (worker->n_deliveries == 1);
  worker->manner = WORKER_ACKS;
  g_ptr_array_set_size (worker->held, 0);
  resonate_test_wait_until (worker->n_deliveries == 2);
  g_assert_cmpstr (worker->text->str, ==, "x 1\nx 2\n");
}

/* B-24, 427: old entries behind a thousand young ones are found, though pages are empty. */
static void
test_behind_the_young (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker) owner =
    worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name", "a",
                                                       "block-ms", 10, "max-in-flight", 5000,
                                                       "batch-size", 500, "min-idle-ms", 60000));
  g_autoptr (Worker) heir = NULL;

  for (unsigned int i = 0; i < 1500; i++)
    g_free (stream_fixture_append (fixture, "jobs", "x"));
  resonate_test_wait_until (owner->n_deliveries == 1500);
  for (unsigned int i = 0; i < 1499; i++)
    stream_fixture_acknowledge (owner->held->pdata[i]);
  worker_stop (owner, 0);

  heir = worker_new (WORKER_ACKS,
                     stream_fixture_consumer (fixture, "streams", jobs, "name", "b", "block-ms", 10,
                                              "min-idle-ms", 1, "reclaim-count", 1,
                                              "reclaim-interval-ms", 5));
  resonate_test_wait_until (heir->n_deliveries == 1);
}

int
main (int argc, char *argv[])
{
  static const StreamTest tests[] = {
    { "left-by-another", test_left_by_another },
    { "never-settled", test_never_settled },
    { "longer-than-idle", test_longer_than_idle },
    { "window", test_window },
    { "drain", test_drain },
    { "settle-once", test_settle_once },
    { "dropped", test_dropped },
    { "behind-the-young", test_behind_the_young },
  };

  g_test_init (&argc, &argv, NULL);

  return stream_fixture_run ("consumer", tests, G_N_ELEMENTS (tests));
}
