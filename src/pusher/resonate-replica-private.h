/* resonate-replica-private.h: the users of a presence channel, as this node knows them of all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-member-private.h"

G_BEGIN_DECLS

/* It is told of everybody who comes or goes anywhere, and reads the whole where it may have missed
 * something. Both may say the same again, or what has been overtaken: what clients are told is what
 * changes in here. */
typedef struct _ResonateReplica ResonateReplica;

typedef struct
{
  GList node; /* in the order in which they came; its data is this */
  ResonateMember *member;
  gboolean is_ours; /* came to this node first, as far as it knows */
} ResonateKnown;

/* @is_added: or it is gone. @known is there until this returns. */
typedef void (*ResonateReplicaFunc) (const ResonateKnown *known,
                                     gboolean is_added,
                                     gpointer user_data);

ResonateReplica *resonate_replica_new (void);

void resonate_replica_free (ResonateReplica *self);

/* (nullable) */
ResonateKnown *resonate_replica_lookup (ResonateReplica *self, const char *user_id);

unsigned int resonate_replica_get_size (ResonateReplica *self);

/* The first who came; the others follow in its node. (nullable) */
GList *resonate_replica_get_first (ResonateReplica *self);

/* Takes @member, which has an id. Returns whether the user was not known. */
gboolean resonate_replica_add (ResonateReplica *self, ResonateMember *member, gboolean is_ours);

/* (transfer full) (nullable): the user, if it was known. */
ResonateKnown *resonate_replica_remove (ResonateReplica *self, const char *user_id);

void resonate_known_free (ResonateKnown *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateKnown, resonate_known_free)

/* What is told from now on is remembered, because what is being read may be older. */
void resonate_replica_begin_reading (ResonateReplica *self);

gboolean resonate_replica_is_reading (ResonateReplica *self);

/* There is no answer. */
void resonate_replica_abandon_reading (ResonateReplica *self);

/* Ends it with what was read: @users, (element-type ResonateMember), which it takes members from.
 * Whoever @keeps says is not gone stays. @func is called for each change, when it is made. Returns
 * how many of those who are not in @users have stayed. */
unsigned int resonate_replica_end_reading (ResonateReplica *self,
                                           GPtrArray *users,
                                           gboolean (*keeps) (const ResonateKnown *known,
                                                              gpointer user_data),
                                           ResonateReplicaFunc func,
                                           gpointer user_data);

/* Whether the whole was read once. */
gboolean resonate_replica_is_whole (ResonateReplica *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateReplica, resonate_replica_free)

G_END_DECLS
