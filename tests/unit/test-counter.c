/* test-counter.c: a number is counted as one, whoever counts and whatever keeps it
 *
 * The numbers are those of tests/cluster/CASES.md.
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate-test.h"
#include "store-fixture.h"

/* 308, 310-313, 339, 340, 341: from nothing, up and down. */
static void
test_count (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);

  g_assert_cmpstr (resonate_counter_get_name (counter), ==, "c");
  g_assert_cmpint (counter_get (counter), ==, 0);
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 1);
  g_assert_cmpint (counter_increment (counter, 5, NULL), ==, 6);
  g_assert_cmpint (counter_increment (counter, -9, NULL), ==, -3);
  g_assert_cmpint (counter_increment (counter, 0, NULL), ==, -3);
  g_assert_cmpint (counter_get (counter), ==, -3);
}

/* 309, 321, 322, 338, 352, 353, 556: it begins with what the first one says, and once. */
static void
test_initial (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 42);
  g_autoptr (ResonateCounter) again = counter_make (store, "c", 7);
  g_autoptr (ResonateCounter) other = counter_make (store, "other", 100);

  g_assert_cmpint (counter_get (counter), ==, 42);
  g_assert_cmpint (counter_get (again), ==, 42);
  g_assert_cmpint (counter_increment (again, 1, NULL), ==, 43);
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 44);

  /* What is written before it is read has begun with it, too. */
  g_assert_cmpint (counter_increment (other, 1, NULL), ==, 101);

  g_assert_true (counter_reset (counter));
  g_assert_cmpint (counter_get (counter), ==, 0);
  g_assert_cmpint (counter_get (again), ==, 0);
}

/* 314, 315, 316, 317, 334, 335, 342, 343, 344: set, and set if it is as expected. */
static void
test_set (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);

  g_assert_true (counter_set (counter, 5));
  g_assert_true (counter_compare_and_set (counter, 5, 10));
  g_assert_cmpint (counter_get (counter), ==, 10);
  g_assert_false (counter_compare_and_set (counter, 5, 11));
  g_assert_cmpint (counter_get (counter), ==, 10);
  g_assert_true (counter_reset (counter));
  g_assert_cmpint (counter_get (counter), ==, 0);
}

/* B-49: a counter that is not there is 0 to whoever expects that. */
static void
test_absent_is_0 (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);

  g_assert_false (counter_compare_and_set (counter, 1, 2));
  g_assert_true (counter_compare_and_set (counter, 0, 1));
  g_assert_cmpint (counter_get (counter), ==, 1);
}

/* 320, 345: each is its own. */
static void
test_names (ResonateStore *store)
{
  g_autoptr (ResonateCounter) a = counter_make (store, "a", 0);
  g_autoptr (ResonateCounter) b = counter_make (store, "b", 0);

  for (int i = 1; i <= 100; i++)
    g_assert_cmpint (counter_increment (a, 1, NULL), ==, i);
  g_assert_cmpint (counter_get (b), ==, 0);
}

/* 318, 319, 7.15: all of 64 bits, and what is more is refused. */
static void
test_64_bits (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (counter_set (counter, 5000000000));
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 5000000001);
  g_assert_true (counter_set (counter, 9007199254740992));
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 9007199254740993);
  g_assert_true (counter_compare_and_set (counter, 9007199254740993, 9007199254740995));
  g_assert_cmpint (counter_get (counter), ==, 9007199254740995);

  g_assert_true (counter_set (counter, G_MAXINT64 - 1));
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, G_MAXINT64);
  g_assert_cmpint (counter_increment (counter, 1, &error), ==, 0);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  g_assert_cmpint (counter_get (counter), ==, G_MAXINT64);

  g_assert_true (counter_set (counter, G_MININT64));
  g_assert_cmpint (counter_increment (counter, -1, &error), ==, 0);
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  g_assert_cmpint (counter_get (counter), ==, G_MININT64);
}

/* 323, 324, 354-357: up to a bound, and then nothing is written. */
static void
test_bounded (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);
  g_autoptr (ResonateCounter) steps = counter_make (store, "steps", 0);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  for (int i = 1; i <= 3; i++)
    {
      g_assert_true (counter_increment_bounded (counter, 1, 3, &value, NULL));
      g_assert_cmpint (value, ==, i);
    }
  g_assert_false (counter_increment_bounded (counter, 1, 3, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, 3);
  g_assert_cmpint (counter_get (counter), ==, 3);

  g_assert_true (counter_increment_bounded (steps, 5, 10, &value, NULL));
  g_assert_false (counter_increment_bounded (steps, 6, 10, &value, NULL));
  g_assert_cmpint (value, ==, 5);
  g_assert_true (counter_increment_bounded (steps, -12, 10, &value, NULL));
  g_assert_cmpint (value, ==, -7);
  g_assert_true (counter_increment_bounded (steps, -3, 10, NULL, NULL));
  g_assert_cmpint (counter_get (steps), ==, -10);
}

/* B-49: bounds where doubles have no more ones; 64 bits do not wrap on the way. */
static void
test_bounded_64_bits (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);
  g_autoptr (ResonateCounter) absent = counter_make (store, "absent", 0);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  g_assert_true (counter_set (counter, 9007199254740992));
  g_assert_true (counter_increment_bounded (counter, 1, 9007199254740993, &value, NULL));
  g_assert_cmpint (value, ==, 9007199254740993);
  g_assert_false (counter_increment_bounded (counter, 1, 9007199254740993, &value, NULL));
  g_assert_cmpint (value, ==, 9007199254740993);

  g_assert_true (counter_set (counter, G_MAXINT64 - 1));
  g_assert_false (counter_increment_bounded (counter, 2, G_MAXINT64, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, G_MAXINT64 - 1);
  g_assert_true (counter_increment_bounded (counter, 1, G_MAXINT64, &value, NULL));

  g_assert_true (counter_set (counter, -9));
  g_assert_false (counter_increment_bounded (counter, 1, -10, &value, NULL));
  g_assert_true (counter_increment_bounded (counter, -2, -10, &value, NULL));
  g_assert_cmpint (value, ==, -11);
  g_assert_false (counter_increment_bounded (counter, G_MININT64, 0, &value, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  g_assert_cmpint (counter_get (counter), ==, -11);

  /* One that was capped at once was not made: there is nothing that could expire. */
  g_assert_false (counter_increment_bounded (absent, 1, 0, &value, NULL));
  g_assert_false (counter_expire (absent, 1000, NULL));
}

/* 119, 325, 358, 359: one that is there expires, and is 0 again. */
static void
test_expire (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (counter_expire (counter, 1000, &error));
  g_assert_no_error (error);

  g_assert_cmpint (counter_increment (counter, 5, NULL), ==, 5);
  g_assert_true (counter_expire (counter, 30, NULL));
  while (counter_get (counter) != 0)
    ;
  g_assert_cmpint (counter_increment (counter, 1, NULL), ==, 1);

  g_assert_false (counter_expire (counter, 0, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  g_assert_false (counter_expire (counter, G_MAXUINT64, &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
}

/* 7.15, B-49: whatever is written to it, it expires when it was to. */
static void
test_ttl_is_kept (ResonateStore *store)
{
  static const char *const names[] = { "increment", "set", "reset", "cas", "bounded", "capped" };
  ResonateCounter *counters[G_N_ELEMENTS (names)] = { NULL };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      counters[i] = counter_make (store, names[i], 0);
      g_assert_true (counter_set (counters[i], 1));
      g_assert_true (counter_expire (counters[i], 500, NULL));
    }

  counter_increment (counters[0], 1, NULL);
  counter_set (counters[1], 5);
  counter_reset (counters[2]);
  counter_compare_and_set (counters[3], 1, 2);
  counter_increment_bounded (counters[4], 1, 10, NULL, NULL);
  counter_increment_bounded (counters[5], 10, 10, NULL, NULL);

  /* One that expires when it is there: expire () tells one that is not. */
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

      if (i == 2)
        continue;
      while (counter_get (counters[i]) != 0)
        g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    }
  g_assert_false (counter_expire (counters[2], 1000, NULL));

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    g_clear_object (&counters[i]);
}

/* 326, 327, 328, 360, 361: several with one question. */
static void
test_many (ResonateStore *store)
{
  g_autoptr (ResonateCounter) a = counter_make (store, "a", 0);
  g_autoptr (GVariant) first = counters_increment (store, "{'a': 5, 'b': 3, 'c': 7}", NULL);
  g_autoptr (GVariant) second = counters_increment (store, "{'a': 8, 'c': 20}", NULL);
  g_autoptr (GVariant) nothing = counters_increment (store, "{}", NULL);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  g_assert_cmpuint (g_variant_n_children (first), ==, 3);
  g_assert_true (g_variant_lookup (first, "b", "x", &value));
  g_assert_cmpint (value, ==, 3);
  g_assert_true (g_variant_lookup (second, "a", "x", &value));
  g_assert_cmpint (value, ==, 13);
  g_assert_true (g_variant_lookup (second, "c", "x", &value));
  g_assert_cmpint (value, ==, 27);
  g_assert_cmpint (counter_get (a), ==, 13);
  g_assert_cmpuint (g_variant_n_children (nothing), ==, 0);

  g_assert_null (counters_increment (store, "{'a': 1, '': 1}", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME);
  g_clear_error (&error);
  g_assert_cmpint (counter_get (a), ==, 13);
  g_assert_null (counters_increment (store, "{'a': 9223372036854775807}", &error));
  g_assert_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE);
}

/* Calls take effect in their order, without waiting for one another. */
static void
test_order (ResonateStore *store)
{
  g_autoptr (ResonateCounter) counter = counter_make (store, "c", 10);
  GAsyncResult *results[100] = { NULL };

  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    resonate_counter_increment_async (counter, 1, NULL, resonate_test_keep_result, &results[i]);
  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    {
      resonate_test_wait_until (results[i] != NULL);
      g_assert_cmpint (resonate_counter_increment_finish (counter, results[i], NULL), ==,
                       11 + (gint64) i);
      g_clear_object (&results[i]);
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
    { "count", test_count },     { "initial", test_initial },
    { "set", test_set },         { "absent-is-0", test_absent_is_0 },
    { "names", test_names },     { "64-bits", test_64_bits },
    { "bounded", test_bounded }, { "bounded-64-bits", test_bounded_64_bits },
    { "expire", test_expire },   { "ttl-is-kept", test_ttl_is_kept },
    { "many", test_many },       { "order", test_order },
  };

  g_test_init (&argc, &argv, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    store_fixture_add ("counter", tests[i].path, tests[i].func);

  return store_fixture_run ();
}
