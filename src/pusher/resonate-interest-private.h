/* resonate-interest-private.h: that this node wants to hear what is said on a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../cluster/resonate-topic-subscription.h"
#include "resonate-realm-private.h"
#include "resonate-replica-private.h"

G_BEGIN_DECLS

/* How long a channel is still listened to when nobody is on it any more: pages are reloaded. */
#define RESONATE_INTEREST_LINGER_US ((int64_t) 5 * G_USEC_PER_SEC)

/* How long a client waits for the bus at most. */
#define RESONATE_INTEREST_WAIT_US ((int64_t) 5 * G_USEC_PER_SEC)

/* Counted by references, because what is under way outlives the interest in it. */
typedef struct
{
  ResonateRealm *realm; /* (unowned): not looked at when the interest is over */
  char *channel;
  char *topic;
  ResonateTopicSubscription *subscription; /* (nullable): until the interest is over */
  GArray *waiting;                         /* (nullable): who is to be told when it is heard */
  ResonateTimer timer;

  ResonateReplica *replica; /* (nullable): of a presence channel, where all nodes have the same */
  gboolean is_unread;       /* its members are to be read */
  gboolean is_read_again;   /* what is being read may be older than what was missed */
  gboolean is_doubted;      /* it is to be read at the time below */
  int64_t doubted_us;
} ResonateInterest;

typedef void (*ResonateInterestFunc) (gpointer user_data);

ResonateInterest *resonate_interest_ref (ResonateInterest *self);

void resonate_interest_unref (ResonateInterest *self);

/* All of these are for a realm with a relay. */
ResonateInterest *resonate_interest_lookup (ResonateRealm *realm, const char *channel);

ResonateInterest *resonate_interest_ensure (ResonateRealm *realm, const char *channel);

gboolean resonate_interest_wait (ResonateRealm *realm,
                                 const char *channel,
                                 ResonateInterestFunc func,
                                 gpointer user_data);

/* Whoever waits goes on, if there is nothing more to wait for. */
void resonate_interest_tell (ResonateInterest *self);

void resonate_interest_let_go (ResonateRealm *realm, const char *channel);

/* (nullable): also for a realm without a relay */
static inline ResonateReplica *
resonate_interest_get_replica (ResonateRealm *realm, const char *channel)
{
  const ResonateInterest *self = NULL;

  if (G_UNLIKELY (realm->relay != NULL))
    self = resonate_interest_lookup (realm, channel);

  return self != NULL ? self->replica : NULL;
}

static inline gboolean
resonate_interest_is_heard (const ResonateInterest *self)
{
  return self->subscription != NULL &&
         resonate_topic_subscription_get_state (self->subscription) == RESONATE_TOPIC_ACTIVE;
}

/* Of all channels of a realm. */
void resonate_interest_begin_all (ResonateRealm *realm);

void resonate_interest_end_all (ResonateRealm *realm);

void resonate_interest_end_waiting (ResonateRealm *realm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateInterest, resonate_interest_unref)

G_END_DECLS
