/* resonate-subscribe-private.h: from what a client asked for to a place in a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-gate-private.h"
#include "resonate-intent-private.h"

G_BEGIN_DECLS

void resonate_subscribe (ResonateConnection *connection, const ResonateJsonValue *data);

void
resonate_subscribe_continue (ResonateIntent *intent, ResonateVerdict verdict, const GError *error);

void resonate_subscribe_abandon (ResonateIntent *intent, ResonateVerdict verdict);

void resonate_unsubscribe (ResonateConnection *connection, const ResonateJsonValue *data);

G_END_DECLS
