/* resonate-clock.c: the one clock of the library, in microseconds
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-clock"

#include "config.h"

#include "resonate-clock-private.h"

/* A test that waits for a timeout would have to sleep; it sets the clock instead. */
static struct
{
  gboolean fixed;
  int64_t monotonic_us;
  int64_t realtime_us;
} test_clock;

/* Never goes back: deadlines, ages and windows are measured with this one. */
int64_t
resonate_clock_now_us (void)
{
  return test_clock.fixed ? test_clock.monotonic_us : g_get_monotonic_time ();
}

/* Since 1970: only for what other machines compare, such as `auth_timestamp`. */
int64_t
resonate_clock_realtime_us (void)
{
  return test_clock.fixed ? test_clock.realtime_us : g_get_real_time ();
}

void
resonate_clock_set_for_test (int64_t monotonic_us, int64_t realtime_us)
{
  test_clock.fixed = TRUE;
  test_clock.monotonic_us = monotonic_us;
  test_clock.realtime_us = realtime_us;
}

void
resonate_clock_unset_for_test (void)
{
  test_clock.fixed = FALSE;
}
