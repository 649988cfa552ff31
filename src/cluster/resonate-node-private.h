/* resonate-node-private.h: one process among those that share a Redis, and its lease
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-private.h"
#include "resonate-node-commands-private.h"

G_BEGIN_DECLS

/* Everything that a node writes is good for as long as its lease. An incarnation is the node under
 * one lease: one that was lost is never used again, so whatever still arrives for it cannot be
 * mistaken for news of the node. Whoever claims a lease that is over cleans up, and nobody else.
 *
 * Property `is-registered` (notify). Signals: `registered ()`: there is a lease, and what was
 * written before may be gone; `beat ()`: a part of a heartbeat, of which there are
 * RESONATE_NODE_BEATS; `claimed (const char *incarnation)`: whom this node is to clean up after. */
#define RESONATE_TYPE_NODE (resonate_node_get_type ())

G_DECLARE_FINAL_TYPE (ResonateNode, resonate_node, RESONATE, NODE, GObject)

/* In how many parts a heartbeat is done. */
#define RESONATE_NODE_BEATS 8

ResonateNode *resonate_node_new (
  ResonateRedis *redis, const char *prefix, const char *id, int64_t lease_us, int64_t heartbeat_us);

/* Asks for a lease as soon as there is a Redis, and for ever. */
void resonate_node_start (ResonateNode *self);

/* Gives the lease back: what is left of this node is over. @func: (nullable): is called when Redis
 * has said so, or cannot. */
void resonate_node_stop (ResonateNode *self, ResonateRedisFunc func, gpointer user_data);

/* What cleaning up after @incarnation ends with. */
void resonate_node_bury (ResonateNode *self, const char *incarnation);

gboolean resonate_node_is_registered (ResonateNode *self);

const char *resonate_node_get_id (ResonateNode *self);

/* (nullable): before the first lease. */
const char *resonate_node_get_incarnation (ResonateNode *self);

const char *resonate_node_get_prefix (ResonateNode *self);

int64_t resonate_node_get_lease_us (ResonateNode *self);

int64_t resonate_node_get_heartbeat_us (ResonateNode *self);

ResonateRedis *resonate_node_get_redis (ResonateNode *self);

/* (transfer full): the ids of all nodes that had a lease at the last heartbeat, in no order. */
char **resonate_node_list (ResonateNode *self);

/* Whether @incarnation had a lease at the last heartbeat. */
gboolean resonate_node_knows (ResonateNode *self, const char *incarnation);

/* Asks Redis about one that is not known: the reply is whether it has a lease or is being cleaned
 * up after. */
void resonate_node_look_up (ResonateNode *self,
                            const char *incarnation,
                            ResonateRedisFunc func,
                            gpointer user_data);

G_END_DECLS
