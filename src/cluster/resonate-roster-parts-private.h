/* resonate-roster-parts-private.h: what the files of ResonateRoster know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-limiter-private.h"
#include "resonate-roster-private.h"

G_BEGIN_DECLS

/* A topic that this node has members on, or may still have some on in Redis. */
typedef struct
{
  char *topic;
  unsigned int place;     /* in the list */
  unsigned int n_sockets; /* here */
  unsigned int n_beats;
  gboolean is_written; /* Redis may have some */
  gboolean is_queued;
  gboolean is_suspect; /* something was lost, and nobody is sure of the rest */
} ResonateRosterEntry;

/* Counted by references: what is under way outlives it. */
struct _ResonateRoster
{
  grefcount references;
  ResonateNode *node;
  ResonateReaper *reaper;
  const ResonateRosterFuncs *funcs; /* (nullable): NULL once it is closed */
  gpointer owner;
  char *previous; /* (nullable): the incarnation that sockets are moved from */
  gboolean is_retired;

  GHashTable *entries; /* (element-type utf8 ResonateRosterEntry) */
  GPtrArray *list;     /* (element-type ResonateRosterEntry): the same */
  unsigned int cursor; /* of the heartbeat */
  GQueue queue;        /* (element-type ResonateRosterEntry): to be compared */
  unsigned int n_reads;
  unsigned int n_sockets;
  ResonateLimiter log;
  ResonateRosterStats stats;
};

/* What an answer is about. */
typedef struct
{
  ResonateRoster *roster; /* (owned) */
  char *topic;
  char *incarnation;
} ResonateRosterQuestion;

ResonateRosterQuestion *
resonate_roster_question_new (ResonateRoster *roster, const char *topic, const char *incarnation);

void resonate_roster_question_free (ResonateRosterQuestion *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRosterQuestion, resonate_roster_question_free)

/* @func is given a new question. */
void resonate_roster_ask (ResonateRoster *self,
                          ResonateRedisCommand *command,
                          const char *topic,
                          const char *incarnation,
                          ResonateRedisFunc func);

static inline ResonateRoom
resonate_roster_get_room (ResonateRoster *self, const char *topic)
{
  return (ResonateRoom){ self->node, topic, resonate_node_get_incarnation (self->node) };
}

ResonateRosterEntry *resonate_roster_lookup (ResonateRoster *self, const char *topic);

ResonateRosterEntry *resonate_roster_ensure (ResonateRoster *self, const char *topic);

void resonate_roster_drop_if_over (ResonateRoster *self, ResonateRosterEntry *entry);

void resonate_roster_fail (ResonateRoster *self, const char *topic, const GError *error);

void resonate_roster_write_add (ResonateRoster *self,
                                const char *topic,
                                const char *socket_id,
                                const char *user_id,
                                const char *data);

void resonate_roster_write_remove (ResonateRoster *self,
                                   const char *topic,
                                   const char *socket_id,
                                   const char *user_id);

void resonate_roster_enter (ResonateRoster *self, ResonateRosterEntry *entry);

void resonate_roster_vacate (ResonateRoster *self, ResonateRosterEntry *entry);

/* In resonate-roster-compare.c: what is queued is compared as soon as there is a lease. */
void resonate_roster_queue (ResonateRoster *self, ResonateRosterEntry *entry);

void resonate_roster_pump (ResonateRoster *self);

/* One part of a heartbeat. */
void resonate_roster_beat (ResonateRoster *self);

G_END_DECLS
