/* test-redis-link.c
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

  options.max_reply = 4096;
  options.connect_timeout_us = 100 * G_TIME_SPAN_MILLISECOND;
  options.command_timeout_us = 300 * G_TIME_SPAN_MILLISECOND;
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
assert_link_error (Fixture *fixture, GQuark domain, int code, const char *words)
{
  const GError *error = resonate_redis_get_error (fixture->redis);

  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

/* Starts, and is not let in. */
static void
assert_not_ready (Fixture *fixture, GQuark domain, int code, const char *words)
{
  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_get_state (fixture->redis) == RESONATE_REDIS_WAIT);
  assert_link_error (fixture, domain, code, words);
}

static void
test_redis_link_greets (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("redis://bob:pass@127.0.0.1:%u/3", fixture->fake.port);
  ResonateRedis *redis = redis_new_ready (url, NULL);

  g_test_summary ("A link says who it is, once, in one piece, before anything else");

  g_assert_cmpuint (fixture->fake.heard->len, ==, 3);
  g_assert_cmpstr (fixture->fake.heard->pdata[0], ==, "HELLO 2 AUTH bob pass SETNAME resonate");
  g_assert_cmpstr (fixture->fake.heard->pdata[1], ==, "SELECT 3");
  g_assert_cmpstr (fixture->fake.heard->pdata[2], ==, "PING");
  g_assert_cmpuint (fixture->fake.n_reads, ==, 1);
  g_assert_cmpuint (resonate_redis_get_version (redis), ==, 700);
  redis_finish (redis);
}

static void
test_redis_link_old_server (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A server before 6.2 is refused by its number");

  fake_redis_answer (&fixture->fake, "HELLO",
                     "*4\r\n$7\r\nversion\r\n$6\r\n6.0.16\r\n$4\r\nrole\r\n$6\r\nmaster\r\n");
  assert_not_ready (fixture, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                    "is 6.0; 6.2 is the oldest");
}

static void
test_redis_link_ancient_server (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A server that does not know HELLO is too old, too");

  fake_redis_answer (&fixture->fake, "HELLO", "-ERR unknown command 'HELLO'\r\n");
  assert_not_ready (fixture, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE, "older than 6.2");
}

static void
test_redis_link_nameless_server (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Something that answers OK to a greeting is no Redis");

  fake_redis_answer (&fixture->fake, "HELLO", "+OK\r\n");
  assert_not_ready (fixture, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                    "does not say which version");
}

static void
test_redis_link_not_let_in (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who is not let in is told why, by name");

  fake_redis_answer (&fixture->fake, "HELLO", "-WRONGPASS invalid username-password pair\r\n");
  assert_not_ready (fixture, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_WRONGPASS,
                    "does not let us in");
}

static void
test_redis_link_loading (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A server that is loading is not ready, and asked again until it is");

  fake_redis_answer (&fixture->fake, "PING", "-LOADING Redis is loading\r\n");
  assert_not_ready (fixture, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_LOADING, "LOADING");
  fake_redis_answer (&fixture->fake, "PING", "+PONG\r\n");
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  g_assert_null (resonate_redis_get_error (fixture->redis));
}

static void
test_redis_link_silent_greeting (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A server that takes the connection and says nothing is given up");

  fixture->fake.is_silent = TRUE;
  assert_not_ready (fixture, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                    "did not answer within 100 ms");
}

static void
test_redis_link_nobody (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Nobody there is an error that says where (case 158)");

  fake_redis_stop_listening (&fixture->fake);
  assert_not_ready (fixture, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                    "Cannot connect to Redis at 127.0.0.1:");
}

/* Sends a command that is answered with @resp, which ends the link. */
static void
assert_loses (Fixture *fixture, const char *resp, const char *words)
{
  g_auto (RedisAnswer) answer = { 0 };

  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  fake_redis_answer (&fixture->fake, "GET", resp);
  redis_send (fixture->redis, &answer, "GET", "k");
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  g_test_message ("%s", answer.error->message);
  g_assert_nonnull (strstr (answer.error->message, words));
  g_assert_cmpint (resonate_redis_get_state (fixture->redis), ==, RESONATE_REDIS_WAIT);

  /* And the next one is a new beginning. */
  fake_redis_answer (&fixture->fake, "GET", "$5\r\nvalue\r\n");
  redis_assert (fixture->redis, "value", "GET", "k");
}

static void
test_redis_link_garbage (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What is no reply ends the link");

  assert_loses (fixture, "HTTP/1.1 400 Bad Request\r\n", "no reply of Redis");
}

static void
test_redis_link_too_big (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A reply that is too big ends the link before it is there");

  assert_loses (fixture, "*1000000000\r\n", "more than 4096 bytes");
}

static void
test_redis_link_unasked (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A second reply to one command ends the link: no answer is taken for another's");

  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  fake_redis_say (&fixture->fake, "+OK\r\n");
  resonate_test_wait_until (!resonate_redis_is_ready (fixture->redis));
  assert_link_error (fixture, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE, "nobody asked");
}

static void
test_redis_link_silent (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A command that is not answered in time ends the link");

  assert_loses (fixture, "", "did not answer GET within 300 ms");
}

static void
test_redis_link_half (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Half a reply in time is none");

  assert_loses (fixture, "$5\r\nval", "did not answer GET within 300 ms");
}

static void
test_redis_link_hangs_up (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[3] = { 0 };

  g_test_summary ("What is under way when the link is lost fails, and is not sent again");

  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  fake_redis_answer (&fixture->fake, "INCR", "");
  for (unsigned int i = 0; i < G_N_ELEMENTS (answers); i++)
    redis_send (fixture->redis, &answers[i], "INCR", "k");
  resonate_test_wait_until (fake_redis_count (&fixture->fake, "INCR") == 3);
  fake_redis_hang_up (&fixture->fake);
  resonate_test_wait_until (answers[2].is_there);
  for (unsigned int i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_assert_error (answers[i].error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
      redis_answer_clear (&answers[i]);
    }

  redis_assert (fixture->redis, "OK", "SET", "k", "v");
  g_assert_cmpuint (fake_redis_count (&fixture->fake, "INCR"), ==, 3);
  g_assert_cmpuint (fixture->fake.n_accepted, ==, 2);
}

static void
test_redis_link_pieces (Fixture *fixture, gconstpointer data)
{
  RedisAnswer answers[2] = { 0 };

  g_test_summary ("Replies come in any pieces");

  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  fake_redis_answer (&fixture->fake, "GET", "");
  redis_send (fixture->redis, &answers[0], "GET", "a");
  redis_send (fixture->redis, &answers[1], "GET", "b");
  resonate_test_wait_until (fake_redis_count (&fixture->fake, "GET") == 2);
  fake_redis_say (&fixture->fake, "$1\r");
  fake_redis_say (&fixture->fake, "\nx\r\n$");
  resonate_test_wait_until (answers[0].is_there);
  g_assert_false (answers[1].is_there);
  fake_redis_say (&fixture->fake, "2\r\nyz\r\n");
  resonate_test_wait_until (answers[1].is_there);
  g_assert_cmpstr (answers[0].text, ==, "x");
  g_assert_cmpstr (answers[1].text, ==, "yz");
  redis_answer_clear (&answers[1]);
  redis_answer_clear (&answers[0]);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis-link/greets", test_redis_link_greets);
  add ("/redis-link/old-server", test_redis_link_old_server);
  add ("/redis-link/ancient-server", test_redis_link_ancient_server);
  add ("/redis-link/nameless-server", test_redis_link_nameless_server);
  add ("/redis-link/not-let-in", test_redis_link_not_let_in);
  add ("/redis-link/loading", test_redis_link_loading);
  add ("/redis-link/silent-greeting", test_redis_link_silent_greeting);
  add ("/redis-link/nobody", test_redis_link_nobody);
  add ("/redis-link/garbage", test_redis_link_garbage);
  add ("/redis-link/too-big", test_redis_link_too_big);
  add ("/redis-link/unasked", test_redis_link_unasked);
  add ("/redis-link/silent", test_redis_link_silent);
  add ("/redis-link/half", test_redis_link_half);
  add ("/redis-link/hangs-up", test_redis_link_hangs_up);
  add ("/redis-link/pieces", test_redis_link_pieces);

  return g_test_run ();
}
