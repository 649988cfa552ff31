/* resonate-protocol-private.h: the frames of the server, byte for byte
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

#include "../base/resonate-json-private.h"

G_BEGIN_DECLS

/* The two endpoints that publish differ in the order of what they deliver, and clients of the
 * reference see the difference. */
typedef enum
{
  RESONATE_EVENT_DATA_FIRST,    /* `/events`: event, data, channel */
  RESONATE_EVENT_CHANNEL_FIRST, /* `/batch_events`: event, channel, data */
} ResonateEventOrder;

GBytes *resonate_protocol_connection_established (const char *socket_id,
                                                  int64_t activity_timeout_us);

GBytes *resonate_protocol_pong (void);

GBytes *resonate_protocol_ping (void);

GBytes *resonate_protocol_error (int code, const char *message);

GBytes *resonate_protocol_subscription_succeeded (const char *channel, const char *data);

GBytes *resonate_protocol_member_added (const char *channel, const char *member);

GBytes *resonate_protocol_member_removed (const char *channel, const char *id_json);

GBytes *resonate_protocol_subscription_count (const char *channel, unsigned int count);

GBytes *resonate_protocol_cache_miss (const char *channel);

GBytes *resonate_protocol_event (const char *event,
                                 const char *channel,
                                 const char *data,
                                 gssize data_length,
                                 ResonateEventOrder order);

GBytes *resonate_protocol_relayed_event (const ResonateJsonValue *event,
                                         const char *channel,
                                         const ResonateJsonValue *data,
                                         const ResonateJsonValue *user_id,
                                         ResonateEventOrder order);

GBytes *resonate_protocol_client_event (const char *event,
                                        const char *channel,
                                        const ResonateJsonValue *data,
                                        const char *user_id_json);

G_END_DECLS
