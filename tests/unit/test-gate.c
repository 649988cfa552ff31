/* test-gate.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "recording-gate.h"
#include "test-client.h"

#define NOT_NOW TEST_FRAME_ERROR ("4100", "Not now")
#define PING    "{\"event\":\"pusher:ping\"}"

typedef struct
{
  ResonateApp *app;
  RecordingGate *gate;
  ResonateRealm *realm;
  TestClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->gate = recording_gate_new ();
  fixture->realm = resonate_realm_new (fixture->app, RESONATE_GATE (fixture->gate));
  fixture->client = test_client_open (fixture->realm);
  recording_gate_assert_log (fixture->gate, "opened");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->client);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->gate);
  g_assert_finalize_object (fixture->app);
}

static gboolean
has_channel (Fixture *fixture, const char *name)
{
  return resonate_channel_list_lookup (fixture->realm->channels, name) != NULL;
}

static void
test_gate_order (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A channel is occupied before it has members, and loses them before it is empty");

  test_client_subscribe (fixture->client, "presence-a", "{\"user_id\":7}");
  recording_gate_assert_log (fixture->gate,
                             "authenticate:presence-a authorize:presence-a prepare:presence-a "
                             "occupied:presence-a added:7 commit:presence-a "
                             "subscribed:presence-a");

  test_client_leave (fixture->client);
  recording_gate_assert_log (fixture->gate,
                             "removed:7 vacated:presence-a unsubscribed:presence-a closed");
}

static void
test_gate_edges (Fixture *fixture, gconstpointer data)
{
  TestClient *other = test_client_open (fixture->realm);

  g_test_summary ("Who comes second and who leaves first change no channel's state");

  test_client_subscribe (other, "presence-a", "{\"user_id\":7}");
  g_free (recording_gate_take_log (fixture->gate));
  test_client_subscribe (fixture->client, "presence-a", "{\"user_id\":\"7\"}");
  test_client_leave (other);
  recording_gate_assert_log (fixture->gate,
                             "authenticate:presence-a authorize:presence-a prepare:presence-a "
                             "commit:presence-a subscribed:presence-a "
                             "unsubscribed:presence-a closed");
  test_client_free (other);
}

static void
test_gate_vouches (Fixture *fixture, gconstpointer data)
{
  const char *text = "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-a\"}}";

  g_test_summary ("A gate that vouches for a client takes the place of the signature");

  test_client_send (fixture->client, text);
  test_client_assert_sent (fixture->client, TEST_FRAME_UNAUTHORIZED);
  recording_gate_assert_log (fixture->gate, "authenticate:private-a");

  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_AUTHENTICATE, RESONATE_VERDICT_HANDLED);
  test_client_send (fixture->client, text);
  test_client_assert_sent (fixture->client, TEST_FRAME_SUBSCRIBED ("private-a"));
}

static void
test_gate_refuses (Fixture *fixture, gconstpointer data)
{
  static const char *const logs[] = {
    "authenticate:a",
    "authenticate:a authorize:a",
    "authenticate:a authorize:a prepare:a rollback:a",
  };

  g_test_summary ("Only what was reserved is rolled back, and nobody joins");

  for (unsigned int i = 0; i < G_N_ELEMENTS (logs); i++)
    {
      recording_gate_set_verdict (fixture->gate, i, RESONATE_VERDICT_REFUSE);
      test_client_subscribe (fixture->client, "a", NULL);
      test_client_assert_sent (fixture->client, NOT_NOW);
      recording_gate_assert_log (fixture->gate, logs[i]);
      g_assert_false (has_channel (fixture, "a"));
      recording_gate_set_verdict (fixture->gate, i, RESONATE_VERDICT_PASS);
    }
}

static void
test_gate_limit_rolls_back (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What the gate reserved is given back when a limit of the app says no");

  g_object_set (fixture->app, "max-subscriptions-per-connection", 1, NULL);
  test_client_subscribe (fixture->client, "a", NULL);
  g_free (recording_gate_take_log (fixture->gate));

  test_client_subscribe (fixture->client, "b", NULL);
  test_client_assert_sent (fixture->client,
                           TEST_FRAME_SUBSCRIBED ("a")
                             TEST_FRAME_ERROR ("4302", "Subscription limit of 1 reached"));
  recording_gate_assert_log (fixture->gate, "authenticate:b authorize:b rollback:b");
}

static void
test_gate_waits (Fixture *fixture, gconstpointer data)
{
  TestClient *other = test_client_open (fixture->realm);

  g_test_summary ("A stage that waits freezes its client, in order, and no other");

  for (unsigned int i = RESONATE_STAGE_AUTHENTICATE; i <= RESONATE_STAGE_PREPARE; i++)
    {
      recording_gate_set_verdict (fixture->gate, i, RESONATE_VERDICT_WAIT);
      test_client_subscribe (fixture->client, "a", NULL);
      test_client_send (fixture->client, PING);
      test_client_send (fixture->client, "Hi");
      test_client_send (fixture->client,
                        "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"a\"}}");
      test_client_send (other, PING);

      test_client_assert_sent (fixture->client, "");
      test_client_assert_sent (other, TEST_FRAME_PONG);
      g_assert_false (has_channel (fixture, "a"));

      recording_gate_set_verdict (fixture->gate, i, RESONATE_VERDICT_PASS);
      recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
      test_client_assert_sent (fixture->client,
                               TEST_FRAME_SUBSCRIBED ("a") TEST_FRAME_PONG TEST_FRAME_INVALID);
      g_assert_false (has_channel (fixture, "a"));
    }

  test_client_free (other);
}

static void
test_gate_waits_again (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What waited may wait again, at the next stage and in the next message");

  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_AUTHORIZE, RESONATE_VERDICT_WAIT);
  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_PREPARE, RESONATE_VERDICT_WAIT);
  test_client_subscribe (fixture->client, "a", NULL);
  test_client_subscribe (fixture->client, "b", NULL);
  test_client_send (fixture->client, PING);

  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, "");
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, TEST_FRAME_SUBSCRIBED ("a"));
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, "");
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_REFUSE);
  test_client_assert_sent (fixture->client, NOT_NOW TEST_FRAME_PONG);

  recording_gate_assert_log (fixture->gate,
                             "authenticate:a authorize:a prepare:a occupied:a commit:a "
                             "subscribed:a authenticate:b authorize:b prepare:b rollback:b");
}

static void
test_gate_waits_for_a_signature (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A gate that has nothing to say after all leaves the signature to be checked");

  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_AUTHENTICATE, RESONATE_VERDICT_WAIT);
  test_client_send (fixture->client,
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-a\"}}");
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, TEST_FRAME_UNAUTHORIZED);
}

static void
test_gate_client_leaves_meanwhile (Fixture *fixture, gconstpointer data)
{
  GCancellable *cancellable = resonate_connection_get_cancellable (fixture->client->connection);

  g_test_summary ("Who left while a stage waited is cancelled, rolled back and never joins");

  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_PREPARE, RESONATE_VERDICT_WAIT);
  test_client_subscribe (fixture->client, "a", NULL);
  test_client_send (fixture->client, PING);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  test_client_leave (fixture->client);
  g_assert_true (g_cancellable_is_cancelled (cancellable));

  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, "");
  g_assert_false (has_channel (fixture, "a"));
  recording_gate_assert_log (fixture->gate,
                             "authenticate:a authorize:a prepare:a closed rollback:a");
}

static void
test_gate_intercepts (Fixture *fixture, gconstpointer data)
{
  recording_gate_set_verdict (fixture->gate, RECORDING_GATE_INTERCEPT, RESONATE_VERDICT_HANDLED);
  test_client_send (fixture->client, PING);
  test_client_assert_sent (fixture->client, "");

  recording_gate_set_verdict (fixture->gate, RECORDING_GATE_INTERCEPT, RESONATE_VERDICT_REFUSE);
  test_client_send (fixture->client, PING);
  test_client_assert_sent (fixture->client, NOT_NOW);

  g_test_message ("what is no message is nothing to intercept");
  test_client_send (fixture->client, "Hi");
  test_client_assert_sent (fixture->client, TEST_FRAME_INVALID);
  recording_gate_assert_log (fixture->gate, "intercept:pusher:ping intercept:pusher:ping");
}

static void
test_gate_intercepts_later (Fixture *fixture, gconstpointer data)
{
  recording_gate_set_verdict (fixture->gate, RECORDING_GATE_INTERCEPT, RESONATE_VERDICT_WAIT);
  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_AUTHORIZE, RESONATE_VERDICT_WAIT);
  test_client_subscribe (fixture->client, "a", NULL);
  recording_gate_set_verdict (fixture->gate, RECORDING_GATE_INTERCEPT, RESONATE_VERDICT_PASS);
  test_client_send (fixture->client, PING);

  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, "");
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, TEST_FRAME_SUBSCRIBED ("a") TEST_FRAME_PONG);

  recording_gate_set_verdict (fixture->gate, RECORDING_GATE_INTERCEPT, RESONATE_VERDICT_WAIT);
  test_client_send (fixture->client, PING);
  test_client_send (fixture->client, PING);
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_HANDLED);
  recording_gate_resume (fixture->gate, RESONATE_VERDICT_REFUSE);
  test_client_assert_sent (fixture->client, NOT_NOW);
}

static void
test_gate_backlog_is_bounded (Fixture *fixture, gconstpointer data)
{
  recording_gate_set_verdict (fixture->gate, RESONATE_STAGE_AUTHORIZE, RESONATE_VERDICT_WAIT);
  test_client_subscribe (fixture->client, "a", NULL);
  for (int i = 0; i < 256; i++)
    test_client_send (fixture->client, PING);
  g_assert_cmpuint (memory_transport_get_close_code (fixture->client->transport), ==, 0);

  test_client_send (fixture->client, PING);
  test_client_assert_sent (fixture->client, TEST_FRAME_ERROR ("4100", "Over capacity"));
  test_client_assert_closed (fixture->client, 4100, "Over capacity");

  recording_gate_resume (fixture->gate, RESONATE_VERDICT_PASS);
  test_client_assert_sent (fixture->client, "");
}

static void
test_gate_replays_before_live (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What a commit sends comes after the cached event and before all that is live");

  recording_gate_set_replay (fixture->gate, "old");
  test_client_subscribe (fixture->client, "cache-a", NULL);
  test_client_assert_sent (
    fixture->client, TEST_FRAME_SUBSCRIBED (
                       "cache-a") "{\"event\":\"pusher:cache_miss\",\"channel\":\"cache-a\"}\n"
                                  "{\"event\":\"old\",\"data\":\"{}\",\"channel\":\"cache-a\"}\n");
}

static void
test_gate_may_close_the_client (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *word, *log;
  } cases[] = {
    { "occupied", "removed:7 vacated:presence-a unsubscribed:presence-a closed "
                  "rollback:presence-a" },
    { "added", "added:7 removed:7 vacated:presence-a unsubscribed:presence-a closed "
               "rollback:presence-a" },
    { "commit", "added:7 commit:presence-a removed:7 vacated:presence-a "
                "unsubscribed:presence-a closed" },
    { "subscribed", "added:7 commit:presence-a subscribed:presence-a removed:7 "
                    "vacated:presence-a unsubscribed:presence-a closed" },
  };

  g_test_summary ("Who is thrown out while it joins is nowhere, and nobody hears of it after that");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TestClient *client = test_client_open (fixture->realm);
      g_autofree char *log =
        g_strconcat ("opened authenticate:presence-a authorize:presence-a prepare:presence-a "
                     "occupied:presence-a ",
                     cases[i].log, NULL);

      g_test_message ("%s", cases[i].word);
      recording_gate_set_fatal (fixture->gate, cases[i].word);
      test_client_subscribe (client, "presence-a", "{\"user_id\":7}");
      test_client_assert_closed (client, 4009, "Out");
      g_assert_false (has_channel (fixture, "presence-a"));
      recording_gate_assert_log (fixture->gate, log);

      recording_gate_set_fatal (fixture->gate, NULL);
      test_client_free (client);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/gate/order", test_gate_order);
  add ("/gate/edges", test_gate_edges);
  add ("/gate/vouches", test_gate_vouches);
  add ("/gate/refuses", test_gate_refuses);
  add ("/gate/limit-rolls-back", test_gate_limit_rolls_back);
  add ("/gate/waits", test_gate_waits);
  add ("/gate/waits-again", test_gate_waits_again);
  add ("/gate/waits-for-a-signature", test_gate_waits_for_a_signature);
  add ("/gate/client-leaves-meanwhile", test_gate_client_leaves_meanwhile);
  add ("/gate/intercepts", test_gate_intercepts);
  add ("/gate/intercepts-later", test_gate_intercepts_later);
  add ("/gate/backlog-is-bounded", test_gate_backlog_is_bounded);
  add ("/gate/replays-before-live", test_gate_replays_before_live);
  add ("/gate/may-close-the-client", test_gate_may_close_the_client);

#undef add

  return g_test_run ();
}
