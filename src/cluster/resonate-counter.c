/* resonate-counter.c: a number that nodes count together
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-counter.h"

#include "resonate-counter-private.h"
#include "resonate-store-error.h"

/**
 * ResonateCounter:
 *
 * A signed number of 64 bits with a name, which is counted as one whoever counts.
 *
 * A counter that is not there, or has expired, is 0 in all that it is asked. What is written to it
 * leaves the time at which it expires as it was.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (ResonateCounter, resonate_counter, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
} ResonateCounterProperty;

static GParamSpec *properties[PROP_NAME + 1];

static void
resonate_counter_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  ResonateCounter *self = RESONATE_COUNTER (object);

  switch ((ResonateCounterProperty) property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
resonate_counter_finalize (GObject *object)
{
  ResonateCounter *self = RESONATE_COUNTER (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (resonate_counter_parent_class)->finalize (object);
}

static void
resonate_counter_class_init (ResonateCounterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = resonate_counter_get_property;
  object_class->finalize = resonate_counter_finalize;

  /**
   * ResonateCounter:name: (getter get_name)
   *
   * The name that it has in its store.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_counter_init (ResonateCounter *self)
{
}

ResonateCounter *
resonate_counter_new (ResonateStore *store, const char *name, int64_t initial)
{
  ResonateCounter *self = g_object_new (RESONATE_TYPE_COUNTER, NULL);

  self->store = g_object_ref (store);
  self->name = g_strdup (name);
  self->initial = initial;
  self->is_created = initial == 0;

  return self;
}

static void
created (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateCounter *self = RESONATE_COUNTER (source);
  g_autoptr (GError) error = NULL;

  /* It is tried again with whatever is asked next. */
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    self->is_created = FALSE;
}

/* Calls take effect in their order, so what is asked does not have to wait for the counter that it
 * is asked of. */
GTask *
resonate_counter_begin (ResonateCounter *self,
                        gpointer tag,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (g_task_return_error_if_cancelled (task))
    return NULL;

  if (!self->is_created)
    {
      g_autoptr (GTask) creation = g_task_new (self, NULL, created, NULL);

      self->is_created = TRUE;
      RESONATE_STORE_GET_CLASS (self->store)
        ->counter_create (self->store, self->name, self->initial, creation);
    }

  return g_steal_pointer (&task);
}

gboolean
resonate_counter_finish_boolean (ResonateCounter *self,
                                 GAsyncResult *result,
                                 gpointer tag,
                                 GError **error)
{
  g_return_val_if_fail (RESONATE_IS_COUNTER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

ResonateCount *
resonate_counter_finish_count (ResonateCounter *self,
                               GAsyncResult *result,
                               gpointer tag,
                               GError **error)
{
  g_return_val_if_fail (RESONATE_IS_COUNTER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * resonate_counter_get_name:
 * @self: a counter
 *
 * Gets the name that it has in its store.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
resonate_counter_get_name (ResonateCounter *self)
{
  g_return_val_if_fail (RESONATE_IS_COUNTER (self), NULL);

  return self->name;
}

/**
 * resonate_counter_get_async:
 * @self: a counter
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is read
 * @user_data: for @callback
 *
 * Reads a counter.
 *
 * Since: 1.0
 */
void
resonate_counter_get_async (ResonateCounter *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_get_async, cancellable, callback,
                                 user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->counter_get (self->store, self->name, task);
}

/**
 * resonate_counter_get_finish:
 * @self: a counter
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Counter.get_async] has read.
 *
 * Returns: the value; 0 with an error
 *
 * Since: 1.0
 */
gint64
resonate_counter_get_finish (ResonateCounter *self, GAsyncResult *result, GError **error)
{
  g_autofree ResonateCount *count = NULL;

  count = resonate_counter_finish_count (self, result, resonate_counter_get_async, error);

  return count != NULL ? count->value : 0;
}

/**
 * resonate_counter_set_async:
 * @self: a counter
 * @value: a value
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is set
 * @user_data: for @callback
 *
 * Sets a counter, whatever it was.
 *
 * Since: 1.0
 */
void
resonate_counter_set_async (ResonateCounter *self,
                            gint64 value,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_set_async, cancellable, callback,
                                 user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->counter_set (self->store, self->name, value, task);
}

/**
 * resonate_counter_set_finish:
 * @self: a counter
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Counter.set_async].
 *
 * Returns: %TRUE if it was set
 *
 * Since: 1.0
 */
gboolean
resonate_counter_set_finish (ResonateCounter *self, GAsyncResult *result, GError **error)
{
  return resonate_counter_finish_boolean (self, result, resonate_counter_set_async, error);
}

/**
 * resonate_counter_reset_async:
 * @self: a counter
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is 0
 * @user_data: for @callback
 *
 * Sets a counter to 0, whatever it was and began with.
 *
 * Since: 1.0
 */
void
resonate_counter_reset_async (ResonateCounter *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_reset_async, cancellable, callback,
                                 user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->counter_set (self->store, self->name, 0, task);
}

/**
 * resonate_counter_reset_finish:
 * @self: a counter
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Counter.reset_async].
 *
 * Returns: %TRUE if it is 0
 *
 * Since: 1.0
 */
gboolean
resonate_counter_reset_finish (ResonateCounter *self, GAsyncResult *result, GError **error)
{
  return resonate_counter_finish_boolean (self, result, resonate_counter_reset_async, error);
}

/**
 * resonate_counter_expire_async:
 * @self: a counter
 * @ttl_ms: milliseconds from now, up to a hundred years
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when that is known
 * @user_data: for @callback
 *
 * Has a counter forgotten after a while.
 *
 * Since: 1.0
 */
void
resonate_counter_expire_async (ResonateCounter *self,
                               guint64 ttl_ms,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_expire_async, cancellable, callback,
                                 user_data);
  if (task == NULL)
    return;

  if (ttl_ms < 1 || ttl_ms > RESONATE_TTL_MAX_MS)
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE,
                             "A counter expires in 1 to %" G_GUINT64_FORMAT
                             " ms, not %" G_GUINT64_FORMAT,
                             RESONATE_TTL_MAX_MS, ttl_ms);
  else
    RESONATE_STORE_GET_CLASS (self->store)->counter_expire (self->store, self->name, ttl_ms, task);
}

/**
 * resonate_counter_expire_finish:
 * @self: a counter
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Counter.expire_async].
 *
 * Fails with %RESONATE_STORE_ERROR_OUT_OF_RANGE for a time that is none.
 *
 * Returns: %TRUE if it will expire; %FALSE without an error if there is no such counter
 *
 * Since: 1.0
 */
gboolean
resonate_counter_expire_finish (ResonateCounter *self, GAsyncResult *result, GError **error)
{
  return resonate_counter_finish_boolean (self, result, resonate_counter_expire_async, error);
}
