/* resonate-consumer.c: one of a group that shares the entries of streams
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-consumer"

#include "config.h"

#include "resonate-consumer.h"

#include "resonate-consumer-private.h"
#include "resonate-consumption-private.h"
#include "resonate-delivery-private.h"
#include "resonate-enum-types.h"

/**
 * ResonateConsumer:
 *
 * One of a group that shares the entries of streams: each entry is delivered to one of them, and to
 * another one if it is not acknowledged.
 *
 * An entry is delivered at least once. It comes again, with [property@Resonate.Delivery:attempt]
 * counted up, when a handler rejects it or when whoever had it ended; an entry that a handler works
 * on for long is kept from the others. After `max-deliveries` attempts it is moved to the stream of
 * that name with `dead-letter-suffix`, where it says in the fields `dead-stream`, `dead-id`,
 * `dead-attempts` and `dead-reason` where it comes from.
 *
 * A consumer that runs keeps itself until it is stopped.
 *
 * Since: 1.0
 */
struct _ResonateConsumer
{
  GObject parent_instance;

  ResonateStreamLog *log;
  ResonateConsumerSettings settings;
  ResonateConsumption *consumption;
  ResonateConsumerState state;
};

G_DEFINE_FINAL_TYPE (ResonateConsumer, resonate_consumer, G_TYPE_OBJECT)

typedef enum
{
  PROP_LOG = RESONATE_CONSUMER_N_SETTINGS + 1,
  PROP_STATE,
} ResonateConsumerProperty;

static GParamSpec *properties[PROP_STATE + 1];

enum
{
  SIGNAL_DELIVERY,
  SIGNAL_GROUP_RECREATED,
  SIGNAL_DEAD_LETTERED,
  SIGNAL_ERROR,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
resonate_consumer_constructed (GObject *object)
{
  ResonateConsumer *self = RESONATE_CONSUMER (object);

  G_OBJECT_CLASS (resonate_consumer_parent_class)->constructed (object);

  resonate_consumer_settings_complete (&self->settings);
  self->consumption = resonate_consumption_new (self, self->log, &self->settings);
}

static void
resonate_consumer_finalize (GObject *object)
{
  ResonateConsumer *self = RESONATE_CONSUMER (object);

  g_clear_pointer (&self->consumption, resonate_consumption_free);
  resonate_consumer_settings_clear (&self->settings);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (resonate_consumer_parent_class)->finalize (object);
}

static void
resonate_consumer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateConsumer *self = RESONATE_CONSUMER (object);

  if (resonate_consumer_settings_get (&self->settings, prop_id, value))
    return;

  switch ((ResonateConsumerProperty) prop_id)
    {
    case PROP_LOG:
      g_value_set_object (value, self->log);
      break;

    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_consumer_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  ResonateConsumer *self = RESONATE_CONSUMER (object);

  if (resonate_consumer_settings_set (&self->settings, prop_id, value))
    return;

  switch ((ResonateConsumerProperty) prop_id)
    {
    case PROP_LOG:
      self->log = g_value_dup_object (value);
      break;

    case PROP_STATE:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * ResonateConsumer:log:
   *
   * Where the streams are.
   *
   * Since: 1.0
   */
  properties[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, RESONATE_TYPE_STREAM_LOG,
                                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                                G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConsumer:state: (getter get_state)
   *
   * Whether it runs.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, RESONATE_TYPE_CONSUMER_STATE,
                                              RESONATE_CONSUMER_STOPPED,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  resonate_consumer_settings_install (properties);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
install_signals (GType type)
{
  /**
   * ResonateConsumer::delivery:
   * @self: the consumer
   * @delivery: the entry
   *
   * An entry is delivered. A handler that does not know yet calls
   * [method@Resonate.Delivery.hold]. The first of several handlers that acknowledges is the last
   * that is called; whoever wants to have each entry dealt with in several ways uses several
   * groups.
   *
   * Returns: %TRUE to acknowledge it, and %FALSE to reject it
   *
   * Since: 1.0
   */
  signals[SIGNAL_DELIVERY] = g_signal_new ("delivery", type, G_SIGNAL_RUN_LAST, 0,
                                           g_signal_accumulator_true_handled, NULL, NULL,
                                           G_TYPE_BOOLEAN, 1, RESONATE_TYPE_DELIVERY);

  /**
   * ResonateConsumer::group-recreated:
   * @self: the consumer
   * @stream: the stream
   *
   * The group was gone, with all that it knew of acknowledgements: the server has lost its data, or
   * somebody has deleted it. It has been made anew from the beginning of the stream, so entries may
   * be delivered that were acknowledged before.
   *
   * Since: 1.0
   */
  signals[SIGNAL_GROUP_RECREATED] = g_signal_new ("group-recreated", type, G_SIGNAL_RUN_LAST, 0,
                                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * ResonateConsumer::dead-lettered:
   * @self: the consumer
   * @delivery: the entry
   * @reason: why, for people
   *
   * An entry has had all its attempts, and was moved to the stream of dead letters.
   *
   * Since: 1.0
   */
  signals[SIGNAL_DEAD_LETTERED] = g_signal_new ("dead-lettered", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                                NULL, NULL, G_TYPE_NONE, 2, RESONATE_TYPE_DELIVERY,
                                                G_TYPE_STRING);

  /**
   * ResonateConsumer::error:
   * @self: the consumer
   * @error: what is wrong
   *
   * Something failed. The consumer goes on, and tries it again after a while.
   *
   * Since: 1.0
   */
  signals[SIGNAL_ERROR] = g_signal_new ("error", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
resonate_consumer_class_init (ResonateConsumerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = resonate_consumer_constructed;
  object_class->finalize = resonate_consumer_finalize;
  object_class->get_property = resonate_consumer_get_property;
  object_class->set_property = resonate_consumer_set_property;

  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
}

static void
resonate_consumer_init (ResonateConsumer *self)
{
}

/**
 * resonate_consumer_new:
 * @log: where the streams are
 * @streams: (array zero-terminated=1): the names of the streams
 * @group: (nullable): the group, or %NULL for `resonate`
 * @name: (nullable): the name of this one within the group, or %NULL for one that is made of the
 * names of the host and of the program
 *
 * Creates a consumer that does not run yet. What else there is to be said is said by construct
 * properties.
 *
 * Returns: (transfer full): a consumer
 *
 * Since: 1.0
 */
ResonateConsumer *
resonate_consumer_new (ResonateStreamLog *log,
                       const char *const *streams,
                       const char *group,
                       const char *name)
{
  g_return_val_if_fail (RESONATE_IS_STREAM_LOG (log), NULL);
  g_return_val_if_fail (streams != NULL && *streams != NULL, NULL);

  return g_object_new (RESONATE_TYPE_CONSUMER, "log", log, "streams", streams, "group",
                       group != NULL ? group : RESONATE_CONSUMER_DEFAULT_GROUP, "name", name, NULL);
}

/**
 * resonate_consumer_get_name: (get-property name)
 * @self: a consumer
 *
 * Gets the name of this one within the group.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
resonate_consumer_get_name (ResonateConsumer *self)
{
  g_return_val_if_fail (RESONATE_IS_CONSUMER (self), NULL);

  return self->settings.name;
}

/**
 * resonate_consumer_get_state: (get-property state)
 * @self: a consumer
 *
 * Gets whether it runs.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
ResonateConsumerState
resonate_consumer_get_state (ResonateConsumer *self)
{
  g_return_val_if_fail (RESONATE_IS_CONSUMER (self), RESONATE_CONSUMER_STOPPED);

  return self->state;
}

/**
 * resonate_consumer_start:
 * @self: a consumer
 *
 * Starts it: makes streams and groups where there are none, and delivers. It keeps itself until it
 * is stopped. Does nothing unless it is stopped.
 *
 * Since: 1.0
 */
void
resonate_consumer_start (ResonateConsumer *self)
{
  g_return_if_fail (RESONATE_IS_CONSUMER (self));
  g_return_if_fail (self->log != NULL && *self->settings.streams != NULL);

  resonate_consumption_start (self->consumption);
}

/**
 * resonate_consumer_stop_async:
 * @self: a consumer
 * @drain_ms: how long deliveries that are not settled are waited for, in milliseconds
 * @cancellable: (nullable): a cancellable, which ends the waiting and not the stopping
 * @callback: (scope async): called when it has stopped
 * @user_data: for @callback
 *
 * Stops it. What is not settled by then may still be; if it is not, somebody else of the group gets
 * it after `min-idle`. One that does not run is stopped at once.
 *
 * Since: 1.0
 */
void
resonate_consumer_stop_async (ResonateConsumer *self,
                              unsigned int drain_ms,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_CONSUMER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_consumer_stop_async);
  resonate_consumption_stop (self->consumption, drain_ms, task);
}

/**
 * resonate_consumer_stop_finish:
 * @self: a consumer
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Resonate.Consumer.stop_async].
 *
 * Returns: whether it has stopped
 *
 * Since: 1.0
 */
gboolean
resonate_consumer_stop_finish (ResonateConsumer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
resonate_consumer_acknowledge (ResonateConsumer *self, ResonateDelivery *delivery, GTask *task)
{
  resonate_consumption_acknowledge (self->consumption, delivery, task);
}

void
resonate_consumer_reject (ResonateConsumer *self, ResonateDelivery *delivery)
{
  resonate_consumption_reject (self->consumption, delivery);
}

/* One that runs has a reference of its own. */
void
resonate_consumer_set_state (ResonateConsumer *self, ResonateConsumerState state)
{
  if (self->state == RESONATE_CONSUMER_STOPPED)
    g_object_ref (self);

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);

  if (state == RESONATE_CONSUMER_STOPPED)
    g_object_unref (self);
}

gboolean
resonate_consumer_emit_delivery (ResonateConsumer *self, ResonateDelivery *delivery)
{
  gboolean is_done = FALSE;

  g_signal_emit (self, signals[SIGNAL_DELIVERY], 0, delivery, &is_done);

  return is_done;
}

void
resonate_consumer_emit_group_recreated (ResonateConsumer *self, const char *stream)
{
  g_signal_emit (self, signals[SIGNAL_GROUP_RECREATED], 0, stream);
}

void
resonate_consumer_emit_dead_lettered (ResonateConsumer *self,
                                      ResonateDelivery *delivery,
                                      const char *reason)
{
  g_signal_emit (self, signals[SIGNAL_DEAD_LETTERED], 0, delivery, reason);
}

void
resonate_consumer_emit_error (ResonateConsumer *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_ERROR], 0, error);
}
