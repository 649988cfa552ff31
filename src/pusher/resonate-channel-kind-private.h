/* resonate-channel-kind-private.h: what a channel's name says of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "../base/resonate-enums.h"

G_BEGIN_DECLS

ResonateChannelKind resonate_channel_kind_from_name (const char *name);

gboolean resonate_channel_kind_is_signed (ResonateChannelKind kind);

gboolean resonate_channel_kind_is_presence (ResonateChannelKind kind);

gboolean resonate_channel_kind_is_cache (ResonateChannelKind kind);

G_END_DECLS
