/* resonate-dbus-metrics.h: org.resonate.Resonate1.Metrics, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

#include "resonate-dbus-gen.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_DBUS_METRICS (resonate_dbus_metrics_get_type ())

G_DECLARE_FINAL_TYPE (ResonateDbusMetrics,
                      resonate_dbus_metrics,
                      RESONATE,
                      DBUS_METRICS,
                      ResonateDbusGenMetricsSkeleton)

ResonateDbusMetrics *resonate_dbus_metrics_new (ResonateServer *server);

/* The bus is gone, and with it all who listen. */
void resonate_dbus_metrics_forget (ResonateDbusMetrics *self);

G_END_DECLS
