/* test-redis-cluster.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-fixture.h"
#include "redis-server.h"

#include "redis/resonate-redis-slots-private.h"

#define N_MASTERS 3

/* Three masters, a third of the slots each. */
typedef struct
{
  RedisServer servers[N_MASTERS];
  char *ids[N_MASTERS];
  ResonateRedis *redis;
} Fixture;

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* For what other processes do among themselves. */
#define wait_and_look_until(cond)                    \
  G_STMT_START                                       \
  {                                                  \
    guint tick_ = g_timeout_add (10, on_tick, NULL); \
                                                     \
    resonate_test_wait_until (cond);                 \
    g_source_remove (tick_);                         \
  }                                                  \
  G_STMT_END

static gboolean
is_up (RedisServer *server)
{
  g_autoptr (ResonateRedisReply) info = redis_server_ask (server, "CLUSTER", "INFO", NULL);
  const char *text = resonate_redis_reply_get_text (info, NULL, NULL);

  return strstr (text, "cluster_state:ok") != NULL &&
         strstr (text, "cluster_known_nodes:3") != NULL &&
         strstr (text, "cluster_slots_ok:16384") != NULL;
}

static void
start_master (RedisServer *server, unsigned int i)
{
  g_autofree char *bus = g_strdup_printf ("%u", redis_server_find_port ());
  g_autofree char *first = g_strdup_printf ("%u", i * 5461);
  g_autofree char *last = g_strdup_printf ("%u", i < N_MASTERS - 1 ? i * 5461 + 5460 : 16383);
  g_autofree char *epoch = g_strdup_printf ("%u", i + 1);

  redis_server_init (server, "--cluster-enabled", "yes", "--cluster-port", bus,
                     "--cluster-node-timeout", "2000", NULL);
  redis_server_ask_int (server, "CLUSTER", "SET-CONFIG-EPOCH", epoch, NULL);
  redis_server_ask_int (server, "CLUSTER", "ADDSLOTSRANGE", first, last, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  for (unsigned int i = 0; i < N_MASTERS; i++)
    {
      g_autoptr (ResonateRedisReply) id = NULL;

      start_master (&fixture->servers[i], i);
      id = redis_server_ask (&fixture->servers[i], "CLUSTER", "MYID", NULL);
      fixture->ids[i] = g_strdup (resonate_redis_reply_get_text (id, NULL, NULL));
    }
  for (unsigned int i = 1; i < N_MASTERS; i++)
    {
      g_autofree char *port = g_strdup_printf ("%u", fixture->servers[i].port);

      redis_server_ask_int (&fixture->servers[0], "CLUSTER", "MEET", "127.0.0.1", port,
                            fixture->servers[i].arguments[3], NULL);
    }
  for (unsigned int i = 0; i < N_MASTERS; i++)
    wait_and_look_until (is_up (&fixture->servers[i]));

  url = g_strdup_printf ("redis+cluster://127.0.0.1:%u,127.0.0.1:%u", fixture->servers[0].port,
                         fixture->servers[1].port);
  fixture->redis = redis_new_ready (url, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_finish (fixture->redis);
  for (unsigned int i = 0; i < N_MASTERS; i++)
    {
      redis_server_clear (&fixture->servers[i]);
      g_free (fixture->ids[i]);
    }
}

static void
send_key (Fixture *fixture, RedisAnswer *answer, const char *name, const char *key)
{
  ResonateRedisCommand *command = resonate_redis_command_new (name);

  resonate_redis_command_add_key (command, key);
  resonate_redis_send (fixture->redis, command, redis_answer_keep, answer);
}

static void
test_redis_cluster_all (Fixture *fixture, gconstpointer data)
{
  enum
  {
    N = 300
  };
  RedisAnswer *answers = g_new0 (RedisAnswer, N);
  RedisAnswer ping = { 0 };

  g_test_summary ("Commands go to whoever has their keys, and those without to anybody");

  for (unsigned int i = 0; i < N; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      send_key (fixture, &answers[i], "INCR", key);
    }
  redis_send (fixture->redis, &ping, "PING");
  resonate_test_wait_until (ping.is_there);
  g_assert_cmpstr (ping.text, ==, "PONG");
  redis_answer_clear (&ping);
  for (unsigned int i = 0; i < N; i++)
    {
      resonate_test_wait_until (answers[i].is_there);
      g_assert_no_error (answers[i].error);
      g_assert_cmpstr (answers[i].text, ==, "1");
      redis_answer_clear (&answers[i]);
    }
  for (unsigned int i = 0; i < N_MASTERS; i++)
    g_assert_cmpint (redis_server_ask_int (&fixture->servers[i], "DBSIZE", NULL), >, 50);
  g_free (answers);
}

static void
test_redis_cluster_cross_slot (Fixture *fixture, gconstpointer data)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("MGET");
  RedisAnswer answer = { 0 };

  g_test_summary ("Keys of two slots in one command are refused by us, not by the server");

  resonate_redis_command_add_key (command, "a");
  resonate_redis_command_add_key (command, "b");
  resonate_redis_send (fixture->redis, command, redis_answer_keep, &answer);
  g_assert_false (answer.is_there);
  resonate_test_wait_until (answer.is_there);
  g_assert_error (answer.error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_CROSSSLOT);
  redis_answer_clear (&answer);
}

/* SETSLOT of @slot at @server. */
static void
set_slot (
  Fixture *fixture, unsigned int server, const char *slot, const char *word, unsigned int id)
{
  redis_server_ask_int (&fixture->servers[server], "CLUSTER", "SETSLOT", slot, word,
                        fixture->ids[id], NULL);
}

typedef struct
{
  unsigned int n_sent;
  unsigned int n_done;
  unsigned int n_pairs;
  GError *error; /* (nullable): the first one */
} Load;

static void
on_done (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Load *load = user_data;

  load->n_done++;
  if (error != NULL && load->error == NULL)
    load->error = g_error_copy (error);
}

/* A count, and a script that counts in two keys of the same slot. */
static void
load_some (Fixture *fixture, ResonateRedisScript *script, Load *load)
{
  for (unsigned int i = 0; i < 50; i++)
    {
      ResonateRedisCommand *one = resonate_redis_command_new ("INCR");
      ResonateRedisCommand *two = resonate_redis_command_new_script (script, 2);

      resonate_redis_command_add_key (one, "{t}n");
      resonate_redis_command_add_key (two, "{t}a");
      resonate_redis_command_add_key (two, "{t}b");
      resonate_redis_send (fixture->redis, one, on_done, load);
      resonate_redis_send (fixture->redis, two, on_done, load);
      load->n_sent += 2;
    }
  resonate_test_wait_until (load->n_done + 50 >= load->n_sent);
}

static void
move_key (Fixture *fixture, unsigned int to, unsigned int at, const char *key)
{
  g_autofree char *port = g_strdup_printf ("%u", fixture->servers[to].port);

  redis_server_ask_int (&fixture->servers[at], "MIGRATE", "127.0.0.1", port, key, "0", "5000",
                        NULL);
}

static void
test_redis_cluster_migration (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateRedisScript) script = resonate_redis_script_new (
    "pair", "return redis.call ('INCR', KEYS[1]) + redis.call ('INCR', KEYS[2])");
  g_autofree char *slot = g_strdup_printf ("%u", resonate_redis_slot_of ("t", 1));
  unsigned int at = MIN (resonate_redis_slot_of ("t", 1) / 5461, N_MASTERS - 1);
  unsigned int to = (at + 1) % N_MASTERS;
  Load load = { 0 };
  RedisAnswer answer = { 0 };

  g_test_summary ("A slot moves under load: every command is done once, and none fails");

  load_some (fixture, script, &load);
  set_slot (fixture, to, slot, "IMPORTING", at);
  set_slot (fixture, at, slot, "MIGRATING", to);
  load_some (fixture, script, &load);
  move_key (fixture, to, at, "{t}n");
  move_key (fixture, to, at, "{t}a");
  /* Half of the script's keys are here and half there: it waits until all are on one side. */
  for (unsigned int i = 0; i < 10; i++)
    {
      ResonateRedisCommand *one = resonate_redis_command_new ("INCR");

      resonate_redis_command_add_key (one, "{t}n");
      resonate_redis_send (fixture->redis, one, on_done, &load);
      load.n_sent++;
    }
  resonate_test_wait_until (load.n_done + 60 >= load.n_sent);
  move_key (fixture, to, at, "{t}b");
  load_some (fixture, script, &load);
  set_slot (fixture, to, slot, "NODE", to);
  set_slot (fixture, at, slot, "NODE", to);
  load_some (fixture, script, &load);
  resonate_test_wait_until (load.n_done == load.n_sent);
  g_assert_no_error (load.error);

  send_key (fixture, &answer, "GET", "{t}n");
  resonate_test_wait_until (answer.is_there);
  g_assert_cmpstr (answer.text, ==, "210");
  redis_answer_clear (&answer);
  send_key (fixture, &answer, "GET", "{t}b");
  resonate_test_wait_until (answer.is_there);
  g_assert_cmpstr (answer.text, ==, "200");
  redis_answer_clear (&answer);
  g_assert_cmpint (redis_server_ask_int (&fixture->servers[to], "EXISTS", "{t}n", NULL), ==, 1);
}

static void
count_message (gpointer owner, const char *topic, const char *pattern, GBytes *payload)
{
  (*(unsigned int *) owner)++;
}

static void
count_nothing (gpointer owner)
{
}

static const ResonateRedisTopicFuncs topic_funcs = { count_nothing, count_nothing, count_nothing,
                                                     count_message };

static void
test_redis_cluster_topics (Fixture *fixture, gconstpointer data)
{
  ResonateRedisSubscriber *subscriber = resonate_redis_get_subscriber (fixture->redis);
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  unsigned int n_exact = 0;
  unsigned int n_pattern = 0;
  ResonateRedisTopic *exact = resonate_redis_subscriber_add (subscriber, "t1", FALSE, &topic_funcs,
                                                             &n_exact);
  ResonateRedisTopic *pattern = resonate_redis_subscriber_add (subscriber, "t*", TRUE, &topic_funcs,
                                                               &n_pattern);

  g_test_summary ("Topics of all slots are heard, exactly and by pattern");

  resonate_test_wait_until (exact->is_told && pattern->is_told);
  for (unsigned int i = 0; i < 20; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      resonate_redis_publish (fixture->redis, topic, payload, NULL, NULL);
    }
  resonate_test_wait_until (n_pattern == 20 && n_exact == 1);
  resonate_redis_topic_free (pattern);
  resonate_redis_topic_free (exact);
}

static void
test_redis_cluster_none (Fixture *fixture, gconstpointer data)
{
  RedisServer single;
  g_autofree char *url = NULL;
  ResonateRedis *redis;

  g_test_summary ("A server that is in no Cluster is told so");

  redis_server_init (&single, NULL);
  url = g_strdup_printf ("redis+cluster://127.0.0.1:%u", single.port);
  redis = redis_new (url, NULL);
  resonate_redis_start (redis);
  resonate_test_wait_until (resonate_redis_get_state (redis) == RESONATE_REDIS_WAIT);
  g_test_message ("%s", resonate_redis_get_error (redis)->message);
  g_assert_nonnull (strstr (resonate_redis_get_error (redis)->message, "cluster support disabled"));
  redis_finish (redis);
  redis_server_clear (&single);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis-cluster/all", test_redis_cluster_all);
  add ("/redis-cluster/cross-slot", test_redis_cluster_cross_slot);
  add ("/redis-cluster/migration", test_redis_cluster_migration);
  add ("/redis-cluster/topics", test_redis_cluster_topics);
  add ("/redis-cluster/none", test_redis_cluster_none);

  return g_test_run ();
}
