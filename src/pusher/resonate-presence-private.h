/* resonate-presence-private.h: the members of a presence channel, as the protocol lists them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-channel.h"
#include "resonate-replica-private.h"

G_BEGIN_DECLS

/* @replica: (nullable): where all nodes have the same members */
void
resonate_presence_append_payload (ResonateChannel *channel, ResonateReplica *replica, GString *out);

void resonate_presence_append_users (ResonateChannel *channel, GString *out);

G_END_DECLS
