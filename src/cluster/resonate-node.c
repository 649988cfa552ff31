/* resonate-node.c: one process among those that share a Redis, and its lease
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate"

#include "config.h"

#include "resonate-node-parts-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "../base/resonate-random-private.h"
#include "resonate-envelope-private.h"

/* Nodes that began together do not beat together: a tenth earlier or later. */
#define JITTER 10

typedef enum
{
  PROP_IS_REGISTERED = 1,
} ResonateNodeProperty;

static GParamSpec *properties[PROP_IS_REGISTERED + 1];

enum
{
  SIGNAL_REGISTERED,
  SIGNAL_BEAT,
  SIGNAL_CLAIMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ResonateNode, resonate_node, G_TYPE_OBJECT)

static void
set_registered (ResonateNode *self, gboolean is_registered)
{
  if (self->is_registered == is_registered)
    return;

  self->is_registered = is_registered;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_REGISTERED]);
}

static void
on_failed (ResonateNode *self, const GError *error)
{
  g_debug ("No lease for the node ‘%s’: %s", self->id, error->message);

  /* What was written may be another's to clean up by now. */
  if (self->renewed_us + self->lease_us <= resonate_clock_now_us ())
    set_registered (self, FALSE);
}

static void
register_now (ResonateNode *self)
{
  self->renewed_us = resonate_clock_now_us ();
  if (self->is_registered)
    return;

  set_registered (self, TRUE);
  g_signal_emit (self, signals[SIGNAL_REGISTERED], 0);
}

/*
 * A new lease
 */
typedef struct
{
  ResonateNode *node; /* (owned) */
  char *incarnation;
} Question;

static Question *
question_new (ResonateNode *self, const char *incarnation)
{
  Question *question = g_new0 (Question, 1);

  question->node = g_object_ref (self);
  question->incarnation = g_strdup (incarnation);

  return question;
}

static void
question_free (Question *self)
{
  g_free (self->incarnation);
  g_object_unref (self->node);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
on_taken (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) own_error = NULL;
  ResonateNode *self = question->node;
  int64_t is_taken = 0;

  self->is_asking = FALSE;
  if (!self->is_started)
    return;

  if (error == NULL && !resonate_redis_reply_get_int (reply, &is_taken, &own_error))
    error = own_error;
  if (error != NULL)
    {
      on_failed (self, error);
      return;
    }

  if (!is_taken)
    {
      if (!self->is_warned)
        g_message ("Another server has the node id ‘%s’: presence stays on this node until it "
                   "ends",
                   self->id);
      self->is_warned = TRUE;
      return;
    }

  self->is_warned = FALSE;
  g_free (self->incarnation);
  self->incarnation = g_strdup (question->incarnation);
  register_now (self);
}

static void
send (ResonateNode *self,
      ResonateRedisCommand *command,
      const char *incarnation,
      ResonateRedisFunc func)
{
  resonate_redis_send (self->redis, command, func, question_new (self, incarnation));
}

static void
take (ResonateNode *self)
{
  g_autofree char *incarnation = resonate_incarnation_new (self->id);

  self->is_asking = TRUE;
  send (self,
        resonate_node_command_take (self->prefix, incarnation, self->lease_us, self->incarnation),
        incarnation, on_taken);
}

/*
 * Those whose lease is over
 */
static void
on_claimed (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  ResonateNode *self = question->node;
  g_autofree char *id = NULL;
  int64_t is_ours = 0;

  if (error != NULL || !resonate_redis_reply_get_int (reply, &is_ours, NULL) || !is_ours ||
      !self->is_started)
    return;

  id = resonate_incarnation_dup_id (question->incarnation);
  if (!g_str_equal (id, self->id))
    g_message ("The node ‘%s’ is gone; its members leave", id);
  g_signal_emit (self, signals[SIGNAL_CLAIMED], 0, question->incarnation);
}

static const char *
get_text (const ResonateRedisReply *list, size_t i)
{
  return resonate_redis_reply_get_text (resonate_redis_reply_get_element (list, i), NULL, NULL);
}

static void
claim_all (ResonateNode *self, const ResonateRedisReply *list)
{
  size_t n = 0;

  resonate_redis_reply_get_length (list, &n, NULL);
  for (size_t i = 0; i < n; i++)
    {
      const char *incarnation = get_text (list, i);

      if (incarnation != NULL && g_strcmp0 (incarnation, self->incarnation) != 0)
        send (self, resonate_node_command_claim (self->prefix, incarnation, self->lease_us),
              incarnation, on_claimed);
    }
}

/*
 * The heartbeat
 */
static void
on_renewed (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  ResonateNode *self = question->node;
  size_t n = 0;

  self->is_asking = FALSE;
  if (!self->is_started)
    return;

  if (error != NULL)
    {
      on_failed (self, error);
      return;
    }

  if (resonate_redis_reply_is_nil (reply))
    {
      g_message ("The lease of the node ‘%s’ was lost; it begins anew", self->id);
      set_registered (self, FALSE);
      take (self);
      return;
    }

  resonate_redis_reply_get_length (reply, &n, NULL);
  if (n != 3)
    return;

  resonate_peers_take (self->peers, resonate_redis_reply_get_element (reply, 0));
  claim_all (self, resonate_redis_reply_get_element (reply, 1));
  claim_all (self, resonate_redis_reply_get_element (reply, 2));
  register_now (self);
}

static void
renew (ResonateNode *self)
{
  self->is_asking = TRUE;
  send (self, resonate_node_command_renew (self->prefix, self->incarnation, self->lease_us),
        self->incarnation, on_renewed);
}

static void
ask (ResonateNode *self)
{
  if (!resonate_redis_is_ready (self->redis) || self->is_asking)
    return;

  if (self->incarnation != NULL)
    renew (self);
  else
    take (self);
}

static void on_beat (ResonateTimer *timer);

static void
arm (ResonateNode *self)
{
  int64_t beat_us = self->heartbeat_us / RESONATE_NODE_BEATS;
  int64_t jitter_us = beat_us / JITTER;

  jitter_us = jitter_us > 0 ? resonate_random_uint32_below ((uint32_t) (2 * jitter_us)) - jitter_us
                            : 0;
  resonate_wheel_arm (self->settings->wheel, &self->timer, beat_us + jitter_us, on_beat);
}

static void
on_beat (ResonateTimer *timer)
{
  g_autoptr (ResonateNode) self = NULL;

  self = g_object_ref (resonate_timer_get_owner (timer, ResonateNode, timer));
  arm (self);

  /* Who was stopped and goes on asks first whether it still has what it had. */
  if (++self->n_beats >= RESONATE_NODE_BEATS ||
      self->renewed_us + self->lease_us <= resonate_clock_now_us ())
    {
      self->n_beats = 0;
      ask (self);
    }

  if (self->is_registered)
    g_signal_emit (self, signals[SIGNAL_BEAT], 0);
}

static void
on_transition (ResonateRedis *redis, int from, int to, ResonateNode *self)
{
  if (!self->is_started)
    return;

  if (to == RESONATE_REDIS_READY)
    ask (self);
  else
    set_registered (self, FALSE);
}

/*
 * GObject
 */
static void
resonate_node_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateNode *self = RESONATE_NODE (object);

  switch ((ResonateNodeProperty) prop_id)
    {
    case PROP_IS_REGISTERED:
      g_value_set_boolean (value, self->is_registered);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_node_dispose (GObject *object)
{
  ResonateNode *self = RESONATE_NODE (object);

  self->is_started = FALSE;
  resonate_wheel_disarm (&self->timer);

  G_OBJECT_CLASS (resonate_node_parent_class)->dispose (object);
}

static void
resonate_node_finalize (GObject *object)
{
  ResonateNode *self = RESONATE_NODE (object);

  g_clear_pointer (&self->peers, resonate_peers_free);
  g_clear_pointer (&self->incarnation, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->prefix, g_free);
  g_clear_pointer (&self->settings, resonate_redis_settings_unref);
  g_clear_object (&self->redis);

  G_OBJECT_CLASS (resonate_node_parent_class)->finalize (object);
}

static void
resonate_node_class_init (ResonateNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = resonate_node_get_property;
  object_class->dispose = resonate_node_dispose;
  object_class->finalize = resonate_node_finalize;

  properties[PROP_IS_REGISTERED] = g_param_spec_boolean ("is-registered", NULL, NULL, FALSE,
                                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_REGISTERED] = g_signal_new ("registered", RESONATE_TYPE_NODE, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BEAT] = g_signal_new ("beat", RESONATE_TYPE_NODE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLAIMED] = g_signal_new ("claimed", RESONATE_TYPE_NODE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
resonate_node_init (ResonateNode *self)
{
  self->peers = resonate_peers_new ();
}

ResonateNode *
resonate_node_new (
  ResonateRedis *redis, const char *prefix, const char *id, int64_t lease_us, int64_t heartbeat_us)
{
  ResonateNode *self;

  g_return_val_if_fail (RESONATE_IS_REDIS (redis), NULL);
  g_return_val_if_fail (prefix != NULL, NULL);
  g_return_val_if_fail (id != NULL && resonate_envelope_is_node (id, strlen (id)), NULL);
  g_return_val_if_fail (lease_us >= 1000 && heartbeat_us >= 1000, NULL);

  self = g_object_new (RESONATE_TYPE_NODE, NULL);
  self->redis = g_object_ref (redis);
  self->settings = resonate_redis_settings_ref (resonate_redis_get_settings (redis));
  self->prefix = g_strdup (prefix);
  self->id = g_strdup (id);
  self->lease_us = lease_us;
  self->heartbeat_us = heartbeat_us;
  g_signal_connect_object (redis, "transition", G_CALLBACK (on_transition), self, 0);

  return self;
}

void
resonate_node_start (ResonateNode *self)
{
  g_return_if_fail (RESONATE_IS_NODE (self));

  if (self->is_started)
    return;

  self->is_started = TRUE;
  arm (self);
  ask (self);
}

void
resonate_node_stop (ResonateNode *self, ResonateRedisFunc func, gpointer user_data)
{
  g_return_if_fail (RESONATE_IS_NODE (self));

  self->is_started = FALSE;
  resonate_wheel_disarm (&self->timer);
  set_registered (self, FALSE);

  if (self->incarnation != NULL && resonate_redis_is_ready (self->redis))
    resonate_redis_send (self->redis,
                         resonate_node_command_release (self->prefix, self->incarnation), func,
                         user_data);
  else if (func != NULL)
    func (NULL, NULL, user_data);
}

void
resonate_node_bury (ResonateNode *self, const char *incarnation)
{
  g_return_if_fail (RESONATE_IS_NODE (self));
  g_return_if_fail (incarnation != NULL);

  resonate_redis_send (self->redis, resonate_node_command_bury (self->prefix, incarnation), NULL,
                       NULL);
}
