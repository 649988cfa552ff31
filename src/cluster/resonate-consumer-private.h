/* resonate-consumer-private.h: what deliveries and the machine of a consumer tell it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-consumer.h"

G_BEGIN_DECLS

/* (nullable) @task: returned %TRUE when it is acknowledged. */
void
resonate_consumer_acknowledge (ResonateConsumer *self, ResonateDelivery *delivery, GTask *task);
void resonate_consumer_reject (ResonateConsumer *self, ResonateDelivery *delivery);

void resonate_consumer_set_state (ResonateConsumer *self, ResonateConsumerState state);
gboolean resonate_consumer_emit_delivery (ResonateConsumer *self, ResonateDelivery *delivery);
void resonate_consumer_emit_group_recreated (ResonateConsumer *self, const char *stream);
void resonate_consumer_emit_dead_lettered (ResonateConsumer *self,
                                           ResonateDelivery *delivery,
                                           const char *reason);
void resonate_consumer_emit_error (ResonateConsumer *self, const GError *error);

G_END_DECLS
