/* test-redis-sentinel.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-redis.h"
#include "redis-fixture.h"

#define REPLICA                                                           \
  "*6\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$4\r\nrole\r\n$7\r\nreplica\r\n" \
  "$4\r\nmode\r\n$10\r\nstandalone\r\n"

/* Two Sentinels and two servers, one of which is the master. */
typedef struct
{
  FakeRedis sentinels[2];
  FakeRedis servers[2];
  ResonateRedis *redis;
} Fixture;

static void
say_master (FakeRedis *sentinel, unsigned int port)
{
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autofree char *answer = g_strdup_printf ("*2\r\n$9\r\n127.0.0.1\r\n$%zu\r\n%s\r\n",
                                             strlen (number), number);

  fake_redis_answer (sentinel, "SENTINEL", answer);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (fixture->sentinels); i++)
    {
      fake_redis_init (&fixture->servers[i]);
      fake_redis_init (&fixture->sentinels[i]);
      say_master (&fixture->sentinels[i], fixture->servers[0].port);
    }
  url = g_strdup_printf ("redis+sentinel://127.0.0.1:%u,127.0.0.1:%u/house/3",
                         fixture->sentinels[0].port, fixture->sentinels[1].port);
  fixture->redis = redis_new (url, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_finish (fixture->redis);
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->sentinels); i++)
    {
      fake_redis_clear (&fixture->sentinels[i]);
      fake_redis_clear (&fixture->servers[i]);
    }
}

static void
start (Fixture *fixture)
{
  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
}

static void
assert_at (Fixture *fixture, unsigned int server)
{
  redis_assert (fixture->redis, "OK", "SET", "k", "v");
  g_assert_cmpuint (fake_redis_count (&fixture->servers[server], "SET k v"), ==, 1);
  g_assert_cmpuint (fake_redis_count (&fixture->servers[!server], "SET"), ==, 0);
}

static void
assert_lost (Fixture *fixture, const char *words)
{
  const GError *error;

  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_get_state (fixture->redis) == RESONATE_REDIS_WAIT);
  error = resonate_redis_get_error (fixture->redis);
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_redis_sentinel_leads (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("The master is where the first Sentinel says, and has the database");

  start (fixture);
  assert_at (fixture, 0);
  g_assert_cmpuint (fake_redis_count (&fixture->sentinels[0],
                                      "SENTINEL GET-MASTER-ADDR-BY-NAME house"),
                    ==, 1);
  g_assert_cmpuint (fake_redis_count (&fixture->sentinels[0], "SELECT"), ==, 0);
  g_assert_cmpuint (fake_redis_count (&fixture->servers[0], "SELECT 3"), ==, 1);
  g_assert_cmpuint (fixture->sentinels[1].n_accepted, ==, 0);
  /* Nobody keeps a Sentinel who has answered, but who hears of another master. */
  resonate_test_wait_until (fixture->sentinels[0].connections->len == 1 &&
                            fake_redis_count (&fixture->sentinels[0], "SUBSCRIBE") == 1);
}

static void
test_redis_sentinel_next_one (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {
    "*-1\r\n",
    "-ERR what?\r\n",
    ":1\r\n",
    "*1\r\n$1\r\na\r\n",
    "*2\r\n$1\r\na\r\n$5\r\n70000\r\n",
    "*2\r\n$1\r\na\r\n$1\r\nb\r\n",
  };

  g_test_summary ("One that is not there, knows nothing or talks nonsense is no reason to give up");

  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *url = g_strdup_printf ("redis+sentinel://127.0.0.1:%u,127.0.0.1:%u/house",
                                              fixture->sentinels[0].port,
                                              fixture->sentinels[1].port);
      ResonateRedis *redis;

      fake_redis_answer (&fixture->sentinels[0], "SENTINEL", answers[i]);
      redis = redis_new_ready (url, NULL);
      redis_assert (redis, "OK", "SET", "k", "v");
      redis_finish (redis);
    }
  fake_redis_stop_listening (&fixture->sentinels[0]);
  start (fixture);
  g_assert_cmpuint (fake_redis_count (&fixture->servers[0], "SET k v"), ==, G_N_ELEMENTS (answers));
}

static void
test_redis_sentinel_nobody_knows (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("When none of them knows the master, it is said so, and they are asked again");

  for (size_t i = 0; i < G_N_ELEMENTS (fixture->sentinels); i++)
    fake_redis_answer (&fixture->sentinels[i], "SENTINEL", "*-1\r\n");
  assert_lost (fixture, "knows no master that is called house");
  say_master (&fixture->sentinels[1], fixture->servers[1].port);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  assert_at (fixture, 1);
}

static void
test_redis_sentinel_replica (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Where a Sentinel leads to what is no master, nobody stays");

  fake_redis_answer (&fixture->servers[0], "HELLO", REPLICA);
  assert_lost (fixture, "is a replica, and no master");
  say_master (&fixture->sentinels[0], fixture->servers[1].port);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  assert_at (fixture, 1);
}

static void
test_redis_sentinel_master_steps_back (Fixture *fixture, gconstpointer data)
{
  g_auto (RedisAnswer) answer = { 0 };

  g_test_summary ("A master that refuses to write is one no more: the Sentinels say who is");

  start (fixture);
  fake_redis_answer (&fixture->servers[0], "SET", "-READONLY You can't write\r\n");
  say_master (&fixture->sentinels[0], fixture->servers[1].port);
  redis_send (fixture->redis, &answer, "SET", "a", "b");
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_READONLY);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  redis_assert (fixture->redis, "OK", "SET", "k", "v");
  g_assert_cmpuint (fake_redis_count (&fixture->servers[1], "SET k v"), ==, 1);
}

static void
test_redis_sentinel_close (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Closing while a Sentinel is asked leaves nothing behind");

  fixture->sentinels[0].is_silent = TRUE;
  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (fixture->sentinels[0].n_accepted > 0);
  resonate_redis_close (fixture->redis);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/redis-sentinel/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("leads", test_redis_sentinel_leads);
  ADD ("next-one", test_redis_sentinel_next_one);
  ADD ("nobody-knows", test_redis_sentinel_nobody_knows);
  ADD ("replica", test_redis_sentinel_replica);
  ADD ("master-steps-back", test_redis_sentinel_master_steps_back);
  ADD ("close", test_redis_sentinel_close);

  return g_test_run ();
}
