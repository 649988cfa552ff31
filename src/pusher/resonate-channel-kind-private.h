/* resonate-channel-kind-private.h: what a channel's name says of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "resonate-channel.h"

G_BEGIN_DECLS

gboolean resonate_channel_kind_is_signed (ResonateChannelKind kind);

gboolean resonate_channel_kind_is_presence (ResonateChannelKind kind);

gboolean resonate_channel_kind_is_cache (ResonateChannelKind kind);

G_END_DECLS
