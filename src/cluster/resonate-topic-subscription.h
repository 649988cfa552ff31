/* resonate-topic-subscription.h: one listener's interest in a topic, or in all that match a pattern
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-enums.h"
#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_TOPIC_SUBSCRIPTION (resonate_topic_subscription_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (
  ResonateTopicSubscription, resonate_topic_subscription, RESONATE, TOPIC_SUBSCRIPTION, GObject)

RESONATE_AVAILABLE_IN_1_0
const char *resonate_topic_subscription_get_topic (ResonateTopicSubscription *self);

RESONATE_AVAILABLE_IN_1_0
ResonateTopicKind resonate_topic_subscription_get_kind (ResonateTopicSubscription *self);

RESONATE_AVAILABLE_IN_1_0
ResonateTopicState resonate_topic_subscription_get_state (ResonateTopicSubscription *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_topic_subscription_ready_async (ResonateTopicSubscription *self,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_topic_subscription_ready_finish (ResonateTopicSubscription *self,
                                                   GAsyncResult *result,
                                                   GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_topic_subscription_cancel (ResonateTopicSubscription *self);

G_END_DECLS
