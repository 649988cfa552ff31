/* resonate-life.c: when a client was last heard of
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-life"

#include "config.h"

#include "resonate-life-private.h"

#include "../base/resonate-clock-private.h"
#include "resonate-connection-private.h"

/* Each realm has two queues in the order of time: who was heard of last, and who was asked last.
 * Hearing of somebody moves one link, and a check looks only at the heads: connections that are
 * well cost a check nothing, however many there are. */

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
resonate_life_touch (ResonateConnection *connection)
{
  move (resonate_connection_get_realm (connection), resonate_connection_get_life (connection),
        FALSE);
}

void
resonate_life_forget (ResonateConnection *connection)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  ResonateLife *life = resonate_connection_get_life (connection);

  if (life->since_us != 0)
    g_queue_unlink (queue_of (realm, life), &life->link);
  life->since_us = 0;
}

/* The client was asked; it has a ping interval to answer. */
void
resonate_life_ask (ResonateConnection *connection)
{
  move (resonate_connection_get_realm (connection), resonate_connection_get_life (connection),
        TRUE);
}
