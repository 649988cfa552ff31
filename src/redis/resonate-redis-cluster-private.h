/* resonate-redis-cluster-private.h: commands to whoever of a Redis Cluster has their keys
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-keeper-private.h"

G_BEGIN_DECLS

/* The map of the slots is read from the control link, which leads to any of the seeds; a link to
 * another master is made when the first command is for it, and kept. A command that comes to the
 * wrong master, or while a slot moves, goes to where that one says. */
typedef struct _ResonateRedisCluster ResonateRedisCluster;

typedef struct
{
  /* The map is there: commands can be sent. */
  void (*known) (gpointer owner);

  /* Tells a call, in a later turn, that it was refused. Takes both. */
  void (*refuse) (gpointer owner, ResonateRedisCall *call, GError *error);
} ResonateRedisClusterFuncs;

/* @control is its owner's, and freed after this. */
ResonateRedisCluster *resonate_redis_cluster_new (ResonateRedisSettings *settings,
                                                  ResonateRedisKeeper *control,
                                                  const ResonateRedisClusterFuncs *funcs,
                                                  gpointer owner);

/* Calls that are under way or wait fail. */
void resonate_redis_cluster_free (ResonateRedisCluster *self);

/* The control link is ready, or has found that something moved. */
void resonate_redis_cluster_learn (ResonateRedisCluster *self);

/* Takes @call. */
void resonate_redis_cluster_send (ResonateRedisCluster *self, ResonateRedisCall *call);

/* An error that @from has answered. Returns %TRUE when @call is sent elsewhere. */
gboolean resonate_redis_cluster_redirect (ResonateRedisCluster *self,
                                          const ResonateRedisHost *from,
                                          ResonateRedisCall *call,
                                          const GError *error);

G_END_DECLS
