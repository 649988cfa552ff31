/* resonate-rest-batch-private.h: POST /apps/{app}/batch_events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-rest-private.h"

G_BEGIN_DECLS

void resonate_rest_batch (ResonateRequest *request);

G_END_DECLS
