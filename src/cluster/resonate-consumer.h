/* resonate-consumer.h: one of a group that shares the entries of streams
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
#include "resonate-delivery.h"
#include "resonate-stream-log.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_CONSUMER (resonate_consumer_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateConsumer, resonate_consumer, RESONATE, CONSUMER, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateConsumer *resonate_consumer_new (ResonateStreamLog *log,
                                         const char *const *streams,
                                         const char *group,
                                         const char *name);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_consumer_get_name (ResonateConsumer *self);

RESONATE_AVAILABLE_IN_1_0
ResonateConsumerState resonate_consumer_get_state (ResonateConsumer *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_consumer_start (ResonateConsumer *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_consumer_stop_async (ResonateConsumer *self,
                                   unsigned int drain_ms,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean
resonate_consumer_stop_finish (ResonateConsumer *self, GAsyncResult *result, GError **error);

G_END_DECLS
