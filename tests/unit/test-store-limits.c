/* test-store-limits.c: what no store takes, how much fits, how long it stays, how it is read in
 * pages
 *
 * The numbers are those of tests/cluster/CASES.md.
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "resonate-error.h"
#include "resonate-test.h"
#include "store-fixture.h"

static const struct
{
  const char *values;
  ResonateStoreError code;
  const char *said;
} refused[] = {
  { "{'name': <int64 1>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“name”*“t”*“s”*“x”*" },
  { "{'score': <int32 1>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“score”*“x”*“i”*" },
  { "{'score': <'1'>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“score”*" },
  { "{'score': <true>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“score”*" },
  { "{'score': <1.0>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“score”*" },
  { "{'ratio': <int64 1>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“ratio”*" },
  { "{'ratio': <inf>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“ratio”*finite*" },
  { "{'ratio': <nan>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“ratio”*finite*" },
  { "{'blob': <'text'>}", RESONATE_STORE_ERROR_TYPE_MISMATCH, "*“blob”*“ay”*" },
  { "{'nmae': <'x'>}", RESONATE_STORE_ERROR_NO_SUCH_COLUMN, "*“t”*“nmae”*" },
  { "{'': <'x'>}", RESONATE_STORE_ERROR_NO_SUCH_COLUMN, "*“t”*" },
  { "{'name': <'123456789012345678901234567890123'>}", RESONATE_STORE_ERROR_VALUE_TOO_LONG,
    "*“name”*“t”*32*33*" },
};

/* B-02, B-04, B-08: refused by name, and nothing of the row is written, whatever comes first in it.
 */
static void
test_refused (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 10, 0);

  g_assert_true (table_set (table, "there", "{'name': <'as it was'>}", NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *rest = g_strndup (refused[i].values + 1, strlen (refused[i].values) - 2);
      g_autofree char *row = g_strdup_printf ("{'name': <'good'>, %s}", rest);
      g_autofree char *rows = g_strdup_printf ("{'good': {'name': <'x'>}, 'there': {%s}}", rest);

      g_assert_false (table_set (table, "there", row, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, (int) refused[i].code);
      if (!g_pattern_match_simple (refused[i].said, error->message))
        g_error ("%s is refused with “%s”", refused[i].values, error->message);
      g_clear_error (&error);

      g_assert_false (table_set_many (table, rows, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, (int) refused[i].code);
    }

  table_assert_value (table, "there", "name", "'as it was'");
  g_assert_cmpuint (table_count (table), ==, 1);
}

/* 68, B-04: what is not a number is not counted, and no row comes of it. */
static void
test_refused_changes (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 10, 0);
  static const struct
  {
    const char *column;
    ResonateStoreError code;
  } cases[] = {
    { "name", RESONATE_STORE_ERROR_TYPE_MISMATCH },
    { "ratio", RESONATE_STORE_ERROR_TYPE_MISMATCH },
    { "blob", RESONATE_STORE_ERROR_TYPE_MISMATCH },
    { "nothing", RESONATE_STORE_ERROR_NO_SUCH_COLUMN },
  };
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      table_increment (table, "k", cases[i].column, 1, &error);
      g_assert_error (error, RESONATE_STORE_ERROR, (int) cases[i].code);
      g_clear_error (&error);
    }
  table_increment_double (table, "k", "score", 1, &error);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH);
  g_clear_error (&error);
  table_increment_double (table, "k", "ratio", G_MAXDOUBLE * 2, &error);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  g_assert_false (table_compare_and_set (table, "k", "nothing", NULL, "'x'", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_NO_SUCH_COLUMN);
  g_clear_error (&error);
  g_assert_false (table_compare_and_set (table, "k", "score", "'0'", "int64 1", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH);
  g_clear_error (&error);
  g_assert_false (table_compare_and_set (table, "k", "score", NULL, "'1'", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH);
  g_clear_error (&error);
  g_assert_null (table_get_value (table, "k", "nothing", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_NO_SUCH_COLUMN);

  g_assert_cmpuint (table_count (table), ==, 0);
}

/* 7.15, B-01: keys that share a beginning are different rows, whatever is in them. */
static void
test_keys (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 100, 0);
  static const char *const keys[] = { "__keys__", "0",    "42", "-1",  "a:b",   "a",
                                      "{x}",      "*",    "?",  "[a]", "%41",   "A",
                                      "größe",    "a\nb", " ",  "\\",  "row/a", "idx" };
  static const size_t lengths[] = { 63, 64, 65, 200, 1023, 1024 };
  g_autoptr (GError) error = NULL;
  unsigned int n = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++, n++)
    g_assert_cmpint (table_increment (table, keys[i], "score", 100 + n, NULL), ==, 100 + n);
  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++, n++)
    {
      g_autofree char *key = g_strnfill (lengths[i], 'k');

      g_assert_cmpint (table_increment (table, key, "score", 100 + n, &error), ==, 100 + n);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (table_count (table), ==, n);

  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpint (table_increment (table, keys[i], "score", 0, NULL), ==, 100 + (int) i);
}

/* Empty, too long, and no text. */
static void
test_refused_keys (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 10, 0);
  g_autofree char *too_long = g_strnfill (1025, 'k');
  const char *const keys[] = { "", too_long, "\xff" };
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *const many[] = { "good", keys[i], NULL };

      g_assert_false (table_set (table, keys[i], "{'name': <'x'>}", &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_assert_nonnull (strstr (error->message, "key"));
      g_clear_error (&error);
      table_increment (table, keys[i], "score", 1, &error);
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_clear_error (&error);
      g_assert_null (table_get_value (table, keys[i], "score", &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_clear_error (&error);
      g_assert_null (table_get_many (table, many, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_clear_error (&error);
    }

  g_assert_cmpuint (table_count (table), ==, 0);
}

/* 7.15, B-07: names that look like parts of other names are names. */
static void
test_names (ResonateStore *store)
{
  static const char *const good[] = {
    "a", "a:b", "counter", "__keys__", "*", "t{x}", "%", "größe"
  };
  g_autofree char *too_long = g_strnfill (201, 'n');
  const char *const bad[] = { "", too_long, "a\nb", "a\x7f", "\xc3" };
  g_autoptr (ResonateTableSchema) schema = resonate_table_schema_new ();
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (ResonateTable) table = store_fixture_make_table (store, good[i], 10, 0);
      g_autoptr (ResonateCounter) counter = counter_make (store, good[i], 0);

      g_assert_cmpint (table_increment (table, "b:c", "score", 1, NULL), ==, 1);
      g_assert_cmpint (table_increment (table, "__keys__", "score", 1, NULL), ==, 1);
      g_assert_cmpuint (table_count (table), ==, 2);
      g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 1);
    }

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (resonate_store_make_table (store, bad[i], schema, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_assert_nonnull (strstr (error->message, "table"));
      g_clear_error (&error);
      g_assert_null (resonate_store_get_counter (store, bad[i], 0, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_assert_nonnull (strstr (error->message, "counter"));
      g_clear_error (&error);
      g_assert_false (
        resonate_table_schema_add_column (schema, bad[i], RESONATE_COLUMN_INT, 0, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
      g_assert_nonnull (strstr (error->message, "column"));
      g_clear_error (&error);
    }
}

/* 64, 7.15, B-03: N fit, N + 1 do not, and those that are there can still be written. */
static void
test_capacity (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 64, 0);
  g_autoptr (GError) error = NULL;

  for (unsigned int i = 0; i < 63; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      g_assert_true (table_set (table, key, "{'score': <int64 1>}", &error));
      g_assert_no_error (error);
    }

  /* Two do not fit where there is room for one, and then none is written. */
  g_assert_false (
    table_set_many (table,
                    "{'0': {'score': <int64 2>}, 'x': {'name': <'x'>}, 'y': {'name': <'y'>}}",
                    &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY);
  g_clear_error (&error);
  g_assert_cmpuint (table_count (table), ==, 63);
  table_assert_value (table, "0", "score", "int64 1");

  g_assert_true (
    table_set_many (table, "{'0': {'score': <int64 2>}, 'last': {'name': <'x'>}}", NULL));
  g_assert_false (table_set (table, "more", "{'name': <'x'>}", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY);
  g_assert_nonnull (strstr (error->message, "“t”"));
  g_assert_nonnull (strstr (error->message, "64"));
  g_clear_error (&error);
  table_increment (table, "more", "score", 1, &error);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY);
  g_clear_error (&error);
  g_assert_false (table_contains (table, "more"));
  g_assert_cmpuint (table_count (table), ==, 64);

  g_assert_true (table_set (table, "last", "{'name': <'y'>}", NULL));
  g_assert_true (table_remove (table, "7"));
  g_assert_true (table_set (table, "more", "{'name': <'x'>}", NULL));
}

/* 40, 88, 96-101: what a table can be made of; a ttl of 0 is none, and there are no modes. */
static void
test_schema (ResonateStore *store)
{
  g_autoptr (ResonateTableSchema) schema = resonate_table_schema_new ();
  g_autoptr (GError) error = NULL;
  const struct
  {
    guint64 capacity;
    guint64 ttl_ms;
  } bad[] = { { 0, 0 }, { (G_GUINT64_CONSTANT (1) << 30) + 1, 0 }, { 1, G_MAXUINT64 } };

  g_assert_false (
    resonate_table_schema_add_column (schema, "text", RESONATE_COLUMN_STRING, 0, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA);
  g_clear_error (&error);
  g_assert_false (
    resonate_table_schema_add_column (schema, "text", RESONATE_COLUMN_BYTES, G_MAXUINT, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA);
  g_clear_error (&error);

  for (unsigned int i = 0; i < 64; i++)
    {
      g_autofree char *name = g_strdup_printf ("column %u", i);

      g_assert_true (resonate_table_schema_add_column (schema, name, RESONATE_COLUMN_INT, 0, NULL));
      g_assert_false (
        resonate_table_schema_add_column (schema, name, RESONATE_COLUMN_INT, 0, NULL));
    }
  g_assert_false (
    resonate_table_schema_add_column (schema, "more", RESONATE_COLUMN_INT, 0, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA);
  g_clear_error (&error);

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      resonate_table_schema_set_capacity (schema, bad[i].capacity);
      resonate_table_schema_set_ttl (schema, bad[i].ttl_ms);
      g_assert_null (resonate_store_make_table (store, "t", schema, &error));
      g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA);
      g_clear_error (&error);
    }
  g_assert_null (resonate_store_get_table (store, "t"));
}

/* What one call may ask has a bound. */
static void
test_calls (ResonateStore *store)
{
  g_autoptr (ResonateTable) table = store_fixture_make_table (store, "t", 5000, 0);
  g_autoptr (GString) rows = g_string_new ("{");
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) read = NULL;

  for (unsigned int i = 0; i < 1000; i++)
    {
      g_string_append_printf (rows, "%s'%u': {'score': <int64 1>}", i > 0 ? "," : "", i);
      g_ptr_array_add (keys, g_strdup_printf ("%u", i));
    }
  g_ptr_array_add (keys, NULL);
  g_string_append_c (rows, '}');
  g_assert_true (table_set_many (table, rows->str, &error));
  g_assert_no_error (error);
  read = table_get_many (table, (const char *const *) keys->pdata, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (read), ==, 1000);

  rows->str[rows->len - 1] = ',';
  g_string_append (rows, "'more': {'score': <int64 1>}}");
  g_assert_false (table_set_many (table, rows->str, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_VALUE_TOO_LONG);
  g_clear_error (&error);
  keys->pdata[1000] = g_strdup ("more");
  g_ptr_array_add (keys, NULL);
  g_assert_null (table_get_many (table, (const char *const *) keys->pdata, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_VALUE_TOO_LONG);
}

/* 34, 58, 168-170, 185-200: what is no store, and what is no option of one. */
static void
test_no_store (void)
{
  static const char *const uris[] = { "nonsense", "mysql://localhost", "://broken", "" };
  g_autoptr (GError) error = NULL;
  g_autoptr (ResonateStore) store = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_assert_null (store_fixture_open (uris[i], NULL, &error));
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
      g_clear_error (&error);
    }

  g_assert_null (store_fixture_open (NULL, g_variant_new_parsed ("{'prefx': <'x'>}"), &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "prefx"));
  g_clear_error (&error);
  g_assert_null (store_fixture_open (NULL, g_variant_new_parsed ("{'prefix': <1>}"), &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_clear_error (&error);

  /* 29, 330: without a word it is memory, which is nobody else's and never away. */
  store = store_fixture_open (NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (resonate_store_get_backend (store), ==, RESONATE_STORE_MEMORY);
  g_assert_cmpstr (resonate_store_get_prefix (store), ==, "resonate:");
  g_assert_true (resonate_store_get_is_connected (store));
  g_assert_false (resonate_store_get_is_shared (store));
  g_assert_false (resonate_store_get_is_durable (store));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    StoreFixtureFunc func;
  } tests[] = {
    { "refused", test_refused }, { "refused-changes", test_refused_changes },
    { "keys", test_keys },       { "refused-keys", test_refused_keys },
    { "names", test_names },     { "capacity", test_capacity },
    { "schema", test_schema },   { "calls", test_calls },
  };

  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    store_fixture_add ("store-limits", tests[i].path, tests[i].func);
  g_test_add_func ("/store-limits/no-store", test_no_store);

  return store_fixture_run ();
}
