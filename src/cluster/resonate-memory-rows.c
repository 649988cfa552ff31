/* resonate-memory-rows.c: the rows of one table in memory
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-memory-rows-private.h"

#include "../base/resonate-clock-private.h"
#include "../base/resonate-directory-private.h"

/* How many rows one turn of the loop gives back: less than a millisecond's. */
#define SLICE 1000

typedef struct
{
  ResonateEntry entry;
  GList link; /* in the order of expiry, which is that of writing: all rows stay equally long */
  int64_t expires_us;
  ResonateRow *row;
} Place;

struct _ResonateMemoryRows
{
  ResonateWheel *wheel;
  const ResonateTableSchema *schema;
  ResonateDirectory *directory;
  GQueue order;     /* of what is in the directory */
  GQueue discarded; /* of what is in none any more */
  ResonateTimer timer;
};

static const char *
key_of (const ResonateEntry *entry)
{
  return resonate_entry_get_owner (entry, Place, entry)->row->key;
}

ResonateMemoryRows *
resonate_memory_rows_new (ResonateWheel *wheel, const ResonateTableSchema *schema)
{
  ResonateMemoryRows *self = g_new0 (ResonateMemoryRows, 1);

  self->wheel = wheel;
  self->schema = schema;
  self->directory = resonate_directory_new (key_of);

  return self;
}

/* As many as @max of a queue, from its head. */
static void
free_places (GQueue *queue, unsigned int max)
{
  for (GList *link; max > 0 && (link = g_queue_pop_head_link (queue)) != NULL; max--)
    {
      Place *place = link->data;

      resonate_row_free (place->row);
      g_free (place);
    }
}

void
resonate_memory_rows_free (ResonateMemoryRows *self)
{
  resonate_wheel_disarm (&self->timer);
  resonate_directory_free (self->directory);
  free_places (&self->discarded, G_MAXUINT);
  free_places (&self->order, G_MAXUINT);
  g_free (self);
}

static void
drop (ResonateMemoryRows *self, Place *place)
{
  resonate_directory_remove (self->directory, &place->entry);
  g_queue_unlink (&self->order, &place->link);
  resonate_row_free (place->row);
  g_free (place);
}

/* Drops as many as @max that have expired. */
static void
purge (ResonateMemoryRows *self, unsigned int max)
{
  int64_t now_us = resonate_clock_now_us ();

  for (; max > 0 && self->order.head != NULL; max--)
    {
      Place *place = self->order.head->data;

      if (place->expires_us > now_us)
        return;
      drop (self, place);
    }
}

/* Rows are looked at when they are asked for, so nobody sees one that has expired; this is about
 * their memory. */
static void
tidy (ResonateTimer *timer)
{
  ResonateMemoryRows *self = resonate_timer_get_owner (timer, ResonateMemoryRows, timer);

  free_places (&self->discarded, SLICE);
  if (self->schema->ttl_ms > 0)
    purge (self, SLICE);

  /* Not at once: the wheel would call again in the same turn. */
  if (self->discarded.length > 0)
    resonate_wheel_arm (self->wheel, timer, RESONATE_WHEEL_TICK_US, tidy);
  else if (self->schema->ttl_ms > 0 && self->order.head != NULL)
    resonate_wheel_arm (self->wheel, timer,
                        MAX (((Place *) self->order.head->data)->expires_us -
                               resonate_clock_now_us (),
                             RESONATE_WHEEL_TICK_US),
                        tidy);
}

unsigned int
resonate_memory_rows_get_size (ResonateMemoryRows *self)
{
  purge (self, G_MAXUINT);

  return resonate_directory_get_size (self->directory);
}

unsigned int
resonate_memory_rows_count_kept (ResonateMemoryRows *self)
{
  return self->order.length + self->discarded.length;
}

gboolean
resonate_memory_rows_have_room (ResonateMemoryRows *self, unsigned int n)
{
  uint64_t capacity = self->schema->capacity;

  return resonate_directory_get_size (self->directory) + (uint64_t) n <= capacity ||
         resonate_memory_rows_get_size (self) + (uint64_t) n <= capacity;
}

static Place *
find (ResonateMemoryRows *self, const char *key)
{
  ResonateEntry *entry = resonate_directory_lookup (self->directory, key);
  Place *place = entry != NULL ? resonate_entry_get_owner (entry, Place, entry) : NULL;

  if (place == NULL || place->expires_us > resonate_clock_now_us ())
    return place;

  drop (self, place);

  return NULL;
}

ResonateRow *
resonate_memory_rows_lookup (ResonateMemoryRows *self, const char *key)
{
  Place *place = find (self, key);

  return place != NULL ? place->row : NULL;
}

ResonateRow *
resonate_memory_rows_touch (ResonateMemoryRows *self, const char *key)
{
  Place *place = find (self, key);

  if (place == NULL)
    {
      place = g_new0 (Place, 1);
      place->link.data = place;
      place->row = resonate_row_new (self->schema, key);
      resonate_directory_add (self->directory, &place->entry);
    }
  else
    {
      g_queue_unlink (&self->order, &place->link);
    }
  g_queue_push_tail_link (&self->order, &place->link);

  place->expires_us = G_MAXINT64;
  if (self->schema->ttl_ms > 0)
    {
      int64_t ttl_us = (int64_t) self->schema->ttl_ms * 1000;

      place->expires_us = resonate_clock_now_us () + ttl_us;
      if (!resonate_timer_is_armed (&self->timer))
        resonate_wheel_arm (self->wheel, &self->timer, ttl_us, tidy);
    }

  return place->row;
}

gboolean
resonate_memory_rows_remove (ResonateMemoryRows *self, const char *key)
{
  Place *place = find (self, key);

  if (place == NULL)
    return FALSE;

  drop (self, place);

  return TRUE;
}

void
resonate_memory_rows_remove_all (ResonateMemoryRows *self)
{
  if (self->order.head == NULL)
    return;

  resonate_directory_free (self->directory);
  self->directory = resonate_directory_new (key_of);

  /* One list behind the other, however long they are. */
  self->order.tail->next = self->discarded.head;
  if (self->discarded.head != NULL)
    self->discarded.head->prev = self->order.tail;
  else
    self->discarded.tail = self->order.tail;
  self->discarded.head = self->order.head;
  self->discarded.length += self->order.length;
  g_queue_init (&self->order);

  resonate_wheel_arm (self->wheel, &self->timer, 0, tidy);
}

ResonateTablePage *
resonate_memory_rows_read (ResonateMemoryRows *self, uint64_t cursor, unsigned int count)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  ResonateEntry *entry = resonate_directory_after (self->directory, cursor);
  int64_t now_us = resonate_clock_now_us ();
  uint64_t next = 0;

  for (; entry != NULL && count > 0; count--)
    {
      Place *place = resonate_entry_get_owner (entry, Place, entry);

      if (place->expires_us > now_us)
        g_ptr_array_add (rows, place->row);
      next = entry->place;
      entry = resonate_directory_next (self->directory, entry);
    }

  return resonate_table_page_new (entry != NULL ? next : 0, rows);
}
