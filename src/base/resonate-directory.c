/* resonate-directory.c: things that have names, to be found by them and read in pages
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-directory"

#include "config.h"

#include "resonate-directory-private.h"

#include <string.h>

#include "resonate-random-private.h"

#define MIN_BITS 4
#define MAX_BITS 28

/* A hash table whose order is that of the hashes. What a reader has read is all up to a place, so
 * it can stop anywhere and go on later: nobody who stays is missed or told twice, and neither is
 * who leaves and comes back, whatever happened meanwhile, and however the table has grown. That
 * costs no memory for the reader, and two words for each thing. */
struct _ResonateDirectory
{
  ResonateEntryNameFunc name_of;
  ResonateEntry **buckets; /* (array length=1<<bits): each in the order of places */
  unsigned int bits;       /* so many of a place, from the top, say which bucket */
  unsigned int size;
};

/* From a number that nobody can guess: clients choose the names of channels. */
uint64_t
resonate_directory_place_of (const char *name)
{
  static uint64_t seed = 0;
  size_t left = strlen (name);
  uint64_t hash;

  if (G_UNLIKELY (seed == 0))
    seed = (uint64_t) resonate_random_uint32_below (UINT32_MAX) << 32 |
           resonate_random_uint32_below (UINT32_MAX) | 1;

  hash = seed ^ left;
  while (left > 0)
    {
      uint64_t word = 0;
      size_t n = MIN (left, sizeof (word));

      memcpy (&word, name, n);
      hash = (hash ^ word) * UINT64_C (0x9e3779b97f4a7c15);
      hash ^= hash >> 29;
      name += n;
      left -= n;
    }
  hash *= seed;
  hash ^= hash >> 32;
  hash *= UINT64_C (0x9e3779b97f4a7c15);

  return MAX (hash, 1);
}

ResonateDirectory *
resonate_directory_new (ResonateEntryNameFunc name_of)
{
  ResonateDirectory *self = g_new0 (ResonateDirectory, 1);

  self->name_of = name_of;
  self->bits = MIN_BITS;
  self->buckets = g_new0 (ResonateEntry *, 1u << self->bits);

  return self;
}

void
resonate_directory_free (ResonateDirectory *self)
{
  g_free (self->buckets);
  g_free (self);
}

static ResonateEntry **
bucket_of (ResonateDirectory *self, uint64_t place)
{
  return &self->buckets[place >> (64 - self->bits)];
}

/* From the last to the first, so that each goes to the front of its new bucket. */
static void
resize (ResonateDirectory *self, unsigned int bits)
{
  g_autofree ResonateEntry **old = self->buckets;
  size_t n_old = (size_t) 1 << self->bits;

  self->bits = bits;
  self->buckets = g_new0 (ResonateEntry *, (size_t) 1 << bits);

  for (size_t i = n_old; i > 0; i--)
    {
      ResonateEntry *reversed = NULL;

      for (ResonateEntry *entry = old[i - 1], *next; entry != NULL; entry = next)
        {
          next = entry->next;
          entry->next = reversed;
          reversed = entry;
        }

      for (ResonateEntry *entry = reversed, *next; entry != NULL; entry = next)
        {
          ResonateEntry **bucket = bucket_of (self, entry->place);

          next = entry->next;
          entry->next = *bucket;
          *bucket = entry;
        }
    }
}

void
resonate_directory_add (ResonateDirectory *self, ResonateEntry *entry)
{
  ResonateEntry **link;

  entry->place = resonate_directory_place_of (self->name_of (entry));
  if (self->size >= (size_t) 1 << self->bits && self->bits < MAX_BITS)
    resize (self, self->bits + 1);

  link = bucket_of (self, entry->place);
  while (*link != NULL && (*link)->place < entry->place)
    link = &(*link)->next;
  entry->next = *link;
  *link = entry;
  self->size++;
}

void
resonate_directory_remove (ResonateDirectory *self, ResonateEntry *entry)
{
  ResonateEntry **link = bucket_of (self, entry->place);

  while (*link != entry)
    {
      g_return_if_fail (*link != NULL);
      link = &(*link)->next;
    }
  *link = entry->next;
  entry->next = NULL;
  self->size--;

  /* Not where the next one would have it grow again. */
  if (self->bits > MIN_BITS && self->size < ((size_t) 1 << self->bits) / 8)
    resize (self, self->bits - 1);
}

ResonateEntry *
resonate_directory_lookup (ResonateDirectory *self, const char *name)
{
  uint64_t place = resonate_directory_place_of (name);

  for (ResonateEntry *entry = *bucket_of (self, place); entry != NULL && entry->place <= place;
       entry = entry->next)
    {
      if (entry->place == place && strcmp (self->name_of (entry), name) == 0)
        return entry;
    }

  return NULL;
}

unsigned int
resonate_directory_get_size (ResonateDirectory *self)
{
  return self->size;
}

static ResonateEntry *
first_from (ResonateDirectory *self, size_t bucket)
{
  for (size_t i = bucket; i < (size_t) 1 << self->bits; i++)
    {
      if (self->buckets[i] != NULL)
        return self->buckets[i];
    }

  return NULL;
}

static size_t
index_of (ResonateDirectory *self, uint64_t place)
{
  return (size_t) (place >> (64 - self->bits));
}

ResonateEntry *
resonate_directory_after (ResonateDirectory *self, uint64_t place)
{
  size_t bucket = index_of (self, place);

  for (ResonateEntry *entry = self->buckets[bucket]; entry != NULL; entry = entry->next)
    {
      if (entry->place > place)
        return entry;
    }

  return first_from (self, bucket + 1);
}

ResonateEntry *
resonate_directory_next (ResonateDirectory *self, ResonateEntry *entry)
{
  return entry->next != NULL ? entry->next : first_from (self, index_of (self, entry->place) + 1);
}
