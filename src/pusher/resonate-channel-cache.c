/* resonate-channel-cache.c: the last event of each cache channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel-cache"

#include "config.h"

#include "resonate-channel-cache-private.h"

#include "../base/resonate-clock-private.h"

/* More events than this, or more of them in bytes, and the oldest goes: a publisher that makes up
 * names of channels must not fill the memory. */
#define MAX_ENTRIES 65536
#define MAX_BYTES   (64 * 1024 * 1024)

typedef struct
{
  char *channel;
  GBytes *frame;
  int64_t expires_us;
  GList link; /* in the order of storing */
} Entry;

/* An event stays for its time to live whether or not anybody is on the channel, and is kept
 * although nobody is (decision 18). */
struct _ResonateChannelCache
{
  GHashTable *entries; /* (element-type utf8 Entry): keys live in the entry */
  GQueue order;        /* (element-type Entry): oldest first */
  size_t bytes;        /* of all frames */
};

static void
entry_free (Entry *entry)
{
  g_bytes_unref (entry->frame);
  g_free (entry->channel);
  g_free (entry);
}

ResonateChannelCache *
resonate_channel_cache_new (void)
{
  ResonateChannelCache *self = g_new0 (ResonateChannelCache, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) entry_free);

  return self;
}

void
resonate_channel_cache_free (ResonateChannelCache *self)
{
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_free (self);
}

static void
forget (ResonateChannelCache *self, Entry *entry)
{
  self->bytes -= g_bytes_get_size (entry->frame);
  g_queue_unlink (&self->order, &entry->link);
  g_hash_table_remove (self->entries, entry->channel);
}

/*
 * resonate_channel_cache_store:
 * @frame: what the subscribers were sent
 * @ttl_us: for how long; with 0 nothing is kept
 */
void
resonate_channel_cache_store (ResonateChannelCache *self,
                              const char *channel,
                              GBytes *frame,
                              int64_t ttl_us)
{
  Entry *entry = g_hash_table_lookup (self->entries, channel);

  if (entry != NULL)
    forget (self, entry);
  if (ttl_us <= 0)
    return;

  self->bytes += g_bytes_get_size (frame);
  while (!g_queue_is_empty (&self->order) &&
         (g_queue_get_length (&self->order) >= MAX_ENTRIES || self->bytes > MAX_BYTES))
    forget (self, g_queue_peek_head (&self->order));

  entry = g_new0 (Entry, 1);
  entry->channel = g_strdup (channel);
  entry->frame = g_bytes_ref (frame);
  entry->expires_us = resonate_clock_now_us () + ttl_us;
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->channel, entry);
  g_queue_push_tail_link (&self->order, &entry->link);
}

/* Returns the frame, which stays the cache's, or NULL. */
GBytes *
resonate_channel_cache_lookup (ResonateChannelCache *self, const char *channel)
{
  Entry *entry = g_hash_table_lookup (self->entries, channel);

  if (entry == NULL || entry->expires_us <= resonate_clock_now_us ())
    return NULL;

  return entry->frame;
}

int64_t
resonate_channel_cache_get_expiry (ResonateChannelCache *self, const char *channel)
{
  const Entry *entry = g_hash_table_lookup (self->entries, channel);

  return entry != NULL ? entry->expires_us : 0;
}

/* Calls @func with every event that is kept, the oldest first. */
void
resonate_channel_cache_foreach (ResonateChannelCache *self,
                                ResonateChannelCacheFunc func,
                                gpointer user_data)
{
  for (GList *l = self->order.head; l != NULL; l = l->next)
    {
      const Entry *entry = l->data;

      func (entry->channel, entry->frame, entry->expires_us, user_data);
    }
}

/* Drops what has expired; returns how many that were. One app has one time to live, so the order of
 * storing is the order of expiry. */
unsigned int
resonate_channel_cache_purge (ResonateChannelCache *self, int64_t now_us)
{
  unsigned int n = 0;
  Entry *entry;

  while ((entry = g_queue_peek_head (&self->order)) != NULL && entry->expires_us <= now_us)
    {
      forget (self, entry);
      n++;
    }

  return n;
}
