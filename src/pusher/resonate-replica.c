/* resonate-replica.c: the users of a presence channel, as this node knows them of all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-replica"

#include "config.h"

#include "resonate-replica-private.h"

struct _ResonateReplica
{
  GHashTable *known; /* (element-type utf8 ResonateKnown): which it owns */
  GQueue order;
  GHashTable *news; /* (nullable) (element-type utf8): who came or went while the whole is read */
  gboolean is_whole;
};

void
resonate_known_free (ResonateKnown *self)
{
  g_clear_pointer (&self->member, resonate_member_free);
  g_free (self);
}

ResonateReplica *
resonate_replica_new (void)
{
  ResonateReplica *self = g_new0 (ResonateReplica, 1);

  self->known = g_hash_table_new (g_str_hash, g_str_equal);

  return self;
}

void
resonate_replica_free (ResonateReplica *self)
{
  GList *node;

  g_clear_pointer (&self->news, g_hash_table_unref);
  g_clear_pointer (&self->known, g_hash_table_unref);
  while ((node = g_queue_pop_head_link (&self->order)) != NULL)
    resonate_known_free (node->data);
  g_free (self);
}

ResonateKnown *
resonate_replica_lookup (ResonateReplica *self, const char *user_id)
{
  return g_hash_table_lookup (self->known, user_id);
}

unsigned int
resonate_replica_get_size (ResonateReplica *self)
{
  return self->order.length;
}

GList *
resonate_replica_get_first (ResonateReplica *self)
{
  return self->order.head;
}

static void
remember (ResonateReplica *self, const char *user_id)
{
  if (self->news != NULL)
    g_hash_table_add (self->news, g_strdup (user_id));
}

gboolean
resonate_replica_add (ResonateReplica *self, ResonateMember *member, gboolean is_ours)
{
  ResonateKnown *known;

  g_assert (member->id != NULL);

  remember (self, member->id);
  if (g_hash_table_contains (self->known, member->id))
    {
      resonate_member_free (member);
      return FALSE;
    }

  known = g_new0 (ResonateKnown, 1);
  known->member = member;
  known->is_ours = is_ours;
  known->node.data = known;
  g_queue_push_tail_link (&self->order, &known->node);
  g_hash_table_insert (self->known, member->id, known);

  return TRUE;
}

ResonateKnown *
resonate_replica_remove (ResonateReplica *self, const char *user_id)
{
  ResonateKnown *known = g_hash_table_lookup (self->known, user_id);

  remember (self, user_id);
  if (known == NULL)
    return NULL;

  g_hash_table_remove (self->known, user_id);
  g_queue_unlink (&self->order, &known->node);

  return known;
}

void
resonate_replica_begin_reading (ResonateReplica *self)
{
  g_assert (self->news == NULL);

  self->news = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

gboolean
resonate_replica_is_reading (ResonateReplica *self)
{
  return self->news != NULL;
}

void
resonate_replica_abandon_reading (ResonateReplica *self)
{
  g_clear_pointer (&self->news, g_hash_table_unref);
}

/* Of whoever came or went meanwhile, what was told last is at least as new as what was read; and if
 * it is not, what is newer is still to be told. */
static GHashTable *
take_users (ResonateReplica *self, GPtrArray *users, GHashTable *news, GPtrArray *added)
{
  GHashTable *there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (unsigned int i = 0; i < users->len; i++)
    {
      ResonateMember *member = users->pdata[i];

      if (g_hash_table_contains (news, member->id))
        continue;

      g_hash_table_add (there, g_strdup (member->id));
      if (g_hash_table_contains (self->known, member->id))
        continue;

      users->pdata[i] = NULL;
      g_ptr_array_add (added, g_strdup (member->id));
      resonate_replica_add (self, member, FALSE);
    }

  return there;
}

unsigned int
resonate_replica_end_reading (ResonateReplica *self,
                              GPtrArray *users,
                              gboolean (*keeps) (const ResonateKnown *known, gpointer user_data),
                              ResonateReplicaFunc func,
                              gpointer user_data)
{
  g_autoptr (GHashTable) news = g_steal_pointer (&self->news);
  g_autoptr (GPtrArray) gone = NULL;
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) there = NULL;
  unsigned int n_kept = 0;

  g_assert (news != NULL);

  self->is_whole = TRUE;
  gone = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_known_free);
  there = take_users (self, users, news, added);

  for (GList *node = self->order.head, *next; node != NULL; node = next)
    {
      ResonateKnown *known = node->data;

      next = node->next;
      if (g_hash_table_contains (there, known->member->id) ||
          g_hash_table_contains (news, known->member->id))
        continue;
      if (keeps (known, user_data))
        n_kept++;
      else
        g_ptr_array_add (gone, resonate_replica_remove (self, known->member->id));
    }

  /* Whoever is told may change what is here. */
  for (unsigned int i = 0; i < added->len; i++)
    if (resonate_replica_lookup (self, added->pdata[i]) != NULL)
      func (resonate_replica_lookup (self, added->pdata[i]), TRUE, user_data);
  for (unsigned int i = 0; i < gone->len; i++)
    func (gone->pdata[i], FALSE, user_data);

  return n_kept;
}

gboolean
resonate_replica_is_whole (ResonateReplica *self)
{
  return self->is_whole;
}
