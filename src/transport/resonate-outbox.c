/* resonate-outbox.c: who has something to send, and when it is sent
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-outbox"

#include "config.h"

#include "resonate-outbox-private.h"

/* How long one turn of the loop may send before others have their turn, and how often is looked. */
#define SLICE_US   1000
#define LOOK_EVERY 32

/* Frames are queued when they are made and sent at the end of the turn: ten events to one client
 * are one call to the kernel.
 *
 * A broadcast to ten thousand takes as many calls, and they are made in slices: whoever else wants
 * something meanwhile waits a millisecond and not forty. What is said to one client meanwhile must
 * not overtake what it is still to be sent: it is caught up with before (resonate_outbox_catch_up
 * ()), so that everybody hears everything in the order in which it was said. */
struct _ResonateOutbox
{
  GSource *source;
  ResonateOutboxFunc func;
  GPtrArray *sockets;  /* (nullable elements) */
  unsigned int n_sent; /* of those, in this turn */
  GQueue jobs;
  uint64_t number;
};

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

/* Each job has its slice in turn, and all of them one together. */
static void
run_jobs (ResonateOutbox *self)
{
  int64_t end_us = g_get_monotonic_time () + SLICE_US;

  while (!g_queue_is_empty (&self->jobs) && g_get_monotonic_time () < end_us)
    {
      GList *link = g_queue_pop_head_link (&self->jobs);
      ResonateOutboxJob *job = (ResonateOutboxJob *) link; /* of which it is the first member */

      g_queue_push_tail_link (&self->jobs, link);
      if (job->run (link->data, end_us))
        resonate_outbox_remove_job (self, job);
    }
}

/* Who adds itself while it is sent for is sent for again. */
static void
flush_sockets (ResonateOutbox *self)
{
  int64_t end_us = g_get_monotonic_time () + SLICE_US;

  while (self->n_sent < self->sockets->len)
    {
      gpointer socket = self->sockets->pdata[self->n_sent++];

      if (socket != NULL)
        self->func (socket);

      if (self->n_sent % LOOK_EVERY == 0 && g_get_monotonic_time () >= end_us)
        return;
    }

  g_ptr_array_set_size (self->sockets, 0);
  self->n_sent = 0;
}

static gboolean
is_empty (const ResonateOutbox *self)
{
  return self->jobs.length == 0 && self->sockets->len == 0;
}

gboolean
resonate_outbox_run (gpointer outbox)
{
  ResonateOutbox *self = outbox;

  g_return_val_if_fail (self != NULL, FALSE);

  if (is_empty (self))
    return FALSE;

  run_jobs (self);
  flush_sockets (self);

  return !is_empty (self);
}

static gboolean
on_turn (gpointer user_data)
{
  ResonateOutbox *self = user_data;

  g_source_set_ready_time (self->source, resonate_outbox_run (self) ? 0 : -1);

  return G_SOURCE_CONTINUE;
}

ResonateOutbox *
resonate_outbox_new (ResonateOutboxFunc func)
{
  ResonateOutbox *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (ResonateOutbox, 1);
  self->func = func;
  self->sockets = g_ptr_array_new ();
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "resonate-outbox");
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
resonate_outbox_free (ResonateOutbox *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->sockets, g_ptr_array_unref);
  g_free (self);
}

static void
wake (ResonateOutbox *self)
{
  g_source_set_ready_time (self->source, 0);
}

/* A place may be one of an earlier turn, and somebody else's now. */
static gboolean
is_waiting (const ResonateOutbox *self, uint32_t place, gpointer socket)
{
  return place > self->n_sent && place <= self->sockets->len &&
         self->sockets->pdata[place - 1] == socket;
}

void
resonate_outbox_add (ResonateOutbox *self, uint32_t *place, gpointer socket)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (place != NULL);

  if (is_waiting (self, *place, socket))
    return;

  if (self->sockets->len == 0)
    wake (self);
  g_ptr_array_add (self->sockets, socket);
  *place = self->sockets->len;
}

void
resonate_outbox_remove (ResonateOutbox *self, uint32_t *place, gpointer socket)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (place != NULL);

  if (is_waiting (self, *place, socket))
    self->sockets->pdata[*place - 1] = NULL;
  *place = 0;
}

void
resonate_outbox_add_job (ResonateOutbox *self, ResonateOutboxJob *job)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (job != NULL && job->run != NULL && job->catch_up != NULL);

  if (job->is_listed)
    return;

  if (g_queue_is_empty (&self->jobs))
    wake (self);
  job->is_listed = TRUE;
  g_queue_push_tail_link (&self->jobs, &job->link);
}

void
resonate_outbox_remove_job (ResonateOutbox *self, ResonateOutboxJob *job)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (job != NULL);

  if (job->is_listed)
    g_queue_unlink (&self->jobs, &job->link);
  job->is_listed = FALSE;
}

uint64_t
resonate_outbox_next_number (ResonateOutbox *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return ++self->number;
}

gboolean
resonate_outbox_is_last (ResonateOutbox *self, uint64_t number)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->number == number;
}

gboolean
resonate_outbox_is_alone (ResonateOutbox *self, const ResonateOutboxJob *job)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (job != NULL, FALSE);

  return self->jobs.length == (job->is_listed ? 1 : 0);
}

void
resonate_outbox_catch_up (ResonateOutbox *self, gpointer socket)
{
  g_return_if_fail (self != NULL);

  resonate_outbox_catch_up_before (self, NULL, socket, G_MAXUINT64);
}

void
resonate_outbox_catch_up_before (ResonateOutbox *self,
                                 const ResonateOutboxJob *job,
                                 gpointer socket,
                                 uint64_t number)
{
  g_return_if_fail (self != NULL);

  for (GList *l = self->jobs.head; l != NULL; l = l->next)
    {
      ResonateOutboxJob *other = (ResonateOutboxJob *) l;

      if (other != job)
        other->catch_up (l->data, socket, number);
    }
}
