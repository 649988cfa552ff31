/* resonate-liveness.c: asks the silent, and lets the dead go
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-liveness"

#include "config.h"

#include "resonate-liveness-private.h"

#include "../base/resonate-clock-private.h"
#include "resonate-connection-private.h"
#include "resonate-protocol-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"

/* Who is silent is asked in company: with many clients the loop does not wake for each of them. It
 * may be asked this much before or after its time, but no more than a quarter of the interval. */
#define COMPANY_US (2 * G_USEC_PER_SEC)
#define STEP_US    (G_USEC_PER_SEC / 10)

/* How many are asked in one step: the answers of those who came in one storm come as they are
 * asked. */
#define STEP_MAX 2000

static void on_due (ResonateTimer *timer);

static int64_t
company_us (ResonateRealm *realm)
{
  return MIN (COMPANY_US, resonate_app_get_ping_interval (realm->app) / 4);
}

static int64_t
round_up (int64_t us)
{
  return (us + STEP_US - 1) / STEP_US * STEP_US;
}

/* Finds when somebody is asked whose time is @due_us: with those before, or first of the next. */
static int64_t
join (ResonateRealm *realm, int64_t due_us)
{
  ResonateStep *step = &realm->step;
  gboolean fits = ABS (due_us - step->at_us) <= company_us (realm);

  if (!fits || step->n == STEP_MAX)
    {
      step->at_us = MAX (round_up (due_us), fits ? step->at_us + STEP_US : 0);
      step->n = 0;
    }
  step->n++;

  return step->at_us;
}

/* Sets the timer to when the client's ping interval is over. Who was asked has all of it to answer.
 */
static void
arm (ResonateConnection *connection)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  ResonateLife *life = resonate_connection_get_life (connection);
  int64_t due_us = life->since_us + resonate_app_get_ping_interval (realm->app);

  life->heard = FALSE;
  if (realm->wheel == NULL)
    return;

  due_us = life->pinged ? round_up (due_us) : join (realm, due_us);
  resonate_wheel_arm (realm->wheel, &life->timer, MAX (0, due_us - resonate_clock_now_us ()),
                      on_due);
}

/* A client that used control frames is asked with one: it is sure to answer (spec: liveness). */
static void
ask (ResonateConnection *connection)
{
  ResonateLife *life = resonate_connection_get_life (connection);
  g_autoptr (GBytes) frame = NULL;

  life->since_us = resonate_clock_now_us ();
  life->pinged = TRUE;
  arm (connection);

  if (life->by_control)
    {
      resonate_transport_ping (resonate_connection_get_transport (connection));
      return;
    }

  frame = resonate_protocol_ping ();
  resonate_connection_send_frame (connection, frame);
}

/* Who was heard of meanwhile has more time. */
static void
on_due (ResonateTimer *timer)
{
  ResonateConnection *connection = resonate_connection_from_timer (timer);
  ResonateLife *life = resonate_connection_get_life (connection);

  if (life->heard)
    arm (connection);
  else if (life->pinged)
    resonate_prune (connection, RESONATE_PUSHER_ERROR_NO_PONG,
                    resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_NO_PONG));
  else
    ask (connection);
}

/* A timer that is armed is left alone: a client that talks costs a look at the clock for a message,
 * and a look at the timer for an interval. */
void
resonate_liveness_touch (ResonateConnection *connection)
{
  ResonateLife *life = resonate_connection_get_life (connection);
  gboolean was_pinged = life->pinged;

  life->since_us = resonate_clock_now_us ();
  life->heard = TRUE;
  life->pinged = FALSE;
  if (was_pinged || !resonate_timer_is_armed (&life->timer))
    arm (connection);
}

void
resonate_liveness_rearm (ResonateConnection *connection)
{
  arm (connection);
}

void
resonate_liveness_forget (ResonateConnection *connection)
{
  resonate_wheel_disarm (&resonate_connection_get_life (connection)->timer);
}
