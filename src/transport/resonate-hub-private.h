/* resonate-hub-private.h: one epoll descriptor for all sockets, as one source of the main loop
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

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
  uint32_t events; /* that are waited for: 0 is none, and the hub knows nothing of it */
} ResonateHubWatch;

ResonateHub *resonate_hub_new (void);

void resonate_hub_free (ResonateHub *self);

/* Waits for @events from now on, and with 0 for none. */
void resonate_hub_set (ResonateHub *self, ResonateHubWatch *watch, uint32_t events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateHub, resonate_hub_free)

G_END_DECLS
