/* resonate-channel-cache-private.h: the last event of each cache channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateChannelCache ResonateChannelCache;

ResonateChannelCache *resonate_channel_cache_new (void);

void resonate_channel_cache_free (ResonateChannelCache *self);

void resonate_channel_cache_store (ResonateChannelCache *self,
                                   const char *channel,
                                   GBytes *frame,
                                   int64_t ttl_us);

GBytes *resonate_channel_cache_lookup (ResonateChannelCache *self, const char *channel);

/* When what is kept of @channel expires; 0 when nothing is. */
int64_t resonate_channel_cache_get_expiry (ResonateChannelCache *self, const char *channel);

/* @expires_us: of the clock that all processes of the machine share */
typedef void (*ResonateChannelCacheFunc) (const char *channel,
                                          GBytes *frame,
                                          int64_t expires_us,
                                          gpointer user_data);

void resonate_channel_cache_foreach (ResonateChannelCache *self,
                                     ResonateChannelCacheFunc func,
                                     gpointer user_data);

unsigned int resonate_channel_cache_purge (ResonateChannelCache *self, int64_t now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateChannelCache, resonate_channel_cache_free)

G_END_DECLS
