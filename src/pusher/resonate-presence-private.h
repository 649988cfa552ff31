/* resonate-presence-private.h: the members of a presence channel, as the protocol lists them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-channel.h"

G_BEGIN_DECLS

void resonate_presence_append_payload (ResonateChannel *channel, GString *out);

void resonate_presence_append_users (ResonateChannel *channel, GString *out);

G_END_DECLS
