/* resonate-server-cluster-private.h: a server that is one of several
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-metrics-private.h"
#include "resonate-server.h"

G_BEGIN_DECLS

/* Of the pub/sub, or of the configuration; without either there is nothing to do. */
gboolean resonate_server_cluster_open (ResonateServer *self, GError **error);

/* Once the channels of the process before are there. */
void resonate_server_cluster_begin (ResonateServer *self);

void resonate_server_cluster_close (ResonateServer *self);

void resonate_server_cluster_add_metrics (ResonateServer *self, ResonateMetrics *metrics);

/* In resonate-server.c. */
void resonate_server_notify_cluster_state (ResonateServer *self);

G_END_DECLS
