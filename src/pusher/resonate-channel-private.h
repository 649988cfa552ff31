/* resonate-channel-private.h: what the protocol does with a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-audience-private.h"
#include "resonate-channel.h"
#include "resonate-member-private.h"
#include "resonate-members-private.h"

G_BEGIN_DECLS

typedef void (*ResonateChannelFunc) (ResonateSubscription *subscription, gpointer user_data);

ResonateChannel *resonate_channel_new (const char *name);

/* (nullable): on presence channels only. */
ResonateMembers *resonate_channel_get_members (ResonateChannel *self);

ResonateSubscription *resonate_channel_lookup (ResonateChannel *self,
                                               ResonateConnection *connection);

gboolean resonate_channel_add (ResonateChannel *self, ResonateSubscription *subscription);

gboolean resonate_channel_remove (ResonateChannel *self, ResonateSubscription *subscription);

void resonate_channel_replace (ResonateChannel *self,
                               ResonateSubscription *subscription,
                               ResonateMember *member,
                               gboolean *added,
                               gboolean *removed);

unsigned int resonate_channel_get_subscription_count (ResonateChannel *self);

void resonate_channel_foreach (ResonateChannel *self, ResonateChannelFunc func, gpointer user_data);

/* In resonate-channel-record.c: without a word to anybody. */
unsigned int resonate_channel_get_place (ResonateSubscription *subscription);

void resonate_channel_restore (ResonateChannel *self,
                               ResonateSubscription *subscription,
                               unsigned int place);

void resonate_channel_put_in_order (ResonateChannel *self);

void resonate_channel_forget (ResonateChannel *self, ResonateSubscription *subscription);

void resonate_channel_send (ResonateChannel *self, GBytes *frame, ResonateConnection *except);

G_END_DECLS
