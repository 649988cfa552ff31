/* resonate-exchange-parts-private.h: what makes an exchange, and what only the router sets
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "resonate-exchange-private.h"
#include "resonate-stream-private.h"

G_BEGIN_DECLS

/* FALSE when there is no room for another WebSocket. */
typedef gboolean (*ResonateAdmitFunc) (ResonateStream *stream, gpointer user_data);

/* For the request that @stream has given to libsoup, which asks for its answer with @message. */
ResonateExchange *resonate_exchange_new (SoupServerMessage *message,
                                         ResonateStream *stream,
                                         ResonateAdmitFunc may_upgrade,
                                         gpointer user_data);

void resonate_exchange_set_parameters (ResonateExchange *self, GHashTable *parameters);

gboolean resonate_exchange_is_held (ResonateExchange *self);

/* Room for WebSockets is the front's to know; the checks of the handshake are ours. */
gboolean resonate_exchange_may_upgrade (ResonateExchange *self);

SoupServerMessage *resonate_exchange_get_message (ResonateExchange *self);

ResonateRequest *resonate_exchange_get_request (ResonateExchange *self);

ResonateStream *resonate_exchange_get_stream (ResonateExchange *self);

/* An answer without a body of ours: libsoup has set what it says. */
void resonate_exchange_set_answered (ResonateExchange *self);

G_END_DECLS
