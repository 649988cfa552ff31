/* resonate-topic-subscription.c: one listener's interest in a topic, or in all that match a pattern
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-topic-subscription"

#include "config.h"

#include "resonate-topic-subscription.h"

#include "resonate-enum-types.h"
#include "resonate-pub-sub-private.h"
#include "resonate-store-error.h"
#include "resonate-topic-subscription-private.h"

/**
 * ResonateTopicSubscription:
 *
 * One listener's interest in a topic, or in all topics that match a pattern.
 *
 * It comes from [method@Resonate.PubSub.subscribe], and is cancelled when its last reference is
 * dropped. It keeps the object that it came from.
 *
 * Since: 1.0
 */
struct _ResonateTopicSubscription
{
  GObject parent_instance;

  ResonatePubSub *pub_sub; /* (owned) */
  char *topic;
  ResonateTopicKind kind;
  ResonateTopicState state;
  uint64_t since; /* the number of the first message that is for this subscription */
  GQueue waiters; /* (element-type Waiter): who asked when the server will have heard of it */
};

typedef struct
{
  ResonateTopicSubscription *owner; /* (unowned): the task keeps it */
  GTask *task;                      /* (owned) */
  GSource *cancelled;               /* (owned) (nullable) */
} Waiter;

G_DEFINE_FINAL_TYPE (ResonateTopicSubscription, resonate_topic_subscription, G_TYPE_OBJECT)

typedef enum
{
  PROP_TOPIC = 1,
  PROP_KIND,
  PROP_STATE,
} ResonateTopicSubscriptionProperty;

static GParamSpec *properties[PROP_STATE + 1];

enum
{
  SIGNAL_MESSAGE,
  SIGNAL_GAP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
waiter_free (Waiter *waiter)
{
  if (waiter->cancelled != NULL)
    g_source_destroy (waiter->cancelled);
  g_clear_pointer (&waiter->cancelled, g_source_unref);
  g_clear_object (&waiter->task);
  g_free (waiter);
}

static gboolean
on_waiter_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;

  g_queue_remove (&waiter->owner->waiters, waiter);
  g_task_return_error_if_cancelled (waiter->task);
  waiter_free (waiter);

  return G_SOURCE_REMOVE;
}

static void
return_cancelled (GTask *task)
{
  g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CLOSED,
                           "The subscription was cancelled");
}

/* An answer is the end of a task, and the task may be the last that keeps @self. */
static void
answer_waiters (ResonateTopicSubscription *self)
{
  Waiter *waiter;

  g_object_ref (self);
  while ((waiter = g_queue_pop_head (&self->waiters)) != NULL)
    {
      if (self->state == RESONATE_TOPIC_ACTIVE)
        g_task_return_boolean (waiter->task, TRUE);
      else
        return_cancelled (waiter->task);
      waiter_free (waiter);
    }
  g_object_unref (self);
}

static void
resonate_topic_subscription_dispose (GObject *object)
{
  ResonateTopicSubscription *self = RESONATE_TOPIC_SUBSCRIPTION (object);

  resonate_topic_subscription_cancel (self);
  g_clear_object (&self->pub_sub);

  G_OBJECT_CLASS (resonate_topic_subscription_parent_class)->dispose (object);
}

static void
resonate_topic_subscription_finalize (GObject *object)
{
  ResonateTopicSubscription *self = RESONATE_TOPIC_SUBSCRIPTION (object);

  g_clear_pointer (&self->topic, g_free);

  G_OBJECT_CLASS (resonate_topic_subscription_parent_class)->finalize (object);
}

static void
resonate_topic_subscription_get_property (GObject *object,
                                          guint prop_id,
                                          GValue *value,
                                          GParamSpec *pspec)
{
  ResonateTopicSubscription *self = RESONATE_TOPIC_SUBSCRIPTION (object);

  switch ((ResonateTopicSubscriptionProperty) prop_id)
    {
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;

    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;

    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_signals (GType type)
{
  /**
   * ResonateTopicSubscription::message:
   * @self: the subscription
   * @payload: what was published
   * @topic: where it was published
   * @pattern: (nullable): the pattern that the topic matches, or %NULL where the topic itself was
   *   subscribed to
   *
   * A message has arrived. A handler may publish, subscribe, and cancel this subscription or
   * another.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 3, G_TYPE_BYTES, G_TYPE_STRING,
                                          G_TYPE_STRING);

  /**
   * ResonateTopicSubscription::gap:
   * @self: the subscription
   *
   * Messages may have been lost here: between the one before and the one that comes next. Whoever
   * keeps a copy of something reads it anew.
   *
   * Since: 1.0
   */
  signals[SIGNAL_GAP] = g_signal_new ("gap", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
}

static void
resonate_topic_subscription_class_init (ResonateTopicSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_topic_subscription_dispose;
  object_class->finalize = resonate_topic_subscription_finalize;
  object_class->get_property = resonate_topic_subscription_get_property;

  /**
   * ResonateTopicSubscription:topic: (getter get_topic)
   *
   * The topic or the pattern.
   *
   * Since: 1.0
   */
  properties[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateTopicSubscription:kind: (getter get_kind)
   *
   * Whether it is a topic or a pattern.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, RESONATE_TYPE_TOPIC_KIND,
                                             RESONATE_TOPIC_EXACT,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateTopicSubscription:state: (getter get_state)
   *
   * Whether messages arrive.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, RESONATE_TYPE_TOPIC_STATE,
                                              RESONATE_TOPIC_PENDING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  install_signals (G_TYPE_FROM_CLASS (klass));
}

static void
resonate_topic_subscription_init (ResonateTopicSubscription *self)
{
  g_queue_init (&self->waiters);
}

/*
 * resonate_topic_subscription_new:
 * @kind: one of the two kinds, and not "auto"
 *
 * Makes a subscription that nobody knows of yet: what registers it is the body's subscribe ().
 */
ResonateTopicSubscription *
resonate_topic_subscription_new (ResonatePubSub *pub_sub, const char *topic, ResonateTopicKind kind)
{
  ResonateTopicSubscription *self;

  g_return_val_if_fail (RESONATE_IS_PUB_SUB (pub_sub), NULL);
  g_return_val_if_fail (kind != RESONATE_TOPIC_AUTO, NULL);

  self = g_object_new (RESONATE_TYPE_TOPIC_SUBSCRIPTION, NULL);
  self->pub_sub = g_object_ref (pub_sub);
  self->topic = g_strdup (topic);
  self->kind = kind;

  return self;
}

/**
 * resonate_topic_subscription_get_topic: (get-property topic)
 * @self: a subscription
 *
 * Gets the topic or the pattern.
 *
 * Returns: (transfer none): what was subscribed to
 *
 * Since: 1.0
 */
const char *
resonate_topic_subscription_get_topic (ResonateTopicSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_TOPIC_SUBSCRIPTION (self), NULL);

  return self->topic;
}

/**
 * resonate_topic_subscription_get_kind: (get-property kind)
 * @self: a subscription
 *
 * Gets whether it is for a topic or for a pattern.
 *
 * Returns: %RESONATE_TOPIC_EXACT or %RESONATE_TOPIC_PATTERN
 *
 * Since: 1.0
 */
ResonateTopicKind
resonate_topic_subscription_get_kind (ResonateTopicSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_TOPIC_SUBSCRIPTION (self), RESONATE_TOPIC_EXACT);

  return self->kind;
}

/**
 * resonate_topic_subscription_get_state: (get-property state)
 * @self: a subscription
 *
 * Gets whether messages arrive.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
ResonateTopicState
resonate_topic_subscription_get_state (ResonateTopicSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_TOPIC_SUBSCRIPTION (self), RESONATE_TOPIC_CANCELLED);

  return self->state;
}

/**
 * resonate_topic_subscription_ready_async:
 * @self: a subscription
 * @cancellable: (nullable): a cancellable, which ends the waiting and not the subscription
 * @callback: (scope async): called when messages arrive
 * @user_data: for @callback
 *
 * Waits until the subscription is active: everything that is published from then on arrives. While
 * there is no connection to the other nodes this takes as long as it takes.
 *
 * [method@Resonate.TopicSubscription.ready_finish] fails with %RESONATE_STORE_ERROR_CLOSED when the
 * subscription is cancelled.
 *
 * Since: 1.0
 */
void
resonate_topic_subscription_ready_async (ResonateTopicSubscription *self,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Waiter *waiter;

  g_return_if_fail (RESONATE_IS_TOPIC_SUBSCRIPTION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_topic_subscription_ready_async);

  waiter = g_new0 (Waiter, 1);
  waiter->owner = self;
  waiter->task = g_steal_pointer (&task);
  g_queue_push_tail (&self->waiters, waiter);

  if (self->state == RESONATE_TOPIC_ACTIVE || self->state == RESONATE_TOPIC_CANCELLED)
    {
      answer_waiters (self);
      return;
    }

  if (cancellable != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (on_waiter_cancelled), waiter, NULL);
      g_source_attach (waiter->cancelled, g_task_get_context (waiter->task));
    }
}

/**
 * resonate_topic_subscription_ready_finish:
 * @self: a subscription
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Resonate.TopicSubscription.ready_async].
 *
 * Returns: whether the subscription is active
 *
 * Since: 1.0
 */
gboolean
resonate_topic_subscription_ready_finish (ResonateTopicSubscription *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * resonate_topic_subscription_cancel:
 * @self: a subscription
 *
 * Ends the subscription. From here on it emits nothing, also of what has arrived already. To cancel
 * it again does nothing.
 *
 * Since: 1.0
 */
void
resonate_topic_subscription_cancel (ResonateTopicSubscription *self)
{
  g_return_if_fail (RESONATE_IS_TOPIC_SUBSCRIPTION (self));

  if (self->state == RESONATE_TOPIC_CANCELLED)
    return;

  RESONATE_PUB_SUB_GET_IFACE (self->pub_sub)->unsubscribe (self->pub_sub, self);
  resonate_topic_subscription_set_state (self, RESONATE_TOPIC_CANCELLED);
}

/* The one function that changes the state. Nothing follows "cancelled". */
void
resonate_topic_subscription_set_state (ResonateTopicSubscription *self, ResonateTopicState state)
{
  g_return_if_fail (RESONATE_IS_TOPIC_SUBSCRIPTION (self));

  if (self->state == state || self->state == RESONATE_TOPIC_CANCELLED)
    return;

  self->state = state;
  if (state == RESONATE_TOPIC_ACTIVE || state == RESONATE_TOPIC_CANCELLED)
    answer_waiters (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* What was queued before somebody subscribed is not for them: messages have numbers. */
void
resonate_topic_subscription_set_since (ResonateTopicSubscription *self, uint64_t number)
{
  self->since = number;
}

uint64_t
resonate_topic_subscription_get_since (ResonateTopicSubscription *self)
{
  return self->since;
}

void
resonate_topic_subscription_emit_message (ResonateTopicSubscription *self,
                                          GBytes *payload,
                                          const char *topic,
                                          const char *pattern)
{
  if (self->state != RESONATE_TOPIC_CANCELLED)
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, payload, topic, pattern);
}

void
resonate_topic_subscription_emit_gap (ResonateTopicSubscription *self)
{
  if (self->state != RESONATE_TOPIC_CANCELLED)
    g_signal_emit (self, signals[SIGNAL_GAP], 0);
}
