/* test-redis-server.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-fixture.h"
#include "redis-server.h"

typedef struct
{
  RedisServer server;
  ResonateRedis *redis;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  redis_server_init (&fixture->server, NULL);
  fixture->redis = redis_new_ready (fixture->server.url, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_finish (fixture->redis);
  redis_server_clear (&fixture->server);
}

static void
test_redis_server_commands (Fixture *fixture, gconstpointer data)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("SET");
  RedisAnswer answer = { 0 };

  g_test_summary ("Commands of all shapes, any bytes, and what they answer (cases 117 to 128)");

  redis_assert (fixture->redis, "PONG", "PING");
  redis_assert (fixture->redis, NULL, "GET", "nothing");
  redis_assert (fixture->redis, "5", "HINCRBY", "h", "a", "5");
  redis_assert (fixture->redis, "7", "HINCRBY", "h", "a", "2");
  redis_assert (fixture->redis, "7.5", "HINCRBYFLOAT", "h", "a", "0.5");
  redis_assert (fixture->redis, "3", "SADD", "s", "a", "b", "c");
  redis_assert (fixture->redis, "0", "PUBLISH", "nobody", "hears");

  resonate_redis_command_add_key_data (command, "a\0b", 3);
  resonate_redis_command_add_data (command, "\0\r\n\xff", 4);
  resonate_redis_send (fixture->redis, command, redis_answer_keep, &answer);
  resonate_test_wait_until (answer.is_there);
  g_assert_cmpstr (answer.text, ==, "OK");
  redis_answer_clear (&answer);
  redis_assert (fixture->redis, "4", "EVAL", "return redis.call ('STRLEN', 'a\\0b')", "0");

  redis_send (fixture->redis, &answer, "INCR", "h");
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_WRONGTYPE);
  redis_answer_clear (&answer);
}

static void
test_redis_server_much (Fixture *fixture, gconstpointer data)
{
  g_autofree char *value = g_strnfill (20 << 20, 'x');
  RedisAnswer answer = { 0 };
  RedisAnswer last = { 0 };

  g_test_summary ("Twenty megabytes there and back, and ten thousand commands at once");

  redis_send (fixture->redis, &answer, "SET", "big", value);
  for (unsigned int i = 1; i < 10000; i++)
    resonate_redis_send (fixture->redis, resonate_redis_command_new_words ("INCR", "n", NULL), NULL,
                         NULL);
  redis_send (fixture->redis, &last, "INCR", "n");
  resonate_test_wait_until (last.is_there);
  g_assert_cmpstr (last.text, ==, "10000");
  redis_answer_clear (&last);
  redis_answer_clear (&answer);

  redis_send (fixture->redis, &answer, "GET", "big");
  resonate_test_wait_until (answer.is_there);
  g_assert_true (strcmp (answer.text, value) == 0);
  redis_answer_clear (&answer);
}

static void
test_redis_server_scripts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateRedisScript)
    script = resonate_redis_script_new ("add", "return redis.call ('INCRBY', KEYS[1], ARGV[1])");
  static const char *const sums[] = { "3", "6", "9", "12" };

  g_test_summary ("A script runs, and again after the server has forgotten it (NOSCRIPT)");

  for (unsigned int i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      g_auto (RedisAnswer) answer = { 0 };
      ResonateRedisCommand *command = resonate_redis_command_new_script (script, 1);

      resonate_redis_command_add_key (command, "n");
      resonate_redis_command_add_int (command, 3);
      if (i == 2)
        redis_server_ask_int (&fixture->server, "SCRIPT", "FLUSH", NULL);
      resonate_redis_send (fixture->redis, command, redis_answer_keep, &answer);
      resonate_test_wait_until (answer.is_there);
      g_assert_no_error (answer.error);
      g_assert_cmpstr (answer.text, ==, sums[i]);
    }
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "GET", "n", NULL), ==, 12);
}

static void
test_redis_server_database (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("%s/5", fixture->server.url);
  g_autofree char *path = g_strdup_printf ("unix://%s?db=5", fixture->server.path);
  g_autofree char *absent = g_strdup_printf ("%s?db=16", fixture->server.url);
  ResonateRedis *tcp = redis_new_ready (url, NULL);
  ResonateRedis *unix_socket = redis_new_ready (path, NULL);
  ResonateRedis *nowhere = redis_new (absent, NULL);

  g_test_summary ("A database other than 0, over TCP and over a Unix socket");

  redis_assert (tcp, "OK", "SET", "k", "five");
  redis_assert (unix_socket, "five", "GET", "k");
  redis_assert (fixture->redis, NULL, "GET", "k");
  resonate_redis_start (nowhere);
  resonate_test_wait_until (resonate_redis_get_error (nowhere) != NULL);
  g_test_message ("%s", resonate_redis_get_error (nowhere)->message);
  g_assert_nonnull (strstr (resonate_redis_get_error (nowhere)->message, "out of range"));
  redis_finish (nowhere);
  redis_finish (unix_socket);
  redis_finish (tcp);
}

static void
assert_not_let_in (const char *url, int code)
{
  ResonateRedis *redis = redis_new (url, NULL);

  resonate_redis_start (redis);
  resonate_test_wait_until (resonate_redis_get_error (redis) != NULL);
  g_test_message ("%s", resonate_redis_get_error (redis)->message);
  g_assert_error (resonate_redis_get_error (redis), RESONATE_REDIS_ERROR, code);
  g_assert_null (strstr (resonate_redis_get_error (redis)->message, "secret"));
  redis_finish (redis);
}

static void
test_redis_server_users (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bob = g_strdup_printf ("redis://bob:s%%3Aecret@127.0.0.1:%u",
                                          fixture->server.port);
  g_autofree char *wrong = g_strdup_printf ("redis://bob:secret@127.0.0.1:%u",
                                            fixture->server.port);
  g_autofree char *main_user = g_strdup_printf ("redis://:top@127.0.0.1:%u", fixture->server.port);
  RedisAnswer answer = { 0 };
  ResonateRedis *redis;

  g_test_summary ("A password, and a user who may not do everything");

  redis_server_ask_int (&fixture->server, "ACL", "SETUSER", "bob", "on", ">s:ecret", "~b:*",
                        "+ping", "+get", "+set", NULL);
  redis = redis_new_ready (bob, NULL);
  redis_assert (redis, "OK", "SET", "b:1", "v");
  redis_send (redis, &answer, "SET", "a:1", "v");
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOPERM);
  redis_answer_clear (&answer);
  redis_finish (redis);
  assert_not_let_in (wrong, RESONATE_REDIS_ERROR_WRONGPASS);

  redis_assert (fixture->redis, "OK", "CONFIG", "SET", "requirepass", "top");
  assert_not_let_in (fixture->server.url, RESONATE_REDIS_ERROR_NOAUTH);
  redis = redis_new_ready (main_user, NULL);
  redis_assert (redis, "v", "GET", "b:1");
  redis_finish (redis);
}

static void
test_redis_server_killed (Fixture *fixture, gconstpointer data)
{
  ResonateRedisStats stats;
  RedisAnswer answer = { 0 };

  g_test_summary ("A server that is killed and comes back is found, without anybody's doing");

  redis_assert (fixture->redis, "OK", "SET", "k", "v");
  redis_server_kill (&fixture->server);
  resonate_test_wait_until (resonate_redis_get_state (fixture->redis) == RESONATE_REDIS_WAIT);
  redis_send (fixture->redis, &answer, "SET", "k", "w");
  redis_server_start (&fixture->server);
  resonate_test_wait_until (answer.is_there);
  g_assert_no_error (answer.error);
  redis_answer_clear (&answer);
  redis_assert (fixture->redis, "w", "GET", "k");
  resonate_redis_get_stats (fixture->redis, &stats);
  g_assert_cmpuint (stats.n_ready, ==, 2);
  g_assert_cmpuint (stats.in_flight, ==, 0);
  g_assert_cmpuint (stats.n_failed, ==, 0);
}

static void
test_redis_server_frozen (Fixture *fixture, gconstpointer data)
{
  ResonateRedisOptions options = RESONATE_REDIS_OPTIONS_INIT;
  RedisAnswer answer = { 0 };
  ResonateRedis *redis;

  g_test_summary ("A server that stands still is lost in time, and found when it goes on");

  options.command_timeout_us = 200 * G_TIME_SPAN_MILLISECOND;
  options.connect_timeout_us = 200 * G_TIME_SPAN_MILLISECOND;
  redis = redis_new_ready (fixture->server.url, &options);
  redis_server_freeze (&fixture->server, TRUE);
  redis_send (redis, &answer, "INCR", "n");
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  redis_answer_clear (&answer);
  redis_server_freeze (&fixture->server, FALSE);
  resonate_test_wait_until (resonate_redis_is_ready (redis));
  redis_assert (redis, "PONG", "PING");
  redis_finish (redis);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis-server/commands", test_redis_server_commands);
  add ("/redis-server/much", test_redis_server_much);
  add ("/redis-server/scripts", test_redis_server_scripts);
  add ("/redis-server/database", test_redis_server_database);
  add ("/redis-server/users", test_redis_server_users);
  add ("/redis-server/killed", test_redis_server_killed);
  add ("/redis-server/frozen", test_redis_server_frozen);

  return g_test_run ();
}
