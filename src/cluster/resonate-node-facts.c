/* resonate-node-facts.c: what a node knows of itself and of the others
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-node"

#include "config.h"

#include "resonate-node-parts-private.h"

gboolean
resonate_node_is_registered (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), FALSE);

  return self->is_registered;
}

const char *
resonate_node_get_id (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), NULL);

  return self->id;
}

const char *
resonate_node_get_incarnation (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), NULL);

  return self->incarnation;
}

const char *
resonate_node_get_prefix (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), NULL);

  return self->prefix;
}

int64_t
resonate_node_get_lease_us (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), 0);

  return self->lease_us;
}

int64_t
resonate_node_get_heartbeat_us (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), 0);

  return self->heartbeat_us;
}

ResonateRedis *
resonate_node_get_redis (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), NULL);

  return self->redis;
}

char **
resonate_node_list (ResonateNode *self)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), NULL);

  return resonate_peers_list (self->peers);
}

gboolean
resonate_node_knows (ResonateNode *self, const char *incarnation)
{
  g_return_val_if_fail (RESONATE_IS_NODE (self), FALSE);
  g_return_val_if_fail (incarnation != NULL, FALSE);

  return resonate_peers_contains (self->peers, incarnation);
}

void
resonate_node_look_up (ResonateNode *self,
                       const char *incarnation,
                       ResonateRedisFunc func,
                       gpointer user_data)
{
  g_return_if_fail (RESONATE_IS_NODE (self));
  g_return_if_fail (incarnation != NULL && func != NULL);

  resonate_redis_send (self->redis, resonate_node_command_look_up (self->prefix, incarnation), func,
                       user_data);
}
