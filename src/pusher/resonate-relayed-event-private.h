/* resonate-relayed-event-private.h: what an envelope says of an event
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"
#include "resonate-protocol-private.h"

G_BEGIN_DECLS

/* One that was read, in the text that it was read from. */
typedef struct
{
  ResonateJsonValue event;
  ResonateJsonValue data;    /* its text is NULL for a client that sent none */
  ResonateJsonValue user_id; /* its text is NULL unless the client stands for a user */
  ResonateEventOrder order;
  gboolean is_of_client;
} ResonateRelayedEvent;

void resonate_relayed_event_append (GString *out,
                                    const char *event,
                                    const char *channel,
                                    const char *data,
                                    gssize data_length,
                                    ResonateEventOrder order);

void resonate_relayed_event_append_of_client (GString *out,
                                              const char *event,
                                              const char *channel,
                                              const ResonateJsonValue *data,
                                              const char *user_id_json);

gboolean resonate_relayed_event_parse (ResonateRelayedEvent *self,
                                       const ResonateJsonValue *payload,
                                       const char *channel);

GBytes *resonate_relayed_event_make_frame (const ResonateRelayedEvent *self, const char *channel);

G_END_DECLS
