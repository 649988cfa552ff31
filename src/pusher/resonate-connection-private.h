/* resonate-connection-private.h: what the protocol keeps of a client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdbool.h>

#include "../base/resonate-directory-private.h"
#include "../base/resonate-limiter-private.h"
#include "../transport/resonate-transport-private.h"
#include "resonate-backlog-private.h"
#include "resonate-channel.h"
#include "resonate-connection.h"
#include "resonate-realm-private.h"
#include "resonate-subscription-list-private.h"

G_BEGIN_DECLS

/* When the client was last heard of, or asked. */
typedef struct
{
  ResonateTimer timer; /* when that has to be looked at, or before */
  int64_t since_us : 61;
  bool heard : 1; /* since the timer was armed */
  bool pinged : 1;
  bool by_control : 1; /* it used control frames, so it is asked with one */
} ResonateLife;

struct _ResonateConnection
{
  GObject parent_instance;

  ResonateEntry entry;  /* among the connections of the realm */
  ResonateRealm *realm; /* (unowned): outlives every connection that is open */
  ResonateApp *app;
  ResonateTransport *transport;
  char *socket_id; /* counted */
  char *origin;    /* (nullable) */
  int64_t opened_at_us;

  ResonateSubscriptionList subscriptions;
  ResonateLife life;
  ResonateLimiter limiter;

  ResonateBacklog backlog;
  GCancellable *cancellable; /* (nullable): made when somebody first asks */
};

ResonateConnection *
resonate_connection_new (ResonateRealm *realm, ResonateTransport *transport, const char *origin);

static inline ResonateRealm *
resonate_connection_get_realm (ResonateConnection *self)
{
  return self->realm;
}

static inline ResonateTransport *
resonate_connection_get_transport (ResonateConnection *self)
{
  return self->transport;
}

static inline ResonateLife *
resonate_connection_get_life (ResonateConnection *self)
{
  return &self->life;
}

/* @timer: that of its life */
static inline ResonateConnection *
resonate_connection_from_timer (ResonateTimer *timer)
{
  return resonate_timer_get_owner (timer, ResonateConnection, life.timer);
}

static inline ResonateLimiter *
resonate_connection_get_limiter (ResonateConnection *self)
{
  return &self->limiter;
}

/* The channels' to change. */
static inline ResonateSubscriptionList *
resonate_connection_get_subscriptions (ResonateConnection *self)
{
  return &self->subscriptions;
}

/* (transfer full): counted. */
char *resonate_connection_share_socket_id (ResonateConnection *self);

void resonate_connection_send_frame (ResonateConnection *self, GBytes *frame);

void resonate_connection_send_error (ResonateConnection *self, int code, const char *message);

static inline ResonateBacklog *
resonate_connection_get_backlog (ResonateConnection *self)
{
  return &self->backlog;
}

GCancellable *resonate_connection_get_cancellable (ResonateConnection *self);

void resonate_connection_emit_subscribed (ResonateConnection *self, ResonateChannel *channel);

void resonate_connection_emit_unsubscribed (ResonateConnection *self, ResonateChannel *channel);

void resonate_connection_emit_closed (ResonateConnection *self);

G_END_DECLS
