/* resonate-deadlines.c: one timer for many sockets
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-deadlines"

#include "config.h"

#include "resonate-deadlines-private.h"

#include "../base/resonate-clock-private.h"

struct _ResonateDeadlines
{
  ResonateDeadlineFunc func;
  GSequence *waiting; /* (element-type ResonateDeadline): the first to pass is the first */
  GSource *timer;
};

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ResonateDeadline *left = a;
  const ResonateDeadline *right = b;

  return left->at_us < right->at_us ? -1 : left->at_us > right->at_us;
}

static void
set_timer (ResonateDeadlines *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->waiting);
  const ResonateDeadline *deadline;

  if (g_sequence_iter_is_end (first))
    {
      g_source_set_ready_time (self->timer, -1);
      return;
    }

  deadline = g_sequence_get (first);
  g_source_set_ready_time (self->timer, deadline->at_us);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

static gboolean
on_timer (gpointer user_data)
{
  ResonateDeadlines *self = user_data;
  int64_t now_us = resonate_clock_now_us ();

  while (!g_sequence_is_empty (self->waiting))
    {
      ResonateDeadline *deadline = g_sequence_get (g_sequence_get_begin_iter (self->waiting));

      if (deadline->at_us > now_us)
        break;

      g_sequence_remove (g_steal_pointer (&deadline->iter));
      self->func (deadline->owner);
    }

  set_timer (self);

  return G_SOURCE_CONTINUE;
}

ResonateDeadlines *
resonate_deadlines_new (ResonateDeadlineFunc func)
{
  ResonateDeadlines *self = g_new0 (ResonateDeadlines, 1);

  self->func = func;
  self->waiting = g_sequence_new (NULL);
  self->timer = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "resonate-deadlines");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());

  return self;
}

void
resonate_deadlines_free (ResonateDeadlines *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_pointer (&self->waiting, g_sequence_free);
  g_free (self);
}

void
resonate_deadlines_arm (ResonateDeadlines *self,
                        ResonateDeadline *deadline,
                        gpointer owner,
                        int64_t timeout_us)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (deadline != NULL);
  g_return_if_fail (timeout_us >= 0);

  if (deadline->iter != NULL)
    g_sequence_remove (g_steal_pointer (&deadline->iter));

  deadline->at_us = resonate_clock_now_us () + timeout_us;
  deadline->owner = owner;
  deadline->iter = g_sequence_insert_sorted (self->waiting, deadline, compare, NULL);

  /* The timer may stay too early, never too late: an early one finds nothing and is set again. */
  if (g_sequence_iter_is_begin (deadline->iter))
    set_timer (self);
}

void
resonate_deadlines_disarm (ResonateDeadlines *self, ResonateDeadline *deadline)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (deadline != NULL);

  if (deadline->iter != NULL)
    g_sequence_remove (g_steal_pointer (&deadline->iter));
}

gpointer
resonate_deadlines_peek (ResonateDeadlines *self)
{
  GSequenceIter *first;

  g_return_val_if_fail (self != NULL, NULL);

  first = g_sequence_get_begin_iter (self->waiting);

  return g_sequence_iter_is_end (first)
           ? NULL
           : ((const ResonateDeadline *) g_sequence_get (first))->owner;
}
