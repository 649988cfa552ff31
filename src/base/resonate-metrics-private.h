/* resonate-metrics-private.h: numbers by their names, and what they look like to who collects them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is counted, whoever it is counted for. */
typedef struct
{
  const char *name; /* as in OpenMetrics, without the ending of a counter */
  gboolean is_counter;
  const char *help;
} ResonateMetric;

/* A picture of all numbers. Those of one metric are added one after the other. */
typedef struct _ResonateMetrics ResonateMetrics;

ResonateMetrics *resonate_metrics_new (void);

void resonate_metrics_free (ResonateMetrics *self);

/*
 * @metric: outlives the picture
 * @app: (nullable): the id of whom it is about; NULL is the whole server
 * @is_sum: of what apps have, for who does not add it up
 */
void resonate_metrics_add (ResonateMetrics *self,
                           const ResonateMetric *metric,
                           const char *app,
                           gboolean is_sum,
                           double value);

/* (transfer floating): `a{sd}`. */
GVariant *resonate_metrics_to_variant (const ResonateMetrics *self);

/* Without sums: a collector adds up by itself, and would count twice. */
char *resonate_metrics_to_openmetrics (const ResonateMetrics *self);

char *resonate_metrics_to_json (const ResonateMetrics *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateMetrics, resonate_metrics_free)

G_END_DECLS
