/* resonate-id-set.c: many ids, each once, in the order of their bytes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-id-set"

#include "config.h"

#include "resonate-id-set-private.h"

#include <string.h>

#include "../base/resonate-json-writer-private.h"

/* What the sequence and the allocator keep of each. */
#define OVERHEAD 64

/* A balanced tree: unlike a hash table it never has a moment when all of it is moved, and what it
 * is read in is the same order on every node. An id is kept as JSON, because it goes out as it came
 * in; 10 and "10" are one user all the same (decision 23). */
struct _ResonateIdSet
{
  GSequence *ids; /* (element-type utf8) */
};

ResonateIdSet *
resonate_id_set_new (void)
{
  ResonateIdSet *self = g_new0 (ResonateIdSet, 1);

  self->ids = g_sequence_new (g_free);

  return self;
}

void
resonate_id_set_free (ResonateIdSet *self)
{
  g_clear_pointer (&self->ids, g_sequence_free);
  g_free (self);
}

gboolean
resonate_id_set_may_hold (const ResonateJsonValue *id)
{
  return id->kind == RESONATE_JSON_NUMBER || id->kind == RESONATE_JSON_STRING;
}

static const char *
text_of (const char *id, size_t *length)
{
  *length = strlen (id);
  if (*id != '"')
    return id;

  *length -= strlen ("\"\"");

  return id + 1;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  size_t length_a, length_b;
  const char *text_a = text_of (a, &length_a), *text_b = text_of (b, &length_b);
  int order = memcmp (text_a, text_b, MIN (length_a, length_b));

  return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

/* Written as we write it, whoever wrote it, so that one id is one text. */
static char *
dup_id (const ResonateJsonValue *id)
{
  g_autofree char *decoded = NULL;
  size_t length;
  GString *json;

  if (id->kind == RESONATE_JSON_NUMBER)
    return resonate_json_dup_text (id);

  decoded = resonate_json_dup_string (id, &length);
  json = g_string_sized_new (length + strlen ("\"\""));
  resonate_json_append_string (json, decoded, (gssize) length);

  return g_string_free (json, FALSE);
}

size_t
resonate_id_set_add (ResonateIdSet *self, const ResonateJsonValue *id)
{
  g_autofree char *json = dup_id (id);
  size_t size = strlen (json) + OVERHEAD;
  GSequenceIter *next = g_sequence_search (self->ids, json, compare, NULL);
  GSequenceIter *previous = g_sequence_iter_prev (next);

  if (previous == next || compare (g_sequence_get (previous), json, NULL) != 0)
    {
      g_sequence_insert_before (next, g_steal_pointer (&json));
      return size;
    }

  /* Where nodes disagree about the type, all of them have to say the same. */
  if (strcmp (json, g_sequence_get (previous)) < 0)
    g_sequence_set (previous, g_steal_pointer (&json));

  return 0;
}

unsigned int
resonate_id_set_get_size (ResonateIdSet *self)
{
  return (unsigned int) g_sequence_get_length (self->ids);
}

const char *
resonate_id_set_peek (ResonateIdSet *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->ids);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

void
resonate_id_set_drop (ResonateIdSet *self, unsigned int n)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->ids);

  g_sequence_remove_range (first, g_sequence_iter_move (first, (int) n));
}
