/* resonate-consumption-private.h: the machine of a consumer, from start to stop
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-consumer.h"
#include "resonate-stream-reader-private.h"

G_BEGIN_DECLS

/* It asks for one thing at a time, entries or what others have left, and for no more than its
 * window has room for; it keeps what is worked on from being claimed, and sees to it that nothing
 * is left when it stops. It belongs to @owner, whom everything is told. */
typedef struct _ResonateConsumption ResonateConsumption;

ResonateConsumption *resonate_consumption_new (ResonateConsumer *owner,
                                               ResonateStreamLog *log,
                                               const ResonateConsumerSettings *settings);
void resonate_consumption_free (ResonateConsumption *self);

void resonate_consumption_start (ResonateConsumption *self);

/* Returns %TRUE with @task once it has stopped. */
void resonate_consumption_stop (ResonateConsumption *self, unsigned int drain_ms, GTask *task);

/* Also once it has stopped. Returns %TRUE with @task. */
void resonate_consumption_acknowledge (ResonateConsumption *self,
                                       ResonateDelivery *delivery,
                                       GTask *task);
void resonate_consumption_reject (ResonateConsumption *self, ResonateDelivery *delivery);

G_END_DECLS
