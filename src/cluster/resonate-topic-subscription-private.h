/* resonate-topic-subscription-private.h: how a body makes subscriptions and speaks to them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-pub-sub.h"

G_BEGIN_DECLS

ResonateTopicSubscription *resonate_topic_subscription_new (ResonatePubSub *pub_sub,
                                                            const char *topic,
                                                            ResonateTopicKind kind);
void resonate_topic_subscription_set_state (ResonateTopicSubscription *self,
                                            ResonateTopicState state);
void resonate_topic_subscription_set_since (ResonateTopicSubscription *self, uint64_t number);
uint64_t resonate_topic_subscription_get_since (ResonateTopicSubscription *self);

void resonate_topic_subscription_emit_message (ResonateTopicSubscription *self,
                                               GBytes *payload,
                                               const char *topic,
                                               const char *pattern);
void resonate_topic_subscription_emit_gap (ResonateTopicSubscription *self);

G_END_DECLS
