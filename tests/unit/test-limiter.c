/* test-limiter.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>

#include "base/resonate-limiter-private.h"

/* One letter per message: "+" passed, "-" refused. A number before it is when, in ms. */
static void
test_limiter_windows (void)
{
  static const struct
  {
    const char *summary;
    unsigned int max;
    unsigned int window_ms;
    unsigned int at_ms[8];
    const char *answers;
  } cases[] = {
    { "three a second: the fourth is refused", 3, 1000, { 0, 1, 2, 3, 4 }, "+++--" },
    { "the count restarts when the window ends",
      2,
      1000,
      { 5, 6, 7, 1004, 1005, 1006, 1007 },
      "++--++-" },
    { "what is refused does not prolong the window",
      1,
      1000,
      { 0, 900, 999, 1000, 1900, 2000 },
      "+--+-+" },
    { "the first message opens the window, not the clock",
      1,
      1000,
      { 950, 1010, 1949, 1950 },
      "+--+" },
    { "a late message opens a window of its own", 2, 1000, { 0, 5000, 5001, 5999, 6000 }, "+++-+" },
    { "even with none allowed the first of a window passes",
      0,
      1000,
      { 0, 1, 999, 1000, 1001 },
      "+--+-" },
    { "an empty window never fills", 1, 0, { 0, 0, 0, 1 }, "++++" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateLimiter limiter = { 0 };

      g_test_message ("%s", cases[i].summary);
      for (size_t j = 0; cases[i].answers[j] != '\0'; j++)
        {
          int64_t now_us = 77000 + (int64_t) cases[i].at_ms[j] * 1000;
          int64_t window_us = (int64_t) cases[i].window_ms * 1000;
          gboolean passed = resonate_limiter_take (&limiter, now_us, cases[i].max, window_us);

          g_assert_cmpint (passed ? '+' : '-', ==, cases[i].answers[j]);
        }
    }
}

static void
test_limiter_long_window (void)
{
  ResonateLimiter limiter = { 0 };
  const int64_t year_us = INT64_C (365) * 24 * 3600 * G_USEC_PER_SEC;

  g_test_summary ("A window may be longer than 32 bits of microseconds");

  g_assert_true (resonate_limiter_take (&limiter, 0, 1, year_us));
  g_assert_false (resonate_limiter_take (&limiter, year_us - 1, 1, year_us));
  g_assert_true (resonate_limiter_take (&limiter, year_us, 1, year_us));
}

static void
test_limiter_left (void)
{
  ResonateLimiter limiter = { 0 };

  g_test_summary ("What is left is what would still be allowed, and the first always is");

  g_assert_cmpuint (resonate_limiter_get_left (&limiter, 0, 2), ==, 2);
  g_assert_cmpuint (resonate_limiter_get_left (&limiter, 0, 0), ==, 1);

  resonate_limiter_take (&limiter, 0, 2, 1000);
  g_assert_cmpuint (resonate_limiter_get_left (&limiter, 999, 2), ==, 1);
  resonate_limiter_take (&limiter, 0, 2, 1000);
  g_assert_cmpuint (resonate_limiter_get_left (&limiter, 999, 2), ==, 0);
  g_assert_cmpuint (resonate_limiter_get_left (&limiter, 1000, 2), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/limiter/windows", test_limiter_windows);
  g_test_add_func ("/limiter/long-window", test_limiter_long_window);
  g_test_add_func ("/limiter/left", test_limiter_left);

  return g_test_run ();
}
