/* test-store-scan.c: how long rows stay, and how they are read in pages
 *
 * The numbers are those of tests/cluster/CASES.md.
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate-test.h"
#include "store-fixture.h"

/* 89, 118: a row goes when its time has come. */
static void
test_ttl (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 2, 60);
  const char *const keys[] = { "a", NULL };
  g_autoptr (ResonateTablePage) page = NULL;
  g_autoptr (GVariant) rows = NULL;

  g_assert_true (table_set (table, "a", "{'name': <'A'>}", NULL));
  g_assert_cmpint (table_increment (table, "b", "score", 1, NULL), ==, 1);
  while (table_contains (table, "a") || table_contains (table, "b"))
    ;

  g_assert_null (table_get (table, "a"));
  rows = table_get_many (table, keys, NULL);
  g_assert_cmpuint (g_variant_n_children (rows), ==, 1);
  page = table_scan (table, NULL, 10, NULL);
  g_assert_cmpuint (g_variant_n_children (resonate_table_page_get_rows (page)), ==, 0);
  g_assert_cmpuint (table_count (table), ==, 0);

  /* Those that are gone take no room, and leave nothing to those that come. */
  g_assert_true (table_set_many (table, "{'c': {'name': <'C'>}, 'd': {'name': <'D'>}}", NULL));
  g_assert_true (table_remove (table, "c"));
  g_assert_cmpint (table_increment (table, "b", "score", 1, NULL), ==, 1);
  g_assert_false (table_contains (table, "c"));
}

/* 90, 91, 97, 301: rows that stay for a while are counted and read as others are. */
static void
test_ttl_rows (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 3600000);
  g_autoptr (ResonateTablePage) page = NULL;

  g_assert_true (
    table_set_many (table, "{'a': {'name': <'A'>}, 'b': {'name': <'B'>}, 'c': {'name': <'C'>}}",
                    NULL));
  g_assert_cmpuint (table_count (table), ==, 3);
  g_assert_true (table_remove (table, "c"));
  page = table_scan (table, NULL, 100, NULL);
  g_assert_cmpuint (g_variant_n_children (resonate_table_page_get_rows (page)), ==, 2);
  table_clear (table);
  g_assert_cmpuint (table_count (table), ==, 0);
}

/* 1.8, B-50: each way of writing begins the time anew. */
static void
test_ttl_slides (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 10, 400);
  gint64 end_us = g_get_monotonic_time () + 700 * 1000;

  g_assert_true (table_set (table, "untouched", "{'score': <int64 0>}", NULL));
  g_assert_true (table_set (table, "set", "{'score': <int64 0>}", NULL));
  g_assert_true (table_set (table, "add", "{'score': <int64 0>}", NULL));
  g_assert_true (table_set (table, "cas", "{'score': <int64 0>}", NULL));

  while (g_get_monotonic_time () < end_us)
    {
      g_assert_true (table_set (table, "set", "{'score': <int64 0>}", NULL));
      g_assert_cmpint (table_increment (table, "add", "score", 1, NULL), >, 0);
      g_assert_true (table_compare_and_set (table, "cas", "score", "int64 0", "int64 0", NULL));
    }

  g_assert_false (table_contains (table, "untouched"));
  g_assert_true (table_contains (table, "set"));
  g_assert_true (table_contains (table, "add"));
  g_assert_true (table_contains (table, "cas"));
  g_assert_cmpuint (table_count (table), ==, 3);
}

static void
make_rows (ResonateTable *table, unsigned int n)
{
  for (unsigned int i = 0; i < n; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      g_assert_true (table_set (table, key, "{'score': <int64 1>}", NULL));
    }
}

static void
add_page (GHashTable *seen, ResonateTablePage *page)
{
  GVariant *rows = resonate_table_page_get_rows (page);

  for (size_t i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = NULL;
      g_autofree char *key = NULL;

      g_variant_get_child (rows, i, "{s@a{sv}}", &key, &row);
      g_assert_true (g_variant_lookup (row, "score", "x", NULL));
      g_hash_table_add (seen, g_steal_pointer (&key));
    }
}

/* Reads all pages, and tells how many there were. */
static unsigned int
read_all (ResonateTable *table, GHashTable *seen, unsigned int count)
{
  g_autofree char *cursor = NULL;
  unsigned int pages = 0;

  do
    {
      g_autoptr (ResonateTablePage) page = table_scan (table, cursor, count, NULL);

      add_page (seen, page);
      g_free (cursor);
      cursor = g_strdup (resonate_table_page_get_next_cursor (page));
      g_assert_cmpint (resonate_table_page_is_last (page), ==, g_str_equal (cursor, "0"));
      pages++;
    }
  while (!g_str_equal (cursor, "0"));

  return pages;
}

/* 11, 17, 18, 19, 48, 49, 50, 70, 83, 213, 559: pages have all rows, and come to an end. */
static void
test_scan (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 2000, 0);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (ResonateTablePage) page = NULL;
  g_autoptr (GError) error = NULL;

  page = table_scan (table, "", 100, NULL);
  g_assert_true (resonate_table_page_is_last (page));
  g_assert_cmpuint (g_variant_n_children (resonate_table_page_get_rows (page)), ==, 0);

  make_rows (table, 25);
  g_assert_cmpuint (read_all (table, seen, 7), <, 10);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 25);
  g_hash_table_remove_all (seen);
  g_assert_cmpuint (read_all (table, seen, 100), ==, 1);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 25);

  make_rows (table, 1500);
  g_hash_table_remove_all (seen);
  g_assert_cmpuint (read_all (table, seen, 0), >=, 2);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 1500);

  g_assert_null (table_scan (table, "nonsense", 7, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
}

/* B-05: whoever stays is in a page, while others come and go and somebody else reads. */
static void
test_scan_of_what_changes (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 5000, 0);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) other = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *cursor = NULL;

  make_rows (table, 1000);
  for (unsigned int i = 0; cursor == NULL || !g_str_equal (cursor, "0"); i++)
    {
      g_autoptr (ResonateTablePage) page = table_scan (table, cursor, 40, NULL);
      g_autofree char *leaving = g_strdup_printf ("k%u", 2 * i + 1);
      g_autofree char *coming = g_strdup_printf ("new%u", i);

      add_page (seen, page);
      g_free (cursor);
      cursor = g_strdup (resonate_table_page_get_next_cursor (page));
      table_remove (table, leaving);
      g_assert_cmpint (table_increment (table, coming, "score", 1, NULL), ==, 1);
      if (i == 3)
        read_all (table, other, 100);
    }

  for (unsigned int i = 0; i < 1000; i += 2)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      g_assert_true (g_hash_table_contains (seen, key));
      g_assert_true (g_hash_table_contains (other, key));
    }
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    StoreFixtureFunc func;
  } tests[] = {
    { "ttl", test_ttl },
    { "ttl-rows", test_ttl_rows },
    { "ttl-slides", test_ttl_slides },
    { "scan", test_scan },
    { "scan-of-what-changes", test_scan_of_what_changes },
  };

  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    store_fixture_add ("store-scan", tests[i].path, tests[i].func);

  return store_fixture_run ();
}
