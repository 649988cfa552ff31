/* test-redis-stream-log.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What streams over Redis do beside what those of one process do (test-stream-log.c,
 * test-consumer.c). The numbers are those of the cases and defects that a test stands for.
 */

#include "config.h"

#include <string.h>

#include "base/resonate-error.h"
#include "cluster/resonate-redis-entries-private.h"
#include "cluster/resonate-store-error.h"
#include "fake-redis.h"
#include "redis-server.h"
#include "stream-fixture.h"

static RedisServer server;
static const char *const jobs[] = { "jobs", NULL };

static void
set_up (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  redis_server_ask_int (&server, "FLUSHALL", NULL);
  fixture->log = resonate_stream_log_new_for_uri (server.url, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (StreamFixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->log);
}

static char *
append_with_error (ResonateStreamLog *log, const char *stream, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) result = NULL;

  resonate_stream_log_append_async (log, stream, payload, NULL, -1, NULL, resonate_test_keep_result,
                                    &result);
  resonate_test_wait_until (result != NULL);

  return resonate_stream_log_append_finish (log, result, error);
}

static size_t
count_consumers (const char *key)
{
  g_autoptr (ResonateRedisReply)
    reply = redis_server_ask (&server, "XINFO", "CONSUMERS", key, "resonate", NULL);
  size_t length;

  g_assert_true (resonate_redis_reply_get_length (reply, &length, NULL));

  return length;
}

/* 398, B-54: what the server refuses is an error, and has a name. */
static void
test_refused (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker) worker = NULL;
  g_autoptr (GError) error = NULL;

  redis_server_ask_int (&server, "SET", "resonate:jobs", "no stream", NULL);
  g_assert_null (append_with_error (fixture->log, "jobs", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH);
  g_clear_error (&error);

  worker = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name", "w",
                                                             "block-ms", 20));
  g_assert_error (worker->error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH);

  /* And it runs as soon as it may. */
  redis_server_ask_int (&server, "DEL", "resonate:jobs", NULL);
  resonate_test_wait_until (resonate_consumer_get_state (worker->consumer) ==
                            RESONATE_CONSUMER_RUNNING);

  redis_server_ask_int (&server, "CONFIG", "SET", "maxmemory", "1", NULL);
  g_assert_null (append_with_error (fixture->log, "jobs", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE);
  redis_server_ask_int (&server, "CONFIG", "SET", "maxmemory", "0", NULL);
}

/* B-53: what is no id is never handed out as one, however the server says it. */
static void
test_id_shape (void)
{
  FakeRedis fake;
  g_autoptr (ResonateStreamLog) log = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (resonate_redis_entries_is_id ("1779520329297-0"));
  g_assert_true (resonate_redis_entries_is_id ("0-0"));
  g_assert_false (resonate_redis_entries_is_id (""));
  g_assert_false (resonate_redis_entries_is_id ("12"));
  g_assert_false (resonate_redis_entries_is_id ("12-"));
  g_assert_false (resonate_redis_entries_is_id ("-12"));
  g_assert_false (resonate_redis_entries_is_id ("12-3 "));
  g_assert_false (resonate_redis_entries_is_id ("OOM command not allowed"));

  fake_redis_init (&fake);
  fake_redis_answer (&fake, "XADD", "+OOM command not allowed when used memory > 'maxmemory'\r\n");
  log = resonate_stream_log_new_for_uri (fake.url, NULL, NULL);
  g_assert_null (append_with_error (log, "jobs", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL);
  g_clear_error (&error);

  fake_redis_answer (&fake, "XADD", ":12\r\n");
  g_assert_null (append_with_error (log, "jobs", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL);

  g_assert_finalize_object (g_steal_pointer (&log));
  fake_redis_clear (&fake);
}

/* After a fail-over the link may still lead to who was the master. It is made anew, and read again.
 */
static void
test_readonly (void)
{
  FakeRedis fake;
  StreamFixture fixture;
  g_autoptr (Worker) worker = NULL;
  unsigned int n_accepted;

  fake_redis_init (&fake);
  fake_redis_answer (&fake, "XREADGROUP",
                     "-READONLY You can't write against a read only replica.\r\n");
  fake_redis_answer (&fake, "XAUTOCLAIM", "*2\r\n$3\r\n0-0\r\n*0\r\n");
  fixture.log = resonate_stream_log_new_for_uri (fake.url, NULL, NULL);
  worker = worker_new (WORKER_ACKS, stream_fixture_consumer (&fixture, "streams", jobs, "name", "w",
                                                             "block-ms", 20));
  resonate_test_wait_until (worker->error != NULL);
  g_assert_error (worker->error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE);

  n_accepted = fake.n_accepted;
  fake_redis_answer (&fake, "XREADGROUP",
                     "*1\r\n*2\r\n$13\r\nresonate:jobs\r\n*1\r\n*2\r\n$3\r\n1-0\r\n"
                     "*2\r\n$7\r\npayload\r\n$3\r\nnew\r\n");
  resonate_test_wait_until (worker->n_deliveries > 0);
  g_assert_cmpuint (fake.n_accepted, >, n_accepted);
  g_assert_true (g_str_has_prefix (worker->text->str, "new 1\n"));

  g_clear_pointer (&worker, worker_free);
  g_assert_finalize_object (fixture.log);
  fake_redis_clear (&fake);
}

/* 404: where streams are is a URI. */
static void
test_uri (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ResonateStreamLog) memory = resonate_stream_log_new_for_uri ("memory:", NULL, NULL);
  StreamFixture cluster = { resonate_stream_log_new_for_uri ("redis+cluster://127.0.0.1:1", NULL,
                                                             NULL) };
  g_autoptr (Worker) worker = NULL;

  g_assert_nonnull (memory);
  g_assert_null (resonate_stream_log_new_for_uri ("carrier-pigeon://coop", NULL, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);

  worker = worker_new (WORKER_ACKS,
                       stream_fixture_consumer (&cluster, "streams", jobs, "name", "w"));
  g_assert_error (worker->error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_NOT_SUPPORTED);
  g_clear_pointer (&worker, worker_free);
  g_assert_finalize_object (cluster.log);
}

/* 7.15, B-23: FLUSHALL under a consumer. The group is there again, and what comes is delivered. */
static void
test_flushed (StreamFixture *fixture, gconstpointer data)
{
  static const char *const both[] = { "jobs", "chores", NULL };
  g_autoptr (Worker)
    worker = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", both, "name",
                                                               "w", "block-ms", 50));
  g_autofree char *second = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "1"));
  resonate_test_wait_until (worker->n_deliveries == 1);
  redis_server_ask_int (&server, "FLUSHALL", NULL);
  second = stream_fixture_append (fixture, "chores", "2");
  resonate_test_wait_until (worker->n_deliveries == 2);
  g_assert_cmpuint (worker->n_recreated, ==, 2);
  g_assert_no_error (worker->error);
  g_assert_cmpstr (worker->text->str, ==, "1 1\n2 1\n");
}

/* Only the group is deleted: what is in the stream is delivered from its beginning. */
static void
test_group_deleted (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                               "w", "block-ms", 50));

  g_free (stream_fixture_append (fixture, "jobs", "1"));
  resonate_test_wait_until (worker->n_deliveries == 1);
  redis_server_ask_int (&server, "XGROUP", "DESTROY", "resonate:jobs", "resonate", NULL);
  resonate_test_wait_until (worker->n_deliveries == 2);
  g_assert_cmpuint (worker->n_recreated, ==, 1);
}

/* 7.15: Redis is killed and started again under a consumer, and has lost everything. */
static void
test_restart (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                               "w", "block-ms", 50));
  g_autofree char *after = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "before"));
  resonate_test_wait_until (worker->n_deliveries == 1);
  redis_server_kill (&server);
  resonate_test_wait_until (worker->error != NULL);
  g_assert_error (worker->error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE);
  g_assert_cmpint (resonate_consumer_get_state (worker->consumer), ==, RESONATE_CONSUMER_RUNNING);

  redis_server_start (&server);
  after = stream_fixture_append (fixture, "jobs", "after");
  resonate_test_wait_until (worker->n_deliveries == 2);
  g_assert_cmpuint (worker->n_recreated, ==, 1);
}

/* 433: to stop does not wait for a Redis that is not there. */
static void
test_stop_while_away (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    worker = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                               "w", "block-ms", 50));

  redis_server_kill (&server);
  resonate_test_wait_until (worker->error != NULL);
  worker_stop (worker, 0);
  redis_server_start (&server);
}

/* B-28: who leaves with nothing pending leaves no name behind; who has something pending stays,
 * because it would take it along. */
static void
test_leave (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    tidy = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", jobs, "name", "a",
                                                             "block-ms", 20));
  g_autofree char *second = NULL;
  g_autoptr (Worker) messy = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "1"));
  resonate_test_wait_until (tidy->n_deliveries == 1);
  g_assert_cmpuint (count_consumers ("resonate:jobs"), ==, 1);
  worker_stop (tidy, 1000);
  g_assert_cmpuint (count_consumers ("resonate:jobs"), ==, 0);

  messy = worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name", "b",
                                                             "block-ms", 20));
  second = stream_fixture_append (fixture, "jobs", "2");
  resonate_test_wait_until (messy->n_deliveries == 1);
  worker_stop (messy, 1);
  g_assert_cmpuint (count_consumers ("resonate:jobs"), ==, 1);
}

/* B-27: the silence of one stream does not delay another. The one that is silent is waited for two
 * seconds at a time: ten entries of the other would take twenty. */
static void
test_idle_stream (StreamFixture *fixture, gconstpointer data)
{
  static const char *const both[] = { "idle", "jobs", NULL };
  g_autoptr (Worker)
    worker = worker_new (WORKER_ACKS, stream_fixture_consumer (fixture, "streams", both, "name",
                                                               "w", "block-ms", 2000));
  int64_t begin_us = g_get_monotonic_time ();

  for (unsigned int i = 0; i < 10; i++)
    {
      g_free (stream_fixture_append (fixture, "jobs", "x"));
      resonate_test_wait_until (worker->n_deliveries == i + 1);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 5 * G_USEC_PER_SEC);
}

/* What was trimmed while it was pending cannot be delivered, and stops nobody: the third element of
 * XAUTOCLAIM. */
static void
test_trimmed (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (Worker)
    owner = worker_new (WORKER_HOLDS, stream_fixture_consumer (fixture, "streams", jobs, "name",
                                                               "a", "block-ms", 20));
  g_autofree char *kept = NULL;
  g_autoptr (Worker) heir = NULL;

  g_free (stream_fixture_append (fixture, "jobs", "lost"));
  resonate_test_wait_until (owner->n_deliveries == 1);
  redis_server_ask_int (&server, "XTRIM", "resonate:jobs", "MAXLEN", "0", NULL);
  kept = stream_fixture_append (fixture, "jobs", "kept");
  resonate_test_wait_until (owner->n_deliveries == 2);
  worker_stop (owner, 0);

  heir = worker_new (WORKER_ACKS,
                     stream_fixture_consumer (fixture, "streams", jobs, "name", "b", "block-ms", 20,
                                              "min-idle-ms", 1, "reclaim-interval-ms", 5));
  resonate_test_wait_until (heir->n_deliveries == 1);
  worker_stop (heir, 1000);
  g_assert_cmpstr (heir->text->str, ==, "kept 2\n");
}

/* 4.2: entries of others have other fields, and bytes that are no text. */
static gboolean
keep_fields (ResonateConsumer *consumer, ResonateDelivery *delivery, char **story)
{
  g_autoptr (GBytes) answer = resonate_delivery_dup_field (delivery, "answer");
  g_autoptr (GBytes) bytes = resonate_delivery_dup_field (delivery, "bytes");

  g_assert_nonnull (answer);
  g_assert_nonnull (bytes);
  g_assert_null (resonate_delivery_dup_field (delivery, "question"));
  *story = g_strdup_printf ("%zu %zu %zu %zu",
                            g_bytes_get_size (resonate_delivery_get_payload (delivery)),
                            g_bytes_get_size (answer), g_bytes_get_size (bytes),
                            g_variant_n_children (resonate_delivery_get_fields (delivery)));

  return TRUE;
}

static void
test_foreign_fields (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConsumer)
    consumer = stream_fixture_consumer (fixture, "streams", jobs, "name", "w", "start-id", "0",
                                        "block-ms", 20);
  g_autofree char *story = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  redis_server_ask_int (&server, "XADD", "resonate:jobs", "*", "answer", "42", "bytes", "\xff\xfe",
                        "\xff", "a name that is no text", NULL);
  g_signal_connect (consumer, "delivery", G_CALLBACK (keep_fields), &story);
  resonate_consumer_start (consumer);
  resonate_test_wait_until (story != NULL);
  g_assert_cmpstr (story, ==, "0 2 2 2");

  resonate_consumer_stop_async (consumer, 1000, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
}

/* What would lose data is said by name: eviction, and no persistence. */
static char *
check_durability (StreamFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) story = NULL;

  resonate_stream_log_check_durability_async (fixture->log, NULL, resonate_test_keep_result,
                                              &result);
  resonate_test_wait_until (result != NULL);
  story = resonate_stream_log_check_durability_finish (fixture->log, result, &error);
  g_assert_no_error (error);

  return g_strjoinv ("|", story);
}

static void
test_durability (StreamFixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL, *log = NULL, *snapshots = NULL, *unknown = NULL;

  redis_server_ask_int (&server, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru", NULL);
  all = check_durability (fixture);
  g_assert_nonnull (strstr (all, "maxmemory-policy is “allkeys-lru”"));
  g_assert_nonnull (strstr (all, "|Redis loses all streams when it ends: appendonly is “no”"));

  redis_server_ask_int (&server, "CONFIG", "SET", "maxmemory-policy", "noeviction", NULL);
  log = check_durability (fixture);
  g_assert_true (g_str_has_prefix (log, "Redis loses all streams"));

  /* Who may not ask for the configuration is told what INFO says. */
  redis_server_ask_int (&server, "CONFIG", "SET", "save", "3600 1", NULL);
  snapshots = check_durability (fixture);
  g_assert_true (g_str_has_prefix (snapshots, "Redis loses the latest of streams"));
  redis_server_ask_int (&server, "ACL", "SETUSER", "default", "-config", NULL);
  unknown = check_durability (fixture);
  g_assert_cmpstr (unknown, ==, snapshots);
  redis_server_ask_int (&server, "ACL", "SETUSER", "default", "+@all", NULL);

  redis_server_ask_int (&server, "CONFIG", "SET", "save", "", NULL);
}

static void
test_durable (void)
{
  static const char info[] = "maxmemory_policy:noeviction\r\naof_enabled:1\r\n";
  FakeRedis fake;
  StreamFixture fixture;
  g_autofree char *resp = g_strdup_printf ("$%zu\r\n%s\r\n", strlen (info), info);
  g_autofree char *story = NULL;

  fake_redis_init (&fake);
  fake_redis_answer (&fake, "CONFIG", "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  fixture.log = resonate_stream_log_new_for_uri (fake.url, NULL, NULL);
  g_assert_null (append_with_error (fixture.log, "jobs", NULL));
  fake_redis_answer (&fake, "INFO", resp);
  story = check_durability (&fixture);
  g_assert_cmpstr (story, ==, "");

  g_assert_finalize_object (fixture.log);
  fake_redis_clear (&fake);
}

/* B-26: a stream has a bound where nobody says one. */
static void
count_down (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *id = resonate_stream_log_append_finish (RESONATE_STREAM_LOG (source), result,
                                                           NULL);

  g_assert_nonnull (id);
  --*(unsigned int *) user_data;
}

static void
test_max_len (StreamFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) payload = g_bytes_new_static (NULL, 0);
  unsigned int n_left = 12000;

  for (unsigned int i = 0; i < 12000; i++)
    {
      resonate_stream_log_append_async (fixture->log, "long", payload, NULL, -1, NULL, count_down,
                                        &n_left);
      if (i % 500 == 499)
        resonate_test_wait_until (n_left == 12000 - i - 1);
    }
  g_assert_cmpint (redis_server_ask_int (&server, "XLEN", "resonate:long", NULL), >=, 10000);
  g_assert_cmpint (redis_server_ask_int (&server, "XLEN", "resonate:long", NULL), <, 10200);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (StreamFixture *fixture, gconstpointer data);
  } tests[] = {
    { "refused", test_refused },
    { "flushed", test_flushed },
    { "group-deleted", test_group_deleted },
    { "restart", test_restart },
    { "stop-while-away", test_stop_while_away },
    { "leave", test_leave },
    { "idle-stream", test_idle_stream },
    { "trimmed", test_trimmed },
    { "foreign-fields", test_foreign_fields },
    { "durability", test_durability },
    { "max-len", test_max_len },
  };
  int status;

  g_test_init (&argc, &argv, NULL);
  redis_server_init (&server, NULL);

  g_test_add_func ("/redis-stream-log/id-shape", test_id_shape);
  g_test_add_func ("/redis-stream-log/readonly", test_readonly);
  g_test_add_func ("/redis-stream-log/uri", test_uri);
  g_test_add_func ("/redis-stream-log/durable", test_durable);
  for (unsigned int i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/redis-stream-log/%s", tests[i].name);

      g_test_add (path, StreamFixture, NULL, set_up, tests[i].func, tear_down);
    }

  status = g_test_run ();
  redis_server_clear (&server);

  return status;
}
