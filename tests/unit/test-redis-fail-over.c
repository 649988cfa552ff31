/* test-redis-fail-over.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-redis.h"
#include "redis-fixture.h"
#include "redis-server.h"

typedef struct
{
  FakeRedis sentinels[2];
  FakeRedis servers[2];
  ResonateRedis *redis;
} Fixture;

/* What all sentinels say of who is the master. */
static void
set_master (Fixture *fixture, const FakeRedis *master)
{
  g_autofree char *port = g_strdup_printf ("%u", master->port);
  g_autofree char *resp = g_strdup_printf ("*2\r\n$9\r\n127.0.0.1\r\n$%zu\r\n%s\r\n", strlen (port),
                                           port);

  for (unsigned int i = 0; i < 2; i++)
    fake_redis_answer (&fixture->sentinels[i], "SENTINEL", resp);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  for (unsigned int i = 0; i < 2; i++)
    {
      fake_redis_init (&fixture->sentinels[i]);
      fake_redis_init (&fixture->servers[i]);
      fake_redis_answer (&fixture->sentinels[i], "SUBSCRIBE",
                         "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n");
    }
  set_master (fixture, &fixture->servers[0]);
  url = g_strdup_printf ("redis+sentinel://:secret@127.0.0.1:%u,127.0.0.1:%u/mine/2",
                         fixture->sentinels[0].port, fixture->sentinels[1].port);
  fixture->redis = redis_new (url, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_finish (fixture->redis);
  for (unsigned int i = 0; i < 2; i++)
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
test_redis_fail_over_switch (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *push = NULL;

  g_test_summary ("A sentinel that says +switch-master is believed at once, for our name only");

  start (fixture);
  resonate_test_wait_until (fake_redis_count (&fixture->sentinels[0], "SUBSCRIBE") == 1);
  set_master (fixture, &fixture->servers[1]);
  fake_redis_say (&fixture->sentinels[0],
                  "*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$17\r\nother a 1 b 65535\r\n");
  redis_assert (fixture->redis, "OK", "SET", "k", "v");
  g_assert_cmpuint (fake_redis_count (&fixture->servers[0], "SET k v"), ==, 1);

  text = g_strdup_printf ("mine 127.0.0.1 %u 127.0.0.1 %u", fixture->servers[0].port,
                          fixture->servers[1].port);
  push = g_strdup_printf ("*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$%zu\r\n%s\r\n",
                          strlen (text), text);
  fake_redis_say (&fixture->sentinels[0], push);
  resonate_test_wait_until (!resonate_redis_is_ready (fixture->redis));
  redis_assert (fixture->redis, "OK", "SET", "k", "w");
  g_assert_cmpuint (fake_redis_count (&fixture->servers[1], "SET k w"), ==, 1);
}

static void
test_redis_fail_over_lost_while_asked (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A sentinel that hangs up while it is asked is one that is skipped, not two");

  fake_redis_answer (&fixture->sentinels[0], "SENTINEL", "");
  resonate_redis_start (fixture->redis);
  resonate_test_wait_until (fake_redis_count (&fixture->sentinels[0], "SENTINEL") == 1);
  fake_redis_hang_up (&fixture->sentinels[0]);
  resonate_test_wait_until (resonate_redis_is_ready (fixture->redis));
  g_assert_cmpuint (fake_redis_count (&fixture->sentinels[0], "SENTINEL"), ==, 1);
  g_assert_cmpuint (fake_redis_count (&fixture->sentinels[1], "SENTINEL"), ==, 1);
}

static void
on_told (gpointer owner)
{
  g_string_append_c (owner, '!');
}

static void
on_message (gpointer owner, const char *topic, const char *pattern, GBytes *payload)
{
  g_string_append_c (owner, 'm');
}

static const ResonateRedisTopicFuncs topic_funcs = { on_told, on_told, on_told, on_message };

static void
on_incremented (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  unsigned int *n = user_data;

  n[error != NULL]++;
}

/* Until @cond holds, one command at a time is under way. */
#define load_until(redis, n, cond)                                                        \
  G_STMT_START                                                                            \
  {                                                                                       \
    while (!(cond))                                                                       \
      {                                                                                   \
        unsigned int sum_ = n[0] + n[1] + 1;                                              \
                                                                                          \
        resonate_redis_send (redis, resonate_redis_command_new_words ("INCR", "n", NULL), \
                             on_incremented, n);                                          \
        resonate_test_wait_until (n[0] + n[1] == sum_);                                   \
      }                                                                                   \
  }                                                                                       \
  G_STMT_END

static gboolean
info_has (RedisServer *server, const char *section, const char *words)
{
  g_autoptr (ResonateRedisReply) info = redis_server_ask (server, "INFO", section, NULL);

  return strstr (resonate_redis_reply_get_text (info, NULL, NULL), words) != NULL;
}

static void
test_redis_fail_over_under_load (void)
{
  RedisServer master, replica, sentinel;
  g_autofree char *port = NULL;
  g_autofree char *url = NULL;
  g_autofree char *value = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  ResonateRedisTopic *topic;
  ResonateRedis *redis;
  unsigned int n[2] = { 0 };

  g_test_summary ("Under load, after SENTINEL FAILOVER, the new master is found and written to");

  redis_server_init (&master, NULL);
  port = g_strdup_printf ("%u", master.port);
  redis_server_init (&replica, "--replicaof", "127.0.0.1", port, "--repl-diskless-sync-delay", "0",
                     NULL);
  redis_server_ask_int (&master, "CONFIG", "SET", "repl-diskless-sync-delay", "0", NULL);
  redis_server_init_sentinel (&sentinel, "mine", master.port);
  url = g_strdup_printf ("redis+sentinel://127.0.0.1:%u/mine", sentinel.port);
  redis = redis_new_ready (url, NULL);
  topic = resonate_redis_subscriber_add (resonate_redis_get_subscriber (redis), "t", FALSE,
                                         &topic_funcs, told);
  resonate_test_wait_until (told->len == 1);
  load_until (redis, n, info_has (&master, "replication", "state=online"));
  load_until (redis, n, info_has (&sentinel, "sentinel", "slaves=1"));
  /* A sentinel takes nobody whose state it does not know; it asks every second or so. */
  load_until (redis, n, redis_server_try (&sentinel, "SENTINEL", "FAILOVER", "mine", NULL));
  load_until (redis, n, info_has (&replica, "replication", "role:master"));
  load_until (redis, n,
              info_has (&replica, "clients", "connected_clients:") && n[0] > 0 &&
                resonate_redis_is_ready (redis) &&
                info_has (&replica, "commandstats", "cmdstat_incr:") &&
                g_str_has_suffix (told->str, "!!!"));

  /* What was answered was done, on one or on the other. */
  n[0] = 0;
  load_until (redis, n, n[0] > 100);
  resonate_redis_publish (redis, "t", payload, NULL, NULL);
  resonate_test_wait_until (g_str_has_suffix (told->str, "m"));
  value = g_strdup_printf ("%" G_GINT64_FORMAT, redis_server_ask_int (&replica, "GET", "n", NULL));
  redis_assert (redis, value, "GET", "n");

  resonate_redis_topic_free (topic);
  redis_finish (redis);
  redis_server_clear (&sentinel);
  redis_server_clear (&replica);
  redis_server_clear (&master);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis-fail-over/switch", test_redis_fail_over_switch);
  add ("/redis-fail-over/lost-while-asked", test_redis_fail_over_lost_while_asked);
  g_test_add_func ("/redis-fail-over/under-load", test_redis_fail_over_under_load);

  return g_test_run ();
}
