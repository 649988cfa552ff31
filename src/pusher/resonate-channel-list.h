/* resonate-channel-list.h: the channels of one app that somebody is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"
#include "resonate-channel.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_CHANNEL_LIST (resonate_channel_list_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateChannelList, resonate_channel_list, RESONATE, CHANNEL_LIST, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateChannel *resonate_channel_list_lookup (ResonateChannelList *self, const char *name);

G_END_DECLS
