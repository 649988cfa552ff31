/* resonate-membership-private.h: coming to a channel, and leaving it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-channel.h"
#include "resonate-intent-private.h"

G_BEGIN_DECLS

ResonateChannel *resonate_membership_join (ResonateIntent *intent);

void resonate_membership_leave (ResonateConnection *connection, ResonateChannel *channel);

G_END_DECLS
