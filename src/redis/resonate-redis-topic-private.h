/* resonate-redis-topic-private.h: one topic, those who hear it, and what the server knows of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All from the main loop, in the order in which things come, and never from within a function that
 * was called. A callback may add and free topics, its own too. */
typedef struct
{
  /* The server has said so: what is published from now on is heard. */
  void (*active) (gpointer owner);

  /* From now on something may be missed. */
  void (*lost) (gpointer owner);

  /* It is active again, and something may have been missed. Right after active (). */
  void (*gap) (gpointer owner);

  /* @pattern: (nullable): what the topic was found by. */
  void (*message) (gpointer owner, const char *topic, const char *pattern, GBytes *payload);
} ResonateRedisTopicFuncs;

typedef struct _ResonateRedisTopicEntry ResonateRedisTopicEntry;

/* The interest of one caller in one topic. */
typedef struct
{
  ResonateRedisTopicEntry *entry;
  const ResonateRedisTopicFuncs *funcs;
  gpointer owner;
  gboolean is_told; /* that it is active */
  gboolean has_gap; /* which is told once it is active */
} ResonateRedisTopic;

/* The topic itself. It stays until the server has acknowledged everything, so that the answer for
 * what is over is not taken for a new one's. */
struct _ResonateRedisTopicEntry
{
  char *name;
  gboolean is_pattern;
  void (*changed) (ResonateRedisTopicEntry *entry); /* (nullable): somebody came or went */
  void (*idle) (ResonateRedisTopicEntry *entry);    /* (nullable): nobody needs it any more */
  gpointer owner;
  GPtrArray *topics; /* (nullable elements): one that goes while they are told leaves a hole */
  unsigned int n_topics;
  unsigned int n_acks_due;
  unsigned int n_holds;
  gboolean is_sent;   /* the last that the server was told is that we want it */
  gboolean is_active; /* and it has said so */
  gboolean is_dirty;  /* somebody came or went since */
};

ResonateRedisTopicEntry *resonate_redis_topic_entry_new (const char *name, gboolean is_pattern);

/* Whoever calls out, or goes through a table, holds what is used; the last one to let go frees an
 * entry that nobody needs. */
void resonate_redis_topic_entry_hold (ResonateRedisTopicEntry *self);

void resonate_redis_topic_entry_release (ResonateRedisTopicEntry *self);

ResonateRedisTopic *resonate_redis_topic_new (ResonateRedisTopicEntry *entry,
                                              const ResonateRedisTopicFuncs *funcs,
                                              gpointer owner);

/* Nothing is told any more. The server is told at the end of the turn. */
void resonate_redis_topic_free (ResonateRedisTopic *self);

/* Those who have not been told yet. */
void resonate_redis_topic_entry_tell_active (ResonateRedisTopicEntry *self);

void resonate_redis_topic_entry_tell_lost (ResonateRedisTopicEntry *self);

void resonate_redis_topic_entry_tell_message (ResonateRedisTopicEntry *self,
                                              const char *topic,
                                              GBytes *payload);

G_END_DECLS
