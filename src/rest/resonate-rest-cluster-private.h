/* resonate-rest-cluster-private.h: what publishers are told while other nodes are out of reach
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../pusher/resonate-relay-private.h"
#include "../transport/resonate-exchange-private.h"

G_BEGIN_DECLS

gboolean resonate_rest_check_cluster (ResonateExchange *exchange, ResonateRelay *relay);

void resonate_rest_ready_in_cluster (ResonateExchange *exchange, ResonateRelay *relay);

G_END_DECLS
