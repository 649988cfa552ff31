/* resonate-rest-event-private.h: one event in a body, for both endpoints that take events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"
#include "../pusher/resonate-protocol-private.h"
#include "resonate-rest-private.h"

G_BEGIN_DECLS

void resonate_rest_event_publish (ResonateRequest *request,
                                  const ResonateJsonValue *item,
                                  const char *channel,
                                  ResonateEventOrder order);

G_END_DECLS
