/* resonate-rest-events-private.h: POST /apps/{app}/events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-rest-private.h"

G_BEGIN_DECLS

void resonate_rest_events (ResonateRequest *request);

G_END_DECLS
