/* resonate-subscription-private.h: how a subscription comes to be
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-audience-private.h"
#include "resonate-channel.h"
#include "resonate-member-private.h"
#include "resonate-subscription.h"

G_BEGIN_DECLS

ResonateSubscription *resonate_subscription_new (ResonateConnection *connection,
                                                 ResonateChannel *channel,
                                                 ResonateMember *member);

ResonateChannel *resonate_subscription_get_channel (ResonateSubscription *self);

ResonateSeat *resonate_subscription_get_seat (ResonateSubscription *self);

void resonate_subscription_take_member (ResonateSubscription *self, ResonateMember *member);

const ResonateMember *resonate_subscription_get_member (ResonateSubscription *self);

void resonate_subscription_detach (ResonateSubscription *self);

G_END_DECLS
