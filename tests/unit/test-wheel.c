/* test-wheel.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "base/resonate-wheel-private.h"
#include "resonate-test.h"

#define N_TIMERS 2000
#define HOUR_US  ((int64_t) 3600 * G_USEC_PER_SEC)

typedef struct
{
  ResonateWheel *wheel;
  ResonateTimer timer;
  ResonateTimer *victim; /* (nullable): that it disarms */
  int64_t due_us;
  int64_t fired_us; /* -1 while it has not */
  guint n_fired;
  gboolean again;
} Alarm;

static int64_t now_us;

static void
set_clock (int64_t us)
{
  now_us = us;
  resonate_clock_set_for_test (us, 0);
}

static void
on_alarm (ResonateTimer *timer)
{
  Alarm *self = resonate_timer_get_owner (timer, Alarm, timer);

  self->fired_us = now_us;
  self->n_fired++;
  if (self->victim != NULL)
    resonate_wheel_disarm (self->victim);
  if (self->again)
    resonate_wheel_arm (self->wheel, &self->timer, 0, on_alarm);
}

static void
arm (Alarm *self, ResonateWheel *wheel, int64_t timeout_us)
{
  self->wheel = wheel;
  self->due_us = now_us + timeout_us;
  self->fired_us = -1;
  resonate_wheel_arm (wheel, &self->timer, timeout_us, on_alarm);
}

/* Further away than the loop's own clock will come: it wakes by itself for nothing. */
static void
start_clock (void)
{
  set_clock (g_get_monotonic_time () + 1000 * HOUR_US);
}

static gboolean
set_true (gpointer flag)
{
  *(gboolean *) flag = TRUE;

  return G_SOURCE_CONTINUE;
}

/* The clock stands still, so the loop is told by hand that it has moved. */
static void
turn (ResonateWheel *wheel)
{
  Alarm nudge = { NULL };

  arm (&nudge, wheel, 0);
  resonate_test_wait_until (nudge.n_fired == 1 && !g_main_context_pending (NULL));
}

static void
test_wheel_in_time (void)
{
  g_autoptr (ResonateWheel) wheel = NULL;
  g_autofree Alarm *alarms = g_new0 (Alarm, N_TIMERS);
  guint n_armed = N_TIMERS;
  int64_t start_us;

  g_test_summary ("However far away: never early, and at most a step of the clock late");

  start_clock ();
  start_us = now_us;
  wheel = resonate_wheel_new ();
  for (guint i = 0; i < N_TIMERS; i++)
    {
      static const int64_t spans[] = { G_USEC_PER_SEC / 2, 30 * G_USEC_PER_SEC, 2 * HOUR_US,
                                       100 * HOUR_US };
      int64_t span_us = spans[i % G_N_ELEMENTS (spans)];

      arm (&alarms[i], wheel, 1 + g_test_rand_double () * span_us);
    }

  while (n_armed > 0)
    {
      int64_t before_us = now_us;
      int64_t step_us = 1 +
                        g_test_rand_double () * MAX (G_USEC_PER_SEC / 3, (now_us - start_us) / 4);

      set_clock (now_us + step_us);
      turn (wheel);
      n_armed = 0;
      for (guint i = 0; i < N_TIMERS; i++)
        {
          if (alarms[i].due_us + RESONATE_WHEEL_TICK_US <= now_us)
            g_assert_cmpuint (alarms[i].n_fired, ==, 1);
          else
            n_armed++;
          if (alarms[i].fired_us >= 0)
            g_assert_cmpint (alarms[i].fired_us, >=, alarms[i].due_us);
          if (alarms[i].fired_us == now_us)
            g_assert_cmpint (alarms[i].due_us + RESONATE_WHEEL_TICK_US, >, before_us);
        }
    }
  resonate_clock_unset_for_test ();
}

static void
test_wheel_disarm (void)
{
  g_autoptr (ResonateWheel) wheel = NULL;
  Alarm alarms[3] = { { NULL } };

  start_clock ();
  wheel = resonate_wheel_new ();
  for (guint i = 0; i < G_N_ELEMENTS (alarms); i++)
    arm (&alarms[i], wheel, G_USEC_PER_SEC);
  resonate_wheel_disarm (&alarms[0].timer);
  resonate_wheel_disarm (&alarms[0].timer);
  g_assert_false (resonate_timer_is_armed (&alarms[0].timer));
  alarms[1].victim = &alarms[2].timer;

  set_clock (now_us + 2 * G_USEC_PER_SEC);
  turn (wheel);
  g_assert_cmpuint (alarms[0].n_fired, ==, 0);
  g_assert_cmpuint (alarms[1].n_fired, ==, 1);
  g_assert_cmpuint (alarms[2].n_fired, ==, 0);

  /* Anew, earlier and later. */
  arm (&alarms[0], wheel, HOUR_US);
  arm (&alarms[0], wheel, G_USEC_PER_SEC);
  arm (&alarms[1], wheel, G_USEC_PER_SEC);
  arm (&alarms[1], wheel, HOUR_US);
  set_clock (now_us + 2 * G_USEC_PER_SEC);
  turn (wheel);
  g_assert_cmpuint (alarms[0].n_fired, ==, 1);
  g_assert_cmpuint (alarms[1].n_fired, ==, 1);
  resonate_wheel_disarm (&alarms[1].timer);
  resonate_clock_unset_for_test ();
}

/* One that is always due again does not keep the loop to itself. */
static void
test_wheel_shares_the_loop (void)
{
  g_autoptr (ResonateWheel) wheel = resonate_wheel_new ();
  Alarm alarm = { .again = TRUE };
  gboolean other = FALSE;
  guint source = g_idle_add_full (G_PRIORITY_DEFAULT, set_true, &other, NULL);

  arm (&alarm, wheel, 0);
  resonate_test_wait_until (other);
  g_assert_cmpuint (alarm.n_fired, >, 0);
  resonate_wheel_disarm (&alarm.timer);
  g_source_remove (source);
}

/* By the real clock: the loop wakes by itself. */
static void
test_wheel_wakes (void)
{
  g_autoptr (ResonateWheel) wheel = resonate_wheel_new ();
  Alarm far = { NULL }, near = { NULL };
  int64_t start_us = resonate_clock_now_us ();

  arm (&far, wheel, HOUR_US);
  arm (&near, wheel, 30 * 1000);
  resonate_test_wait_until (near.n_fired == 1);
  g_assert_cmpint (resonate_clock_now_us () - start_us, >=, 30 * 1000);
  g_assert_cmpuint (far.n_fired, ==, 0);
  g_assert_false (g_main_context_pending (NULL));
  resonate_wheel_disarm (&far.timer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wheel/in-time", test_wheel_in_time);
  g_test_add_func ("/wheel/disarm", test_wheel_disarm);
  g_test_add_func ("/wheel/shares-the-loop", test_wheel_shares_the_loop);
  g_test_add_func ("/wheel/wakes", test_wheel_wakes);

  return g_test_run ();
}
