/* resonate-channel-list-private.h: how channels come and go
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-channel-list.h"

G_BEGIN_DECLS

ResonateChannelList *resonate_channel_list_new (void);

ResonateChannel *resonate_channel_list_ensure (ResonateChannelList *self, const char *name);

void resonate_channel_list_drop (ResonateChannelList *self, ResonateChannel *channel);

typedef void (*ResonateChannelListFunc) (ResonateChannel *channel, gpointer user_data);

void resonate_channel_list_foreach (ResonateChannelList *self,
                                    ResonateChannelListFunc func,
                                    gpointer user_data);

G_END_DECLS
