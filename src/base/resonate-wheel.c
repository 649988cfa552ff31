/* resonate-wheel.c: timers by the hundred thousand
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-wheel"

#include "config.h"

#include "resonate-wheel-private.h"

#include "resonate-clock-private.h"

/* A source of GLib for each connection would be walked in every turn of the loop, and a sorted list
 * costs the more the longer it is. A hierarchical timing wheel (Varghese and Lauck, 1987) arms and
 * disarms in constant time: four rings of 64 slots, each slot of one as wide as all of the ring
 * before. A timer moves down a ring when its slot comes up: three times at most. */
#define BITS   6
#define SLOTS  (1 << BITS)
#define LEVELS 4

/* How long one turn of the loop may spend on what is due, and how often is looked. */
#define SLICE_US   1000
#define LOOK_EVERY 16

struct _ResonateWheel
{
  GSource *source;
  uint64_t now; /* the tick up to which all is due */
  int64_t ready_us;
  uint64_t occupied[LEVELS]; /* a bit for each slot, which may be a slot that was emptied since */
  ResonateTimer slots[LEVELS][SLOTS];
  ResonateTimer due;
};

static void
list_init (ResonateTimer *list)
{
  list->next = list->previous = list;
}

static gboolean
list_is_empty (const ResonateTimer *list)
{
  return list->next == list;
}

static void
list_append (ResonateTimer *list, ResonateTimer *timer)
{
  timer->next = list;
  timer->previous = list->previous;
  list->previous->next = timer;
  list->previous = timer;
}

void
resonate_wheel_disarm (ResonateTimer *timer)
{
  g_return_if_fail (timer != NULL);

  if (timer->next == NULL)
    return;

  timer->previous->next = timer->next;
  timer->next->previous = timer->previous;
  timer->next = timer->previous = NULL;
}

/* The first tick that is not before @us. */
static uint64_t
tick_of (int64_t us)
{
  return ((uint64_t) us + RESONATE_WHEEL_TICK_US - 1) / RESONATE_WHEEL_TICK_US;
}

/* Puts a timer where it belongs, seen from now. What is further away than the last ring reaches
 * waits in it, and is put again when its slot comes up. */
static void
place (ResonateWheel *self, ResonateTimer *timer)
{
  uint64_t tick = tick_of (timer->at_us);
  uint64_t last = self->now + ((uint64_t) 1 << (BITS * LEVELS)) - 1;
  unsigned int level = 0;
  unsigned int slot;

  if (tick <= self->now)
    {
      list_append (&self->due, timer);
      return;
    }

  tick = MIN (tick, last);
  while (((tick - self->now) >> (BITS * (level + 1))) > 0)
    level++;

  slot = (tick >> (BITS * level)) % SLOTS;
  self->occupied[level] |= (uint64_t) 1 << slot;
  list_append (&self->slots[level][slot], timer);
}

/* The next tick at which a slot of @level comes up; the far future when all are empty. */
static uint64_t
next_of_level (const ResonateWheel *self, unsigned int level)
{
  uint64_t turns = self->now >> (BITS * level);
  unsigned int first = (turns + 1) % SLOTS;
  uint64_t occupied = self->occupied[level];

  if (occupied == 0)
    return G_MAXUINT64;

  /* Turned so that the slot behind the present one is bit 0. */
  if (first > 0)
    occupied = occupied >> first | occupied << (SLOTS - first);

  return (turns + 1 + (unsigned int) __builtin_ctzll (occupied)) << (BITS * level);
}

static uint64_t
next_tick (const ResonateWheel *self)
{
  uint64_t next = G_MAXUINT64;

  for (unsigned int level = 0; level < LEVELS; level++)
    next = MIN (next, next_of_level (self, level));

  return next;
}

/* Takes all timers of a slot and puts them again. */
static void
empty (ResonateWheel *self, unsigned int level, unsigned int slot)
{
  ResonateTimer *list = &self->slots[level][slot];
  ResonateTimer taken;

  self->occupied[level] &= ~((uint64_t) 1 << slot);
  if (list_is_empty (list))
    return;

  taken = *list;
  taken.next->previous = taken.previous->next = &taken;
  list_init (list);

  while (!list_is_empty (&taken))
    {
      ResonateTimer *timer = taken.next;

      resonate_wheel_disarm (timer);
      place (self, timer);
    }
}

/* Goes from one occupied slot to the next, however much time lies between them. */
static void
advance (ResonateWheel *self, uint64_t now)
{
  uint64_t next;

  while ((next = next_tick (self)) <= now)
    {
      self->now = next;
      for (unsigned int level = LEVELS; level > 0; level--)
        {
          unsigned int shift = BITS * (level - 1);
          unsigned int slot = (next >> shift) % SLOTS;

          if ((next & (((uint64_t) 1 << shift) - 1)) == 0 &&
              (self->occupied[level - 1] >> slot & 1) != 0)
            empty (self, level - 1, slot);
        }
    }

  self->now = MAX (self->now, now);
}

static void
set_ready (ResonateWheel *self)
{
  uint64_t next = next_tick (self);
  int64_t ready_us = -1;

  if (!list_is_empty (&self->due))
    ready_us = 0;
  else if (next != G_MAXUINT64)
    ready_us = (int64_t) (next * RESONATE_WHEEL_TICK_US);

  if (ready_us == self->ready_us)
    return;

  self->ready_us = ready_us;
  g_source_set_ready_time (self->source, ready_us);
}

static gboolean
on_ready (gpointer user_data)
{
  ResonateWheel *self = user_data;
  gint64 end_us = g_get_monotonic_time () + SLICE_US;

  advance (self, (uint64_t) resonate_clock_now_us () / RESONATE_WHEEL_TICK_US);

  for (unsigned int n = 1; !list_is_empty (&self->due); n++)
    {
      ResonateTimer *timer = self->due.next;

      resonate_wheel_disarm (timer);
      timer->func (timer);

      if (n % LOOK_EVERY == 0 && g_get_monotonic_time () >= end_us)
        break;
    }

  /* A source that was ready is so again only when it is told. */
  self->ready_us = -1;
  g_source_set_ready_time (self->source, -1);
  set_ready (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

ResonateWheel *
resonate_wheel_new (void)
{
  ResonateWheel *self = g_new0 (ResonateWheel, 1);

  self->now = (uint64_t) resonate_clock_now_us () / RESONATE_WHEEL_TICK_US;
  self->ready_us = -1;
  list_init (&self->due);
  for (unsigned int level = 0; level < LEVELS; level++)
    {
      for (unsigned int slot = 0; slot < SLOTS; slot++)
        list_init (&self->slots[level][slot]);
    }

  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "resonate-wheel");
  g_source_set_callback (self->source, on_ready, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
resonate_wheel_free (ResonateWheel *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_free (self);
}

void
resonate_wheel_arm (ResonateWheel *self,
                    ResonateTimer *timer,
                    int64_t timeout_us,
                    ResonateTimerFunc func)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (timer != NULL);
  g_return_if_fail (timeout_us >= 0);
  g_return_if_fail (func != NULL);

  resonate_wheel_disarm (timer);
  timer->at_us = resonate_clock_now_us () + timeout_us;
  timer->func = func;

  /* What is for now need not wait for the end of a tick. */
  if (timeout_us == 0)
    list_append (&self->due, timer);
  else
    place (self, timer);

  /* Only an earlier one changes when the loop is to wake. */
  if (self->ready_us < 0 || timer->at_us < self->ready_us || timeout_us == 0)
    set_ready (self);
}
