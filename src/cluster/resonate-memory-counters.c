/* resonate-memory-counters.c: counters in memory
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-memory-counters-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "resonate-store-error.h"

/* Names may come from clients, and a counter that does not expire stays. */
#define MAX_COUNTERS 65536

typedef struct
{
  ResonateMemoryCounters *counters;
  ResonateTimer timer; /* armed when it expires */
  int64_t expires_us;
  int64_t value;
  char name[];
} Counter;

struct _ResonateMemoryCounters
{
  ResonateWheel *wheel;
  GHashTable *by_name; /* (element-type utf8 Counter) */
};

static void
counter_free (gpointer data)
{
  Counter *counter = data;

  resonate_wheel_disarm (&counter->timer);
  g_free (counter);
}

ResonateMemoryCounters *
resonate_memory_counters_new (ResonateWheel *wheel)
{
  ResonateMemoryCounters *self = g_new0 (ResonateMemoryCounters, 1);

  self->wheel = wheel;
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, counter_free);

  return self;
}

void
resonate_memory_counters_free (ResonateMemoryCounters *self)
{
  g_hash_table_unref (self->by_name);
  g_free (self);
}

/* The timer is late by a tick of the wheel; who asks meanwhile is told the truth. */
static Counter *
find (ResonateMemoryCounters *self, const char *name)
{
  Counter *counter = g_hash_table_lookup (self->by_name, name);

  if (counter == NULL || counter->expires_us > resonate_clock_now_us ())
    return counter;

  g_hash_table_remove (self->by_name, name);

  return NULL;
}

static Counter *
find_or_make (ResonateMemoryCounters *self, const char *name, GError **error)
{
  Counter *counter = find (self, name);
  size_t size = strlen (name) + 1;

  if (counter != NULL)
    return counter;

  if (g_hash_table_size (self->by_name) == MAX_COUNTERS)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY,
                   "Counter “%s” is one too many: memory has up to %d", name, MAX_COUNTERS);
      return NULL;
    }

  counter = g_malloc0 (sizeof (Counter) + size);
  counter->counters = self;
  counter->expires_us = G_MAXINT64;
  memcpy (counter->name, name, size);
  g_hash_table_insert (self->by_name, counter->name, counter);

  return counter;
}

int64_t
resonate_memory_counters_get (ResonateMemoryCounters *self, const char *name)
{
  Counter *counter = find (self, name);

  return counter != NULL ? counter->value : 0;
}

gboolean
resonate_memory_counters_contain (ResonateMemoryCounters *self, const char *name)
{
  return find (self, name) != NULL;
}

gboolean
resonate_memory_counters_set (ResonateMemoryCounters *self,
                              const char *name,
                              int64_t value,
                              GError **error)
{
  Counter *counter = find_or_make (self, name, error);

  if (counter == NULL)
    return FALSE;

  counter->value = value;

  return TRUE;
}

gboolean
resonate_memory_counters_add (ResonateMemoryCounters *self,
                              const char *name,
                              int64_t by,
                              int64_t max,
                              ResonateCount *count,
                              GError **error)
{
  gboolean overflows;
  int64_t sum;

  count->value = resonate_memory_counters_get (self, name);
  overflows = __builtin_add_overflow (count->value, by, &sum);
  if (overflows && by < 0)
    {
      g_propagate_error (error, resonate_count_error (name));
      return FALSE;
    }

  count->is_capped = overflows || sum > max;
  if (!count->is_capped)
    count->value = sum;

  return count->is_capped || resonate_memory_counters_set (self, name, sum, error);
}

static void
expired (ResonateTimer *timer)
{
  Counter *counter = resonate_timer_get_owner (timer, Counter, timer);

  g_hash_table_remove (counter->counters->by_name, counter->name);
}

gboolean
resonate_memory_counters_expire (ResonateMemoryCounters *self, const char *name, uint64_t ttl_ms)
{
  Counter *counter = find (self, name);
  int64_t ttl_us = (int64_t) ttl_ms * 1000;

  if (counter == NULL)
    return FALSE;

  counter->expires_us = resonate_clock_now_us () + ttl_us;
  resonate_wheel_arm (self->wheel, &counter->timer, ttl_us, expired);

  return TRUE;
}
