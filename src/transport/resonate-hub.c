/* resonate-hub.c: one epoll descriptor for all sockets, as one source of the main loop
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-hub"

#include "config.h"

#include "resonate-hub-private.h"

#include <errno.h>
#include <unistd.h>

/* How many descriptors one turn of the loop serves before others have their turn. What libsoup
 * needs for a WebSocket that wakes is given back turns later, so that this is also how much of it
 * is there at a time: 256 were a megabyte more. */
#define BATCH_SIZE 64

/* A broadcast is sent in slices, with a look at the sockets between them. Going round the loop for
 * each would cost as much as fifty deliveries, so it is done after some. */
#define ROUNDS_PER_TURN 12

/* GLib walks all sources and all descriptors in every turn of its loop: ten thousand idle sockets,
 * and one message costs milliseconds. So the loop sees one descriptor, and the kernel keeps the
 * list.
 *
 * It is edge-triggered, with all events from the first day: a socket costs one call to epoll_ctl in
 * its life. Who stops reading before all is read, to be fair or because there is no room, nudges
 * itself when it wants to go on.
 *
 * Nothing in it is global, so a hub is one of as many as there are threads with a loop. */
struct _ResonateHub
{
  GSource *source;
  int fd;
  struct epoll_event batch[BATCH_SIZE];
  int n_batch;         /* 0 except while events are being handed out */
  GPtrArray *nudged;   /* (element-type ResonateHubWatch) (nullable elements) */
  GPtrArray *handling; /* the same, of this turn */
  GArray *hooks;       /* (element-type Hook) */
};

typedef struct
{
  ResonateHubHook func;
  gpointer data;
} Hook;

typedef struct
{
  GSource parent;
  ResonateHub *hub;
} HubSource;

static void
tell_watched (ResonateHub *self)
{
  self->n_batch = epoll_wait (self->fd, self->batch, BATCH_SIZE, 0);
  for (int i = 0; i < self->n_batch; i++)
    {
      ResonateHubWatch *watch = self->batch[i].data.ptr;

      if (watch != NULL)
        watch->func (watch->owner, self->batch[i].events);
    }
  self->n_batch = 0;
}

/* Who nudges itself while it is being told is told in the next turn. */
static void
tell_nudged (ResonateHub *self)
{
  GPtrArray *handling = self->nudged;

  self->nudged = self->handling;
  self->handling = handling;
  g_source_set_ready_time (self->source, -1);

  for (unsigned int i = 0; i < handling->len; i++)
    {
      ResonateHubWatch *watch = handling->pdata[i];
      uint32_t events;

      if (watch == NULL)
        continue;

      events = watch->nudged;
      watch->nudged = 0;
      handling->pdata[i] = NULL;
      watch->func (watch->owner, events);
    }
  g_ptr_array_set_size (handling, 0);
}

static gboolean
run_hooks (ResonateHub *self)
{
  gboolean has_more = FALSE;

  for (unsigned int i = 0; i < self->hooks->len; i++)
    {
      const Hook *hook = &g_array_index (self->hooks, Hook, i);

      has_more |= hook->func (hook->data);
    }

  return has_more;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ResonateHub *self = ((HubSource *) source)->hub;

  for (int i = 0; i < ROUNDS_PER_TURN; i++)
    {
      if (self->nudged->len > 0)
        tell_nudged (self);
      tell_watched (self);
      if (!run_hooks (self))
        break;
    }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

ResonateHub *
resonate_hub_new (void)
{
  ResonateHub *self = g_new0 (ResonateHub, 1);

  self->fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->fd < 0)
    g_error ("Cannot make an epoll descriptor: %s", g_strerror (errno));

  self->nudged = g_ptr_array_new ();
  self->handling = g_ptr_array_new ();
  self->hooks = g_array_new (FALSE, FALSE, sizeof (Hook));
  self->source = g_source_new (&source_funcs, sizeof (HubSource));
  ((HubSource *) self->source)->hub = self;
  g_source_set_static_name (self->source, "resonate-hub");
  g_source_add_unix_fd (self->source, self->fd, G_IO_IN);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
resonate_hub_free (ResonateHub *self)
{
  g_return_if_fail (self != NULL);

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->hooks, g_array_unref);
  g_clear_pointer (&self->handling, g_ptr_array_unref);
  g_clear_pointer (&self->nudged, g_ptr_array_unref);
  close (self->fd);
  g_free (self);
}

void
resonate_hub_watch (ResonateHub *self, ResonateHubWatch *watch)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                               .data.ptr = watch };

  g_return_if_fail (self != NULL);
  g_return_if_fail (watch != NULL && watch->func != NULL);

  if (watch->is_watched)
    return;

  /* Only a descriptor that is not a socket, or no memory, makes this fail. */
  if (epoll_ctl (self->fd, EPOLL_CTL_ADD, watch->fd, &event) != 0)
    g_critical ("Cannot wait for a socket: %s", g_strerror (errno));
  watch->is_watched = TRUE;
}

void
resonate_hub_add_hook (ResonateHub *self, ResonateHubHook hook, gpointer data)
{
  Hook entry = { hook, data };

  g_return_if_fail (self != NULL);
  g_return_if_fail (hook != NULL);

  g_array_append_val (self->hooks, entry);
}

/* Events of this turn that are still to be handed out must not reach who is not there any more. */
static void
forget (ResonateHub *self, ResonateHubWatch *watch)
{
  for (int i = 0; i < self->n_batch; i++)
    {
      if (self->batch[i].data.ptr == watch)
        self->batch[i].data.ptr = NULL;
    }

  if (watch->nudged == 0)
    return;

  /* It is in one of the two, and a place tells nothing of which. */
  watch->nudged = 0;
  if (watch->nudge < self->nudged->len && self->nudged->pdata[watch->nudge] == watch)
    self->nudged->pdata[watch->nudge] = NULL;
  else
    self->handling->pdata[watch->nudge] = NULL;
}

void
resonate_hub_unwatch (ResonateHub *self, ResonateHubWatch *watch)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (watch != NULL);

  forget (self, watch);
  if (watch->is_watched && epoll_ctl (self->fd, EPOLL_CTL_DEL, watch->fd, NULL) != 0)
    g_critical ("Cannot forget a socket: %s", g_strerror (errno));
  watch->is_watched = FALSE;
}

void
resonate_hub_nudge (ResonateHub *self, ResonateHubWatch *watch, uint32_t events)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (watch != NULL && watch->func != NULL);
  g_return_if_fail (events != 0);

  if (watch->nudged == 0)
    {
      watch->nudge = self->nudged->len;
      g_ptr_array_add (self->nudged, watch);
      if (self->nudged->len == 1)
        g_source_set_ready_time (self->source, 0);
    }
  watch->nudged |= events;
}
