/* test-redis-subscriber.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-redis.h"
#include "redis-fixture.h"
#include "redis-server.h"

typedef struct
{
  RedisServer server;
  ResonateRedis *redis;
} Fixture;

/* What one topic was told: A active, L lost, G gap, and the texts of messages. */
typedef struct
{
  ResonateRedisTopic *topic; /* (nullable) */
  GString *told;
  gboolean is_once; /* frees itself with the first message */
} Listener;

static void
on_active (gpointer owner)
{
  g_string_append (((Listener *) owner)->told, "A ");
}

static void
on_lost (gpointer owner)
{
  g_string_append (((Listener *) owner)->told, "L ");
}

static void
on_gap (gpointer owner)
{
  g_string_append (((Listener *) owner)->told, "G ");
}

static void
on_message (gpointer owner, const char *topic, const char *pattern, GBytes *payload)
{
  Listener *self = owner;

  g_string_append_printf (self->told, "%s%s%s=%.*s ", topic, pattern != NULL ? "~" : "",
                          pattern != NULL ? pattern : "", (int) g_bytes_get_size (payload),
                          (const char *) g_bytes_get_data (payload, NULL));
  if (self->is_once)
    g_clear_pointer (&self->topic, resonate_redis_topic_free);
}

static const ResonateRedisTopicFuncs funcs = { on_active, on_lost, on_gap, on_message };

static void
listener_init (Listener *self, ResonateRedis *redis, const char *name, gboolean is_pattern)
{
  self->told = g_string_new (NULL);
  self->topic = resonate_redis_subscriber_add (resonate_redis_get_subscriber (redis), name,
                                               is_pattern, &funcs, self);
}

static void
listener_clear (Listener *self)
{
  g_clear_pointer (&self->topic, resonate_redis_topic_free);
  g_string_free (self->told, TRUE);
}

static void
listener_wait (Listener *self, const char *told)
{
  resonate_test_wait_until (self->told->len >= strlen (told));
  g_assert_cmpstr (self->told->str, ==, told);
}

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
publish (Fixture *fixture, const char *topic, const char *text, const char *n_heard)
{
  g_auto (RedisAnswer) answer = { 0 };
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  resonate_redis_publish (fixture->redis, topic, payload, redis_answer_keep, &answer);
  resonate_test_wait_until (answer.is_there);
  g_assert_cmpstr (answer.text, ==, n_heard);
}

static void
test_redis_subscriber_exact_and_pattern (Fixture *fixture, gconstpointer data)
{
  Listener exact = { 0 };
  Listener pattern = { 0 };

  g_test_summary (
    "A message comes once for each subscription, with what it was found by (129, 130)");

  listener_init (&exact, fixture->redis, "t:p:room1", FALSE);
  listener_init (&pattern, fixture->redis, "t:p:*", TRUE);
  listener_wait (&exact, "A ");
  listener_wait (&pattern, "A ");
  publish (fixture, "t:p:room1", "hello", "2");
  publish (fixture, "t:p:room2", "there", "1");
  listener_wait (&pattern, "A t:p:room1~t:p:*=hello t:p:room2~t:p:*=there ");
  listener_wait (&exact, "A t:p:room1=hello ");
  listener_clear (&pattern);
  listener_clear (&exact);
}

static void
test_redis_subscriber_once_for_many (Fixture *fixture, gconstpointer data)
{
  Listener listeners[3] = { 0 };

  g_test_summary ("A topic that several want is asked for once, and given up with the last");

  listener_init (&listeners[0], fixture->redis, "t", FALSE);
  listener_init (&listeners[1], fixture->redis, "t", FALSE);
  listener_wait (&listeners[1], "A ");
  listener_init (&listeners[2], fixture->redis, "t", FALSE);
  listener_wait (&listeners[2], "A ");
  publish (fixture, "t", "1", "1");
  listener_wait (&listeners[2], "A t=1 ");
  listener_wait (&listeners[0], "A t=1 ");
  listener_clear (&listeners[0]);
  listener_clear (&listeners[2]);
  publish (fixture, "t", "2", "1");
  listener_wait (&listeners[1], "A t=1 t=2 ");
  listener_clear (&listeners[1]);
  g_assert_cmpuint (resonate_redis_subscriber_get_n_names (
                      resonate_redis_get_subscriber (fixture->redis)),
                    ==, 1);
  resonate_test_wait_until (
    resonate_redis_subscriber_get_n_names (resonate_redis_get_subscriber (fixture->redis)) == 0);
  publish (fixture, "t", "3", "0");
}

static void
test_redis_subscriber_comes_back (Fixture *fixture, gconstpointer data)
{
  Listener first = { 0 };
  Listener second = { 0 };

  g_test_summary ("Who leaves and comes back at once is heard by the second acknowledgement");

  listener_init (&first, fixture->redis, "t", FALSE);
  listener_wait (&first, "A ");
  listener_clear (&first);
  /* The server is told that nobody wants it, and has not said yes when somebody does. */
  g_main_context_iteration (NULL, FALSE);
  listener_init (&second, fixture->redis, "t", FALSE);
  listener_wait (&second, "A ");
  publish (fixture, "t", "1", "1");
  listener_wait (&second, "A t=1 ");
  listener_clear (&second);
}

static void
test_redis_subscriber_leaves_in_a_message (Fixture *fixture, gconstpointer data)
{
  Listener once = { 0 };
  Listener other = { 0 };

  g_test_summary ("A topic may be given up while its message is told");

  listener_init (&once, fixture->redis, "t", FALSE);
  listener_init (&other, fixture->redis, "t", FALSE);
  once.is_once = TRUE;
  listener_wait (&other, "A ");
  publish (fixture, "t", "1", "1");
  publish (fixture, "t", "2", "1");
  listener_wait (&other, "A t=1 t=2 ");
  listener_wait (&once, "A t=1 ");
  listener_clear (&once);
  listener_clear (&other);
}

static void
test_redis_subscriber_gap (Fixture *fixture, gconstpointer data)
{
  Listener topic = { 0 };
  Listener pattern = { 0 };
  Listener late = { 0 };

  g_test_summary ("A server that is killed and comes back is a gap, for those who were there");

  listener_init (&topic, fixture->redis, "t", FALSE);
  listener_init (&pattern, fixture->redis, "u*", TRUE);
  listener_wait (&topic, "A ");
  listener_wait (&pattern, "A ");
  redis_server_kill (&fixture->server);
  listener_wait (&topic, "A L ");
  listener_init (&late, fixture->redis, "t", FALSE);
  redis_server_start (&fixture->server);
  listener_wait (&topic, "A L A G ");
  listener_wait (&pattern, "A L A G ");
  listener_wait (&late, "A ");
  publish (fixture, "t", "1", "1");
  listener_wait (&late, "A t=1 ");
  listener_wait (&topic, "A L A G t=1 ");
  listener_clear (&late);
  listener_clear (&pattern);
  listener_clear (&topic);
}

static void
test_redis_subscriber_killed_by_the_server (Fixture *fixture, gconstpointer data)
{
  Listener topic = { 0 };

  g_test_summary ("A connection that the server ends, as for its output buffer, is a gap, too");

  listener_init (&topic, fixture->redis, "t", FALSE);
  listener_wait (&topic, "A ");
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "CLIENT", "KILL", "TYPE", "pubsub",
                                         NULL),
                   ==, 1);
  listener_wait (&topic, "A L A G ");
  listener_clear (&topic);
}

static void
test_redis_subscriber_many (Fixture *fixture, gconstpointer data)
{
  enum
  {
    N = 2500
  };
  g_autofree Listener *listeners = g_new0 (Listener, N);
  g_autoptr (GString) expected = g_string_new ("A L A G ");
  ResonateRedisReply *stats;

  g_test_summary ("Two and a half thousand topics are three commands, also after a reconnect");

  for (unsigned int i = 0; i < N; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u", i);

      listener_init (&listeners[i], fixture->redis, name, FALSE);
    }
  listener_wait (&listeners[N - 1], "A ");
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "CLIENT", "KILL", "TYPE", "pubsub",
                                         NULL),
                   ==, 1);
  for (unsigned int i = 0; i < N; i++)
    listener_wait (&listeners[i], expected->str);

  stats = redis_server_ask (&fixture->server, "INFO", "commandstats", NULL);
  g_assert_nonnull (
    strstr (resonate_redis_reply_get_text (stats, NULL, NULL), "cmdstat_subscribe:calls=6,"));
  resonate_redis_reply_free (stats);
  for (unsigned int i = 0; i < N; i++)
    listener_clear (&listeners[i]);
}

static void
test_redis_subscriber_order (Fixture *fixture, gconstpointer data)
{
  enum
  {
    N = 10000
  };
  g_autoptr (GString) expected = g_string_new ("A ");
  Listener topic = { 0 };

  g_test_summary ("Ten thousand numbered messages come in their order");

  listener_init (&topic, fixture->redis, "t", FALSE);
  listener_wait (&topic, "A ");
  for (unsigned int i = 0; i < N; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

      resonate_redis_publish (fixture->redis, "t", payload, NULL, NULL);
      g_string_append_printf (expected, "t=%u ", i);
    }
  resonate_test_wait_until (topic.told->len >= expected->len);
  g_assert_true (g_string_equal (topic.told, expected));
  listener_clear (&topic);
}

static void
test_redis_subscriber_outlived (Fixture *fixture, gconstpointer data)
{
  Listener topic = { 0 };
  Listener never = { 0 };

  g_test_summary ("A topic may be given up after the link was closed");

  listener_init (&topic, fixture->redis, "t", FALSE);
  listener_wait (&topic, "A ");
  listener_init (&never, fixture->redis, "u", FALSE);
  resonate_redis_close (fixture->redis);
  listener_wait (&topic, "A ");
  listener_clear (&topic);
  listener_clear (&never);
}

static void
test_redis_subscriber_refused (void)
{
  FakeRedis fake;
  Listener topic = { 0 };
  ResonateRedis *redis;
  ResonateRedisSubscriber *subscriber;

  g_test_summary ("Who may not subscribe is told why, and does not try ten times a second (B-19)");

  fake_redis_init (&fake);
  fake_redis_answer (&fake, "SUBSCRIBE", "-NOPERM this user has no permissions\r\n");
  redis = redis_new_ready (fake.url, NULL);
  subscriber = resonate_redis_get_subscriber (redis);
  listener_init (&topic, redis, "t", FALSE);
  resonate_test_wait_until (fake_redis_count (&fake, "SUBSCRIBE t") == 3);
  resonate_test_wait_until (resonate_redis_subscriber_get_state (subscriber) ==
                            RESONATE_REDIS_WAIT);
  g_assert_error (resonate_redis_subscriber_get_error (subscriber), RESONATE_REDIS_ERROR,
                  RESONATE_REDIS_ERROR_NOPERM);
  g_assert_cmpstr (topic.told->str, ==, "");
  listener_clear (&topic);
  redis_finish (redis);
  fake_redis_clear (&fake);
}

static void
test_redis_subscriber_nobody (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Where nobody subscribes there is no second connection");

  redis_assert (fixture->redis, "PONG", "PING");
  g_assert_cmpint (resonate_redis_subscriber_get_state (
                     resonate_redis_get_subscriber (fixture->redis)),
                   ==, RESONATE_REDIS_IDLE);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis-subscriber/exact-and-pattern", test_redis_subscriber_exact_and_pattern);
  add ("/redis-subscriber/once-for-many", test_redis_subscriber_once_for_many);
  add ("/redis-subscriber/comes-back", test_redis_subscriber_comes_back);
  add ("/redis-subscriber/leaves-in-a-message", test_redis_subscriber_leaves_in_a_message);
  add ("/redis-subscriber/gap", test_redis_subscriber_gap);
  add ("/redis-subscriber/killed-by-the-server", test_redis_subscriber_killed_by_the_server);
  add ("/redis-subscriber/many", test_redis_subscriber_many);
  add ("/redis-subscriber/order", test_redis_subscriber_order);
  add ("/redis-subscriber/outlived", test_redis_subscriber_outlived);
  add ("/redis-subscriber/nobody", test_redis_subscriber_nobody);
  g_test_add_func ("/redis-subscriber/refused", test_redis_subscriber_refused);

  return g_test_run ();
}
