/* test-random.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <glib.h>

#include "base/resonate-random-private.h"

static void
test_random_below (void)
{
  unsigned int seen[7] = { 0 };

  g_assert_cmpuint (resonate_random_uint32_below (1), ==, 0);

  for (unsigned int i = 0; i < 7000; i++)
    seen[resonate_random_uint32_below (7)]++;

  /* A thousand each, and a standard deviation of 29: six hundred are twelve of them away. */
  for (size_t i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_cmpuint (seen[i], >, 600);
}

static void
test_random_large_bound (void)
{
  const uint32_t bound = (UINT32_C (1) << 31) + 1;
  unsigned int low = 0;

  g_test_summary ("A remainder alone would draw the lower half of this range twice as often");

  for (unsigned int i = 0; i < 4000; i++)
    {
      uint32_t drawn = resonate_random_uint32_below (bound);

      g_assert_cmpuint (drawn, <, bound);
      low += drawn < bound / 2;
    }

  g_assert_cmpuint (low, >, 1700);
  g_assert_cmpuint (low, <, 2300);
}

static void
test_random_bytes (void)
{
  static const char zeroes[64] = { 0 };
  char a[64] = { 0 };
  char b[64] = { 0 };

  resonate_random_bytes (a, sizeof a - 1);
  resonate_random_bytes (b, sizeof b);

  g_assert_cmpint (memcmp (a, zeroes, sizeof a), !=, 0);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  g_assert_cmpint (a[63], ==, 0);
}

static void
test_random_text (void)
{
  g_autofree char *text = resonate_random_text ("abc", 500);
  g_autofree char *empty = resonate_random_text ("abc", 0);

  g_assert_cmpuint (strlen (text), ==, 500);
  g_assert_cmpuint (strspn (text, "abc"), ==, 500);
  g_assert_nonnull (strchr (text, 'a'));
  g_assert_nonnull (strchr (text, 'b'));
  g_assert_nonnull (strchr (text, 'c'));
  g_assert_cmpstr (empty, ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/random/below", test_random_below);
  g_test_add_func ("/random/large-bound", test_random_large_bound);
  g_test_add_func ("/random/bytes", test_random_bytes);
  g_test_add_func ("/random/text", test_random_text);

  return g_test_run ();
}
