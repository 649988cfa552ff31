/* resonate-delivery.c: one entry of a stream, in the hands of one consumer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-delivery"

#include "config.h"

#include "resonate-delivery.h"

#include "resonate-consumer-private.h"
#include "resonate-delivery-private.h"
#include "resonate-store-error.h"
#include "resonate-stream-log-private.h"

/**
 * ResonateDelivery:
 *
 * One entry of a stream, in the hands of one [class@Resonate.Consumer].
 *
 * It is settled by what the handler of [signal@Resonate.Consumer::delivery] returns. A handler that
 * does not know yet calls [method@Resonate.Delivery.hold], keeps a reference, and settles it later
 * by [method@Resonate.Delivery.ack_async] or [method@Resonate.Delivery.reject]. One that is dropped
 * without either is rejected.
 *
 * Since: 1.0
 */
struct _ResonateDelivery
{
  GObject parent_instance;

  ResonateConsumer *consumer; /* (nullable): from when it is given to it until it is settled */
  char *stream;
  char *id;
  GVariant *fields; /* a{say} */
  GBytes *payload;  /* (nullable): of the fields, once somebody has asked for it */
  unsigned int attempt;
  gboolean is_held;
  gboolean is_settled;
};

G_DEFINE_FINAL_TYPE (ResonateDelivery, resonate_delivery, G_TYPE_OBJECT)

typedef enum
{
  PROP_STREAM = 1,
  PROP_ID,
  PROP_PAYLOAD,
  PROP_FIELDS,
  PROP_ATTEMPT,
} ResonateDeliveryProperty;

static GParamSpec *properties[PROP_ATTEMPT + 1];

static void
resonate_delivery_dispose (GObject *object)
{
  ResonateDelivery *self = RESONATE_DELIVERY (object);

  if (self->consumer != NULL)
    resonate_delivery_reject (self);

  G_OBJECT_CLASS (resonate_delivery_parent_class)->dispose (object);
}

static void
resonate_delivery_finalize (GObject *object)
{
  ResonateDelivery *self = RESONATE_DELIVERY (object);

  g_clear_pointer (&self->payload, g_bytes_unref);
  g_clear_pointer (&self->fields, g_variant_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->stream, g_free);

  G_OBJECT_CLASS (resonate_delivery_parent_class)->finalize (object);
}

static void
resonate_delivery_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateDelivery *self = RESONATE_DELIVERY (object);

  switch ((ResonateDeliveryProperty) prop_id)
    {
    case PROP_STREAM:
      g_value_set_string (value, self->stream);
      break;

    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_PAYLOAD:
      g_value_set_boxed (value, resonate_delivery_get_payload (self));
      break;

    case PROP_FIELDS:
      g_value_set_variant (value, self->fields);
      break;

    case PROP_ATTEMPT:
      g_value_set_uint (value, self->attempt);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_delivery_class_init (ResonateDeliveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = resonate_delivery_dispose;
  object_class->finalize = resonate_delivery_finalize;
  object_class->get_property = resonate_delivery_get_property;

  /**
   * ResonateDelivery:stream: (getter get_stream)
   *
   * The stream that it is an entry of.
   *
   * Since: 1.0
   */
  properties[PROP_STREAM] = g_param_spec_string ("stream", NULL, NULL, NULL, flags);

  /**
   * ResonateDelivery:id: (getter get_id)
   *
   * The id of the entry.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * ResonateDelivery:payload: (getter get_payload)
   *
   * What was appended.
   *
   * Since: 1.0
   */
  properties[PROP_PAYLOAD] = g_param_spec_boxed ("payload", NULL, NULL, G_TYPE_BYTES, flags);

  /**
   * ResonateDelivery:fields: (getter get_fields)
   *
   * All fields of the entry, the payload among them.
   *
   * Since: 1.0
   */
  properties[PROP_FIELDS] = g_param_spec_variant ("fields", NULL, NULL, G_VARIANT_TYPE ("a{say}"),
                                                  NULL, flags);

  /**
   * ResonateDelivery:attempt: (getter get_attempt)
   *
   * The how many-th time it is that the entry is delivered to anybody of the group; 1 is the first.
   *
   * Since: 1.0
   */
  properties[PROP_ATTEMPT] = g_param_spec_uint ("attempt", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_delivery_init (ResonateDelivery *self)
{
}

ResonateDelivery *
resonate_delivery_new (const char *stream, const char *id, GVariant *fields, unsigned int attempt)
{
  ResonateDelivery *self = g_object_new (RESONATE_TYPE_DELIVERY, NULL);

  self->stream = g_strdup (stream);
  self->id = g_strdup (id);
  self->fields = g_variant_ref_sink (fields);
  self->attempt = attempt;

  return self;
}

/**
 * resonate_delivery_get_stream: (get-property stream)
 * @self: a delivery
 *
 * Gets the stream that it is an entry of.
 *
 * Returns: (transfer none): the name of the stream
 *
 * Since: 1.0
 */
const char *
resonate_delivery_get_stream (ResonateDelivery *self)
{
  g_return_val_if_fail (RESONATE_IS_DELIVERY (self), NULL);

  return self->stream;
}

/**
 * resonate_delivery_get_id: (get-property id)
 * @self: a delivery
 *
 * Gets the id of the entry. It stays the same from attempt to attempt: what deals with an entry
 * twice knows by it that it did.
 *
 * Returns: (transfer none): the id, such as `1779520329297-0`
 *
 * Since: 1.0
 */
const char *
resonate_delivery_get_id (ResonateDelivery *self)
{
  g_return_val_if_fail (RESONATE_IS_DELIVERY (self), NULL);

  return self->id;
}

/**
 * resonate_delivery_get_payload: (get-property payload)
 * @self: a delivery
 *
 * Gets what was appended. It is empty for an entry of somebody else's that has no such field.
 *
 * Returns: (transfer none): the payload
 *
 * Since: 1.0
 */
GBytes *
resonate_delivery_get_payload (ResonateDelivery *self)
{
  g_return_val_if_fail (RESONATE_IS_DELIVERY (self), NULL);

  if (self->payload == NULL)
    self->payload = resonate_delivery_dup_field (self, RESONATE_STREAM_PAYLOAD);
  if (self->payload == NULL)
    self->payload = g_bytes_new_static (NULL, 0);

  return self->payload;
}

/**
 * resonate_delivery_get_fields: (get-property fields)
 * @self: a delivery
 *
 * Gets all fields of the entry, the payload among them.
 *
 * Returns: (transfer none): a dictionary of names to bytes (`a{say}`)
 *
 * Since: 1.0
 */
GVariant *
resonate_delivery_get_fields (ResonateDelivery *self)
{
  g_return_val_if_fail (RESONATE_IS_DELIVERY (self), NULL);

  return self->fields;
}

/**
 * resonate_delivery_dup_field:
 * @self: a delivery
 * @name: the name of a field
 *
 * Gets one field of the entry.
 *
 * Returns: (transfer full) (nullable): its bytes, or %NULL if there is none of that name
 *
 * Since: 1.0
 */
GBytes *
resonate_delivery_dup_field (ResonateDelivery *self, const char *name)
{
  g_autoptr (GVariant) value = NULL;

  g_return_val_if_fail (RESONATE_IS_DELIVERY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  value = g_variant_lookup_value (self->fields, name, G_VARIANT_TYPE_BYTESTRING);

  return value != NULL ? g_variant_get_data_as_bytes (value) : NULL;
}

/**
 * resonate_delivery_get_attempt: (get-property attempt)
 * @self: a delivery
 *
 * Gets the how many-th time it is that the entry is delivered to anybody of the group.
 *
 * Returns: the number of the attempt; 1 is the first
 *
 * Since: 1.0
 */
unsigned int
resonate_delivery_get_attempt (ResonateDelivery *self)
{
  g_return_val_if_fail (RESONATE_IS_DELIVERY (self), 0);

  return self->attempt;
}

void
resonate_delivery_set_attempt (ResonateDelivery *self, unsigned int attempt)
{
  self->attempt = attempt;
}

void
resonate_delivery_give (ResonateDelivery *self, ResonateConsumer *consumer)
{
  self->consumer = g_object_ref (consumer);
}

/**
 * resonate_delivery_hold:
 * @self: a delivery
 *
 * Says that it will be settled later, whatever the handler returns. While it is held the entry is
 * kept from all others of the group, and it counts for `max-in-flight`.
 *
 * Since: 1.0
 */
void
resonate_delivery_hold (ResonateDelivery *self)
{
  g_return_if_fail (RESONATE_IS_DELIVERY (self));

  self->is_held = TRUE;
}

gboolean
resonate_delivery_is_held (ResonateDelivery *self)
{
  return self->is_held;
}

gboolean
resonate_delivery_is_settled (ResonateDelivery *self)
{
  return self->is_settled;
}

/**
 * resonate_delivery_ack_async:
 * @self: a delivery
 * @cancellable: (nullable): a cancellable, after which it may still be acknowledged
 * @callback: (scope async) (nullable): called when the server has taken note
 * @user_data: for @callback
 *
 * Acknowledges the entry: it has been dealt with, and does not come again.
 *
 * If that fails the entry stays pending, and is delivered once more. A delivery is settled once;
 * what has been settled before fails with %RESONATE_STORE_ERROR_CLOSED.
 *
 * Since: 1.0
 */
void
resonate_delivery_ack_async (ResonateDelivery *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (ResonateConsumer) consumer = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_DELIVERY (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_delivery_ack_async);

  consumer = g_steal_pointer (&self->consumer);
  if (consumer == NULL)
    {
      g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CLOSED,
                               "Entry %s of “%s” has been settled before", self->id, self->stream);
      return;
    }

  self->is_settled = TRUE;
  resonate_consumer_acknowledge (consumer, self, task);
}

/**
 * resonate_delivery_ack_finish:
 * @self: a delivery
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Resonate.Delivery.ack_async].
 *
 * Returns: whether it is acknowledged
 *
 * Since: 1.0
 */
gboolean
resonate_delivery_ack_finish (ResonateDelivery *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * resonate_delivery_reject:
 * @self: a delivery
 *
 * Says that the entry could not be dealt with. It stays pending and is delivered again, to whoever
 * of the group comes first, when it has been idle for `min-idle`; after `max-deliveries` attempts
 * it becomes a dead letter. What has been settled before stays so.
 *
 * Since: 1.0
 */
void
resonate_delivery_reject (ResonateDelivery *self)
{
  g_autoptr (ResonateConsumer) consumer = NULL;

  g_return_if_fail (RESONATE_IS_DELIVERY (self));

  consumer = g_steal_pointer (&self->consumer);
  if (consumer == NULL)
    return;

  self->is_settled = TRUE;
  resonate_consumer_reject (consumer, self);
}

guint
resonate_delivery_hash (gconstpointer delivery)
{
  const ResonateDelivery *self = delivery;

  return g_str_hash (self->stream) * 31 + g_str_hash (self->id);
}

gboolean
resonate_delivery_equal (gconstpointer a, gconstpointer b)
{
  const ResonateDelivery *left = a, *right = b;

  return g_str_equal (left->id, right->id) && g_str_equal (left->stream, right->stream);
}
