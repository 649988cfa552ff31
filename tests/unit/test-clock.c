/* test-clock.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>

#include "base/resonate-clock-private.h"

static void
test_clock_set_by_test (void)
{
  int64_t before = resonate_clock_now_us ();

  resonate_clock_set_for_test (5, 7);
  g_assert_cmpint (resonate_clock_now_us (), ==, 5);
  g_assert_cmpint (resonate_clock_realtime_us (), ==, 7);

  resonate_clock_unset_for_test ();
  g_assert_cmpint (resonate_clock_now_us (), >=, before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/set-by-test", test_clock_set_by_test);

  return g_test_run ();
}
