/* resonate-client-event-private.h: events that clients send to each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-connection.h"
#include "resonate-message.h"

G_BEGIN_DECLS

void resonate_client_event (ResonateConnection *connection, ResonateMessage *message);

G_END_DECLS
