/* resonate-subscription-list-private.h: the channels that one client is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-channel.h"
#include "resonate-subscription.h"

G_BEGIN_DECLS

/* Held by value, all zero at first: in the order of joining. Most clients are on one channel or
 * two, and an array of GLib's costs as much as five. */
typedef struct
{
  ResonateSubscription **elements; /* (array length=count) (nullable) (unowned elements) */
  unsigned int count;
  unsigned int capacity;
} ResonateSubscriptionList;

void resonate_subscription_list_clear (ResonateSubscriptionList *self);

unsigned int resonate_subscription_list_count (const ResonateSubscriptionList *self);

/* @position is below the count. */
ResonateSubscription *resonate_subscription_list_get (const ResonateSubscriptionList *self,
                                                      unsigned int position);

/* (nullable) */
ResonateSubscription *resonate_subscription_list_find (const ResonateSubscriptionList *self,
                                                       ResonateChannel *channel);

void resonate_subscription_list_add (ResonateSubscriptionList *self,
                                     ResonateSubscription *subscription);

void resonate_subscription_list_remove (ResonateSubscriptionList *self,
                                        ResonateSubscription *subscription);

G_END_DECLS
