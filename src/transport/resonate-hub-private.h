/* resonate-hub-private.h: one epoll descriptor for all sockets, as one source of the main loop
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>
#include <sys/epoll.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateHub ResonateHub;

/* @events are those of epoll_wait(2). */
typedef void (*ResonateHubFunc) (gpointer owner, uint32_t events);

/* What a hub knows of a descriptor; held by value where it is needed, all zero at first. */
typedef struct
{
  ResonateHubFunc func;
  gpointer owner;
  int fd;
  uint32_t nudged;    /* events that it is told without the kernel */
  unsigned int nudge; /* its place among those, while there are any */
  gboolean is_watched;
} ResonateHubWatch;

/* TRUE when it has more to do than is for one turn. */
typedef gboolean (*ResonateHubHook) (gpointer data);

/* Waits in the default context of the thread. */
ResonateHub *resonate_hub_new (void);

void resonate_hub_free (ResonateHub *self);

/* Calls @hook when all events of a turn are told, in the order of the calls. What follows from them
 * need not wait for the loop to go round. */
void resonate_hub_add_hook (ResonateHub *self, ResonateHubHook hook, gpointer data);

/* Tells once when the descriptor becomes readable, writable or broken, and once again when it does
 * so anew: whoever leaves something unread has to remember. */
void resonate_hub_watch (ResonateHub *self, ResonateHubWatch *watch);

/* Nothing is told from here on. Also one that is not watched. */
void resonate_hub_unwatch (ResonateHub *self, ResonateHubWatch *watch);

/* Tells @events in the next turn of the loop, also of what is not watched. */
void resonate_hub_nudge (ResonateHub *self, ResonateHubWatch *watch, uint32_t events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateHub, resonate_hub_free)

G_END_DECLS
