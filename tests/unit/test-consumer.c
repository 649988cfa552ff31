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
  g_autoptr (Worker) second = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "x"));
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

/* 7.15: a handler that takes longer than min-idle is not run twice. An entry that was delivered
 * after its own, and that nobody refreshes, shows when it would have been. */
static void
test_longer_than_idle (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    slow = worker_new (WORKER_HOLDS,
                       stream_fixture_consumer (fixture, "streams", jobs, "name", "a", "block-ms",
                                                10, "min-idle-ms", 300, "max-in-flight", 1));
  g_autoptr (Worker) gone = NULL;
  g_autoptr (Worker) other = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "slow"));
  resonate_test_wait_until (slow->n_deliveries == 1);
  gone = worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name", "b",
                                                            "block-ms", 10));
  g_free (stream_fixture_append (fixture, "jobs", "left"));
  resonate_test_wait_until (gone->n_deliveries == 1);
  worker_stop (gone, 0);

  other = worker_new (WORKER_ACKS,
                      stream_fixture_consumer (fixture, "streams", jobs, "name", "c", "block-ms",
                                               10, "min-idle-ms", 300, "reclaim-interval-ms", 10));
  resonate_test_wait_until (other->n_deliveries > 0);
  g_assert_cmpstr (other->text->str, ==, "left 2\n");

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
  g_autoptr (GAsyncResult) result = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "x"));
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

  g_free (stream_fixture_append (fixture, "jobs", "x"));
  resonate_test_wait_until (worker->n_deliveries == 1);
  worker->manner = WORKER_ACKS;
  g_ptr_array_set_size (worker->held, 0);
  resonate_test_wait_until (worker->n_deliveries == 2);
  g_assert_cmpstr (worker->text->str, ==, "x 1\nx 2\n");
}

/* B-24, 427: an old entry behind more than a thousand young ones is found, though page after page
 * is empty: each looks at ten, and each pass goes on where the one before stopped. */
static void
test_behind_the_young (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker) busy =
    worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name", "a",
                                                       "block-ms", 10, "max-in-flight", 1500,
                                                       "batch-size", 500, "min-idle-ms", 500));
  g_autoptr (Worker) gone = NULL;
  g_autoptr (Worker) heir = NULL;

  for (unsigned int i = 0; i < 1500; i++)
    g_free (stream_fixture_append (fixture, "jobs", "young"));
  resonate_test_wait_until (busy->n_deliveries == 1500);

  gone = worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name", "b",
                                                            "block-ms", 10));
  g_free (stream_fixture_append (fixture, "jobs", "old"));
  resonate_test_wait_until (gone->n_deliveries == 1);
  g_assert_cmpstr (gone->text->str, ==, "old 1\n");
  worker_stop (gone, 0);

  heir = worker_new (WORKER_ACKS,
                     stream_fixture_consumer (fixture, "streams", jobs, "name", "c", "block-ms", 10,
                                              "min-idle-ms", 500, "reclaim-count", 1,
                                              "reclaim-interval-ms", 5));
  resonate_test_wait_until (strstr (heir->text->str, "old 2\n") != NULL);
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
