/* resonate-pub-sub.h: topics that several programs publish to and subscribe to
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
#include "resonate-topic-subscription.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_PUB_SUB (resonate_pub_sub_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (ResonatePubSub, resonate_pub_sub, RESONATE, PUB_SUB, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonatePubSub *resonate_pub_sub_new_local (void);

RESONATE_AVAILABLE_IN_1_0
ResonatePubSub *resonate_pub_sub_new_for_uri (const char *uri, const char *prefix, GError **error);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_pub_sub_get_is_connected (ResonatePubSub *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_pub_sub_publish (ResonatePubSub *self, const char *topic, GBytes *payload);

RESONATE_AVAILABLE_IN_1_0
void resonate_pub_sub_publish_async (ResonatePubSub *self,
                                     const char *topic,
                                     GBytes *payload,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gint64 resonate_pub_sub_publish_finish (ResonatePubSub *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
ResonateTopicSubscription *
resonate_pub_sub_subscribe (ResonatePubSub *self, const char *topic, ResonateTopicKind kind);

G_END_DECLS
