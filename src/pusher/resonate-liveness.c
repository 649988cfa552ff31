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

/* Each realm has two queues in the order of time: who was heard of last, and who was asked last.
 * Hearing of somebody moves one link, and a check looks only at the heads: connections that are
 * well cost a check nothing, however many there are. */

/* How often resonate_liveness_check () is called, or more. */
#define SLACK_US G_USEC_PER_SEC

/* How many are asked, and how many let go, in one check. Those who came in one storm are asked over
 * some seconds: their answers come as they are asked. */
#define MAX_PER_CHECK 2000

static GQueue *
queue_of (ResonateRealm *realm, const ResonateLife *life)
{
  return life->pinged ? &realm->pinged : &realm->heard;
}

static void
move (ResonateRealm *realm, ResonateLife *life, gboolean pinged)
{
  if (life->since_us != 0)
    g_queue_unlink (queue_of (realm, life), &life->link);

  life->since_us = resonate_clock_now_us ();
  life->pinged = pinged;
  g_queue_push_tail_link (queue_of (realm, life), &life->link);
}

/* The client was heard of: a message, a pong, any control frame. */
void
resonate_liveness_touch (ResonateConnection *connection)
{
  move (resonate_connection_get_realm (connection), resonate_connection_get_life (connection),
        FALSE);
}

void
resonate_liveness_forget (ResonateConnection *connection)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  ResonateLife *life = resonate_connection_get_life (connection);

  if (life->since_us != 0)
    g_queue_unlink (queue_of (realm, life), &life->link);
  life->since_us = 0;
}

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
ping (ResonateRealm *realm, ResonateConnection *connection, GBytes *frame)
{
  ResonateLife *life = resonate_connection_get_life (connection);

  if (life->by_control)
    resonate_transport_ping (resonate_connection_get_transport (connection));
  else
    resonate_connection_send_frame (connection, frame);

  move (realm, life, TRUE);
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

      ping (realm, connection, frame);
      slack_us = SLACK_US;
    }
}
