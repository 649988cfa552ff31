/* resonate-store-calls.c: what is asked of a store as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-counter.h"
#include "resonate-error.h"
#include "resonate-redis-store-private.h"
#include "resonate-store-error.h"
#include "resonate-store-name-private.h"
#include "resonate-store-private.h"

#define MAX_INCREMENTS 1000

#define DEFAULT_PREFIX "resonate:"

static ResonateStore *
store_for_uri (const char *uri, const char *prefix, GError **error)
{
  if (uri == NULL || g_str_equal (uri, "memory:"))
    return resonate_memory_store_new (prefix);

  return resonate_redis_store_new (uri, prefix, error);
}

/* Every option is known, and of its type. */
static gboolean
read_options (GVariant *options, const char **prefix, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  *prefix = DEFAULT_PREFIX;
  if (options == NULL)
    return TRUE;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      if (!g_str_equal (name, "prefix") || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        {
          g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                       "A store has no option “%s” of the type “%s”; there is “prefix” (“s”)", name,
                       g_variant_get_type_string (value));
          return FALSE;
        }

      /* It lies in @options. */
      *prefix = g_variant_get_string (value, NULL);
    }

  return TRUE;
}

static void
connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * resonate_store_open_async:
 * @uri: (nullable): where it is kept; %NULL or `memory:` for the memory of this process, or the URL
 *   of a Redis: `redis://`, `rediss://`, `unix://`, `redis+sentinel://` or `redis+cluster://`
 * @options: (nullable): a variant of the type `a{sv}`
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the store is there
 * @user_data: for @callback
 *
 * Makes a store. One in a Redis is there when it is connected; it connects again by itself after
 * that.
 *
 * There is one option, `prefix` (`s`): what the names of its keys begin with on a server,
 * `resonate:` by default.
 *
 * Since: 1.0
 */
void
resonate_store_open_async (const char *uri,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GVariant) kept = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_autoptr (ResonateStore) store = NULL;
  const char *prefix;
  GError *error = NULL;

  g_return_if_fail (options == NULL || g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT));

  g_task_set_source_tag (task, resonate_store_open_async);
  if (read_options (kept, &prefix, &error))
    store = store_for_uri (uri, prefix, &error);

  if (store == NULL)
    g_task_return_error (task, error);
  else if (resonate_store_get_is_connected (store))
    g_task_return_pointer (task, g_steal_pointer (&store), g_object_unref);
  else
    resonate_redis_store_wait (store, g_task_new (store, NULL, connected, g_object_ref (task)));
}

/**
 * resonate_store_open_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes the store that [func@Resonate.Store.open_async] has made.
 *
 * Fails with %RESONATE_ERROR_CONFIG when the URI or an option is none that a store has, and with
 * %RESONATE_STORE_ERROR_UNAVAILABLE when the server cannot be reached.
 *
 * Returns: (transfer full): a store
 *
 * Since: 1.0
 */
ResonateStore *
resonate_store_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, resonate_store_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * resonate_store_get_counter:
 * @self: a store
 * @name: up to 200 bytes of text without control characters
 * @initial: what it begins with
 * @error: return location for a #GError
 *
 * Gets a counter by its name. It is made by what is first asked of it, with @initial unless it is
 * there already; a counter that is not there reads as 0.
 *
 * Fails with %RESONATE_STORE_ERROR_INVALID_NAME.
 *
 * Returns: (transfer full): a counter, which keeps the store alive
 *
 * Since: 1.0
 */
ResonateCounter *
resonate_store_get_counter (ResonateStore *self, const char *name, gint64 initial, GError **error)
{
  g_return_val_if_fail (RESONATE_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!resonate_store_check_name ("counter", name, error))
    return NULL;

  return resonate_counter_new (self, name, initial);
}

static gboolean
read_increments (GVariant *increments, char ***names, int64_t **by, GError **error)
{
  size_t n = g_variant_n_children (increments);

  if (n > MAX_INCREMENTS)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_VALUE_TOO_LONG,
                   "One call counts up to %d counters, not %" G_GSIZE_FORMAT, MAX_INCREMENTS, n);
      return FALSE;
    }

  *names = g_new0 (char *, n + 1);
  *by = g_new0 (int64_t, n + 1);
  for (size_t i = 0; i < n; i++)
    {
      g_variant_get_child (increments, i, "{sx}", &(*names)[i], &(*by)[i]);
      if (!resonate_store_check_name ("counter", (*names)[i], error))
        return FALSE;
    }

  return TRUE;
}

/**
 * resonate_store_increment_many_async:
 * @self: a store
 * @increments: a variant of the type `a{sx}`: up to 1000 counters, and what is added to each
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when all are counted
 * @user_data: for @callback
 *
 * Adds to several counters with one question. Each is counted for itself: what comes first may be
 * counted when another fails.
 *
 * Since: 1.0
 */
void
resonate_store_increment_many_async (ResonateStore *self,
                                     GVariant *increments,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) kept = NULL;
  g_auto (GStrv) names = NULL;
  g_autofree int64_t *by = NULL;
  GError *error = NULL;

  g_return_if_fail (RESONATE_IS_STORE (self));
  g_return_if_fail (g_variant_is_of_type (increments, G_VARIANT_TYPE ("a{sx}")));

  kept = g_variant_ref_sink (increments);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_store_increment_many_async);
  g_task_set_task_data (task, g_variant_ref (kept), (GDestroyNotify) g_variant_unref);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (!read_increments (kept, &names, &by, &error))
    g_task_return_error (task, error);
  else if (names[0] == NULL)
    g_task_return_pointer (task, g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
  else
    RESONATE_STORE_GET_CLASS (self)->counters_add (self, (const char *const *) names, by, task);
}

/**
 * resonate_store_increment_many_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Store.increment_many_async] has counted.
 *
 * Fails with %RESONATE_STORE_ERROR_INVALID_NAME, %RESONATE_STORE_ERROR_OUT_OF_RANGE, or
 * %RESONATE_STORE_ERROR_UNAVAILABLE.
 *
 * Returns: (transfer full): a variant of the type `a{sx}`: the new values
 *
 * Since: 1.0
 */
GVariant *
resonate_store_increment_many_finish (ResonateStore *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) counts = NULL;
  GVariantBuilder builder;
  GVariant *increments;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, resonate_store_increment_many_async),
                        NULL);

  counts = g_task_propagate_pointer (G_TASK (result), error);
  if (counts == NULL)
    return NULL;

  increments = g_task_get_task_data (G_TASK (result));
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));
  for (unsigned int i = 0; i < counts->len; i++)
    {
      const ResonateCount *count = g_ptr_array_index (counts, i);
      const char *name;

      g_variant_get_child (increments, i, "{&sx}", &name, NULL);
      g_variant_builder_add (&builder, "{sx}", name, count->value);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * resonate_store_ping_async:
 * @self: a store
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when there is an answer
 * @user_data: for @callback
 *
 * Asks whether the server behind it answers.
 *
 * Since: 1.0
 */
void
resonate_store_ping_async (ResonateStore *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_store_ping_async);
  if (!g_task_return_error_if_cancelled (task))
    RESONATE_STORE_GET_CLASS (self)->ping (self, task);
}

/**
 * resonate_store_ping_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes the answer to [method@Resonate.Store.ping_async].
 *
 * Returns: %TRUE if the server answers
 *
 * Since: 1.0
 */
gboolean
resonate_store_ping_finish (ResonateStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, resonate_store_ping_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
