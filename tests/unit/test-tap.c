/* test-tap.c: what is told while somebody taps, and only then
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "pusher/resonate-dispatcher-private.h"
#include "pusher/resonate-realm-list-private.h"
#include "recording-gate.h"
#include "test-client.h"

typedef struct
{
  ResonateAppList *apps;
  RecordingGate *gate;
  ResonateRealmList *realms;
} Fixture;

static ResonateRealm *
add_app (Fixture *fixture, const char *id, const char *key)
{
  g_autoptr (ResonateApp) app = resonate_app_new (id, key, "secret");

  g_assert_true (resonate_app_list_add (fixture->apps, app, NULL));

  return resonate_realm_list_lookup (fixture->realms, id);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->apps = resonate_app_list_new ();
  fixture->gate = recording_gate_new ();
  fixture->realms = resonate_realm_list_new (fixture->apps, RESONATE_GATE (fixture->gate));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  resonate_realm_list_free (fixture->realms);
  g_assert_finalize_object (fixture->gate);
  g_assert_finalize_object (fixture->apps);
}

static void
publish (ResonateRealm *realm, const char *channel)
{
  resonate_dispatcher_publish (realm, "e", channel, "data", -1, RESONATE_EVENT_DATA_FIRST, NULL);
}

static void
test_tap_only_while_it_is_wanted (Fixture *fixture, gconstpointer data)
{
  ResonateRealm *realm = add_app (fixture, "1", "key-1");
  TestClient *client = test_client_open (realm);

  test_client_send (client, "{\"event\":\"pusher:ping\"}");
  publish (realm, "nobody-is-here");
  recording_gate_assert_log (fixture->gate, "opened");

  resonate_realm_list_set_tapped (fixture->realms, TRUE);
  test_client_send (client, "{\"event\":\"pusher:ping\"}");
  publish (realm, "nobody-is-here");
  recording_gate_assert_log (fixture->gate, "received:pusher:ping "
                                            "published:nobody-is-here:e:4");

  resonate_realm_list_set_tapped (fixture->realms, FALSE);
  test_client_free (client);
  recording_gate_assert_log (fixture->gate, "closed");
}

static void
test_tap_holds_for_apps_to_come (Fixture *fixture, gconstpointer data)
{
  resonate_realm_list_set_tapped (fixture->realms, TRUE);
  publish (add_app (fixture, "2", "key-2"), "a");
  recording_gate_assert_log (fixture->gate, "published:a:e:4");
}

static void
test_tap_says_why_a_client_left (Fixture *fixture, gconstpointer data)
{
  ResonateRealm *realm = add_app (fixture, "1", "key-1");
  TestClient *client = test_client_open (realm);

  resonate_realm_list_set_tapped (fixture->realms, TRUE);
  recording_gate_assert_log (fixture->gate, "opened");
  resonate_dispatcher_terminate (client->connection);
  recording_gate_assert_log (fixture->gate, "closed left:4009:You got disconnected by the app.");
  test_client_free (client);
}

static void
test_tap_may_send_away_whom_it_hears (Fixture *fixture, gconstpointer data)
{
  ResonateRealm *realm = add_app (fixture, "1", "key-1");
  TestClient *client = test_client_open (realm);
  const char *const words[] = { "received", "published" };

  test_client_free (client);
  resonate_realm_list_set_tapped (fixture->realms, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      client = test_client_open (realm);
      test_client_subscribe (client, "private-a", NULL);
      recording_gate_set_fatal (fixture->gate, words[i]);
      test_client_send (client, "{\"event\":\"client-e\",\"channel\":\"private-a\",\"data\":{}}");
      recording_gate_set_fatal (fixture->gate, NULL);
      g_assert_cmpuint (resonate_connection_list_count (realm->connections), ==, 0);
      g_assert_null (resonate_channel_list_lookup (realm->channels, "private-a"));
      test_client_free (client);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/tap/only-while-it-is-wanted", Fixture, NULL, set_up,
              test_tap_only_while_it_is_wanted, tear_down);
  g_test_add ("/tap/holds-for-apps-to-come", Fixture, NULL, set_up, test_tap_holds_for_apps_to_come,
              tear_down);
  g_test_add ("/tap/says-why-a-client-left", Fixture, NULL, set_up, test_tap_says_why_a_client_left,
              tear_down);
  g_test_add ("/tap/may-send-away-whom-it-hears", Fixture, NULL, set_up,
              test_tap_may_send_away_whom_it_hears, tear_down);

  return g_test_run ();
}
