/* resonate-delivery.h: one entry of a stream, in the hands of one consumer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_DELIVERY (resonate_delivery_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateDelivery, resonate_delivery, RESONATE, DELIVERY, GObject)

RESONATE_AVAILABLE_IN_1_0
const char *resonate_delivery_get_stream (ResonateDelivery *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_delivery_get_id (ResonateDelivery *self);

RESONATE_AVAILABLE_IN_1_0
GBytes *resonate_delivery_get_payload (ResonateDelivery *self);

RESONATE_AVAILABLE_IN_1_0
GVariant *resonate_delivery_get_fields (ResonateDelivery *self);

RESONATE_AVAILABLE_IN_1_0
GBytes *resonate_delivery_dup_field (ResonateDelivery *self, const char *name);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_delivery_get_attempt (ResonateDelivery *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_delivery_hold (ResonateDelivery *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_delivery_ack_async (ResonateDelivery *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean
resonate_delivery_ack_finish (ResonateDelivery *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_delivery_reject (ResonateDelivery *self);

G_END_DECLS
