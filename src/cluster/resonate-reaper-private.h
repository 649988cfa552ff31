/* resonate-reaper-private.h: cleaning up after a node that is gone
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-roster-commands-private.h"

G_BEGIN_DECLS

/* What all nodes are told, signed and ready to be published on @topic. (transfer full) (nullable):
 * %NULL for a topic that is no channel. @data: (nullable): of a user who came. */
typedef GBytes *(*ResonateAnnounceFunc) (
  gpointer owner, const char *topic, gboolean is_added, const char *user_id, const char *data);

typedef struct _ResonateReaper ResonateReaper;

ResonateReaper *
resonate_reaper_new (ResonateNode *node, ResonateAnnounceFunc announce, gpointer owner);

/* What is under way ends where it is: somebody else goes on after a lease. */
void resonate_reaper_close (ResonateReaper *self);

/* Every member that @incarnation still has leaves, and it is forgotten. */
void resonate_reaper_reap (ResonateReaper *self, const char *incarnation);

/* The same on one topic. */
void resonate_reaper_reap_room (ResonateReaper *self, const char *incarnation, const char *topic);

/* How many nodes and sockets were cleaned up after. */
uint64_t resonate_reaper_get_n_nodes (ResonateReaper *self);

uint64_t resonate_reaper_get_n_sockets (ResonateReaper *self);

G_END_DECLS
