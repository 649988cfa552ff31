/* resonate-channel.h: one named channel and who is on it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-enums.h"
#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"
#include "resonate-subscription.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_CHANNEL (resonate_channel_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateChannel, resonate_channel, RESONATE, CHANNEL, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateChannelKind resonate_channel_kind_from_name (const char *name);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_channel_get_name (ResonateChannel *self);

RESONATE_AVAILABLE_IN_1_0
ResonateChannelKind resonate_channel_get_kind (ResonateChannel *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_channel_get_user_count (ResonateChannel *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_channel_has_user (ResonateChannel *self, const char *user_id);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_channel_count_user (ResonateChannel *self, const char *user_id);

G_END_DECLS
