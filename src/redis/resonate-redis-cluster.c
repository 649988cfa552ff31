/* resonate-redis-cluster.c: commands to whoever of a Redis Cluster has their keys
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-cluster"

#include "config.h"

#include "resonate-redis-cluster-private.h"
#include "resonate-redis-queue-private.h"
#include "resonate-redis-slots-private.h"

/* A slot moves once, or twice while somebody rebalances; more is a circle. */
#define MAX_REDIRECTS 16

/* While a slot moves, a command with several keys has to wait until all of them are on one side. */
#define TRY_AGAIN_US (50 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  ResonateRedisCluster *cluster;
  ResonateRedisHost *host;
  ResonateRedisKeeper *keeper;
  ResonateRedisQueue waiting;
} Node;

struct _ResonateRedisCluster
{
  grefcount references;
  ResonateRedisSettings *settings;
  ResonateRedisKeeper *control;
  const ResonateRedisClusterFuncs *funcs;
  gpointer owner;
  ResonateRedisSlots *slots;
  GHashTable *nodes;   /* (element-type utf8 Node): by host and port */
  GQueue again;        /* (element-type ResonateRedisCall): for a slot that moves */
  ResonateTimer timer; /* of those */
  gboolean is_learning;
  gboolean is_stale; /* something moved while we learned */
  gboolean is_freed;
};

static void
cluster_unref (ResonateRedisCluster *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_hash_table_unref (self->nodes);
  resonate_redis_slots_free (self->slots);
  resonate_redis_settings_unref (self->settings);
  g_free (self);
}

static void
refuse (ResonateRedisCluster *self, ResonateRedisCall *call, const char *text)
{
  self->funcs->refuse (self->owner, call,
                       g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE, text));
}

static void
on_expired (gpointer owner, ResonateRedisCall *call)
{
  Node *node = owner;
  const GError *cause = resonate_redis_keeper_get_error (node->keeper);

  refuse (node->cluster, call, cause != NULL ? cause->message : "Redis is not there");
}

/* ASKING counts for the one command behind it. */
static void
send_on (ResonateRedisCluster *self, ResonateRedisLink *link, ResonateRedisCall *call)
{
  size_t size = resonate_redis_call_get_size (call);

  if (resonate_redis_link_get_backlog (link) + size > self->settings->options.max_backlog)
    {
      refuse (self, call, "Redis takes commands slower than they come");
      return;
    }

  if (call->is_asking)
    resonate_redis_link_send (link, resonate_redis_call_new (resonate_redis_command_new ("ASKING"),
                                                             NULL, NULL));
  call->is_asking = FALSE;
  resonate_redis_link_send (link, call);
}

static void
on_node_changed (gpointer owner, ResonateRedisState from, ResonateRedisState to)
{
  Node *node = owner;
  ResonateRedisCall *call;

  if (to == RESONATE_REDIS_READY)
    {
      resonate_redis_keeper_settle (node->keeper);
      while ((call = resonate_redis_queue_pop (&node->waiting)) != NULL)
        send_on (node->cluster, resonate_redis_keeper_get_link (node->keeper), call);
    }
  /* Its replica may be the master by now. */
  else if (to == RESONATE_REDIS_LOST)
    resonate_redis_cluster_learn (node->cluster);
}

static gboolean
on_node_refused (gpointer owner, ResonateRedisCall *call, const GError *error)
{
  Node *node = owner;

  return resonate_redis_cluster_redirect (node->cluster, node->host, call, error);
}

static const ResonateRedisKeeperFuncs node_funcs = { on_node_changed, NULL, on_node_refused };

static void
node_free (gpointer data)
{
  Node *self = data;
  ResonateRedisCluster *cluster = self->cluster;
  ResonateRedisCall *call;

  resonate_redis_keeper_free (self->keeper);
  /* Somebody else has its slots; with nobody left they are told that we have closed. */
  while ((call = resonate_redis_queue_pop (&self->waiting)) != NULL)
    if (cluster->is_freed)
      refuse (cluster, call, "The link to Redis is closed");
    else
      resonate_redis_cluster_send (cluster, call);
  resonate_redis_host_free (self->host);
  g_free (self);
}

static Node *
get_node (ResonateRedisCluster *self, const ResonateRedisHost *host)
{
  g_autofree char *name = resonate_redis_host_to_string (host);
  Node *node = g_hash_table_lookup (self->nodes, name);

  if (node != NULL)
    return node;

  node = g_new0 (Node, 1);
  node->cluster = self;
  node->host = resonate_redis_host_copy (host);
  node->keeper = resonate_redis_keeper_new (self->settings, host, &node_funcs, node);
  node->waiting.settings = self->settings;
  node->waiting.expired = on_expired;
  node->waiting.owner = node;
  g_hash_table_insert (self->nodes, g_steal_pointer (&name), node);
  resonate_redis_keeper_start (node->keeper);

  return node;
}

static void
send_to (ResonateRedisCluster *self, const ResonateRedisHost *host, ResonateRedisCall *call)
{
  ResonateRedisLink *link = resonate_redis_keeper_get_link (self->control);
  Node *node;

  /* Nobody known: whoever has it is said by the one that is asked. */
  if (link != NULL &&
      (host == NULL || resonate_redis_host_equal (resonate_redis_link_get_host (link), host)))
    {
      send_on (self, link, call);
      return;
    }
  if (host == NULL)
    {
      refuse (self, call, "No server of the Redis Cluster is there");
      return;
    }

  node = get_node (self, host);
  link = resonate_redis_keeper_get_link (node->keeper);
  if (link != NULL)
    send_on (self, link, call);
  else if (!resonate_redis_queue_push (&node->waiting, call))
    on_expired (node, call);
}

void
resonate_redis_cluster_send (ResonateRedisCluster *self, ResonateRedisCall *call)
{
  GError *error = NULL;
  int slot;

  g_return_if_fail (self != NULL && call != NULL);

  if (!resonate_redis_slot_of_command (call->command, &slot, &error))
    {
      self->funcs->refuse (self->owner, call, error);
      return;
    }

  send_to (self, slot >= 0 ? resonate_redis_slots_get (self->slots, (unsigned int) slot) : NULL,
           call);
}

static void
on_time (ResonateTimer *timer)
{
  ResonateRedisCluster *self = resonate_timer_get_owner (timer, ResonateRedisCluster, timer);
  GQueue calls = self->again;
  GList *node;

  g_queue_init (&self->again);
  while ((node = g_queue_pop_head_link (&calls)) != NULL)
    resonate_redis_cluster_send (self, node->data);
}

static void
try_again (ResonateRedisCluster *self, ResonateRedisCall *call)
{
  g_queue_push_tail_link (&self->again, &call->node);
  if (!resonate_timer_is_armed (&self->timer))
    resonate_wheel_arm (self->settings->wheel, &self->timer, TRY_AGAIN_US, on_time);
}

gboolean
resonate_redis_cluster_redirect (ResonateRedisCluster *self,
                                 const ResonateRedisHost *from,
                                 ResonateRedisCall *call,
                                 const GError *error)
{
  g_autoptr (ResonateRedisHost) host = NULL;
  unsigned int slot;
  gboolean is_moved;

  g_return_val_if_fail (self != NULL && call != NULL && error != NULL, FALSE);

  if (error->domain != RESONATE_REDIS_ERROR || call->n_redirects >= MAX_REDIRECTS)
    return FALSE;

  is_moved = error->code == RESONATE_REDIS_ERROR_MOVED;
  if (error->code == RESONATE_REDIS_ERROR_TRYAGAIN)
    {
      call->n_redirects++;
      try_again (self, call);
      return TRUE;
    }
  if (!is_moved && error->code != RESONATE_REDIS_ERROR_ASK)
    return FALSE;

  host = resonate_redis_slots_read_redirect (error->message, from, &slot);
  if (host == NULL)
    return FALSE;

  call->n_redirects++;
  call->is_asking = !is_moved;
  if (is_moved)
    {
      resonate_redis_slots_set (self->slots, slot, host);
      resonate_redis_cluster_learn (self);
    }
  send_to (self, host, call);

  return TRUE;
}

/* Those that have no slot any more. */
static void
forget_nodes (ResonateRedisCluster *self)
{
  GPtrArray *hosts = resonate_redis_slots_get_hosts (self->slots);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (node_free);
  GHashTableIter iter;
  gpointer key;
  gpointer node;

  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, &key, &node))
    if (!g_ptr_array_find_with_equal_func (hosts, ((Node *) node)->host,
                                           (GEqualFunc) resonate_redis_host_equal, NULL))
      {
        g_hash_table_iter_steal (&iter);
        g_free (key);
        g_ptr_array_add (gone, node);
      }
}

static void
on_learned (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  ResonateRedisCluster *self = user_data;
  g_autoptr (GError) ours = NULL;
  ResonateRedisLink *link = NULL;

  self->is_learning = FALSE;
  if (!self->is_freed)
    link = resonate_redis_keeper_get_link (self->control);

  if (link == NULL)
    {
      cluster_unref (self);
      return;
    }

  if (error != NULL)
    ours = g_error_copy (error);
  else
    resonate_redis_slots_read (self->slots, reply, resonate_redis_link_get_host (link), &ours);
  if (ours != NULL)
    {
      g_prefix_error (&ours, "No Redis Cluster: ");
      resonate_redis_keeper_lose (self->control, ours);
    }
  else
    forget_nodes (self);

  if (ours == NULL && self->is_stale && !self->is_freed)
    resonate_redis_cluster_learn (self);
  if (ours == NULL && !self->is_freed)
    self->funcs->known (self->owner);
  cluster_unref (self);
}

void
resonate_redis_cluster_learn (ResonateRedisCluster *self)
{
  ResonateRedisLink *link;
  ResonateRedisCommand *command;

  g_return_if_fail (self != NULL);

  self->is_stale = self->is_learning;
  link = resonate_redis_keeper_get_link (self->control);
  if (self->is_learning || link == NULL)
    return;

  self->is_learning = TRUE;
  g_ref_count_inc (&self->references);
  command = resonate_redis_command_new ("CLUSTER");
  resonate_redis_command_add (command, "SLOTS");
  resonate_redis_link_send (link, resonate_redis_call_new (command, on_learned, self));
}

ResonateRedisCluster *
resonate_redis_cluster_new (ResonateRedisSettings *settings,
                            ResonateRedisKeeper *control,
                            const ResonateRedisClusterFuncs *funcs,
                            gpointer owner)
{
  ResonateRedisCluster *self;

  g_return_val_if_fail (settings != NULL && control != NULL && funcs != NULL, NULL);

  self = g_new0 (ResonateRedisCluster, 1);
  g_ref_count_init (&self->references);
  self->settings = resonate_redis_settings_ref (settings);
  self->control = control;
  self->funcs = funcs;
  self->owner = owner;
  self->slots = resonate_redis_slots_new ();
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);

  return self;
}

void
resonate_redis_cluster_free (ResonateRedisCluster *self)
{
  GList *node;

  g_return_if_fail (self != NULL);

  self->is_freed = TRUE;
  resonate_wheel_disarm (&self->timer);
  while ((node = g_queue_pop_head_link (&self->again)) != NULL)
    refuse (self, node->data, "The link to Redis is closed");
  g_hash_table_remove_all (self->nodes);
  cluster_unref (self);
}
