/* resonate-relay-private.h: what this node and the others tell each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../cluster/resonate-envelope-codec-private.h"
#include "../cluster/resonate-pub-sub.h"
#include "resonate-echoes-private.h"
#include "resonate-interest-private.h"
#include "resonate-protocol-private.h"
#include "resonate-realm-list-private.h"

G_BEGIN_DECLS

/* How a node takes part. */
typedef struct
{
  const char *node;     /* of this process and no other */
  const char *secret;   /* (nullable): what all nodes sign with */
  const char *prefix;   /* of the topics of channels */
  const char *channel;  /* the topic of all nodes */
  gboolean is_refusing; /* publishers are sent away while the bus is */
} ResonateRelaySettings;

/* What no envelope counts. */
typedef struct
{
  uint64_t alone;  /* events that went to who is here and to nobody else */
  uint64_t losses; /* how often the bus went away */
  uint64_t gaps;   /* of topics: something may have been missed */
  int64_t lag_us;  /* how long the latest event took to come back; -1 before the first */
} ResonateRelayCounters;

/* @realm: whose application it names
 * @channel: (nullable): whose topic it came on; NULL is that of all nodes
 * @is_own: this node published it */
typedef void (*ResonateRelayFunc) (ResonateRealm *realm,
                                   const char *channel,
                                   const ResonateEnvelope *envelope,
                                   gboolean is_own,
                                   gpointer user_data);

/* Above this on the same floor: the members of presence channels, over all nodes. */
typedef struct _ResonateAttendance ResonateAttendance;

/* Behind the prefix: topics of channels are called `ch:APP:CHANNEL`. */
#define RESONATE_RELAY_CHANNEL_TOPIC "ch:"

struct _ResonateRelay
{
  ResonatePubSub *bus;
  gboolean is_connected; /* what the bus says */
  gboolean has_been;     /* it has said so once */
  gboolean is_refusing;
  ResonateEnvelopeCodec *codec;
  char *prefix;
  char *all_nodes; /* the topic */
  ResonateTopicSubscription *subscription;
  ResonateRealmList *realms;      /* (unowned): they are given this and outlive it */
  ResonateAttendance *attendance; /* (nullable) (unowned): where members are known to all */
  ResonateEchoes *echoes;
  ResonateRelayCounters counters;

  struct
  {
    ResonateRelayFunc func; /* (nullable) */
    gpointer user_data;
  } listeners[RESONATE_ENVELOPE_N_TYPES];
};

ResonateRelay *resonate_relay_new (ResonatePubSub *bus,
                                   const ResonateRelaySettings *settings,
                                   ResonateRealmList *realms);

void resonate_relay_free (ResonateRelay *self);

/* For the types that are not handled here: metrics, and presence. */
void resonate_relay_listen (ResonateRelay *self,
                            ResonateEnvelopeType type,
                            ResonateRelayFunc func,
                            gpointer user_data);

char *resonate_relay_dup_topic (ResonateRelay *self, const char *app_id, const char *channel);

void resonate_relay_check (ResonateRelay *self);

const char *resonate_relay_explain (ResonateRelay *self);

/* Whether publishers are to be sent away. */
static inline gboolean
resonate_relay_is_refusing (const ResonateRelay *self)
{
  return self->is_refusing && !self->is_connected;
}

gboolean resonate_relay_publish (ResonateRealm *realm,
                                 const char *event,
                                 const char *channel,
                                 const char *data,
                                 gssize data_length,
                                 ResonateEventOrder order,
                                 const char *except_socket);

gboolean resonate_relay_publish_of_client (ResonateConnection *sender,
                                           const char *event,
                                           const char *channel,
                                           const ResonateJsonValue *data,
                                           const char *user_id_json);

void resonate_relay_terminate_user (ResonateRealm *realm, const char *user_id);

void resonate_relay_hear (ResonateInterest *interest, GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRelay, resonate_relay_free)

G_END_DECLS
