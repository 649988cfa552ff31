/* test-redis-store.c: two stores on one Redis, what lies in it, and what becomes of them when it
 * goes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-server.h"
#include "resonate-error.h"
#include "resonate-test.h"
#include "store-fixture.h"

typedef struct
{
  RedisServer server;
  ResonateStore *a;
  ResonateStore *b;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  redis_server_init (&fixture->server, NULL);
  fixture->a = store_fixture_open (fixture->server.url, NULL, &error);
  g_assert_no_error (error);
  fixture->b = store_fixture_open (fixture->server.url, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->a);
  g_object_unref (fixture->b);
  redis_server_clear (&fixture->server);
}

/* 32, 38, 556: what one writes the other reads, and what one counts the other goes on from. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTable) a = store_fixture_make_table (fixture->a, "t", 2, 0);
  g_autoptr (ResonateTable) b = store_fixture_make_table (fixture->b, "t", 2, 0);
  g_autoptr (ResonateCounter) counter_a = counter_make (fixture->a, "c", 42);
  g_autoptr (ResonateCounter) counter_b = counter_make (fixture->b, "c", 7);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (resonate_store_get_backend (fixture->a), ==, RESONATE_STORE_REDIS);
  g_assert_true (resonate_store_get_is_shared (fixture->a));
  g_assert_true (resonate_store_get_is_durable (fixture->a));

  g_assert_true (table_set (a, "k", "{'name': <'alice'>}", NULL));
  table_assert_value (b, "k", "name", "'alice'");
  g_assert_cmpint (table_increment (b, "k", "score", 5, NULL), ==, 5);
  table_assert_value (a, "k", "score", "int64 5");
  g_assert_true (table_set (b, "second", "{'name': <'x'>}", NULL));
  g_assert_false (table_set (a, "third", "{'name': <'x'>}", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY);
  g_assert_cmpuint (table_count (a), ==, 2);

  g_assert_cmpint (counter_increment (counter_a, 1, NULL), ==, 43);
  g_assert_cmpint (counter_increment (counter_b, 1, NULL), ==, 44);
}

static void
assert_exists (Fixture *fixture, const char *key, gint64 expected)
{
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "EXISTS", key, NULL), ==, expected);
}

/* B-06, B-07: names are where nothing else is, and nothing is left of what was removed. */
static void
test_keys (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (fixture->a, "a:b", 10, 0);
  g_autoptr (ResonateTable) expiring = store_fixture_make_table (fixture->a, "e", 10, 60000);
  g_autoptr (ResonateCounter) counter = counter_make (fixture->a, "c/{x}*", 0);

  g_assert_true (table_set (table, "k:{1}", "{'name': <'x'>}", NULL));
  assert_exists (fixture, "resonate:row/{a%3Ab}/k%3A%7B1%7D", 1);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "SISMEMBER", "resonate:idx/{a%3Ab}",
                                         "k:{1}", NULL),
                   ==, 1);
  g_assert_cmpint (table_increment (expiring, "k", "score", 1, NULL), ==, 1);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "PTTL", "resonate:row/{e}/k", NULL), >,
                   0);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "ZCARD", "resonate:idx/{e}", NULL), ==,
                   1);
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 1);
  assert_exists (fixture, "resonate:ctr/c%2F%7Bx%7D%2A", 1);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "DBSIZE", NULL), ==, 5);

  g_assert_true (table_remove (table, "k:{1}"));
  table_clear (expiring);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "DBSIZE", NULL), ==, 1);
}

/* What others have put there is told by name, and not taken for something else. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (fixture->a, "t", 10, 0);
  g_autoptr (GError) error = NULL;

  redis_server_ask_int (&fixture->server, "HSET", "resonate:row/{t}/k", "score", "many", "name",
                        "\xff", NULL);
  g_assert_null (table_get_value (table, "k", "name", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL);
  g_clear_error (&error);
  table_increment (table, "k", "score", 1, &error);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_FAILED);
  g_clear_error (&error);

  redis_server_ask_int (&fixture->server, "SADD", "resonate:row/{t}/set", "x", NULL);
  g_assert_null (table_get_value (table, "set", "name", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL);
}

static void
on_degraded (ResonateStore *store, const GError *error, gpointer user_data)
{
  unsigned int *n = user_data;

  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE);
  g_assert_false (resonate_store_get_is_connected (store));
  (*n)++;
}

static void
on_restored (ResonateStore *store, gpointer user_data)
{
  unsigned int *n = user_data;

  g_assert_true (resonate_store_get_is_connected (store));
  (*n)++;
}

/* B-10: it is told once that Redis is away, and once that it is back; then all goes on. */
static void
test_redis_goes_and_comes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (fixture->a, "t", 10, 0);
  unsigned int n_degraded = 0;
  unsigned int n_restored = 0;

  g_signal_connect (fixture->a, "degraded", G_CALLBACK (on_degraded), &n_degraded);
  g_signal_connect (fixture->a, "restored", G_CALLBACK (on_restored), &n_restored);
  g_assert_true (table_set (table, "k", "{'name': <'x'>}", NULL));

  redis_server_kill (&fixture->server);
  resonate_test_wait_until (n_degraded > 0);
  redis_server_start (&fixture->server);
  resonate_test_wait_until (n_restored > 0);

  g_assert_cmpuint (n_degraded, ==, 1);
  g_assert_cmpuint (n_restored, ==, 1);
  g_assert_true (table_set (table, "k", "{'name': <'y'>}", NULL));
  table_assert_value (table, "k", "name", "'y'");
}

/* What is under way when Redis goes is told so, and not tried again. */
static void
test_unavailable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateCounter) counter = counter_make (fixture->a, "c", 0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 1);
  redis_server_freeze (&fixture->server, TRUE);
  resonate_counter_increment_async (counter, 1, NULL, resonate_test_keep_result, &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  redis_server_kill (&fixture->server);
  resonate_test_wait_until (result != NULL);
  resonate_counter_increment_finish (counter, result, &error);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE);
  redis_server_start (&fixture->server);
}

/* 158, 159: nobody there is an error of whoever opens it. */
static void
test_nobody_there (void)
{
  g_autofree char *url = g_strdup_printf ("redis://127.0.0.1:%u", redis_server_find_port ());
  g_autoptr (GError) error = NULL;

  g_assert_null (store_fixture_open (url, NULL, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_UNAVAILABLE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/redis-store/shared", Fixture, NULL, set_up, test_shared, tear_down);
  g_test_add ("/redis-store/keys", Fixture, NULL, set_up, test_keys, tear_down);
  g_test_add ("/redis-store/foreign", Fixture, NULL, set_up, test_foreign, tear_down);
  g_test_add ("/redis-store/redis-goes-and-comes", Fixture, NULL, set_up, test_redis_goes_and_comes,
              tear_down);
  g_test_add ("/redis-store/unavailable", Fixture, NULL, set_up, test_unavailable, tear_down);
  g_test_add_func ("/redis-store/nobody-there", test_nobody_there);

  return store_fixture_run ();
}
