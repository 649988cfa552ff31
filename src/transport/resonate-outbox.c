/* resonate-outbox.c: which sockets have something to send, and when they send it
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
 * are one call to the kernel. A broadcast to ten thousand takes as many calls, and they are made in
 * slices: whoever else wants something meanwhile waits a millisecond and not forty. The order of
 * what one client is sent is that of its queue, and so is kept. */
struct _ResonateOutbox
{
  GSource *source;
  GQueue entries;
  ResonateOutboxFunc func;
};

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

static gboolean
on_turn (gpointer user_data)
{
  ResonateOutbox *self = user_data;
  gint64 end_us = g_get_monotonic_time () + SLICE_US;

  for (unsigned int n = 1; !g_queue_is_empty (&self->entries); n++)
    {
      GList *link = g_queue_pop_head_link (&self->entries);

      /* The link is the first member of its entry. */
      ((ResonateOutboxEntry *) link)->is_listed = FALSE;
      self->func (link->data);

      if (n % LOOK_EVERY == 0 && g_get_monotonic_time () >= end_us)
        break;
    }

  g_source_set_ready_time (self->source, g_queue_is_empty (&self->entries) ? -1 : 0);

  return G_SOURCE_CONTINUE;
}

ResonateOutbox *
resonate_outbox_new (ResonateOutboxFunc func)
{
  ResonateOutbox *self = g_new0 (ResonateOutbox, 1);

  self->func = func;
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
  g_free (self);
}

void
resonate_outbox_add (ResonateOutbox *self, ResonateOutboxEntry *entry, gpointer owner)
{
  g_return_if_fail (self != NULL);

  if (entry->is_listed)
    return;

  if (g_queue_is_empty (&self->entries))
    g_source_set_ready_time (self->source, 0);
  entry->link.data = owner;
  entry->is_listed = TRUE;
  g_queue_push_tail_link (&self->entries, &entry->link);
}

void
resonate_outbox_remove (ResonateOutbox *self, ResonateOutboxEntry *entry)
{
  g_return_if_fail (self != NULL);

  if (entry->is_listed)
    g_queue_unlink (&self->entries, &entry->link);
  entry->is_listed = FALSE;
}
