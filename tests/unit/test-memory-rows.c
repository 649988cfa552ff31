/* test-memory-rows.c: rows in memory are given back in time, and a little at a time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "cluster/resonate-memory-rows-private.h"
#include "fake-clock.h"

typedef struct
{
  ResonateTableSchema *schema;
  ResonateWheel *wheel;
  ResonateMemoryRows *rows;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fake_clock_set (NULL, 0);
  fixture->schema = resonate_table_schema_new ();
  resonate_table_schema_add_column (fixture->schema, "n", RESONATE_COLUMN_INT, 0, NULL);
  resonate_table_schema_set_capacity (fixture->schema, 10000);
  resonate_table_schema_set_ttl (fixture->schema, GPOINTER_TO_UINT (data));
  fixture->wheel = resonate_wheel_new ();
  fixture->rows = resonate_memory_rows_new (fixture->wheel, fixture->schema);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  resonate_memory_rows_free (fixture->rows);
  resonate_wheel_free (fixture->wheel);
  resonate_table_schema_free (fixture->schema);
  resonate_clock_unset_for_test ();
}

static void
fill (Fixture *fixture, unsigned int from, unsigned int to)
{
  for (unsigned int i = from; i < to; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      resonate_memory_rows_touch (fixture->rows, key)->cells[0].integer = i;
    }
}

/* To the microsecond, though the wheel that gives the memory back is late. */
static void
test_expiry_is_exact (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 0, 1);
  fake_clock_set (NULL, 1000 * 1000 - 1);
  g_assert_nonnull (resonate_memory_rows_lookup (fixture->rows, "0"));
  g_assert_cmpuint (resonate_memory_rows_get_size (fixture->rows), ==, 1);
  fake_clock_set (NULL, 1000 * 1000);
  g_assert_null (resonate_memory_rows_lookup (fixture->rows, "0"));
  g_assert_cmpuint (resonate_memory_rows_get_size (fixture->rows), ==, 0);
}

/* Nobody asks for them, and they go; one that was written to in between stays as long again. */
static void
test_tidied_unasked (Fixture *fixture, gconstpointer data)
{
  fill (fixture, 0, 3000);
  fake_clock_set (fixture->wheel, 600 * 1000);
  fill (fixture, 0, 1);
  fake_clock_set (fixture->wheel, 1100 * 1000);
  for (unsigned int turn = 1; turn <= 3; turn++)
    fake_clock_set (fixture->wheel, 1100 * 1000 + turn * 2 * RESONATE_WHEEL_TICK_US);
  g_assert_cmpuint (resonate_memory_rows_count_kept (fixture->rows), ==, 1);
  fake_clock_set (fixture->wheel, 1700 * 1000);
  g_assert_cmpuint (resonate_memory_rows_count_kept (fixture->rows), ==, 0);
}

/* What is cleared is gone at once; its memory goes while the loop does other things. */
static void
test_cleared_in_slices (Fixture *fixture, gconstpointer data)
{
  unsigned int turns = 0;

  fill (fixture, 0, 5000);
  resonate_memory_rows_remove_all (fixture->rows);
  fill (fixture, 0, 10);
  resonate_memory_rows_remove_all (fixture->rows);
  g_assert_null (resonate_memory_rows_lookup (fixture->rows, "1"));
  g_assert_cmpuint (resonate_memory_rows_get_size (fixture->rows), ==, 0);
  g_assert_cmpuint (resonate_memory_rows_count_kept (fixture->rows), ==, 5010);

  fill (fixture, 0, 1);
  for (; resonate_memory_rows_count_kept (fixture->rows) > 1; turns++)
    fake_clock_set (fixture->wheel, (turns + 1) * 2 * RESONATE_WHEEL_TICK_US);
  g_assert_cmpuint (turns, >=, 5);
  g_assert_nonnull (resonate_memory_rows_lookup (fixture->rows, "0"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/memory-rows/expiry-is-exact", Fixture, GUINT_TO_POINTER (1000), set_up,
              test_expiry_is_exact, tear_down);
  g_test_add ("/memory-rows/tidied-unasked", Fixture, GUINT_TO_POINTER (1000), set_up,
              test_tidied_unasked, tear_down);
  g_test_add ("/memory-rows/cleared-in-slices", Fixture, GUINT_TO_POINTER (0), set_up,
              test_cleared_in_slices, tear_down);

  return g_test_run ();
}
