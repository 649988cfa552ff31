/* resonate-connection-private.h: what the protocol keeps of a client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-limiter-private.h"
#include "../transport/resonate-transport-private.h"
#include "resonate-backlog-private.h"
#include "resonate-channel.h"
#include "resonate-connection.h"
#include "resonate-realm-private.h"
#include "resonate-subscription-list-private.h"

G_BEGIN_DECLS

/* When the client was last heard of; a place in one of the two queues of the liveness check. */
typedef struct
{
  GList link;
  int64_t since_us;
  gboolean pinged;
  gboolean by_control; /* it used control frames, so it is asked with one */
} ResonateLife;

ResonateConnection *
resonate_connection_new (ResonateRealm *realm, ResonateTransport *transport, const char *origin);

ResonateRealm *resonate_connection_get_realm (ResonateConnection *self);

ResonateTransport *resonate_connection_get_transport (ResonateConnection *self);

ResonateLife *resonate_connection_get_life (ResonateConnection *self);

ResonateLimiter *resonate_connection_get_limiter (ResonateConnection *self);

/* The channels' to change. */
ResonateSubscriptionList *resonate_connection_get_subscriptions (ResonateConnection *self);

/* (transfer full): counted. */
char *resonate_connection_share_socket_id (ResonateConnection *self);

void resonate_connection_send_frame (ResonateConnection *self, GBytes *frame);

void resonate_connection_send_error (ResonateConnection *self, int code, const char *message);

ResonateBacklog *resonate_connection_get_backlog (ResonateConnection *self);

GCancellable *resonate_connection_get_cancellable (ResonateConnection *self);

void resonate_connection_emit_subscribed (ResonateConnection *self, ResonateChannel *channel);

void resonate_connection_emit_unsubscribed (ResonateConnection *self, ResonateChannel *channel);

void resonate_connection_emit_closed (ResonateConnection *self);

G_END_DECLS
