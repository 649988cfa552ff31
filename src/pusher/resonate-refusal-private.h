/* resonate-refusal-private.h: saying no: to a message, to a client, for good
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-transport-private.h"
#include "resonate-connection.h"

G_BEGIN_DECLS

void resonate_refuse (ResonateConnection *connection, const GError *error);

void resonate_refuse_code (ResonateConnection *connection, int code);

void resonate_turn_away (ResonateTransport *transport, int code, const char *message);

void resonate_terminate (ResonateConnection *connection, int code, const char *message);

void resonate_prune (ResonateConnection *connection, int code, const char *message);

void resonate_close (ResonateConnection *connection, int code, const char *reason);

void resonate_farewell (ResonateConnection *connection, unsigned int code, const char *reason);

void resonate_let_go (ResonateConnection *connection);

G_END_DECLS
