/* test-redis.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-redis.h"
#include "redis-fixture.h"

typedef struct
{
  FakeRedis fake;
  ResonateRedis *redis;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  ResonateRedisOptions options = RESONATE_REDIS_OPTIONS_INIT;

  options.max_queued = 3;
  options.max_backlog = 100000;
  options.command_timeout_us = 100 * G_TIME_SPAN_MILLISECOND;
  fake_redis_init (&fixture->fake);
  fixture->redis = redis_new (fixture->fake.url, &options);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_finish (fixture->redis);
  fake_redis_clear (&fixture->fake);
}

static void
start (Fixture *fixture)
{
  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
}

static void
assert_unavailable (RedisAnswer *answer, const char *words)
{
  resonate_test_wait_until (answer->is_there);
  g_assert_error (answer->error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  g_test_message ("%s", answer->error->message);
  g_assert_nonnull (strstr (answer->error->message, words));
  redis_answer_clear (answer);
}

static void
on_transition (ResonateRedis *redis, int from, int to, GString *told)
{
  g_string_append_printf (told, "%s>%s ", resonate_redis_state_to_string (from),
                          resonate_redis_state_to_string (to));
}

static void
test_redis_states (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);

  g_test_summary ("Every transition is told, from the first to the last");

  g_signal_connect (fixture->redis, "transition", G_CALLBACK (on_transition), told);
  start (fixture);
  fake_redis_hang_up (&fixture->fake);
  resonate_test_wait_until (!resonate_redis_is_ready (fixture->redis));
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  resonate_redis_close (fixture->redis);
  resonate_redis_close (fixture->redis);
  resonate_redis_start (fixture->redis);
  g_assert_cmpstr (told->str, ==,
                   "idle>connecting connecting>ready ready>lost lost>wait wait>connecting "
                   "connecting>ready ready>closed ");
}

static void
test_redis_waits_for_link (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[4] = { 0 };

  g_test_summary ("So many commands wait for a link, and go out in their order; more are refused");

  for (unsigned int i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      redis_send (fixture->redis, &answers[i], "ECHO", text);
      /* Nobody is told from within. */
      g_assert_false (answers[i].is_there);
    }
  assert_unavailable (&answers[3], "Redis is not there: no connection yet");
  start (fixture);
  resonate_test_wait_until (answers[2].is_there);
  for (unsigned int i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("ECHO %u", i);

      g_assert_cmpstr (answers[i].text, ==, "OK");
      g_assert_cmpstr (fixture->fake.heard->pdata[2 + i], ==, text);
      redis_answer_clear (&answers[i]);
    }
}

static void
test_redis_waits_not_for_ever (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[2] = { 0 };

  g_test_summary ("A command that waits for a link has a time-out, and the link's error");

  fake_redis_stop_listening (&fixture->fake);
  resonate_redis_start (fixture->redis);
  redis_send (fixture->redis, &answers[0], "GET", "k");
  redis_send (fixture->redis, &answers[1], "GET", "k");
  assert_unavailable (&answers[0], "Cannot connect to Redis at 127.0.0.1");
  assert_unavailable (&answers[1], "Cannot connect to Redis at 127.0.0.1");
}

static void
test_redis_one_piece (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[100] = { 0 };

  g_test_summary ("All commands of a turn go out in one piece, and are answered in order");

  start (fixture);
  fixture->fake.n_reads = 0;
  for (unsigned int i = 0; i < G_N_ELEMENTS (answers); i++)
    redis_send (fixture->redis, &answers[i], "SET", "k", "v");
  resonate_test_wait_until (answers[99].is_there);
  g_assert_cmpuint (fixture->fake.n_reads, ==, 1);
  for (unsigned int i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_assert_cmpstr (answers[i].text, ==, "OK");
      if (i > 0)
        g_assert_cmpuint (answers[i].number, ==, answers[i - 1].number + 1);
      redis_answer_clear (&answers[i]);
    }
}

static void
test_redis_backlog (Fixture *fixture, gconstpointer data)
{
  g_autofree char *value = g_strnfill (60000, 'x');
  RedisAnswer answers[2] = { 0 };

  g_test_summary ("What waits for an answer has a bound in bytes");

  start (fixture);
  redis_send (fixture->redis, &answers[0], "SET", "k", value);
  redis_send (fixture->redis, &answers[1], "SET", "k", value);
  assert_unavailable (&answers[1], "slower than they come");
  resonate_test_wait_until (answers[0].is_there);
  g_assert_no_error (answers[0].error);
  redis_answer_clear (&answers[0]);
  redis_assert (fixture->redis, "OK", "SET", "k", value);
}

static void
test_redis_errors (Fixture *fixture, gconstpointer data)
{
  g_auto (RedisAnswer) answer = { 0 };

  g_test_summary ("An error of the server is the command's, and the link stays");

  start (fixture);
  fake_redis_answer (&fixture->fake, "SET", "-OOM command not allowed\r\n");
  redis_send (fixture->redis, &answer, "SET", "k", "v");
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_OOM);
  g_assert_true (resonate_redis_is_ready (fixture->redis));
  redis_assert (fixture->redis, "OK", "GET", "k");
}

static void
test_redis_task (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) failed = NULL;
  g_autoptr (ResonateRedisReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("The same with a GTask");

  start (fixture);
  resonate_redis_call_async (fixture->redis, resonate_redis_command_new ("GET"), NULL,
                             resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  reply = resonate_redis_call_finish (fixture->redis, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (resonate_redis_reply_get_text (reply, NULL, NULL), ==, "OK");

  fake_redis_answer (&fixture->fake, "GET", "-WRONGTYPE Operation\r\n");
  resonate_redis_call_async (fixture->redis, resonate_redis_command_new ("GET"), NULL,
                             resonate_test_keep_result, &failed);
  resonate_test_wait_until (failed != NULL);
  g_assert_null (resonate_redis_call_finish (fixture->redis, failed, &error));
  g_assert_error (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_WRONGTYPE);
}

static void
test_redis_closed (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[3] = { 0 };

  g_test_summary ("Once closed, everything fails with another code than one that passes (178)");

  redis_send (fixture->redis, &answers[0], "GET", "k");
  resonate_redis_close (fixture->redis);
  g_assert_true (answers[0].is_there);
  redis_send (fixture->redis, &answers[1], "GET", "k");
  redis_send (fixture->redis, &answers[2], "GET", "k");
  resonate_test_wait_until (answers[2].is_there);
  for (unsigned int i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_assert_error (answers[i].error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE);
      redis_answer_clear (&answers[i]);
    }
}

static void
on_answer_close (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  resonate_redis_close (fixture->redis);
}

static void
test_redis_closed_by_an_answer (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[2] = { 0 };

  g_test_summary ("Who is answered may close; those behind it are told");

  start (fixture);
  redis_send (fixture->redis, &answers[0], "GET", "k");
  resonate_redis_send (fixture->redis, resonate_redis_command_new ("PING"), on_answer_close,
                       fixture);
  redis_send (fixture->redis, &answers[1], "GET", "k");
  resonate_test_wait_until (answers[1].is_there);
  g_assert_no_error (answers[0].error);
  g_assert_error (answers[1].error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  redis_answer_clear (&answers[0]);
  redis_answer_clear (&answers[1]);
}

static void
test_redis_scripts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateRedisScript) script = resonate_redis_script_new ("one", "return 1");

  g_test_summary ("A script goes as text once for each link, then by its digest");

  start (fixture);
  for (unsigned int round = 1; round <= 2; round++)
    {
      g_auto (RedisAnswer) answer = { 0 };

      for (unsigned int i = 0; i < 3; i++)
        resonate_redis_send (fixture->redis, resonate_redis_command_new_script (script, 0),
                             i == 2 ? redis_answer_keep : NULL, i == 2 ? &answer : NULL);
      resonate_test_wait_until (answer.is_there);
      g_assert_cmpuint (fake_redis_count (&fixture->fake, "EVAL return 1 0"), ==, round);
      g_assert_cmpuint (fake_redis_count (&fixture->fake, "EVALSHA e0e1f9"), ==, 2 * round);

      fake_redis_hang_up (&fixture->fake);
      resonate_test_wait_until (!resonate_redis_is_ready (fixture->redis));
      resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
    }
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis/states", test_redis_states);
  add ("/redis/waits-for-link", test_redis_waits_for_link);
  add ("/redis/waits-not-for-ever", test_redis_waits_not_for_ever);
  add ("/redis/one-piece", test_redis_one_piece);
  add ("/redis/backlog", test_redis_backlog);
  add ("/redis/errors", test_redis_errors);
  add ("/redis/task", test_redis_task);
  add ("/redis/closed", test_redis_closed);
  add ("/redis/closed-by-an-answer", test_redis_closed_by_an_answer);
  add ("/redis/scripts", test_redis_scripts);

  return g_test_run ();
}
