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
  add ("/realm-list/close-all", test_realm_list_close_all);
  add ("/realm-list/abort-all", test_realm_list_abort_all);
  add ("/realm-list/wheel", test_realm_list_wheel);

#undef add

  return g_test_run ();
}
