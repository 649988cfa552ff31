/* test-attendance.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "attending-node.h"
#include "pusher/resonate-dispatcher-private.h"
#include "redis-fixture.h"

#define CHANNEL "presence-a"
#define TOPIC   "resonate:ch:app-id:" CHANNEL
#define KEY     "resonate:m:{" TOPIC "}:"

#define ADDED(id)                                                                      \
  "{\"event\":\"pusher_internal:member_added\",\"data\":\"{\\\"user_id\\\":" id "}\"," \
  "\"channel\":\"" CHANNEL "\"}\n"

#define REMOVED(id)                                                                      \
  "{\"event\":\"pusher_internal:member_removed\",\"data\":\"{\\\"user_id\\\":" id "}\"," \
  "\"channel\":\"" CHANNEL "\"}\n"

/* Two nodes, with Ada here and Bob there; Eve is wherever a test wants her. */
typedef struct
{
  RedisServer server;
  AttendingNode *here, *there;
  TestClient *ada, *bob;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  redis_server_init (&fixture->server, NULL);
  fixture->here = attending_node_new (&fixture->server, "here");
  fixture->there = attending_node_new (&fixture->server, "there");
  fixture->ada = test_client_open (fixture->here->node->realm);
  fixture->bob = test_client_open (fixture->there->node->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->ada, test_client_free);
  g_clear_pointer (&fixture->bob, test_client_free);
  attending_node_free (fixture->here);
  g_clear_pointer (&fixture->there, attending_node_free);
  redis_server_clear (&fixture->server);
}

/* Waits for so many lines, and takes them. */
static char *
read_lines (TestClient *client, unsigned int n)
{
  g_autoptr (GString) all = g_string_new (NULL);
  unsigned int n_read = 0;

  while (n_read < n)
    {
      g_autofree char *some = memory_transport_take_log (client->transport);

      for (const char *at = some; *at != '\0'; at++)
        n_read += *at == '\n';
      g_string_append (all, some);
      if (n_read < n)
        g_main_context_iteration (NULL, TRUE);
    }

  return g_string_free (g_steal_pointer (&all), FALSE);
}

#define assert_reads(client, n, expected)            \
  G_STMT_START                                       \
  {                                                  \
    g_autofree char *read_ = read_lines (client, n); \
    g_assert_cmpstr (read_, ==, expected);           \
  }                                                  \
  G_STMT_END

/* Whatever was said before has been heard: an event behind it has, on a channel that is the
 * client's own. */
static void
assert_silent (Fixture *fixture, TestClient *client, AttendingNode *node)
{
  const char *channel = resonate_connection_get_socket_id (client->connection);
  g_autofree char *succeeded = NULL;
  g_autofree char *event = NULL;
  g_autofree char *all = NULL;

  attending_node_settle (fixture->here);
  if (fixture->there != NULL)
    attending_node_settle (fixture->there);
  test_client_subscribe (client, channel, NULL);
  resonate_test_wait_until (resonate_channel_list_lookup (node->node->realm->channels, channel) !=
                            NULL);
  resonate_dispatcher_publish (node->node->realm, "fence", channel, "1", -1,
                               RESONATE_EVENT_DATA_FIRST, NULL);
  succeeded = g_strdup_printf ("{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":"
                               "\"{}\",\"channel\":\"%s\"}\n",
                               channel);
  event = g_strdup_printf ("%s{\"event\":\"fence\",\"data\":\"1\",\"channel\":\"%s\"}\n", succeeded,
                           channel);
  all = read_lines (client, 2);
  g_assert_cmpstr (all, ==, event);
}

static void
on_beat (ResonateNode *node, unsigned int *n)
{
  (*n)++;
}

static void
wait_heartbeats (AttendingNode *node, unsigned int n)
{
  unsigned int n_beats = 0;
  gulong id = g_signal_connect (node->lease, "beat", G_CALLBACK (on_beat), &n_beats);

  resonate_test_wait_until (n_beats >= n * RESONATE_NODE_BEATS);
  g_signal_handler_disconnect (node->lease, id);
}

static void
join (TestClient *client, const char *data, const char *ids)
{
  g_autofree char *answer = NULL;
  g_autofree char *expected = g_strdup_printf ("\\\"ids\\\":[%s]", ids);

  test_client_subscribe (client, CHANNEL, data);
  answer = read_lines (client, 1);
  if (strstr (answer, expected) == NULL)
    g_error ("%s is not in %s", expected, answer);
}

static void
leave (TestClient *client)
{
  test_client_send (client,
                    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"" CHANNEL "\"}}");
}

static void
test_attendance_lists (Fixture *fixture, gconstpointer data)
{
  TestClient *eve = test_client_open (fixture->here->node->realm);

  g_test_summary ("The list is that of all nodes, and who is there hears of who comes and goes");

  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":\"8\"}", "7,\\\"8\\\"");
  assert_reads (fixture->ada, 1, ADDED ("\\\"8\\\""));
  join (eve, "{\"user_id\":9}", "7,\\\"8\\\",9");
  assert_reads (fixture->ada, 1, ADDED ("9"));
  assert_reads (fixture->bob, 1, ADDED ("9"));

  leave (fixture->bob);
  assert_reads (fixture->ada, 1, REMOVED ("\\\"8\\\""));
  assert_reads (eve, 1, REMOVED ("\\\"8\\\""));
  test_client_free (eve);
  assert_reads (fixture->ada, 1, REMOVED ("9"));
  assert_silent (fixture, fixture->ada, fixture->here);
}

static void
test_attendance_one_user (Fixture *fixture, gconstpointer data)
{
  TestClient *eve = test_client_open (fixture->here->node->realm);

  g_test_summary ("A user on two nodes is one member, and nobody hears of the second or the first");

  join (eve, "{\"user_id\":1}", "1");
  join (fixture->ada, "{\"user_id\":7}", "1,7");
  assert_reads (eve, 1, ADDED ("7"));
  join (fixture->bob, "{\"user_id\":\"7\"}", "1,7");
  assert_silent (fixture, eve, fixture->here);

  leave (fixture->ada);
  assert_silent (fixture, eve, fixture->here);
  assert_silent (fixture, fixture->bob, fixture->there);
  leave (fixture->bob);
  assert_reads (eve, 1, REMOVED ("7"));
  assert_silent (fixture, eve, fixture->here);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "HLEN", KEY "u", NULL), ==, 1);
  test_client_free (eve);
}

static void
test_attendance_reload_of_a_page (Fixture *fixture, gconstpointer data)
{
  TestClient *again = test_client_open (fixture->there->node->realm);

  g_test_summary ("The new socket of a reloaded page comes before the old one goes: no news");

  join (fixture->bob, "{\"user_id\":8}", "8");
  join (fixture->ada, "{\"user_id\":7}", "8,7");
  assert_reads (fixture->bob, 1, ADDED ("7"));
  join (again, "{\"user_id\":7}", "8,7");
  g_clear_pointer (&fixture->ada, test_client_free);
  attending_node_settle (fixture->here);
  assert_silent (fixture, fixture->bob, fixture->there);
  test_client_free (again);
  assert_reads (fixture->bob, 1, REMOVED ("7"));
}

static void
test_attendance_another_user (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A socket that subscribes again as another user is that user, everywhere");

  join (fixture->bob, "{\"user_id\":8}", "8");
  join (fixture->ada, "{\"user_id\":7}", "8,7");
  assert_reads (fixture->bob, 1, ADDED ("7"));
  join (fixture->ada, "{\"user_id\":6}", "8,7,6");
  assert_reads (fixture->bob, 2, REMOVED ("7") ADDED ("6"));
  assert_reads (fixture->ada, 1, REMOVED ("7"));
}

static void
test_attendance_dead_node (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("The members of a node that is gone leave, each once");

  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":8}", "7,8");
  assert_reads (fixture->ada, 1, ADDED ("8"));
  fixture->bob->connection = (g_object_unref (fixture->bob->connection), NULL);
  attending_node_vanish (g_steal_pointer (&fixture->there));

  assert_reads (fixture->ada, 1, REMOVED ("8"));
  assert_silent (fixture, fixture->ada, fixture->here);
  g_assert_cmpint (redis_server_ask_int (&fixture->server, "HLEN", KEY "u", NULL), ==, 1);
}

static void
test_attendance_flush (Fixture *fixture, gconstpointer data)
{
  gint64 n;

  g_test_summary ("What Redis loses at once is there again, and nobody hears of it");

  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":8}", "7,8");
  assert_reads (fixture->ada, 1, ADDED ("8"));
  attending_node_settle (fixture->there);
  redis_server_ask_int (&fixture->server, "FLUSHALL", NULL);
  do
    {
      g_main_context_iteration (NULL, TRUE);
      n = redis_server_ask_int (&fixture->server, "HLEN", KEY "u", NULL);
    }
  while (n < 2);
  wait_heartbeats (fixture->here, 3);
  assert_silent (fixture, fixture->ada, fixture->here);
  assert_silent (fixture, fixture->bob, fixture->there);
}

static void
wait_registered (Fixture *fixture, gboolean is_registered)
{
  resonate_test_wait_until (
    resonate_node_is_registered (fixture->here->lease) == is_registered &&
    resonate_node_is_registered (fixture->there->lease) == is_registered &&
    resonate_pub_sub_get_is_connected (fixture->here->bus) == is_registered &&
    resonate_pub_sub_get_is_connected (fixture->there->bus) == is_registered);
}

static void
test_attendance_restart (Fixture *fixture, gconstpointer data)
{
  TestClient *eve = test_client_open (fixture->here->node->realm);
  g_autofree char *told = NULL;

  g_test_summary ("While Redis is away, who is here is told at once, and who is elsewhere stays");

  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":8}", "7,8");
  assert_reads (fixture->ada, 1, ADDED ("8"));
  redis_server_kill (&fixture->server);
  wait_registered (fixture, FALSE);

  join (eve, "{\"user_id\":9}", "7,8,9");
  assert_reads (fixture->ada, 1, ADDED ("9"));
  leave (fixture->ada);
  assert_reads (eve, 1, REMOVED ("7"));

  redis_server_start (&fixture->server);
  wait_registered (fixture, TRUE);
  told = read_lines (fixture->bob, 2);
  g_assert_true (g_str_equal (told, ADDED ("9") REMOVED ("7")) ||
                 g_str_equal (told, REMOVED ("7") ADDED ("9")));
  assert_silent (fixture, eve, fixture->here);
  test_client_free (eve);
}

static void
test_attendance_long_absence (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("When Redis is away for longer than a lease, who is elsewhere is forgotten");

  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":8}", "7,8");
  assert_reads (fixture->ada, 1, ADDED ("8"));
  redis_server_kill (&fixture->server);
  assert_reads (fixture->ada, 1, REMOVED ("8"));
  assert_reads (fixture->bob, 1, REMOVED ("7"));
  redis_server_start (&fixture->server);
  assert_reads (fixture->ada, 1, ADDED ("8"));
  assert_reads (fixture->bob, 1, ADDED ("7"));
  wait_registered (fixture, TRUE);
}

static void
test_attendance_gap (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What was missed while nothing was heard is told afterwards");

  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":8}", "7,8");
  assert_reads (fixture->ada, 1, ADDED ("8"));
  redis_server_ask_int (&fixture->server, "CLIENT", "KILL", "TYPE", "pubsub", NULL);
  leave (fixture->bob);
  assert_reads (fixture->ada, 1, REMOVED ("8"));
  resonate_test_wait_until (resonate_pub_sub_get_is_connected (fixture->there->bus));
  assert_silent (fixture, fixture->ada, fixture->here);
}

static void
test_attendance_limit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = NULL;

  g_test_summary ("The limit of members is that of the whole cluster");

  g_object_set (fixture->there->node->app, "max-presence-members", 1, NULL);
  join (fixture->ada, "{\"user_id\":7}", "7");
  join (fixture->bob, "{\"user_id\":7}", "7");
  leave (fixture->bob);
  test_client_subscribe (fixture->bob, CHANNEL, "{\"user_id\":8}");
  answer = read_lines (fixture->bob, 1);
  g_assert_nonnull (strstr (answer, "Presence channel is limited to 1 members"));
}

static void
test_attendance_foreign (Fixture *fixture, gconstpointer data)
{
  const ResonateEnvelopeCounters *counters;
  uint64_t before;

  g_test_summary ("What PUBLISH alone says of members is nobody's news where there is a secret");

  join (fixture->ada, "{\"user_id\":7}", "7");
  counters = resonate_envelope_codec_get_counters (fixture->here->node->relay->codec);
  before = counters->dropped[RESONATE_ENVELOPE_UNSIGNED];
  redis_server_ask_int (&fixture->server, "PUBLISH", TOPIC,
                        "{\"v\":1,\"type\":\"presence\",\"application\":\"app-id\",\"node\":\"x\","
                        "\"seq\":1,\"time\":1,\"payload\":{\"event\":\"member_added\","
                        "\"user_id\":\"8\",\"data\":\"{\\\"user_id\\\":8}\"}}",
                        NULL);
  resonate_test_wait_until (counters->dropped[RESONATE_ENVELOPE_UNSIGNED] == before + 1);
  assert_silent (fixture, fixture->ada, fixture->here);
}

#define add(path, name) g_test_add (path, Fixture, NULL, set_up, test_attendance_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/attendance/lists", lists);
  add ("/attendance/one-user", one_user);
  add ("/attendance/reload-of-a-page", reload_of_a_page);
  add ("/attendance/another-user", another_user);
  add ("/attendance/dead-node", dead_node);
  add ("/attendance/flush", flush);
  add ("/attendance/restart", restart);
  add ("/attendance/long-absence", long_absence);
  add ("/attendance/gap", gap);
  add ("/attendance/limit", limit);
  add ("/attendance/foreign", foreign);

  return g_test_run ();
}
