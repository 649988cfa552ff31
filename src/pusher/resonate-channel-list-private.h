/* resonate-channel-list-private.h: how channels come and go
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-channel-list.h"

G_BEGIN_DECLS

ResonateChannelList *resonate_channel_list_new (void);

ResonateChannel *resonate_channel_list_ensure (ResonateChannelList *self, const char *name);

void resonate_channel_list_drop (ResonateChannelList *self, ResonateChannel *channel);

/* The first whose place is above @place, which is 0 at the beginning and then that of the one that
 * is returned; see resonate-directory-private.h. */
ResonateChannel *resonate_channel_list_after (ResonateChannelList *self, uint64_t *place);

typedef void (*ResonateChannelListFunc) (ResonateChannel *channel, gpointer user_data);

void resonate_channel_list_foreach (ResonateChannelList *self,
                                    ResonateChannelListFunc func,
                                    gpointer user_data);

G_END_DECLS
