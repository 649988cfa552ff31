/* resonate-roster-commands-private.h: where Redis keeps members, and what it does to them as a
 * whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-node-private.h"

G_BEGIN_DECLS

/* A room is a topic and who is there. Its keys are PREFIXm:{TOPIC} and one of these:
 *
 *   :n:INCARNATION  hash  the sockets of one node, and their users
 *   :u              hash  users, and how many sockets each has on all nodes
 *   :i              hash  users, and what they said of themselves
 *   :nodes          set   incarnations that have sockets there
 *
 * The braces make one slot of them in Redis Cluster, and it is that of the topic, so that a script
 * may publish there. In another slot is PREFIXnode:INCARNATION, the set of the rooms that a node
 * has sockets in: it may be behind, and is never relied upon to be whole. */
typedef struct
{
  ResonateNode *node; /* (unowned) */
  const char *topic;
  const char *incarnation;
} ResonateRoom;

/* The socket of a user came. @previous, (nullable), is an incarnation that the socket may have been
 * with: then it is moved, and nothing has happened. At the edge from none to one @envelope is
 * published. The reply is whether it was. */
ResonateRedisCommand *resonate_roster_command_add (const ResonateRoom *room,
                                                   const char *socket_id,
                                                   const char *user_id,
                                                   const char *data,
                                                   GBytes *envelope,
                                                   const char *previous);

/* The same for the edge from one to none. What is not there is not removed. */
ResonateRedisCommand *resonate_roster_command_remove (const ResonateRoom *room,
                                                      const char *socket_id,
                                                      const char *user_id,
                                                      GBytes *envelope);

/* Nothing of it is forgotten for a while. The reply is whether the node has sockets there. */
ResonateRedisCommand *resonate_roster_command_touch (const ResonateRoom *room);

/* Counts again, from the sockets of @incarnations, which have to be all that there are: otherwise
 * the reply is nil. It is the list of users who are counted and have no socket. */
ResonateRedisCommand *resonate_roster_command_recount (const ResonateRoom *room,
                                                       GPtrArray *incarnations);

/* Removes a user whom that has found. */
ResonateRedisCommand *
resonate_roster_command_forget (const ResonateRoom *room, const char *user_id, GBytes *envelope);

/* The sockets of the node, the users on all nodes, how many they are, and the nodes. */
ResonateRedisCommand *resonate_roster_command_get_sockets (const ResonateRoom *room);
ResonateRedisCommand *resonate_roster_command_get_users (const ResonateRoom *room);
ResonateRedisCommand *resonate_roster_command_count_users (const ResonateRoom *room);
ResonateRedisCommand *resonate_roster_command_get_nodes (const ResonateRoom *room);

/* The rooms of the node. */
ResonateRedisCommand *resonate_roster_command_list (const ResonateRoom *room);
ResonateRedisCommand *resonate_roster_command_enter (const ResonateRoom *room);
ResonateRedisCommand *resonate_roster_command_vacate (const ResonateRoom *room);

G_END_DECLS
