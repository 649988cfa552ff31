/* resonate-gate.c: what the protocol asks before it acts, and tells when it has
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-gate"

#include "config.h"

#include "resonate-gate-private.h"

/* The floor above implements this: pusher/ does not know that there are plugins. A connection that
 * waits for a verdict is frozen; no other waits with it. */
G_DEFINE_INTERFACE (ResonateGate, resonate_gate, G_TYPE_OBJECT)

static void
resonate_gate_default_init (ResonateGateInterface *iface)
{
}

/* Whether there is somebody to ask or to tell about @slot. */
#define HAS(self, slot) ((self) != NULL && RESONATE_GATE_GET_IFACE (self)->slot != NULL)

ResonateVerdict
resonate_gate_intercept (ResonateGate *self,
                         ResonateConnection *connection,
                         ResonateMessage *message,
                         GError **error)
{
  if (!HAS (self, intercept))
    return RESONATE_VERDICT_PASS;

  return RESONATE_GATE_GET_IFACE (self)->intercept (self, connection, message, error);
}

ResonateVerdict
resonate_gate_stage (ResonateGate *self,
                     ResonateStage stage,
                     ResonateIntent *intent,
                     GError **error)
{
  if (!HAS (self, stage))
    return RESONATE_VERDICT_PASS;

  return RESONATE_GATE_GET_IFACE (self)->stage (self, stage, intent, error);
}

void
resonate_gate_commit (ResonateGate *self, ResonateIntent *intent)
{
  if (HAS (self, commit))
    RESONATE_GATE_GET_IFACE (self)->commit (self, intent);
}

void
resonate_gate_rollback (ResonateGate *self, ResonateIntent *intent)
{
  if (HAS (self, rollback))
    RESONATE_GATE_GET_IFACE (self)->rollback (self, intent);
}

void
resonate_gate_opened (ResonateGate *self, ResonateConnection *connection)
{
  if (HAS (self, opened))
    RESONATE_GATE_GET_IFACE (self)->opened (self, connection);
}

void
resonate_gate_subscribed (ResonateGate *self,
                          ResonateConnection *connection,
                          ResonateChannel *channel)
{
  if (HAS (self, subscribed))
    RESONATE_GATE_GET_IFACE (self)->subscribed (self, connection, channel);
}

void
resonate_gate_unsubscribed (ResonateGate *self,
                            ResonateConnection *connection,
                            ResonateChannel *channel)
{
  if (HAS (self, unsubscribed))
    RESONATE_GATE_GET_IFACE (self)->unsubscribed (self, connection, channel);
}

void
resonate_gate_closed (ResonateGate *self, ResonateConnection *connection)
{
  if (HAS (self, closed))
    RESONATE_GATE_GET_IFACE (self)->closed (self, connection);
}

void
resonate_gate_left (ResonateGate *self,
                    ResonateConnection *connection,
                    unsigned int code,
                    const char *reason)
{
  if (HAS (self, left))
    RESONATE_GATE_GET_IFACE (self)->left (self, connection, code, reason);
}

void
resonate_gate_received (ResonateGate *self,
                        ResonateConnection *connection,
                        ResonateMessage *message)
{
  if (HAS (self, received))
    RESONATE_GATE_GET_IFACE (self)->received (self, connection, message);
}

void
resonate_gate_published (ResonateGate *self,
                         ResonateApp *app,
                         ResonateConnection *sender,
                         const char *channel,
                         const char *event,
                         GBytes *data)
{
  if (HAS (self, published))
    RESONATE_GATE_GET_IFACE (self)->published (self, app, sender, channel, event, data);
}

void
resonate_gate_occupied (ResonateGate *self, ResonateApp *app, ResonateChannel *channel)
{
  if (HAS (self, occupied))
    RESONATE_GATE_GET_IFACE (self)->occupied (self, app, channel);
}

void
resonate_gate_vacated (ResonateGate *self, ResonateApp *app, ResonateChannel *channel)
{
  if (HAS (self, vacated))
    RESONATE_GATE_GET_IFACE (self)->vacated (self, app, channel);
}

void
resonate_gate_member_added (ResonateGate *self,
                            ResonateApp *app,
                            ResonateChannel *channel,
                            const char *user_id)
{
  if (HAS (self, member_added))
    RESONATE_GATE_GET_IFACE (self)->member_added (self, app, channel, user_id);
}

void
resonate_gate_member_removed (ResonateGate *self,
                              ResonateApp *app,
                              ResonateChannel *channel,
                              const char *user_id)
{
  if (HAS (self, member_removed))
    RESONATE_GATE_GET_IFACE (self)->member_removed (self, app, channel, user_id);
}
