/* resonate-websocket-transport-private.h: a WebSocket that libsoup parses over a stream of ours
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-stream-private.h"
#include "resonate-transport-private.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_WEBSOCKET_TRANSPORT (resonate_websocket_transport_get_type ())

G_DECLARE_FINAL_TYPE (ResonateWebsocketTransport,
                      resonate_websocket_transport,
                      RESONATE,
                      WEBSOCKET_TRANSPORT,
                      ResonateTransport)

/* The 101 is on its way: what @stream reads from here on are frames. */
ResonateTransport *resonate_websocket_transport_new (ResonateStream *stream);

G_END_DECLS
