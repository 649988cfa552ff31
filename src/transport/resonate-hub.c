/* resonate-hub.c: one epoll descriptor for all sockets, as one source of the main loop
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-hub"

#include "config.h"

#include "resonate-hub-private.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* How many descriptors one turn of the loop serves before others have their turn. */
#define BATCH_SIZE 256

/* GLib walks all sources and all descriptors in every turn of its loop: ten thousand idle sockets,
 * and one message costs milliseconds. So the loop sees one descriptor, and the kernel keeps the
 * list.
 *
 * It is level-triggered: what is not read now is told again, and nobody has to remember. */
struct _ResonateHub
{
  GSource *source;
  int fd;
  struct epoll_event batch[BATCH_SIZE];
  int n_batch; /* 0 except while events are being handed out */
};

typedef struct
{
  GSource parent;
  ResonateHub *hub;
} HubSource;

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  ResonateHub *self = ((HubSource *) source)->hub;

  self->n_batch = epoll_wait (self->fd, self->batch, BATCH_SIZE, 0);
  for (int i = 0; i < self->n_batch; i++)
    {
      ResonateHubWatch *watch = self->batch[i].data.ptr;

      if (watch != NULL)
        watch->func (watch->owner, self->batch[i].events);
    }
  self->n_batch = 0;

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
  close (self->fd);
  g_free (self);
}

/* Events of this turn that are still to be handed out must not reach who is not there any more. */
static void
forget (ResonateHub *self, const ResonateHubWatch *watch)
{
  for (int i = 0; i < self->n_batch; i++)
    {
      if (self->batch[i].data.ptr == watch)
        self->batch[i].data.ptr = NULL;
    }
}

void
resonate_hub_set (ResonateHub *self, ResonateHubWatch *watch, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };
  int operation = EPOLL_CTL_MOD;

  g_return_if_fail (self != NULL);
  g_return_if_fail (watch != NULL && watch->func != NULL);

  if (watch->events == events)
    return;

  if (watch->events == 0)
    operation = EPOLL_CTL_ADD;
  else if (events == 0)
    operation = EPOLL_CTL_DEL;

  if (events == 0)
    forget (self, watch);

  /* Only a descriptor that is not a socket, or no memory, makes this fail. */
  if (epoll_ctl (self->fd, operation, watch->fd, &event) != 0)
    g_critical ("Cannot wait for a socket: %s", g_strerror (errno));
  watch->events = events;
}
