/* test-store.c: rows are what was written, whatever keeps them
 *
 * The numbers are those of tests/cluster/CASES.md.
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "resonate-test.h"
#include "store-fixture.h"

/* 1, 4, 5, 23, 60, 65, 76, 78, 108: what was written is read, typed; what was not is zero. */
static void
test_round_trip (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);

  g_assert_true (table_set (table, "k", "{'name': <'alice'>, 'score': <int64 42>}", NULL));
  table_assert_row (table, "k",
                    "{'name': <'alice'>, 'score': <int64 42>, 'ratio': <0.0>, 'blob': <@ay []>}");
  table_assert_value (table, "k", "score", "int64 42");
  table_assert_value (table, "k", "name", "'alice'");
  table_assert_value (table, "k", "blob", "@ay []");
}

/* 110, 112: the columns that are not given stay; 0.5 (2): a replaced row has zeros in them. */
static void
test_merge_and_replace (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);

  g_assert_true (table_set (table, "k", "{'name': <'alice'>, 'ratio': <2.5>}", NULL));
  g_assert_true (table_set (table, "k", "{'score': <int64 7>}", NULL));
  table_assert_row (table, "k",
                    "{'name': <'alice'>, 'score': <int64 7>, 'ratio': <2.5>, 'blob': <@ay []>}");

  g_assert_true (table_set_mode (table, "k", "{'name': <'bob'>}", RESONATE_SET_REPLACE, NULL));
  table_assert_row (table, "k",
                    "{'name': <'bob'>, 'score': <int64 0>, 'ratio': <0.0>, 'blob': <@ay []>}");
  g_assert_cmpuint (table_count (table), ==, 1);
}

/* 24, 30, 35, 36, 37, 61, 77: a miss is nothing, and no error; a stored 0 is a hit. */
static void
test_miss (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (table_get (table, "nobody"));
  g_assert_null (table_get_value (table, "nobody", "score", &error));
  g_assert_no_error (error);

  g_assert_true (table_set (table, "zero", "{'score': <int64 0>}", NULL));
  table_assert_value (table, "zero", "score", "int64 0");
}

/* 6, 7, 8, 14, 15, 69, 79, 82, 84: rows are counted once, and removed once. */
static void
test_contains_remove_count (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);

  g_assert_cmpuint (table_count (table), ==, 0);
  for (unsigned int i = 0; i < 5; i++)
    {
      char key[2] = { (char) ('a' + i), '\0' };

      g_assert_true (table_set (table, key, "{'name': <'x'>}", NULL));
    }
  g_assert_true (table_set (table, "a", "{'name': <'again'>}", NULL));
  g_assert_cmpuint (table_count (table), ==, 5);

  g_assert_true (table_contains (table, "a"));
  g_assert_false (table_contains (table, "z"));
  g_assert_true (table_remove (table, "a"));
  g_assert_false (table_remove (table, "a"));
  g_assert_false (table_contains (table, "a"));
  g_assert_null (table_get (table, "a"));
  g_assert_cmpuint (table_count (table), ==, 4);
}

/* 85, 86: an empty row is none. */
static void
test_empty_row (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  g_autoptr (ResonateTablePage) page = NULL;

  g_assert_true (table_set (table, "empty", "{}", NULL));
  g_assert_true (table_set_mode (table, "empty", "{}", RESONATE_SET_REPLACE, NULL));
  g_assert_null (table_get (table, "empty"));
  g_assert_false (table_contains (table, "empty"));
  g_assert_cmpuint (table_count (table), ==, 0);

  g_assert_true (table_set (table, "real", "{'name': <'x'>}", NULL));
  g_assert_cmpuint (table_count (table), ==, 1);
  page = table_scan (table, NULL, 100, NULL);
  g_assert_cmpuint (g_variant_n_children (resonate_table_page_get_rows (page)), ==, 1);
}

/* 9, 10, 13, 66, 67, 80: each increment tells its sum, and makes the row. */
static void
test_increment (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);

  g_assert_cmpint (table_increment (table, "k", "score", 5, NULL), ==, 5);
  g_assert_cmpint (table_increment (table, "k", "score", 2, NULL), ==, 7);
  g_assert_cmpint (table_increment (table, "k", "score", -1, NULL), ==, 6);
  table_assert_row (table, "k",
                    "{'name': <''>, 'score': <int64 6>, 'ratio': <0.0>, 'blob': <@ay []>}");
  g_assert_cmpuint (table_count (table), ==, 1);

  for (int i = 1; i <= 1000; i++)
    g_assert_cmpint (table_increment (table, "many", "score", 3, NULL), ==, 3 * i);
}

/* 75, 81, B-09: doubles are added as doubles, to the last bit. */
static void
test_increment_double (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);

  g_assert_cmpfloat (table_increment_double (table, "k", "ratio", 1.5, NULL), ==, 1.5);
  g_assert_cmpfloat (table_increment_double (table, "k", "ratio", 0.25, NULL), ==, 1.75);
  g_assert_cmpfloat (table_increment_double (table, "k", "ratio", 2, NULL), ==, 3.75);
  g_assert_cmpfloat (table_increment_double (table, "sum", "ratio", 0.1, NULL), ==, 0.1);
  g_assert_cmpfloat (table_increment_double (table, "sum", "ratio", 0.2, NULL), ==, 0.1 + 0.2);
}

/* 113, 114, B-08: every integer of 64 bits and every double come back as they were. */
static void
test_exact_numbers (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  static const char *const integers[] = { "int64 9223372036854775807", "int64 -9223372036854775808",
                                          "int64 9007199254740993", "int64 5000000001" };
  static const char *const doubles[] = { "0.33333333333333331", "1.7976931348623157e308",
                                         "2.2250738585072014e-308", "-1e17",
                                         "0.10000000000000001" };

  for (size_t i = 0; i < G_N_ELEMENTS (integers); i++)
    {
      g_autofree char *row = g_strdup_printf ("{'score': <%s>}", integers[i]);

      g_assert_true (table_set (table, "k", row, NULL));
      table_assert_value (table, "k", "score", integers[i]);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (doubles); i++)
    {
      g_autofree char *row = g_strdup_printf ("{'ratio': <%s>}", doubles[i]);

      g_assert_true (table_set (table, "k", row, NULL));
      table_assert_value (table, "k", "ratio", doubles[i]);
    }

  /* At 2^53 + 1, where doubles have no more ones. */
  g_assert_true (table_set (table, "k", "{'score': <int64 9007199254740992>}", NULL));
  g_assert_cmpint (table_increment (table, "k", "score", 1, NULL), ==, 9007199254740993);
  table_assert_value (table, "k", "score", "int64 9007199254740993");
}

/* 7.15, B-04: a sum that does not fit is refused, and the row is as it was. */
static void
test_overflow (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (table_set (table, "k", "{'score': <int64 9223372036854775800>}", NULL));
  g_assert_cmpint (table_increment (table, "k", "score", 8, &error), ==, 0);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  table_assert_value (table, "k", "score", "int64 9223372036854775800");
  g_assert_cmpint (table_increment (table, "k", "score", 7, NULL), ==, G_MAXINT64);

  g_assert_true (table_set (table, "k", "{'ratio': <1.7976931348623157e308>}", NULL));
  table_increment_double (table, "k", "ratio", 1.7976931348623157e308, &error);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  table_assert_value (table, "k", "ratio", "1.7976931348623157e308");
}

/* 7.15: text and bytes of any kind, up to the last byte that fits. */
static void
test_text_and_bytes (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);

  g_assert_true (
    table_set (table, "k",
               "{'blob': <[byte 0x00, 0xff, 0x00, 0x0d, 0x0a]>, 'name': <'größe %d\\r\\n'>}",
               NULL));
  table_assert_value (table, "k", "blob", "[byte 0x00, 0xff, 0x00, 0x0d, 0x0a]");
  table_assert_value (table, "k", "name", "'größe %d\\r\\n'");

  g_assert_true (table_set (table, "k", "{'name': <'12345678901234567890123456789012'>}", NULL));
  table_assert_value (table, "k", "name", "'12345678901234567890123456789012'");
  g_assert_true (table_set (table, "k", "{'name': <''>, 'blob': <@ay []>}", NULL));
  table_assert_value (table, "k", "name", "''");
}

/* 21, 102, 103, 209: rows in the order of the keys, with nothing for a miss. */
static void
test_get_many (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  const char *const keys[] = { "b", "missing", "a", "b", NULL };
  g_autoptr (GVariant) rows = NULL;
  static const char *const names[] = { "B", NULL, "A", "B" };

  g_assert_true (table_set_many (table, "{'a': {'name': <'A'>}, 'b': {'name': <'B'>}}", NULL));
  rows = table_get_many (table, keys, NULL);
  g_assert_cmpuint (g_variant_n_children (rows), ==, 4);
  for (size_t i = 0; i < 4; i++)
    {
      g_autoptr (GVariant) maybe = g_variant_get_child_value (rows, i);
      g_autoptr (GVariant) row = g_variant_get_maybe (maybe);
      const char *name = NULL;

      if (row != NULL)
        g_assert_true (g_variant_lookup (row, "name", "&s", &name));
      g_assert_cmpstr (name, ==, names[i]);
    }
}

/* 22, 104, 105, 211: all are written; no rows and no keys are nothing. */
static void
test_set_many (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  const char *const no_keys[] = { NULL };
  g_autoptr (GVariant) rows = NULL;

  g_assert_true (table_set_many (
    table,
    "{'a': {'name': <'A'>, 'score': <int64 1>}, 'b': {'name': <'B'>}, 'c': {'ratio': <0.5>}}",
    NULL));
  g_assert_cmpuint (table_count (table), ==, 3);
  table_assert_row (table, "a",
                    "{'name': <'A'>, 'score': <int64 1>, 'ratio': <0.0>, 'blob': <@ay []>}");
  table_assert_value (table, "c", "ratio", "0.5");

  g_assert_true (table_set_many (table, "{}", NULL));
  g_assert_cmpuint (table_count (table), ==, 3);
  rows = table_get_many (table, no_keys, NULL);
  g_assert_cmpuint (g_variant_n_children (rows), ==, 0);
}

/* 20, 71, 87, 7.15: what is cleared is gone, and nothing else. */
static void
test_clear (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "a", 5000, 0);
  g_autoptr (ResonateTable) other = store_fixture_make_table (store, "a:b", 100, 0);

  for (unsigned int i = 0; i < 2500; i++)
    {
      g_autofree char *key = g_strdup_printf ("b:%u", i);

      g_assert_true (table_set (table, key, "{'name': <'x'>}", NULL));
    }
  g_assert_true (table_set (other, "1", "{'name': <'kept'>}", NULL));

  table_clear (table);
  g_assert_cmpuint (table_count (table), ==, 0);
  g_assert_null (table_get (table, "b:1"));
  table_assert_value (other, "1", "name", "'kept'");

  table_clear (table);
  g_assert_true (table_set (table, "b:1", "{'name': <'new'>}", NULL));
  g_assert_cmpuint (table_count (table), ==, 1);
}

/* 52, 316, 558, B-50: a column is set when it is what was expected, by the rules of a row. */
static void
test_compare_and_set (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 1, 0);
  g_autoptr (GError) error = NULL;

  /* A row that is not there is not a row of zeros. */
  g_assert_false (table_compare_and_set (table, "k", "score", "int64 0", "int64 1", NULL));
  g_assert_true (table_compare_and_set (table, "k", "score", NULL, "int64 10", NULL));
  g_assert_false (table_compare_and_set (table, "k", "score", NULL, "int64 11", NULL));
  g_assert_cmpuint (table_count (table), ==, 1);

  g_assert_true (table_compare_and_set (table, "k", "score", "int64 10", "int64 20", NULL));
  g_assert_false (table_compare_and_set (table, "k", "score", "int64 10", "int64 30", NULL));
  table_assert_row (table, "k",
                    "{'name': <''>, 'score': <int64 20>, 'ratio': <0.0>, 'blob': <@ay []>}");

  /* What was never written of a row is zero, here too. */
  g_assert_true (table_compare_and_set (table, "k", "name", "''", "'alice'", NULL));
  g_assert_true (table_compare_and_set (table, "k", "ratio", "0.0", "0.1", NULL));
  g_assert_cmpfloat (table_increment_double (table, "k", "ratio", 0.2, NULL), ==, 0.1 + 0.2);
  g_assert_true (table_compare_and_set (table, "k", "ratio", "0.30000000000000004", "1.0", NULL));
  g_assert_true (table_compare_and_set (table, "k", "blob", "@ay []", "[byte 0x00, 0x01]", NULL));
  g_assert_true (
    table_compare_and_set (table, "k", "blob", "[byte 0x00, 0x01]", "[byte 0xff]", NULL));

  g_assert_false (table_compare_and_set (table, "new", "score", NULL, "int64 1", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY);
  g_assert_cmpuint (table_count (table), ==, 1);
}

/* 2, 16, 70, 72, 94: tables by their names; one that is made twice is one. */
static void
test_tables (ResonateStore *store)
{
  g_autoptr (ResonateTable) b = store_fixture_make_table (store, "b", 10, 0);
  g_autoptr (ResonateTable) a = store_fixture_make_table (store, "a", 10, 0);
  g_autoptr (ResonateTable) again = store_fixture_make_table (store, "a", 10, 0);
  g_autoptr (ResonateTable) found = resonate_store_get_table (store, "a");
  g_auto (GStrv) names = resonate_store_list_tables (store);
  g_autoptr (ResonateTableSchema) schema = resonate_table_schema_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "a");
  g_assert_cmpstr (names[1], ==, "b");

  g_assert_true (table_set (a, "k", "{'name': <'x'>}", NULL));
  table_assert_value (again, "k", "name", "'x'");
  table_assert_value (found, "k", "name", "'x'");
  g_assert_false (table_contains (b, "k"));
  g_assert_cmpstr (resonate_table_get_name (found), ==, "a");
  g_assert_cmpuint (resonate_table_schema_get_capacity (resonate_table_get_schema (found)), ==, 10);

  /* 12, 62, 93: one that nobody made is nothing; with other columns it is another. */
  g_assert_null (resonate_store_get_table (store, "c"));
  g_assert_null (resonate_store_make_table (store, "a", schema, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA);
}

/* 74, B-15: without a column there is `value`. */
static void
test_default_column (ResonateStore *store)
{
  g_autoptr (ResonateTableSchema) schema = resonate_table_schema_new ();
  g_autoptr (ResonateTable) table = resonate_store_make_table (store, "t", schema, NULL);

  g_assert_true (table_set (table, "k", "{'value': <'usable'>}", NULL));
  table_assert_row (table, "k", "{'value': <'usable'>}");
}

/* 27, 33, 95: the store answers. */
static void
test_ping (ResonateStore *store)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store_ping (store, &error));
  g_assert_no_error (error);
  g_assert_true (resonate_store_get_is_connected (store));
  g_assert_true (g_str_has_prefix (resonate_store_get_prefix (store), "test-"));
}

/* The table keeps its store, and an answer keeps the table. */
static void
test_ownership (ResonateStore *store)
{
  ResonateTable *table = store_fixture_make_table (store, "t", 10, 0);
  g_autoptr (GAsyncResult) result = NULL;

  resonate_table_set_async (table, "k", g_variant_new_parsed ("{'name': <'x'>}"),
                            RESONATE_SET_MERGE, NULL, resonate_test_keep_result, &result);
  resonate_table_get_async (table, "k", NULL, NULL, NULL);
  g_object_unref (table);
  resonate_test_wait_until (result != NULL);
}

/* Before it began, cancelling forbids it; calls take effect in their order. */
static void
test_cancelled (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 10, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  resonate_table_set_async (table, "k", g_variant_new_parsed ("{'name': <'x'>}"),
                            RESONATE_SET_MERGE, cancellable, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  g_assert_false (resonate_table_set_finish (table, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (table_contains (table, "k"));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    StoreFixtureFunc func;
  } tests[] = {
    { "round-trip", test_round_trip },
    { "merge-and-replace", test_merge_and_replace },
    { "miss", test_miss },
    { "contains-remove-count", test_contains_remove_count },
    { "empty-row", test_empty_row },
    { "increment", test_increment },
    { "increment-double", test_increment_double },
    { "exact-numbers", test_exact_numbers },
    { "overflow", test_overflow },
    { "text-and-bytes", test_text_and_bytes },
    { "get-many", test_get_many },
    { "set-many", test_set_many },
    { "clear", test_clear },
    { "compare-and-set", test_compare_and_set },
    { "tables", test_tables },
    { "default-column", test_default_column },
    { "ping", test_ping },
    { "ownership", test_ownership },
    { "cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    store_fixture_add ("store", tests[i].path, tests[i].func);

  return store_fixture_run ();
}
