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
#include "resonate-life-private.h"
#include "resonate-protocol-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"

/* How often resonate_liveness_check () is called, or more. */
#define SLACK_US G_USEC_PER_SEC

/* How many are asked, and how many let go, in one check. Those who came in one storm are asked over
 * some seconds: their answers come as they are asked. */
#define MAX_PER_CHECK 2000

/* Returns who has been at the head of @queue for a ping interval, less @slack_us; or NULL. */
static ResonateConnection *
peek_due (ResonateRealm *realm, GQueue *queue, int64_t slack_us)
{
  ResonateConnection *connection = g_queue_peek_head (queue);
  int64_t due_us;

  if (connection == NULL)
    return NULL;

  due_us = resonate_connection_get_life (connection)->since_us +
           resonate_app_get_ping_interval (realm->app) - slack_us;

  return resonate_clock_now_us () >= due_us ? connection : NULL;
}

/* A client that used control frames is asked with one: it is sure to answer (spec: liveness). */
static void
ping (ResonateConnection *connection, GBytes *frame)
{
  if (resonate_connection_get_life (connection)->by_control)
    resonate_transport_ping (resonate_connection_get_transport (connection));
  else
    resonate_connection_send_frame (connection, frame);

  resonate_life_ask (connection);
}

/* First those who did not answer go, then those who are silent are asked. When there is something
 * to do, whoever would be due before the next check is asked as well: a burst of arrivals stays
 * one. */
void
resonate_liveness_check (ResonateRealm *realm)
{
  g_autoptr (GBytes) frame = resonate_protocol_ping ();
  ResonateConnection *connection;
  int64_t slack_us = 0;

  for (int n = 0; n < MAX_PER_CHECK; n++)
    {
      connection = peek_due (realm, &realm->pinged, 0);
      if (connection == NULL)
        break;

      resonate_prune (connection, RESONATE_PUSHER_ERROR_NO_PONG,
                      resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_NO_PONG));
      slack_us = SLACK_US;
    }

  for (int n = 0; n < MAX_PER_CHECK; n++)
    {
      connection = peek_due (realm, &realm->heard, slack_us);
      if (connection == NULL)
        break;

      ping (connection, frame);
      slack_us = SLACK_US;
    }
}
