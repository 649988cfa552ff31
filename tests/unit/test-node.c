/* test-node.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-fixture.h"
#include "redis-server.h"

#include "cluster/resonate-node-private.h"

#define LEASE_US     (400 * G_TIME_SPAN_MILLISECOND)
#define HEARTBEAT_US (80 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  RedisServer server;
} Fixture;

typedef struct
{
  ResonateRedis *redis;
  ResonateNode *node;
  unsigned int n_registered;
  GString *claimed;
} Peer;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  redis_server_init (&fixture->server, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_server_clear (&fixture->server);
}

static void
on_registered (ResonateNode *node, Peer *self)
{
  g_assert_true (resonate_node_is_registered (node));
  self->n_registered++;
}

static void
on_claimed (ResonateNode *node, const char *incarnation, Peer *self)
{
  g_string_append_printf (self->claimed, "%s ", incarnation);
}

static void
peer_init (Peer *self, Fixture *fixture, const char *id)
{
  self->redis = redis_new_ready (fixture->server.url, NULL);
  self->node = resonate_node_new (self->redis, "t:", id, LEASE_US, HEARTBEAT_US);
  self->n_registered = 0;
  self->claimed = g_string_new (NULL);
  g_signal_connect (self->node, "registered", G_CALLBACK (on_registered), self);
  g_signal_connect (self->node, "claimed", G_CALLBACK (on_claimed), self);
  resonate_node_start (self->node);
}

static void
peer_init_registered (Peer *self, Fixture *fixture, const char *id)
{
  peer_init (self, fixture, id);
  resonate_test_wait_until (self->n_registered == 1);
}

static void
peer_clear (Peer *self)
{
  resonate_redis_close (self->redis);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->node);
  redis_finish (self->redis);
  g_string_free (self->claimed, TRUE);
}

static void
peer_stop (Peer *self)
{
  g_auto (RedisAnswer) answer = { 0 };

  resonate_node_stop (self->node, redis_answer_keep, &answer);
  resonate_test_wait_until (answer.is_there);
  g_assert_cmpstr (answer.text, ==, "1");
}

static gboolean
lists (Peer *self, const char *expected)
{
  g_auto (GStrv) ids = resonate_node_list (self->node);
  g_autofree char *text = g_strjoinv (" ", ids);
  g_autofree char *reversed = NULL;

  if (g_strv_length (ids) == 2)
    reversed = g_strjoin (" ", ids[1], ids[0], NULL);

  return g_str_equal (text, expected) || g_strcmp0 (reversed, expected) == 0;
}

static void
test_node_id (void)
{
  g_autofree char *id = resonate_node_make_id ();
  g_autofree char *other = resonate_node_make_id ();

  g_test_summary ("An id has no colon, and no two processes have the same");

  g_assert_null (strchr (id, ':'));
  g_assert_null (strchr (id, '/'));
  g_assert_cmpstr (id, !=, other);
  g_assert_cmpuint (strspn (strrchr (id, '-') + 1, "0123456789abcdef"), ==, 8);
}

static void
test_node_registers (Fixture *fixture, gconstpointer data)
{
  Peer a, b;

  g_test_summary ("Nodes with a lease know each other");

  peer_init_registered (&a, fixture, "a");
  peer_init_registered (&b, fixture, "b");
  g_assert_true (g_str_has_prefix (resonate_node_get_incarnation (a.node), "a/"));
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "EXISTS", "t:{nodes}:lease:a", NULL), ==,
                   1);
  resonate_test_wait_until (lists (&a, "a b"));
  g_assert_true (resonate_node_knows (a.node, resonate_node_get_incarnation (b.node)));

  peer_stop (&b);
  peer_clear (&b);
  resonate_test_wait_until (lists (&a, "a"));
  peer_clear (&a);
}

static void
test_node_has_its_id_alone (Fixture *fixture, gconstpointer data)
{
  Peer a, b;

  g_test_summary ("Of two with one id the second has no lease before the first has ended");

  peer_init_registered (&a, fixture, "a");
  g_test_expect_message ("resonate", G_LOG_LEVEL_MESSAGE, "*node id ‘a’*");
  peer_init (&b, fixture, "a");
  resonate_test_wait_until (lists (&a, "a"));
  g_assert_cmpuint (b.n_registered, ==, 0);
  peer_stop (&a);
  peer_clear (&a);
  resonate_test_wait_until (b.n_registered == 1);
  g_test_assert_expected_messages ();
  peer_clear (&b);
}

static void
test_node_is_claimed_once (Fixture *fixture, gconstpointer data)
{
  Peer a, b, c;
  g_autofree char *gone = NULL;

  g_test_summary ("A node that is gone is cleaned up after by one other");

  peer_init_registered (&a, fixture, "a");
  peer_init_registered (&b, fixture, "b");
  peer_init_registered (&c, fixture, "c");
  gone = g_strconcat (resonate_node_get_incarnation (a.node), " ", NULL);
  peer_clear (&a);

  resonate_test_wait_until (b.claimed->len + c.claimed->len > 0);
  g_assert_true (g_str_equal (b.claimed->str, gone) != g_str_equal (c.claimed->str, gone));
  g_assert_true ((b.claimed->len == 0) != (c.claimed->len == 0));

  /* Who does not end it leaves it to the next. */
  resonate_test_wait_until (b.claimed->len + c.claimed->len > strlen (gone));
  g_strchomp (gone);
  resonate_node_bury (b.node, gone);
  redis_assert (b.redis, "PONG", "PING");
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "ZCARD", "t:{nodes}:dead", NULL), ==, 0);
  peer_clear (&b);
  peer_clear (&c);
}

static void
test_node_begins_anew (Fixture *fixture, gconstpointer data)
{
  Peer a;
  g_autofree char *before = NULL;

  g_test_summary ("A lease that was lost is not taken again: there is a new incarnation");

  peer_init_registered (&a, fixture, "a");
  before = g_strdup (resonate_node_get_incarnation (a.node));
  redis_server_ask_int (&fixture->server, "DEL", "t:{nodes}:lease:a", NULL);
  resonate_test_wait_until (a.n_registered == 2);
  g_assert_cmpstr (resonate_node_get_incarnation (a.node), !=, before);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "ZCARD", "t:{nodes}", NULL), ==, 1);

  /* Whatever still arrives for the one before is found. */
  resonate_test_wait_until (
    redis_server_ask_int (&fixture->server, "ZCARD", "t:{nodes}:dead", NULL) == 1);
  resonate_test_wait_until (a.claimed->len > 0);
  g_assert_true (g_str_has_prefix (a.claimed->str, before));
  peer_clear (&a);
}

static void
test_node_registers_after_loss (Fixture *fixture, gconstpointer data)
{
  Peer a;
  g_autofree char *before = NULL;

  g_test_summary ("Each time the link comes back it is told that there is a lease");

  peer_init_registered (&a, fixture, "a");
  before = g_strdup (resonate_node_get_incarnation (a.node));
  redis_server_ask_int (&fixture->server, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes",
                        NULL);
  resonate_test_wait_until (a.n_registered == 2);
  g_assert_cmpstr (resonate_node_get_incarnation (a.node), ==, before);

  redis_server_kill (&fixture->server);
  resonate_test_wait_until (!resonate_node_is_registered (a.node));
  redis_server_start (&fixture->server);
  resonate_test_wait_until (a.n_registered == 3);
  g_assert_cmpstr (resonate_node_get_incarnation (a.node), !=, before);
  peer_clear (&a);
}

#define add(path, name) g_test_add (path, Fixture, NULL, set_up, test_node_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/node/id", test_node_id);
  add ("/node/registers", registers);
  add ("/node/has-its-id-alone", has_its_id_alone);
  add ("/node/is-claimed-once", is_claimed_once);
  add ("/node/begins-anew", begins_anew);
  add ("/node/registers-after-loss", registers_after_loss);

  return g_test_run ();
}
