/* resonate-roster-private.h: who is on the presence channels of all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-reaper-private.h"

G_BEGIN_DECLS

/* Redis has the sockets of each node on each topic, with their users. What this node has there is
 * made to be what is here: each coming and going is written as it happens, and the whole is
 * compared after everything that may have changed it, and from time to time.
 *
 * A socket without a user is nobody's member, and never comes here. */
typedef struct _ResonateRoster ResonateRoster;

typedef void (*ResonateRosterFunc) (const char *socket_id,
                                    const char *user_id,
                                    const char *data,
                                    gpointer user_data);

/* What the floor above knows. */
typedef struct
{
  /* Calls @func with every socket of this node that is on @topic and has a user. */
  void (*list) (gpointer owner, const char *topic, ResonateRosterFunc func, gpointer user_data);

  ResonateAnnounceFunc announce;

  /* From time to time, for topics with sockets of this node: how many users there are. */
  void (*counted) (gpointer owner, const char *topic, unsigned int n_users);

  /* Something that was said of @topic was refused or lost: nobody may have been told of it. */
  void (*failed) (gpointer owner, const char *topic);
} ResonateRosterFuncs;

typedef struct
{
  unsigned int rooms;   /* topics with members of this node */
  unsigned int sockets; /* which are on them */
  uint64_t edges;       /* users of this node who came or went, for the whole cluster */
  uint64_t repairs;     /* sockets that Redis had to be told of again, or that it had too many of */
  uint64_t failures;    /* commands that it refused, or that were lost */
  uint64_t reaped_nodes;
  uint64_t reaped_sockets;
} ResonateRosterStats;

ResonateRoster *
resonate_roster_new (ResonateNode *node, const ResonateRosterFuncs *funcs, gpointer owner);

/* Nothing is called any more. What was said is still on its way. */
void resonate_roster_close (ResonateRoster *self);

/* The floor above has changed already when it says so. @data is what the user said of itself. */
void resonate_roster_add (ResonateRoster *self,
                          const char *topic,
                          const char *socket_id,
                          const char *user_id,
                          const char *data);

void resonate_roster_remove (ResonateRoster *self,
                             const char *topic,
                             const char *socket_id,
                             const char *user_id);

/* The sockets on @topic, so many, are no news: they were with the process before, as @incarnation,
 * and are moved when the topics are compared next. */
void resonate_roster_take_over (ResonateRoster *self,
                                const char *topic,
                                unsigned int n_sockets,
                                const char *incarnation);

/* Another process has taken over: what is not here any more is not gone. Only what is removed is.
 */
void resonate_roster_retire (ResonateRoster *self);

/* @texts: (element-type utf8) (nullable): what each user said of itself; %NULL when Redis did not
 * answer. */
typedef void (*ResonateRosterReadFunc) (GPtrArray *texts, gpointer user_data);

/* Asks for the users on @topic. @func is called once, also when the roster was closed meanwhile. */
void resonate_roster_read (ResonateRoster *self,
                           const char *topic,
                           ResonateRosterReadFunc func,
                           gpointer user_data);

/* Compares all topics, now. */
void resonate_roster_reconcile (ResonateRoster *self);

void resonate_roster_get_stats (ResonateRoster *self, ResonateRosterStats *stats);

G_END_DECLS
