/* resonate-tally-private.h: how many are on a channel, told to those who are
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-channel.h"
#include "resonate-realm-private.h"

G_BEGIN_DECLS

void resonate_tally_changed (ResonateRealm *realm, ResonateChannel *channel);

void resonate_tally_flush (ResonateRealm *realm);

G_END_DECLS
