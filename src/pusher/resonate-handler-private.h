/* resonate-handler-private.h: the life of a connection, and of each of its messages
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-transport-private.h"
#include "resonate-connection.h"
#include "resonate-gate-private.h"
#include "resonate-realm-private.h"

G_BEGIN_DECLS

ResonateConnection *
resonate_handler_open (ResonateRealm *realm, ResonateTransport *transport, const char *origin);

void resonate_handler_attach (ResonateConnection *connection);

void resonate_handler_resume (ResonateConnection *connection,
                              ResonateMessage *message,
                              ResonateVerdict verdict,
                              const GError *error);

void resonate_handler_resume_subscribe (ResonateIntent *intent,
                                        ResonateVerdict verdict,
                                        const GError *error);

G_END_DECLS
