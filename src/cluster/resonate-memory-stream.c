/* resonate-memory-stream.c: one stream of one process, and its groups
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-memory-stream"

#include "config.h"

#include "resonate-memory-stream-private.h"

#include "../base/resonate-clock-private.h"
#include "resonate-delivery-private.h"

/* How many pending entries are looked at for one that is claimed, as Redis does it. */
#define LOOKS_PER_CLAIM 10

typedef struct
{
  uint64_t ms;
  uint64_t number;
} EntryId;

typedef struct
{
  EntryId id;
  GVariant *fields; /* a{say} */
} Entry;

/* Delivered and not acknowledged. */
typedef struct
{
  EntryId id;
  Entry *entry; /* (nullable): trimmed meanwhile */
  int64_t since_us;
  unsigned int attempts;
} Pending;

typedef struct
{
  EntryId last;   /* what was delivered last */
  GTree *pending; /* (element-type EntryId Pending) */
} Group;

struct _ResonateMemoryStream
{
  char *name;
  EntryId last;
  GTree *entries;     /* (element-type EntryId Entry) */
  GHashTable *groups; /* (element-type utf8 Group) */
};

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const EntryId *left = a, *right = b;

  if (left->ms != right->ms)
    return left->ms < right->ms ? -1 : 1;
  if (left->number != right->number)
    return left->number < right->number ? -1 : 1;

  return 0;
}

static char *
id_to_string (const EntryId *id)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, id->ms, id->number);
}

/* "12-3", and "12" for "12-0". */
static gboolean
id_from_string (const char *text, EntryId *id)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 2);
  guint64 ms, number = 0;

  if (!g_ascii_string_to_unsigned (parts[0] != NULL ? parts[0] : "", 10, 0, G_MAXUINT64, &ms, NULL))
    return FALSE;
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXUINT64, &number, NULL))
    return FALSE;

  *id = (EntryId){ ms, number };

  return TRUE;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_variant_unref (entry->fields);
  g_free (entry);
}

static void
group_free (gpointer data)
{
  Group *group = data;

  g_tree_unref (group->pending);
  g_free (group);
}

ResonateMemoryStream *
resonate_memory_stream_new (const char *name)
{
  ResonateMemoryStream *self = g_new0 (ResonateMemoryStream, 1);

  self->name = g_strdup (name);
  self->entries = g_tree_new_full (compare_ids, NULL, NULL, entry_free);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, group_free);

  return self;
}

void
resonate_memory_stream_free (ResonateMemoryStream *self)
{
  g_clear_pointer (&self->groups, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_tree_unref);
  g_free (self->name);
  g_free (self);
}

static void
trim (ResonateMemoryStream *self, gint64 max_len)
{
  while (g_tree_nnodes (self->entries) > max_len)
    {
      Entry *oldest = g_tree_node_value (g_tree_node_first (self->entries));
      GHashTableIter iter;
      gpointer group;

      g_hash_table_iter_init (&iter, self->groups);
      while (g_hash_table_iter_next (&iter, NULL, &group))
        {
          Pending *pending = g_tree_lookup (((Group *) group)->pending, &oldest->id);

          if (pending != NULL)
            pending->entry = NULL;
        }
      g_tree_remove (self->entries, &oldest->id);
    }
}

/* Ids grow, also when the clock is set back. */
static void
advance (EntryId *id)
{
  uint64_t now_ms = (uint64_t) resonate_clock_realtime_us () / 1000;

  if (now_ms > id->ms)
    *id = (EntryId){ now_ms, 0 };
  else
    id->number++;
}

char *
resonate_memory_stream_append (ResonateMemoryStream *self, GVariant *fields, gint64 max_len)
{
  Entry *entry = g_new0 (Entry, 1);
  char *id;

  advance (&self->last);
  entry->id = self->last;
  entry->fields = g_variant_ref_sink (fields);
  g_tree_insert (self->entries, &entry->id, entry);
  id = id_to_string (&entry->id);
  if (max_len > 0)
    trim (self, max_len);

  return id;
}

gboolean
resonate_memory_stream_add_group (ResonateMemoryStream *self,
                                  const char *group,
                                  const char *start_id)
{
  EntryId last = self->last;
  Group *added;

  if (!g_str_equal (start_id, "$") && !id_from_string (start_id, &last))
    return FALSE;

  if (g_hash_table_contains (self->groups, group))
    return TRUE;

  added = g_new0 (Group, 1);
  added->last = last;
  added->pending = g_tree_new_full (compare_ids, NULL, NULL, g_free);
  g_hash_table_insert (self->groups, g_strdup (group), added);

  return TRUE;
}

static ResonateDelivery *
deliver (ResonateMemoryStream *self, const Pending *pending)
{
  g_autofree char *id = id_to_string (&pending->id);

  return resonate_delivery_new (self->name, id, pending->entry->fields, pending->attempts);
}

void
resonate_memory_stream_read (ResonateMemoryStream *self,
                             const char *group,
                             unsigned int count,
                             GPtrArray *deliveries)
{
  Group *reading = g_hash_table_lookup (self->groups, group);
  GTreeNode *node = g_tree_upper_bound (self->entries, &reading->last);

  for (; node != NULL && deliveries->len < count; node = g_tree_node_next (node))
    {
      Pending *pending = g_new0 (Pending, 1);

      pending->entry = g_tree_node_value (node);
      pending->id = pending->entry->id;
      pending->since_us = resonate_clock_now_us ();
      pending->attempts = 1;
      g_tree_insert (reading->pending, &pending->id, pending);
      reading->last = pending->id;
      g_ptr_array_add (deliveries, deliver (self, pending));
    }
}

/* What was trimmed cannot be delivered, and is pending no more. */
ResonateStreamClaim *
resonate_memory_stream_claim (ResonateMemoryStream *self,
                              const char *group,
                              unsigned int min_idle_ms,
                              const char *cursor,
                              unsigned int count)
{
  Group *reading = g_hash_table_lookup (self->groups, group);
  ResonateStreamClaim *claim = resonate_stream_claim_new ("0-0");
  int64_t now_us = resonate_clock_now_us ();
  EntryId next = { 0, 0 };
  GTreeNode *node;

  id_from_string (cursor, &next);
  node = g_tree_lower_bound (reading->pending, &next);
  for (unsigned int i = 0; node != NULL; i++)
    {
      Pending *pending = g_tree_node_value (node);

      if (claim->deliveries->len == count || i == count * LOOKS_PER_CLAIM)
        {
          g_free (claim->cursor);
          claim->cursor = id_to_string (&pending->id);
          break;
        }

      node = g_tree_node_next (node);
      if (pending->entry == NULL)
        g_tree_remove (reading->pending, &pending->id);
      else if (now_us - pending->since_us >= min_idle_ms * (int64_t) 1000)
        {
          pending->since_us = now_us;
          pending->attempts++;
          g_ptr_array_add (claim->deliveries, deliver (self, pending));
        }
    }

  return claim;
}

static Pending *
find_pending (Group *group, const char *id)
{
  EntryId wanted;

  return id_from_string (id, &wanted) ? g_tree_lookup (group->pending, &wanted) : NULL;
}

void
resonate_memory_stream_refresh (ResonateMemoryStream *self, const char *group, const char *id)
{
  Pending *pending = find_pending (g_hash_table_lookup (self->groups, group), id);

  if (pending != NULL)
    pending->since_us = resonate_clock_now_us ();
}

void
resonate_memory_stream_acknowledge (ResonateMemoryStream *self, const char *group, const char *id)
{
  Group *reading = g_hash_table_lookup (self->groups, group);
  Pending *pending = find_pending (reading, id);

  if (pending != NULL)
    g_tree_remove (reading->pending, &pending->id);
}
