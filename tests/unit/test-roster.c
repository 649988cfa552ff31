/* test-roster.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-fixture.h"
#include "roster-peer.h"

#define TOPIC "t:ch:app:presence-room"
#define KEY   "t:m:{" TOPIC "}:"

typedef struct
{
  RedisServer server;
  RosterPeer a, b;
  RosterEar ear;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  redis_server_init (&fixture->server, NULL);
  roster_peer_init (&fixture->a, &fixture->server, "a");
  roster_peer_init (&fixture->b, &fixture->server, "b");
  roster_ear_init (&fixture->ear, &fixture->server, TOPIC);
}

static void
tear_down_rest (Fixture *fixture)
{
  roster_ear_clear (&fixture->ear);
  roster_peer_clear (&fixture->b);
  redis_server_clear (&fixture->server);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  roster_peer_clear (&fixture->a);
  tear_down_rest (fixture);
}

/* Waits for both, and for the topic: then these are all the edges that there were. */
#define assert_edges(fixture, expected)             \
  G_STMT_START                                      \
  {                                                 \
    g_autofree char *edges_ = take_edges (fixture); \
                                                    \
    g_assert_cmpstr (edges_, ==, expected);         \
  }                                                 \
  G_STMT_END

static char *
take_edges (Fixture *fixture)
{
  roster_peer_settle (&fixture->b);

  return roster_ear_take (&fixture->ear);
}

static gint64
count (Fixture *fixture, const char *part)
{
  g_autofree char *key = g_strconcat (KEY, part, NULL);

  return redis_server_ask_int (&fixture->server, "HLEN", key, NULL);
}

static char *
hash_of (RosterPeer *peer)
{
  return g_strconcat ("n:", resonate_node_get_incarnation (peer->node), NULL);
}

static void
test_roster_edges (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A user on two nodes is one member: the first in and the last out are told");

  roster_peer_join (&fixture->a, TOPIC, "1.1", "7");
  roster_peer_settle (&fixture->a);
  roster_peer_join (&fixture->b, TOPIC, "2.1", "7");
  roster_peer_join (&fixture->b, TOPIC, "2.2", "8");
  assert_edges (fixture, "+7 +8");
  g_assert_cmpint (count (fixture, "u"), ==, 2);
  g_assert_cmpint (count (fixture, "i"), ==, 2);

  roster_peer_leave (&fixture->a, TOPIC, "1.1");
  roster_peer_settle (&fixture->a);
  assert_edges (fixture, "");
  roster_peer_leave (&fixture->b, TOPIC, "2.1");
  roster_peer_leave (&fixture->b, TOPIC, "2.2");
  assert_edges (fixture, "-7 -8");

  /* Nothing is left of a channel that nobody is on. */
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "EXISTS", KEY "u", KEY "i", KEY "nodes",
                                         NULL),
                   ==, 0);
}

static void
test_roster_says_it_twice (Fixture *fixture, gconstpointer data)
{
  ResonateRosterStats stats;

  g_test_summary ("Saying the same again changes nothing");

  for (int i = 0; i < 2; i++)
    resonate_roster_add (fixture->b.roster, TOPIC, "2.1", "7", "{}");
  roster_peer_set (&fixture->b, TOPIC, "2.1", "7");
  assert_edges (fixture, "+7");
  for (int i = 0; i < 2; i++)
    {
      resonate_roster_remove (fixture->b.roster, TOPIC, "2.1", "7");
      resonate_roster_remove (fixture->a.roster, TOPIC, "2.1", "7");
    }
  roster_peer_set (&fixture->b, TOPIC, "2.1", NULL);
  roster_peer_settle (&fixture->a);
  assert_edges (fixture, "-7");

  resonate_roster_get_stats (fixture->b.roster, &stats);
  g_assert_cmpuint (stats.edges, ==, 2);
  g_assert_cmpuint (stats.sockets, ==, 0);
  g_assert_cmpuint (stats.rooms, ==, 0);
}

static void
join_many (RosterPeer *peer, unsigned int n, unsigned int first_user)
{
  for (unsigned int i = 0; i < n; i++)
    {
      g_autofree char *socket = g_strdup_printf ("%s.%u", resonate_node_get_id (peer->node), i);
      g_autofree char *user = g_strdup_printf ("%u", first_user + i);

      roster_peer_join (peer, TOPIC, socket, user);
    }
  roster_peer_settle (peer);
}

static void
assert_n_edges (Fixture *fixture, unsigned int n, char sign)
{
  g_autofree char *edges = take_edges (fixture);
  g_auto (GStrv) words = g_strsplit (edges, " ", -1);

  g_assert_cmpuint (g_strv_length (words), ==, n);
  for (unsigned int i = 0; i < n; i++)
    {
      g_assert_cmpint (words[i][0], ==, sign);
      g_assert_true (i == 0 || !g_str_equal (words[i], words[i - 1]));
    }
}

#define wait_until_count(fixture, part, n) resonate_test_wait_until (count (fixture, part) == (n))

static void
test_roster_reaps (Fixture *fixture, gconstpointer data)
{
  g_autofree char *hash = hash_of (&fixture->a);

  g_test_summary ("Of a node that was killed every member leaves once, and nothing stays");

  join_many (&fixture->a, 300, 1);
  join_many (&fixture->b, 10, 291);
  assert_n_edges (fixture, 300, '+');

  roster_peer_kill (&fixture->a);
  wait_until_count (fixture, "u", 10);
  resonate_test_wait_until (
    redis_server_ask_int (&fixture->server, "ZCARD", "t:{nodes}:dead", NULL) == 0);
  assert_n_edges (fixture, 290, '-');
  g_assert_cmpint (count (fixture, hash), ==, 0);
  g_assert_cmpint (count (fixture, "i"), ==, 10);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "SCARD", KEY "nodes", NULL), ==, 1);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "ZCARD", "t:{nodes}", NULL), ==, 1);

  tear_down_rest (fixture);
}

static void
test_roster_recounts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *hash = hash_of (&fixture->a);
  g_autofree char *key = g_strconcat (KEY, hash, NULL);

  g_test_summary ("Users whose sockets Redis has forgotten leave with their node");

  join_many (&fixture->a, 3, 1);
  join_many (&fixture->b, 2, 3);
  assert_edges (fixture, "+1 +2 +3 +4");
  roster_peer_kill (&fixture->a);
  redis_server_ask_int (&fixture->server, "DEL", key, NULL);

  wait_until_count (fixture, "u", 2);
  assert_edges (fixture, "-1 -2");
  tear_down_rest (fixture);
}

static void
test_roster_finds_what_came_late (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What arrives of a node that is gone and cleaned up after is found, too");

  roster_peer_join (&fixture->b, TOPIC, "2.1", "8");
  roster_peer_settle (&fixture->b);
  redis_server_ask_int (&fixture->server, "HSET", KEY "n:x/1", "9.9", "9", NULL);
  redis_server_ask_int (&fixture->server, "HSET", KEY "u", "9", "1", NULL);
  redis_server_ask_int (&fixture->server, "HSET", KEY "i", "9", "{}", NULL);
  redis_server_ask_int (&fixture->server, "SADD", KEY "nodes", "x/1", NULL);

  wait_until_count (fixture, "u", 1);
  assert_edges (fixture, "+8 -9");
}

static void
test_roster_comes_back_after_flush (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A Redis that has lost all it had has it again with the next heartbeat");

  join_many (&fixture->a, 200, 1);
  join_many (&fixture->b, 200, 101);
  assert_n_edges (fixture, 300, '+');
  redis_server_ask_int (&fixture->server, "FLUSHALL", NULL);

  wait_until_count (fixture, "u", 300);
  roster_peer_settle (&fixture->a);
  roster_peer_wait_beats (&fixture->b, RESONATE_NODE_BEATS);
  g_assert_cmpint (count (fixture, "u"), ==, 300);
  assert_n_edges (fixture, 300, '+');
}

static void
test_roster_reconciles_after_restart (Fixture *fixture, gconstpointer data)
{
  g_autofree char *hash = NULL;

  g_test_summary ("After a restart the stored sockets are those that are here now");

  join_many (&fixture->a, 50, 1);
  redis_server_kill (&fixture->server);
  resonate_test_wait_until (!resonate_node_is_registered (fixture->a.node));
  roster_peer_leave (&fixture->a, TOPIC, "a.0");
  roster_peer_join (&fixture->a, TOPIC, "a.50", "99");
  redis_server_start (&fixture->server);

  resonate_test_wait_until (resonate_node_is_registered (fixture->a.node));
  wait_until_count (fixture, "u", 50);
  hash = hash_of (&fixture->a);
  g_assert_cmpint (count (fixture, hash), ==, 50);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "HEXISTS", KEY "u", "99", NULL), ==, 1);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "HEXISTS", KEY "u", "1", NULL), ==, 0);
  resonate_test_wait_until (resonate_node_is_registered (fixture->b.node));
}

static void
test_roster_puts_right (Fixture *fixture, gconstpointer data)
{
  g_autofree char *hash = hash_of (&fixture->a);
  g_autofree char *key = g_strconcat (KEY, hash, NULL);

  g_test_summary ("What is stored and not here goes, and what is here and not stored comes");

  roster_peer_join (&fixture->a, TOPIC, "1.1", "7");
  roster_peer_join (&fixture->a, TOPIC, "1.2", "8");
  roster_peer_settle (&fixture->a);
  roster_peer_set (&fixture->a, TOPIC, "1.1", NULL);
  roster_peer_set (&fixture->a, TOPIC, "1.2", "9");
  roster_peer_set (&fixture->a, TOPIC, "1.3", "10");
  resonate_roster_reconcile (fixture->a.roster);

  resonate_test_wait_until (
    redis_server_ask_int (&fixture->server, "HEXISTS", KEY "u", "10", NULL) == 1);
  resonate_test_wait_until (
    redis_server_ask_int (&fixture->server, "HEXISTS", KEY "u", "7", NULL) == 0);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "HLEN", key, NULL), ==, 2);
  assert_edges (fixture, "+10 +7 +8 +9 -7 -8");
}

static void
test_roster_moves (Fixture *fixture, gconstpointer data)
{
  g_autofree char *previous = g_strdup (resonate_node_get_incarnation (fixture->a.node));

  g_test_summary ("Sockets that another process took over are nobody's news");

  join_many (&fixture->a, 200, 1);
  assert_n_edges (fixture, 200, '+');

  resonate_roster_retire (fixture->a.roster);
  for (unsigned int i = 0; i < 199; i++)
    {
      g_autofree char *socket = g_strdup_printf ("a.%u", i);
      g_autofree char *user = g_strdup_printf ("%u", i + 1);

      roster_peer_set (&fixture->b, TOPIC, socket, user);
      roster_peer_set (&fixture->a, TOPIC, socket, NULL);
    }
  resonate_roster_take_over (fixture->b.roster, TOPIC, 199, previous);
  resonate_roster_reconcile (fixture->b.roster);
  resonate_test_wait_until (({
    g_autofree char *hash = hash_of (&fixture->b);
    count (fixture, hash) == 199;
  }));
  assert_edges (fixture, "");

  /* Who stayed is the other's as before. */
  roster_peer_wait_beats (&fixture->a, 10 * RESONATE_NODE_BEATS);
  assert_edges (fixture, "");
  roster_peer_leave (&fixture->a, TOPIC, "a.199");
  roster_peer_settle (&fixture->a);
  assert_edges (fixture, "-200");
}

static void
test_roster_is_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *hash = hash_of (&fixture->a);

  g_test_summary ("What a live node has stored is not forgotten, and its users are counted");

  join_many (&fixture->a, 3, 1);
  roster_peer_wait_beats (&fixture->a, 20 * RESONATE_NODE_BEATS);
  g_assert_cmpint (count (fixture, hash), ==, 3);
  g_assert_cmpint (count (fixture, "u"), ==, 3);
  resonate_test_wait_until (fixture->a.counted->len > 0);
  g_assert_true (g_str_has_prefix (fixture->a.counted->str, TOPIC "=3 "));
  assert_edges (fixture, "+1 +2 +3");
}

static void
test_roster_reads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateRedisReply) reply = NULL;
  size_t n = 0;

  g_test_summary ("What a user says of itself is kept as the first socket said it");

  resonate_roster_add (fixture->b.roster, TOPIC, "2.1", "7", "first");
  resonate_roster_add (fixture->b.roster, TOPIC, "2.2", "7", "second");
  roster_peer_settle (&fixture->b);
  reply = redis_server_ask (&fixture->server, "HGETALL", KEY "i", NULL);
  g_assert_true (resonate_redis_reply_get_length (reply, &n, NULL));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (resonate_redis_reply_get_text (resonate_redis_reply_get_member (reply, "7"),
                                                  NULL, NULL),
                   ==, "first");
  roster_peer_set (&fixture->b, TOPIC, "2.1", "7");
  roster_peer_set (&fixture->b, TOPIC, "2.2", "7");
}

static void
test_roster_keys (Fixture *fixture, gconstpointer data)
{
  ResonateRoom room = { fixture->a.node, "t:ch:app:presence-x", "a/1" };
  ResonateRedisCommand *command = resonate_roster_command_touch (&room);

  g_test_summary ("All keys of a channel have the slot of its topic");

  g_assert_cmpuint (resonate_redis_command_get_n_keys (command), ==, 4);
  g_assert_cmpstr (resonate_redis_command_get_key (command, 0, NULL), ==,
                   "t:m:{t:ch:app:presence-x}:n:a/1");
  g_assert_cmpstr (resonate_redis_command_get_key (command, 3, NULL), ==,
                   "t:m:{t:ch:app:presence-x}:nodes");
  resonate_redis_command_unref (command);

  /* Its own tag is the first there is. */
  room.topic = "t:ch:app:presence-{x}";
  command = resonate_roster_command_touch (&room);
  g_assert_cmpstr (resonate_redis_command_get_key (command, 1, NULL), ==,
                   "t:m:t:ch:app:presence-{x}:u");
  resonate_redis_command_unref (command);
}

#define add(path, name)         g_test_add (path, Fixture, NULL, set_up, test_roster_##name, tear_down)
#define add_killing(path, name) g_test_add (path, Fixture, NULL, set_up, test_roster_##name, NULL)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/roster/edges", edges);
  add ("/roster/says-it-twice", says_it_twice);
  add_killing ("/roster/reaps", reaps);
  add_killing ("/roster/recounts", recounts);
  add ("/roster/finds-what-came-late", finds_what_came_late);
  add ("/roster/comes-back-after-flush", comes_back_after_flush);
  add ("/roster/reconciles-after-restart", reconciles_after_restart);
  add ("/roster/puts-right", puts_right);
  add ("/roster/moves", moves);
  add ("/roster/is-kept", is_kept);
  add ("/roster/reads", reads);
  add ("/roster/keys", keys);

  return g_test_run ();
}
