/* test-stream-log.c
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

static char *
append_bad (StreamFixture *fixture, const char *stream, GVariant *fields, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) result = NULL;

  resonate_stream_log_append_async (fixture->log, stream, payload, fields, -1, NULL,
                                    resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);

  return resonate_stream_log_append_finish (fixture->log, result, error);
}

/* 409: ids have a shape, and grow. */
static void
test_append (StreamFixture *fixture, gconstpointer data)
{
  g_autofree char *first = stream_fixture_append (fixture, "jobs", "1");
  g_autofree char *second = stream_fixture_append (fixture, "jobs", "2");
  g_autofree char *long_name = g_strnfill (1025, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_regex_match_simple ("^[0-9]+-[0-9]+$", first, 0, 0));
  g_assert_cmpstr (first, !=, second);

  g_assert_null (append_bad (fixture, "", NULL, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
  g_clear_error (&error);
  g_assert_null (append_bad (fixture, long_name, NULL, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
  g_clear_error (&error);
  g_assert_null (append_bad (fixture, "jobs", g_variant_new_string ("no fields"), &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH);
}

/* 411, 412, 418, 421: names and numbers that nobody gave. */
static void
test_defaults (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConsumer) consumer = resonate_consumer_new (fixture->log, jobs, NULL, NULL);
  g_autoptr (ResonateConsumer) again = resonate_consumer_new (fixture->log, jobs, NULL, NULL);
  g_autoptr (ResonateConsumer) named = resonate_consumer_new (fixture->log, jobs, "g", "w-7");
  g_autofree char *group = NULL, *start_id = NULL, *suffix = NULL;
  unsigned int batch_size, block, max_in_flight, interval, min_idle, count, max_deliveries;

  g_assert_cmpstr (resonate_consumer_get_name (consumer), !=, "");
  g_assert_cmpstr (resonate_consumer_get_name (consumer), ==, resonate_consumer_get_name (again));
  g_assert_cmpstr (resonate_consumer_get_name (named), ==, "w-7");

  g_object_get (consumer, "group", &group, "start-id", &start_id, "dead-letter-suffix", &suffix,
                "batch-size", &batch_size, "block-ms", &block, "max-in-flight", &max_in_flight,
                "reclaim-interval-ms", &interval, "min-idle-ms", &min_idle, "reclaim-count", &count,
                "max-deliveries", &max_deliveries, NULL);
  g_assert_cmpstr (group, ==, "resonate");
  g_assert_cmpstr (start_id, ==, "$");
  g_assert_cmpstr (suffix, ==, ":dead");
  g_assert_cmpuint (batch_size, ==, 16);
  g_assert_cmpuint (block, ==, 1000);
  g_assert_cmpuint (max_in_flight, ==, 64);
  g_assert_cmpuint (interval, ==, 30000);
  g_assert_cmpuint (min_idle, ==, 60000);
  g_assert_cmpuint (count, ==, 64);
  g_assert_cmpuint (max_deliveries, ==, 16);
}

/* 413–415: three streams, and other numbers. */
static void
test_settings (StreamFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a", "b", "c", NULL };
  g_autoptr (ResonateConsumer)
    consumer = stream_fixture_consumer (fixture, "streams", names, "block-ms", 5000, "batch-size",
                                        32, "name", "w");
  g_auto (GStrv) streams = NULL;
  unsigned int block, batch_size;

  g_object_get (consumer, "streams", &streams, "block-ms", &block, "batch-size", &batch_size, NULL);
  g_assert_cmpuint (g_strv_length (streams), ==, 3);
  g_assert_cmpstr (streams[2], ==, "c");
  g_assert_cmpuint (block, ==, 5000);
  g_assert_cmpuint (batch_size, ==, 32);
}

/* 416, 417: one that never ran. */
static void
test_stop_before_start (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConsumer) consumer = resonate_consumer_new (fixture->log, jobs, NULL, "w");
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_cmpint (resonate_consumer_get_state (consumer), ==, RESONATE_CONSUMER_STOPPED);
  resonate_consumer_stop_async (consumer, 1000, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  g_assert_true (resonate_consumer_stop_finish (consumer, result, NULL));
}

/* 429, 424: what is acknowledged does not come again. */
static void
test_acknowledge (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_ACKS,
                         stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms",
                                                  20, "min-idle-ms", 1, "reclaim-interval-ms", 5));
  g_autofree char *second = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "hello"));
  resonate_test_wait_until (worker->n_deliveries == 1);
  second = stream_fixture_append (fixture, "jobs", "bye");
  resonate_test_wait_until (worker->n_deliveries == 2);
  worker_stop (worker, 1000);
  g_assert_cmpstr (worker->text->str, ==, "hello 1\nbye 1\n");
}

/* 425, 430, 431: what is rejected comes again, counted, and everything else goes on. */
static void
test_reject (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_REJECTS,
                         stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms",
                                                  20, "min-idle-ms", 1, "reclaim-interval-ms", 5));

  g_free (stream_fixture_append (fixture, "jobs", "x"));
  resonate_test_wait_until (worker->n_deliveries == 3);
  worker->manner = WORKER_ACKS;
  resonate_test_wait_until (worker->n_deliveries == 4);
  worker_stop (worker, 1000);
  g_assert_cmpstr (worker->text->str, ==, "x 1\nx 2\nx 3\nx 4\n");
  g_assert_no_error (worker->error);
}

/* 7.15: a poison entry becomes a dead letter after so many attempts, and says where it comes from.
 */
static gboolean
keep_dead (ResonateConsumer *consumer, ResonateDelivery *delivery, char **story)
{
  g_autoptr (GBytes) payload = g_bytes_ref (resonate_delivery_get_payload (delivery));
  g_autoptr (GBytes) stream = resonate_delivery_dup_field (delivery, "dead-stream");
  g_autoptr (GBytes) attempts = resonate_delivery_dup_field (delivery, "dead-attempts");
  g_autoptr (GBytes) reason = resonate_delivery_dup_field (delivery, "dead-reason");
  g_autoptr (GBytes) id = resonate_delivery_dup_field (delivery, "dead-id");
  g_autoptr (GString) text = g_string_new (NULL);
  GBytes *all[] = { payload, stream, attempts, reason, id };

  for (unsigned int i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_assert_nonnull (all[i]);
      g_string_append_len (text, g_bytes_get_data (all[i], NULL),
                           (gssize) g_bytes_get_size (all[i]));
      g_string_append_c (text, '|');
    }
  *story = g_strdup (text->str);

  return TRUE;
}

static void
test_dead_letter (StreamFixture *fixture, gconstpointer data)
{
  static const char *const dead[] = { "jobs:dead", NULL };
  g_autoptr (Worker)
    worker = worker_new (WORKER_REJECTS,
                         stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "block-ms",
                                                  20, "min-idle-ms", 1, "reclaim-interval-ms", 5,
                                                  "max-deliveries", 3));
  g_autoptr (Worker) undertaker =
    worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", dead, "name", "u",
                                                      "start-id", "0", "block-ms", 20));
  g_autofree char *story = NULL, *expected = NULL, *id = NULL;

  g_signal_connect (undertaker->consumer, "delivery", G_CALLBACK (keep_dead), &story);
  g_signal_handlers_block_matched (undertaker->consumer, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL,
                                   undertaker);
  id = stream_fixture_append (fixture, "jobs", "poison");
  expected = g_strdup_printf ("poison|jobs|3|rejected|%s|", id);
  resonate_test_wait_until (story != NULL && worker->n_dead == 1);
  g_assert_cmpstr (story, ==, expected);
  g_assert_cmpstr (worker->text->str, ==, "poison 1\npoison 2\npoison 3\n");
}

/* Two groups get everything, two of one group share it; 414: streams of one consumer are one. */
static void
test_groups (StreamFixture *fixture, gconstpointer data)
{
  static const char *const both[] = { "left", "right", NULL };
  g_autoptr (Worker)
    one = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", both, "name", "1",
                                                            "block-ms", 10));
  g_autoptr (Worker)
    two = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", both, "name", "2",
                                                            "block-ms", 10));
  g_autoptr (Worker)
    all = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", both, "group",
                                                            "all", "name", "1", "block-ms", 10));

  for (unsigned int i = 0; i < 100; i++)
    g_free (stream_fixture_append (fixture, i % 2 ? "left" : "right", "x"));
  resonate_test_wait_until (one->n_deliveries + two->n_deliveries == 100 &&
                            all->n_deliveries == 100);
  worker_stop (one, 1000);
  worker_stop (two, 1000);
  g_assert_cmpuint (one->n_deliveries + two->n_deliveries, ==, 100);
}

/* 432, and where a group begins that is not there yet. */
static void
test_start_id (StreamFixture *fixture, gconstpointer data)
{
  g_autofree char *before = stream_fixture_append (fixture, "jobs", "before");
  g_autoptr (Worker) new = worker_new (WORKER_ACKS,
                                       stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                                "w", "block-ms", 10));
  g_autoptr (Worker)
    old = worker_new (WORKER_ACKS,
                      stream_fixture_consumer (fixture, "streams", jobs, "group", "old", "start-id",
                                               "0", "name", "w", "block-ms", 10));
  g_autoptr (Worker)
    bad = worker_new (WORKER_ACKS,
                      stream_fixture_consumer (fixture, "streams", jobs, "group", "bad", "start-id",
                                               "yesterday", "name", "w", "block-ms", 10));
  g_autofree char *after = stream_fixture_append (fixture, "jobs", "after");

  g_assert_cmpstr (before, !=, after);
  g_assert_nonnull (bad->error);
  resonate_test_wait_until (new->n_deliveries == 1 && old->n_deliveries == 2);
  g_assert_cmpstr (new->text->str, ==, "after 1\n");
  g_assert_cmpstr (old->text->str, ==, "before 1\nafter 1\n");

  worker_stop (old, 1000);
  resonate_consumer_start (old->consumer);
  resonate_consumer_start (old->consumer);
  g_free (stream_fixture_append (fixture, "jobs", "later"));
  resonate_test_wait_until (old->n_deliveries == 3);
}

int
main (int argc, char *argv[])
{
  static const StreamTest tests[] = {
    { "append", test_append },           { "defaults", test_defaults },
    { "settings", test_settings },       { "stop-before-start", test_stop_before_start },
    { "acknowledge", test_acknowledge }, { "reject", test_reject },
    { "dead-letter", test_dead_letter }, { "groups", test_groups },
    { "start-id", test_start_id },
  };

  g_test_init (&argc, &argv, NULL);

  return stream_fixture_run ("stream-log", tests, G_N_ELEMENTS (tests));
}
