/* resonate-channel-info-private.h: what publishers may ask of a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-realm-private.h"

G_BEGIN_DECLS

typedef enum
{
  RESONATE_INFO_OCCUPIED = 1 << 0,
  RESONATE_INFO_USER_COUNT = 1 << 1,
  RESONATE_INFO_SUBSCRIPTION_COUNT = 1 << 2,
  RESONATE_INFO_CACHE = 1 << 3,
} ResonateInfo;

ResonateInfo resonate_channel_info_parse (const char *list);

void resonate_channel_info_append_names (ResonateInfo wanted, GString *out);

void resonate_channel_info_append (ResonateRealm *realm,
                                   const char *channel,
                                   ResonateInfo wanted,
                                   GString *out);

G_END_DECLS
