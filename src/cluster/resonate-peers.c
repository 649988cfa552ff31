/* resonate-peers.c: the nodes that have a lease, as of the last heartbeat
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-node"

#include "config.h"

#include "resonate-peers-private.h"

#include "resonate-node-commands-private.h"

struct _ResonatePeers
{
  GHashTable *incarnations; /* (element-type utf8) */
};

ResonatePeers *
resonate_peers_new (void)
{
  ResonatePeers *self = g_new0 (ResonatePeers, 1);

  self->incarnations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
resonate_peers_free (ResonatePeers *self)
{
  g_clear_pointer (&self->incarnations, g_hash_table_unref);
  g_free (self);
}

void
resonate_peers_take (ResonatePeers *self, const ResonateRedisReply *incarnations)
{
  size_t n = 0;

  g_hash_table_remove_all (self->incarnations);
  resonate_redis_reply_get_length (incarnations, &n, NULL);
  for (size_t i = 0; i < n; i++)
    {
      const ResonateRedisReply *element = resonate_redis_reply_get_element (incarnations, i);
      const char *text = resonate_redis_reply_get_text (element, NULL, NULL);

      if (text != NULL)
        g_hash_table_add (self->incarnations, g_strdup (text));
    }
}

gboolean
resonate_peers_contains (ResonatePeers *self, const char *incarnation)
{
  return g_hash_table_contains (self->incarnations, incarnation);
}

char **
resonate_peers_list (ResonatePeers *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer incarnation;

  g_hash_table_iter_init (&iter, self->incarnations);
  while (g_hash_table_iter_next (&iter, &incarnation, NULL))
    g_ptr_array_add (ids, resonate_incarnation_dup_id (incarnation));
  g_ptr_array_add (ids, NULL);

  return (char **) g_ptr_array_steal (ids, NULL);
}
