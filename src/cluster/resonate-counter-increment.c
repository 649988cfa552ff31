/* resonate-counter-increment.c: counting, and setting what is as the caller believes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-counter-private.h"
#include "resonate-store-error.h"

/**
 * resonate_counter_increment_async:
 * @self: a counter
 * @by: what is added, which may be negative
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is counted
 * @user_data: for @callback
 *
 * Adds to a counter.
 *
 * Since: 1.0
 */
void
resonate_counter_increment_async (ResonateCounter *self,
                                  gint64 by,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_increment_async, cancellable, callback,
                                 user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)
      ->counter_add (self->store, self->name, by, G_MAXINT64, task);
}

/**
 * resonate_counter_increment_finish:
 * @self: a counter
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Counter.increment_async] has counted.
 *
 * Fails with %RESONATE_STORE_ERROR_OUT_OF_RANGE when the sum does not fit into 64 bits, and has
 * written nothing then; with %RESONATE_STORE_ERROR_CAPACITY, or %RESONATE_STORE_ERROR_UNAVAILABLE.
 *
 * Returns: the new value; 0 with an error
 *
 * Since: 1.0
 */
gint64
resonate_counter_increment_finish (ResonateCounter *self, GAsyncResult *result, GError **error)
{
  g_autofree ResonateCount *count = NULL;

  count = resonate_counter_finish_count (self, result, resonate_counter_increment_async, error);
  if (count != NULL && count->is_capped)
    {
      g_propagate_error (error, resonate_count_error (self->name));
      return 0;
    }

  return count != NULL ? count->value : 0;
}

/**
 * resonate_counter_increment_bounded_async:
 * @self: a counter
 * @by: what is added, which may be negative
 * @max: what the counter is not to exceed
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is counted, or not
 * @user_data: for @callback
 *
 * Adds to a counter unless the sum would be more than @max.
 *
 * Since: 1.0
 */
void
resonate_counter_increment_bounded_async (ResonateCounter *self,
                                          gint64 by,
                                          gint64 max,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_increment_bounded_async, cancellable,
                                 callback, user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->counter_add (self->store, self->name, by, max, task);
}

/**
 * resonate_counter_increment_bounded_finish:
 * @self: a counter
 * @result: what the callback was given
 * @value: (out) (optional): the new value, or the old one if nothing was written
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Counter.increment_bounded_async] has counted.
 *
 * Fails as [method@Resonate.Counter.increment_finish] does. That the bound is reached is no error.
 *
 * Returns: %TRUE if it was counted; %FALSE without an error if the sum would be more than the bound
 *
 * Since: 1.0
 */
gboolean
resonate_counter_increment_bounded_finish (ResonateCounter *self,
                                           GAsyncResult *result,
                                           gint64 *value,
                                           GError **error)
{
  g_autofree ResonateCount *count = NULL;

  count = resonate_counter_finish_count (self, result, resonate_counter_increment_bounded_async,
                                         error);
  if (count == NULL)
    return FALSE;

  if (value != NULL)
    *value = count->value;

  return !count->is_capped;
}

/**
 * resonate_counter_compare_and_set_async:
 * @self: a counter
 * @expected: what the counter is to be now
 * @value: what it is to be then
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is set, or not
 * @user_data: for @callback
 *
 * Sets a counter if it is what the caller believes.
 *
 * Since: 1.0
 */
void
resonate_counter_compare_and_set_async (ResonateCounter *self,
                                        gint64 expected,
                                        gint64 value,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_COUNTER (self));

  task = resonate_counter_begin (self, resonate_counter_compare_and_set_async, cancellable,
                                 callback, user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)
      ->counter_compare_and_set (self->store, self->name, expected, value, task);
}

/**
 * resonate_counter_compare_and_set_finish:
 * @self: a counter
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Counter.compare_and_set_async].
 *
 * Returns: %TRUE if it was set; %FALSE without an error if it was not what was expected
 *
 * Since: 1.0
 */
gboolean
resonate_counter_compare_and_set_finish (ResonateCounter *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  return resonate_counter_finish_boolean (self, result, resonate_counter_compare_and_set_async,
                                          error);
}
