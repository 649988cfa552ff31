/* resonate-redis.c: one Redis, and the commands for it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis"

#include "config.h"

#include "resonate-redis-cluster-private.h"
#include "resonate-redis-lookout-private.h"
#include "resonate-redis-private.h"
#include "resonate-redis-queue-private.h"

struct _ResonateRedis
{
  GObject parent_instance;

  ResonateRedisSettings *settings;
  ResonateRedisKeeper *keeper;         /* (nullable): NULL once it is closed */
  ResonateRedisSubscriber *subscriber; /* (nullable): likewise */
  ResonateRedisLookout *lookout;       /* (nullable): where there are sentinels */
  ResonateRedisCluster *cluster;       /* (nullable): where there are several masters */
  ResonateRedisState state;
  ResonateRedisQueue waiting; /* for a link */
  GQueue refused; /* (element-type ResonateRedisCall): who is told so in the next turn */
  GSource *later;
  unsigned int version;
  guint64 n_commands;
  guint64 n_failed;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_SUBSCRIBER_STATE,
} ResonateRedisProperty;

static GParamSpec *properties[PROP_SUBSCRIBER_STATE + 1];

enum
{
  SIGNAL_TRANSITION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ResonateRedis, resonate_redis, G_TYPE_OBJECT)

static GError *
make_refusal (ResonateRedis *self)
{
  const GError *cause = resonate_redis_get_error (self);

  if (self->state == RESONATE_REDIS_CLOSED)
    return g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                                "The link to Redis is closed");
  if (self->state == RESONATE_REDIS_READY)
    return g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                                "Redis takes commands slower than they come");

  return g_error_new (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE, "Redis is not there: %s",
                      cause != NULL ? cause->message : "no connection yet");
}

static void
fail (ResonateRedis *self, ResonateRedisCall *call, const GError *error)
{
  self->n_failed++;
  resonate_redis_call_fail (call, error);
}

static void
fail_refused (ResonateRedis *self)
{
  GQueue calls = self->refused;
  GList *node;

  g_queue_init (&self->refused);
  while ((node = g_queue_pop_head_link (&calls)) != NULL)
    {
      ResonateRedisCall *call = node->data;
      g_autoptr (GError) error = g_steal_pointer (&call->refusal);

      fail (self, call, error);
    }
}

static gboolean
on_later (gpointer user_data)
{
  g_autoptr (ResonateRedis) self = g_object_ref (user_data);

  g_source_set_ready_time (self->later, -1);
  fail_refused (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_later (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs later_funcs = { NULL, NULL, dispatch_later, NULL };

/* Whoever is refused is told in the next turn, as everybody else is. */
static void
refuse_with (gpointer owner, ResonateRedisCall *call, GError *error)
{
  ResonateRedis *self = owner;

  call->refusal = error;
  g_queue_push_tail_link (&self->refused, &call->node);
  g_source_set_ready_time (self->later, 0);
}

static void
refuse (gpointer owner, ResonateRedisCall *call)
{
  refuse_with (owner, call, make_refusal (owner));
}

static void
submit (ResonateRedis *self, ResonateRedisCall *call)
{
  ResonateRedisLink *link = NULL;

  self->n_commands++;
  if (self->keeper != NULL && self->cluster == NULL)
    link = resonate_redis_keeper_get_link (self->keeper);

  if (self->cluster != NULL && self->state == RESONATE_REDIS_READY)
    resonate_redis_cluster_send (self->cluster, call);
  else if (link != NULL &&
           resonate_redis_link_get_backlog (link) + resonate_redis_call_get_size (call) <=
             self->settings->options.max_backlog)
    resonate_redis_link_send (link, call);
  else if (link != NULL || self->state == RESONATE_REDIS_CLOSED ||
           !resonate_redis_queue_push (&self->waiting, call))
    refuse (self, call);
}

static void
send_waiting (ResonateRedis *self, ResonateRedisLink *link)
{
  ResonateRedisCall *call;

  self->version = resonate_redis_link_get_version (link);
  while ((call = resonate_redis_queue_pop (&self->waiting)) != NULL)
    if (self->cluster != NULL)
      resonate_redis_cluster_send (self->cluster, call);
    else
      resonate_redis_link_send (link, call);
}

static void
set_state (ResonateRedis *self, ResonateRedisState to)
{
  ResonateRedisState from = self->state;

  self->state = to;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_signal_emit (self, signals[SIGNAL_TRANSITION], 0, (int) from, (int) to);
}

static void
become_ready (ResonateRedis *self)
{
  resonate_redis_keeper_settle (self->keeper);
  send_waiting (self, resonate_redis_keeper_get_link (self->keeper));
  set_state (self, RESONATE_REDIS_READY);
}

static void
on_changed (gpointer owner, ResonateRedisState from, ResonateRedisState to)
{
  g_autoptr (ResonateRedis) self = g_object_ref (owner);

  if (to != RESONATE_REDIS_READY)
    set_state (self, to);
  else if (self->cluster != NULL)
    resonate_redis_cluster_learn (self->cluster);
  else
    become_ready (self);
}

static gboolean
on_refused (gpointer owner, ResonateRedisCall *call, const GError *error)
{
  ResonateRedis *self = owner;
  ResonateRedisLink *link = resonate_redis_keeper_get_link (self->keeper);

  return self->cluster != NULL &&
         resonate_redis_cluster_redirect (self->cluster, resonate_redis_link_get_host (link), call,
                                          error);
}

static const ResonateRedisKeeperFuncs keeper_funcs = { on_changed, NULL, on_refused };

static void
on_known (gpointer owner)
{
  g_autoptr (ResonateRedis) self = g_object_ref (owner);

  if (self->state != RESONATE_REDIS_READY)
    become_ready (self);
}

static const ResonateRedisClusterFuncs cluster_funcs = { on_known, refuse_with };

static void
on_switched (gpointer owner, const ResonateRedisHost *master)
{
  g_autoptr (ResonateRedis) self = g_object_ref (owner);
  ResonateRedisLink *link = resonate_redis_keeper_get_link (self->keeper);
  g_autofree char *host = resonate_redis_host_to_string (master);
  g_autoptr (GError) error = NULL;

  error = g_error_new (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE, "The master is %s now", host);
  if (link != NULL && !resonate_redis_host_equal (resonate_redis_link_get_host (link), master))
    resonate_redis_keeper_lose (self->keeper, error);
  if (self->keeper != NULL)
    resonate_redis_keeper_hurry (self->keeper);
  if (self->subscriber != NULL)
    resonate_redis_subscriber_move (self->subscriber, master, error);
}

static void
on_subscriber_changed (gpointer owner, ResonateRedisState from, ResonateRedisState to)
{
  g_object_notify_by_pspec (owner, properties[PROP_SUBSCRIBER_STATE]);
}

static void
resonate_redis_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ResonateRedis *self = RESONATE_REDIS (object);

  switch ((ResonateRedisProperty) id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;

    case PROP_SUBSCRIBER_STATE:
      g_value_set_int (value, self->subscriber != NULL
                                ? (int) resonate_redis_subscriber_get_state (self->subscriber)
                                : RESONATE_REDIS_CLOSED);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
resonate_redis_dispose (GObject *object)
{
  ResonateRedis *self = RESONATE_REDIS (object);

  resonate_redis_close (self);

  G_OBJECT_CLASS (resonate_redis_parent_class)->dispose (object);
}

static void
resonate_redis_finalize (GObject *object)
{
  ResonateRedis *self = RESONATE_REDIS (object);

  /* Nobody waits for a turn that does not come. */
  fail_refused (self);
  g_source_destroy (self->later);
  g_clear_pointer (&self->later, g_source_unref);
  g_clear_pointer (&self->settings, resonate_redis_settings_unref);

  G_OBJECT_CLASS (resonate_redis_parent_class)->finalize (object);
}

static void
resonate_redis_class_init (ResonateRedisClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = resonate_redis_get_property;
  object_class->dispose = resonate_redis_dispose;
  object_class->finalize = resonate_redis_finalize;

  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, RESONATE_REDIS_IDLE,
                                             RESONATE_REDIS_CLOSED, RESONATE_REDIS_IDLE,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SUBSCRIBER_STATE] = g_param_spec_int ("subscriber-state", NULL, NULL,
                                                        RESONATE_REDIS_IDLE, RESONATE_REDIS_CLOSED,
                                                        RESONATE_REDIS_IDLE,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_TRANSITION] = g_signal_new ("transition", G_TYPE_FROM_CLASS (klass),
                                             G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                             G_TYPE_INT, G_TYPE_INT);
}

static void
resonate_redis_init (ResonateRedis *self)
{
  self->later = g_source_new (&later_funcs, sizeof (GSource));
  g_source_set_static_name (self->later, "resonate-redis");
  g_source_set_callback (self->later, on_later, self, NULL);
  g_source_attach (self->later, g_main_context_get_thread_default ());
}

ResonateRedis *
resonate_redis_new (const char *url, const ResonateRedisOptions *options, GError **error)
{
  ResonateRedisUrl *parsed;
  ResonateRedis *self;

  g_return_val_if_fail (url != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  parsed = resonate_redis_url_parse (url, error);
  if (parsed == NULL)
    return NULL;

  self = g_object_new (RESONATE_TYPE_REDIS, NULL);
  self->settings = resonate_redis_settings_new (parsed, options);
  self->waiting.settings = self->settings;
  self->waiting.expired = refuse;
  self->waiting.owner = self;
  self->keeper = resonate_redis_keeper_new (self->settings, NULL, &keeper_funcs, self);
  if (parsed->kind == RESONATE_REDIS_CLUSTER)
    self->cluster = resonate_redis_cluster_new (self->settings, self->keeper, &cluster_funcs, self);
  self->subscriber = resonate_redis_subscriber_new (self->settings, on_subscriber_changed, self);

  return self;
}

void
resonate_redis_start (ResonateRedis *self)
{
  g_return_if_fail (RESONATE_IS_REDIS (self));

  if (self->state != RESONATE_REDIS_IDLE)
    return;

  resonate_redis_keeper_start (self->keeper);
  resonate_redis_subscriber_start (self->subscriber);
  if (self->settings->url->kind == RESONATE_REDIS_SENTINEL)
    self->lookout = resonate_redis_lookout_new (self->settings, on_switched, self);
}

void
resonate_redis_close (ResonateRedis *self)
{
  g_autoptr (GError) error = NULL;
  ResonateRedisCall *call;

  g_return_if_fail (RESONATE_IS_REDIS (self));

  if (self->state == RESONATE_REDIS_CLOSED)
    return;

  set_state (self, RESONATE_REDIS_CLOSED);
  g_clear_pointer (&self->lookout, resonate_redis_lookout_free);
  g_clear_pointer (&self->subscriber, resonate_redis_subscriber_free);
  g_clear_pointer (&self->cluster, resonate_redis_cluster_free);
  g_clear_pointer (&self->keeper, resonate_redis_keeper_free);
  error = make_refusal (self);
  while ((call = resonate_redis_queue_pop (&self->waiting)) != NULL)
    fail (self, call, error);
}

ResonateRedisState
resonate_redis_get_state (ResonateRedis *self)
{
  g_return_val_if_fail (RESONATE_IS_REDIS (self), RESONATE_REDIS_CLOSED);

  return self->state;
}

const GError *
resonate_redis_get_error (ResonateRedis *self)
{
  g_return_val_if_fail (RESONATE_IS_REDIS (self), NULL);

  return self->keeper != NULL ? resonate_redis_keeper_get_error (self->keeper) : NULL;
}

void
resonate_redis_send (ResonateRedis *self,
                     ResonateRedisCommand *command,
                     ResonateRedisFunc func,
                     gpointer user_data)
{
  g_return_if_fail (RESONATE_IS_REDIS (self) && command != NULL);

  submit (self, resonate_redis_call_new (command, func, user_data));
}

void
resonate_redis_call_async (ResonateRedis *self,
                           ResonateRedisCommand *command,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_REDIS (self) && command != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_redis_call_async);
  submit (self, resonate_redis_call_new_task (command, task));
}

ResonateRedisReply *
resonate_redis_call_finish (ResonateRedis *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
resonate_redis_publish (ResonateRedis *self,
                        const char *topic,
                        GBytes *payload,
                        ResonateRedisFunc func,
                        gpointer user_data)
{
  ResonateRedisCommand *command;

  g_return_if_fail (RESONATE_IS_REDIS (self) && topic != NULL && payload != NULL);

  command = resonate_redis_command_new (resonate_redis_get_publish_verb (self));
  resonate_redis_command_add_key (command, topic);
  resonate_redis_command_add_bytes (command, payload);
  resonate_redis_send (self, command, func, user_data);
}

const char *
resonate_redis_get_publish_verb (ResonateRedis *self)
{
  g_return_val_if_fail (RESONATE_IS_REDIS (self), NULL);

  return "PUBLISH";
}

unsigned int
resonate_redis_get_version (ResonateRedis *self)
{
  g_return_val_if_fail (RESONATE_IS_REDIS (self), 0);

  return self->version;
}

void
resonate_redis_get_stats (ResonateRedis *self, ResonateRedisStats *stats)
{
  ResonateRedisLink *link = NULL;

  g_return_if_fail (RESONATE_IS_REDIS (self) && stats != NULL);

  *stats = (ResonateRedisStats){ 0 };
  if (self->keeper != NULL)
    {
      stats->n_ready = resonate_redis_keeper_get_n_ready (self->keeper);
      link = resonate_redis_keeper_get_link (self->keeper);
    }
  stats->n_commands = self->n_commands;
  stats->n_failed = self->n_failed;
  stats->queued = self->waiting.calls.length;
  if (link != NULL)
    {
      stats->in_flight = resonate_redis_link_get_in_flight (link);
      stats->round_trip_us = resonate_redis_link_get_round_trip_us (link);
    }
}

ResonateRedisSubscriber *
resonate_redis_get_subscriber (ResonateRedis *self)
{
  g_return_val_if_fail (RESONATE_IS_REDIS (self), NULL);

  return self->subscriber;
}

ResonateRedisSettings *
resonate_redis_get_settings (ResonateRedis *self)
{
  g_return_val_if_fail (RESONATE_IS_REDIS (self), NULL);

  return self->settings;
}
