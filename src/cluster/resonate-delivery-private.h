/* resonate-delivery-private.h: how deliveries are made, and whom they tell what became of them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-consumer.h"
#include "resonate-delivery.h"

G_BEGIN_DECLS

/* @fields: a{say}. */
ResonateDelivery *
resonate_delivery_new (const char *stream, const char *id, GVariant *fields, unsigned int attempt);

void resonate_delivery_set_attempt (ResonateDelivery *self, unsigned int attempt);

/* From here on @consumer is told when it is acknowledged or rejected, and kept until then. */
void resonate_delivery_give (ResonateDelivery *self, ResonateConsumer *consumer);

gboolean resonate_delivery_is_held (ResonateDelivery *self);
gboolean resonate_delivery_is_settled (ResonateDelivery *self);

/* By stream and id. */
guint resonate_delivery_hash (gconstpointer delivery);
gboolean resonate_delivery_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
