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

typedef struct
{
  char *name;
  char *data;
  size_t data_length;
  char *except; /* (nullable) */
} ResonateRestEvent;

void resonate_rest_event_read (ResonateRestEvent *self, const ResonateJsonValue *item);

void resonate_rest_event_clear (ResonateRestEvent *self);

void resonate_rest_event_publish (const ResonateRestEvent *self,
                                  ResonateRequest *request,
                                  const char *channel,
                                  ResonateEventOrder order);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ResonateRestEvent, resonate_rest_event_clear)

G_END_DECLS
