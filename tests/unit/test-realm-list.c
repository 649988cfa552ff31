/* test-realm-list.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-clock.h"
#include "pusher/resonate-realm-list-private.h"
#include "test-client.h"

typedef struct
{
  ResonateAppList *apps;
  ResonateRealmList *realms;
} Fixture;

static void
add_app (Fixture *fixture, const char *id, const char *key)
{
  g_autoptr (ResonateApp) app = resonate_app_new (id, key, "secret");

  g_assert_true (resonate_app_list_add (fixture->apps, app, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->apps = resonate_app_list_new ();
  add_app (fixture, "1", "key-1");
  fixture->realms = resonate_realm_list_new (fixture->apps, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  resonate_realm_list_free (fixture->realms);
  g_assert_finalize_object (fixture->apps);
}

static TestClient *
open_in (Fixture *fixture, const char *app_id)
{
  return test_client_open (resonate_realm_list_lookup (fixture->realms, app_id));
}

static void
test_realm_list_follows_the_apps (Fixture *fixture, gconstpointer data)
{
  ResonateRealm *one = resonate_realm_list_lookup (fixture->realms, "1");

  g_assert_true (resonate_realm_list_lookup_key (fixture->realms, "key-1") == one);
  g_assert_null (resonate_realm_list_lookup (fixture->realms, "01"));
  g_assert_null (resonate_realm_list_lookup_key (fixture->realms, "1"));

  add_app (fixture, "2", "key-2");
  g_assert_nonnull (resonate_realm_list_lookup_key (fixture->realms, "key-2"));
  g_assert_true (resonate_realm_list_lookup (fixture->realms, "1") == one);

  resonate_app_list_remove (fixture->apps, "2");
  g_assert_null (resonate_realm_list_lookup (fixture->realms, "2"));
  resonate_realm_list_check (fixture->realms);
}

static void
test_realm_list_app_comes_back (Fixture *fixture, gconstpointer data)
{
  TestClient *before = open_in (fixture, "1"), *after;

  g_test_summary ("An app that comes back begins anew, while its old clients are still leaving");

  resonate_app_list_remove (fixture->apps, "1");
  test_client_assert_closed (before, 4001, "Application does not exist");
  g_assert_cmpuint (resonate_realm_list_count_connections (fixture->realms), ==, 0);
  g_assert_cmpuint (resonate_realm_list_count_leaving (fixture->realms), ==, 1);

  add_app (fixture, "1", "key-1");
  after = open_in (fixture, "1");
  resonate_realm_list_check (fixture->realms);
  g_assert_cmpuint (resonate_realm_list_count_connections (fixture->realms), ==, 1);

  test_client_leave (before);
  g_assert_cmpuint (resonate_realm_list_count_leaving (fixture->realms), ==, 0);
  test_client_free (before);
  resonate_realm_list_check (fixture->realms);
  test_client_free (after);
}

static void
add_another (ResonateConnection *connection, Fixture *fixture)
{
  add_app (fixture, "3", "key-3");
  resonate_app_list_remove (fixture->apps, "2");
}

static void
test_realm_list_changed_while_it_changes (Fixture *fixture, gconstpointer data)
{
  TestClient *one = open_in (fixture, "1"), *two;

  g_test_summary ("Who hears that a client is closed may add and remove apps");

  add_app (fixture, "2", "key-2");
  two = open_in (fixture, "2");
  g_signal_connect (one->connection, "closed", G_CALLBACK (add_another), fixture);
  resonate_app_list_remove (fixture->apps, "1");
  test_client_assert_closed (two, 4001, "Application does not exist");
  g_assert_nonnull (resonate_realm_list_lookup (fixture->realms, "3"));
  test_client_free (one);
  test_client_free (two);
}

static ResonateApp *
app_of (Fixture *fixture, const char *id)
{
  return resonate_app_list_get_by_id (fixture->apps, id);
}

static void
test_realm_list_app_is_switched_off (Fixture *fixture, gconstpointer data)
{
  TestClient *one = open_in (fixture, "1"), *two, *refused, *after;
  ResonateRealm *realm = resonate_realm_list_lookup (fixture->realms, "1");

  g_test_summary ("Its clients go, new ones are refused, and other apps notice nothing");

  add_app (fixture, "2", "key-2");
  two = open_in (fixture, "2");
  g_object_set (app_of (fixture, "1"), "enabled", FALSE, NULL);
  test_client_assert_sent (one, TEST_FRAME_ERROR ("4003", "Application disabled"));
  test_client_assert_closed (one, 4003, "Application disabled");
  g_assert_cmpuint (memory_transport_get_close_code (two->transport), ==, 0);

  refused = test_client_open_from (realm, NULL);
  g_assert_null (refused->connection);
  test_client_assert_sent (refused, TEST_FRAME_ERROR ("4003", "Application disabled"));
  test_client_assert_closed (refused, 4003, "Application disabled");

  g_object_set (app_of (fixture, "1"), "enabled", TRUE, NULL);
  after = open_in (fixture, "1");
  g_assert_cmpuint (memory_transport_get_close_code (after->transport), ==, 0);

  test_client_free (one);
  test_client_free (two);
  test_client_free (refused);
  test_client_free (after);
}

static void
switch_on (ResonateConnection *connection, ResonateApp *app)
{
  g_object_set (app, "enabled", TRUE, NULL);
}

static void
test_realm_list_switched_on_while_it_is_switched_off (Fixture *fixture, gconstpointer data)
{
  TestClient *one = open_in (fixture, "1"), *two = open_in (fixture, "1");
  ResonateApp *app = app_of (fixture, "1");

  g_test_summary ("Who hears that the first client is closed may save the others");

  g_signal_connect (one->connection, "closed", G_CALLBACK (switch_on), app);
  g_signal_connect (two->connection, "closed", G_CALLBACK (switch_on), app);
  g_object_set (app, "enabled", FALSE, NULL);
  g_assert_cmpuint (resonate_realm_list_count_connections (fixture->realms), ==, 1);
  test_client_free (one);
  test_client_free (two);
}

static void
test_realm_list_ping_interval_of_those_who_are_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateWheel) wheel = NULL;
  TestClient *client;

  fake_clock_set (NULL, 0);
  wheel = resonate_wheel_new ();
  resonate_realm_list_set_wheel (fixture->realms, wheel);
  client = open_in (fixture, "1");
  g_object_set (app_of (fixture, "1"), "ping-interval", (int64_t) 10 * G_USEC_PER_SEC, NULL);
  fake_clock_set (wheel, (int64_t) 9 * G_USEC_PER_SEC);
  test_client_assert_sent (client, "");
  fake_clock_set (wheel, (int64_t) 12 * G_USEC_PER_SEC);
  test_client_assert_sent (client, TEST_FRAME_PING);

  test_client_free (client);
  resonate_realm_list_set_wheel (fixture->realms, NULL);
}

static void
test_realm_list_app_that_is_gone_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateApp) app = g_object_ref (app_of (fixture, "1"));
  TestClient *client = open_in (fixture, "1");

  resonate_app_list_remove (fixture->apps, "1");
  test_client_assert_closed (client, 4001, "Application does not exist");
  g_object_set (app, "enabled", FALSE, "ping-interval", (int64_t) 1, NULL);
  test_client_assert_sent (client, "");
  test_client_free (client);
}

static void
test_realm_list_close_all (Fixture *fixture, gconstpointer data)
{
  TestClient *one = open_in (fixture, "1"), *two = open_in (fixture, "1");

  resonate_realm_list_close_all (fixture->realms, 1001, "Server shutting down");
  test_client_assert_closed (one, 1001, "Server shutting down");
  test_client_assert_closed (two, 1001, "Server shutting down");
  g_assert_cmpuint (resonate_realm_list_count_leaving (fixture->realms), ==, 2);
  test_client_free (one);
  test_client_free (two);
}

static void
test_realm_list_abort_all (Fixture *fixture, gconstpointer data)
{
  TestClient *open = open_in (fixture, "1"), *leaving;

  g_test_summary ("What is aborted is gone at once, whatever it still has to say");

  resonate_realm_list_close_all (fixture->realms, 1001, "Bye");
  leaving = open;
  open = open_in (fixture, "1");
  resonate_realm_list_abort_all (fixture->realms);
  g_assert_cmpuint (resonate_realm_list_count_connections (fixture->realms), ==, 0);
  g_assert_cmpuint (resonate_realm_list_count_leaving (fixture->realms), ==, 0);
  g_assert_cmpuint (memory_transport_get_close_code (open->transport), ==, G_MAXUINT);
  test_client_free (open);
  test_client_free (leaving);
}

static void
test_realm_list_wheel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateWheel) wheel = NULL;
  TestClient *old, *added;

  g_test_summary ("The clients of every app are asked, also of one that is added later");

  fake_clock_set (NULL, 0);
  wheel = resonate_wheel_new ();
  resonate_realm_list_set_wheel (fixture->realms, wheel);
  add_app (fixture, "2", "key-2");
  old = open_in (fixture, "1");
  added = open_in (fixture, "2");

  fake_clock_set (wheel, 60 * (int64_t) G_USEC_PER_SEC);
  test_client_assert_sent (old, TEST_FRAME_PING);
  test_client_assert_sent (added, TEST_FRAME_PING);
  test_client_free (old);
  test_client_free (added);
  resonate_realm_list_set_wheel (fixture->realms, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/realm-list/follows-the-apps", test_realm_list_follows_the_apps);
  add ("/realm-list/app-comes-back", test_realm_list_app_comes_back);
  add ("/realm-list/changed-while-it-changes", test_realm_list_changed_while_it_changes);
  add ("/realm-list/app-is-switched-off", test_realm_list_app_is_switched_off);
  add ("/realm-list/switched-on-while-it-is-switched-off",
       test_realm_list_switched_on_while_it_is_switched_off);
  add ("/realm-list/ping-interval-of-those-who-are-there",
       test_realm_list_ping_interval_of_those_who_are_there);
  add ("/realm-list/app-that-is-gone-changes-nothing",
       test_realm_list_app_that_is_gone_changes_nothing);
  add ("/realm-list/close-all", test_realm_list_close_all);
  add ("/realm-list/abort-all", test_realm_list_abort_all);
  add ("/realm-list/wheel", test_realm_list_wheel);

#undef add

  return g_test_run ();
}
