/* resonate-channel-list.c: the channels of one app that somebody is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel-list"

#include "config.h"

#include "resonate-channel-list.h"

#include "../base/resonate-directory-private.h"
#include "resonate-channel-list-private.h"
#include "resonate-channel-private.h"

/**
 * ResonateChannelList:
 *
 * The channels of one app that somebody is on, as a [iface@Gio.ListModel] of
 * [class@Resonate.Channel] in the order they came to be.
 *
 * Since: 1.0
 */
struct _ResonateChannelList
{
  GObject parent_instance;

  GSequence *channels;        /* (element-type ResonateChannel) */
  ResonateDirectory *by_name; /* of Listed, which it owns */
};

typedef struct
{
  ResonateEntry entry;
  GSequenceIter *iter;
} Listed;

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateChannelList,
                               resonate_channel_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static Listed *
listed_of (const ResonateEntry *entry)
{
  return entry != NULL ? resonate_entry_get_owner (entry, Listed, entry) : NULL;
}

static const char *
name_of (const ResonateEntry *entry)
{
  return resonate_channel_get_name (g_sequence_get (listed_of (entry)->iter));
}

/*
 * GListModel
 */
static GType
resonate_channel_list_get_item_type (GListModel *model)
{
  return RESONATE_TYPE_CHANNEL;
}

static guint
resonate_channel_list_get_n_items (GListModel *model)
{
  return resonate_directory_get_size (RESONATE_CHANNEL_LIST (model)->by_name);
}

static gpointer
resonate_channel_list_get_item (GListModel *model, guint position)
{
  ResonateChannelList *self = RESONATE_CHANNEL_LIST (model);
  GSequenceIter *iter = g_sequence_get_iter_at_pos (self->channels, position);

  if (g_sequence_iter_is_end (iter))
    return NULL;

  return g_object_ref (g_sequence_get (iter));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = resonate_channel_list_get_item_type;
  iface->get_n_items = resonate_channel_list_get_n_items;
  iface->get_item = resonate_channel_list_get_item;
}

/*
 * GObject
 */
static void
resonate_channel_list_finalize (GObject *object)
{
  ResonateChannelList *self = RESONATE_CHANNEL_LIST (object);

  ResonateEntry *entry;

  while ((entry = resonate_directory_after (self->by_name, 0)) != NULL)
    {
      resonate_directory_remove (self->by_name, entry);
      g_free (listed_of (entry));
    }
  g_clear_pointer (&self->by_name, resonate_directory_free);
  g_clear_pointer (&self->channels, g_sequence_free);

  G_OBJECT_CLASS (resonate_channel_list_parent_class)->finalize (object);
}

static void
resonate_channel_list_class_init (ResonateChannelListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_channel_list_finalize;
}

static void
resonate_channel_list_init (ResonateChannelList *self)
{
  self->channels = g_sequence_new (g_object_unref);
  self->by_name = resonate_directory_new (name_of);
}

ResonateChannelList *
resonate_channel_list_new (void)
{
  return g_object_new (RESONATE_TYPE_CHANNEL_LIST, NULL);
}

/**
 * resonate_channel_list_lookup:
 * @self: a list of channels
 * @name: a channel's name
 *
 * Finds a channel. Takes constant time.
 *
 * Returns: (transfer none) (nullable): the channel, or %NULL if nobody is on it
 *
 * Since: 1.0
 */
ResonateChannel *
resonate_channel_list_lookup (ResonateChannelList *self, const char *name)
{
  Listed *listed;

  g_return_val_if_fail (RESONATE_IS_CHANNEL_LIST (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  listed = listed_of (resonate_directory_lookup (self->by_name, name));

  return listed != NULL ? g_sequence_get (listed->iter) : NULL;
}

/* Finds the channel or makes it. Only for a subscription that is sure to happen: a channel nobody
 * is on would stay for ever. */
ResonateChannel *
resonate_channel_list_ensure (ResonateChannelList *self, const char *name)
{
  ResonateChannel *channel = resonate_channel_list_lookup (self, name);
  unsigned int position;
  Listed *listed;

  if (channel != NULL)
    return channel;

  channel = resonate_channel_new (name);
  position = resonate_directory_get_size (self->by_name);
  listed = g_new0 (Listed, 1);
  listed->iter = g_sequence_append (self->channels, channel);
  resonate_directory_add (self->by_name, &listed->entry);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);

  return channel;
}

/* Forgets a channel that the last subscriber has left. */
void
resonate_channel_list_drop (ResonateChannelList *self, ResonateChannel *channel)
{
  const char *name = resonate_channel_get_name (channel);
  g_autofree Listed *listed = listed_of (resonate_directory_lookup (self->by_name, name));
  unsigned int position;

  g_assert (listed != NULL);

  /* The directory borrows the name of the channel, so the entry goes first. */
  position = g_sequence_iter_get_position (listed->iter);
  resonate_directory_remove (self->by_name, &listed->entry);
  g_sequence_remove (listed->iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* Calls @func with every channel; @func must not make one come or go. */
void
resonate_channel_list_foreach (ResonateChannelList *self,
                               ResonateChannelListFunc func,
                               gpointer user_data)
{
  g_sequence_foreach (self->channels, (GFunc) func, user_data);
}

ResonateChannel *
resonate_channel_list_after (ResonateChannelList *self, uint64_t *place)
{
  ResonateEntry *entry = resonate_directory_after (self->by_name, *place);

  if (entry == NULL)
    return NULL;

  *place = entry->place;

  return g_sequence_get (listed_of (entry)->iter);
}
