/* test-app-list.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate.h"

typedef struct
{
  ResonateAppList *list;
  GString *log; /* what the list said, in order */
} Fixture;

static void
on_items_changed (
  GListModel *model, unsigned int position, unsigned int removed, unsigned int added, GString *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
add (Fixture *fixture, const char *id, const char *key)
{
  g_autoptr (ResonateApp) app = resonate_app_new (id, key, "secret");
  g_autoptr (GError) error = NULL;
  gboolean ok = resonate_app_list_add (fixture->list, app, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = resonate_app_list_new ();
  fixture->log = g_string_new (NULL);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (on_items_changed), fixture->log);

  add (fixture, "1", "one");
  add (fixture, "2", "two");
  add (fixture, "3", "three");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->list);
  g_string_free (fixture->log, TRUE);
}

static void
test_app_list_find (Fixture *fixture, gconstpointer data)
{
  ResonateApp *two = resonate_app_list_get_by_id (fixture->list, "2");

  g_assert_cmpstr (resonate_app_get_key (two), ==, "two");
  g_assert_true (resonate_app_list_get_by_key (fixture->list, "two") == two);

  g_assert_null (resonate_app_list_get_by_id (fixture->list, "two"));
  g_assert_null (resonate_app_list_get_by_key (fixture->list, "2"));
  g_assert_null (resonate_app_list_get_by_key (fixture->list, "TWO"));
  g_assert_null (resonate_app_list_get_by_key (fixture->list, ""));
}

static void
test_app_list_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateApp) same_id = resonate_app_new ("2", "other", "secret");
  g_autoptr (ResonateApp) same_key = resonate_app_new ("4", "two", "secret");
  g_autoptr (GError) error = NULL;

  g_assert_false (resonate_app_list_add (fixture->list, same_id, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "‘2’"));
  g_clear_error (&error);

  g_assert_false (resonate_app_list_add (fixture->list, same_key, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "‘two’"));

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 3);
  g_assert_cmpstr (fixture->log->str, ==, "0-0+1 1-0+1 2-0+1 ");
}

static void
test_app_list_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateApp) second = NULL;

  /* The id is that of the app itself, which is gone when the function returns. */
  g_assert_true (resonate_app_list_remove (fixture->list,
                                           resonate_app_get_id (
                                             resonate_app_list_get_by_key (fixture->list, "two"))));
  g_assert_false (resonate_app_list_remove (fixture->list, "2"));

  g_assert_null (resonate_app_list_get_by_id (fixture->list, "2"));
  g_assert_null (resonate_app_list_get_by_key (fixture->list, "two"));
  second = g_list_model_get_item (G_LIST_MODEL (fixture->list), 1);
  g_assert_cmpstr (resonate_app_get_id (second), ==, "3");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->list), 2));
  g_assert_cmpstr (fixture->log->str, ==, "0-0+1 1-0+1 2-0+1 1-1+0 ");

  /* What is free again may be taken. */
  add (fixture, "2", "two");
}

static void
test_app_list_item_type (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (g_list_model_get_item_type (G_LIST_MODEL (fixture->list)), ==,
                    RESONATE_TYPE_APP);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add_test ("/app-list/find", test_app_list_find);
  add_test ("/app-list/twice", test_app_list_twice);
  add_test ("/app-list/remove", test_app_list_remove);
  add_test ("/app-list/item-type", test_app_list_item_type);

#undef add_test

  return g_test_run ();
}
