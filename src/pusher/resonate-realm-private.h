/* resonate-realm-private.h: one app at run time: everything that is its own
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-limiter-private.h"
#include "../base/resonate-wheel-private.h"
#include "../config/resonate-app-list.h"
#include "resonate-channel-cache-private.h"
#include "resonate-channel-list-private.h"
#include "resonate-connection-list-private.h"
#include "resonate-gate-private.h"

G_BEGIN_DECLS

/* Those who are asked for a sign of life together. */
typedef struct
{
  int64_t at_us;
  unsigned int n;
} ResonateStep;

/* What happened since the server is there; a gauge where it goes down, too. */
typedef struct
{
  uint64_t opened;
  uint64_t turned_away;
  uint64_t subscriptions; /* a gauge */
  uint64_t messages_received;
  uint64_t bytes_received;
  uint64_t messages_sent;
  uint64_t bytes_sent;
  uint64_t published;
  uint64_t client_events;
  uint64_t refused; /* messages that were answered with an error */
} ResonateCounters;

/* Above this on the same floor: what a node and the others tell each other. */
typedef struct _ResonateRelay ResonateRelay;
typedef struct _ResonateGatherer ResonateGatherer;

/* Nothing of one app is ever looked up in another's realm: that is what keeps apps apart. */
typedef struct
{
  ResonateApp *app;
  ResonateGate *gate;   /* (nullable): asked before things happen, told when they have */
  gboolean is_tapped;   /* the gate wants to know of messages, too */
  ResonateWheel *wheel; /* (nullable) (unowned): while the server serves; nobody is asked without */
  ResonateGatherer *gatherer; /* (nullable) (unowned): asks the other nodes, where there are any */

  ResonateConnectionList *connections;
  ResonateChannelList *channels;
  ResonateChannelCache *cache;
  ResonateRelay *relay;  /* (nullable) (unowned): while there are other nodes */
  GHashTable *interests; /* (element-type utf8 ResonateInterest): while there is a relay */

  GHashTable *leaving; /* (element-type ResonateConnection): closed by us, not yet by the client */
  ResonateCounters counters;
  ResonateStep step;        /* the last that somebody joined */
  GHashTable *uncounted;    /* (element-type utf8): channels whose count is to be told later */
  ResonateLimiter refusals; /* those that the log was told of */
  unsigned int n_untold;    /* and those that it was not */
} ResonateRealm;

ResonateRealm *resonate_realm_new (ResonateApp *app, ResonateGate *gate);

void resonate_realm_free (ResonateRealm *self);

/* Sends @frame to all on @channel but @except (nullable), and counts it. */
void resonate_realm_send (ResonateRealm *self,
                          ResonateChannel *channel,
                          GBytes *frame,
                          ResonateConnection *except);

gboolean resonate_realm_holds (ResonateRealm *self, ResonateConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRealm, resonate_realm_free)

G_END_DECLS
