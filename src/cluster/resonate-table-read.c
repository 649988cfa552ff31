/* resonate-table-read.c: what a table has
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-store-error.h"
#include "resonate-store-name-private.h"
#include "resonate-table-private.h"

#define MAX_KEYS     1000
#define DEFAULT_PAGE 100
#define MAX_PAGE     1000

static void
get_rows (ResonateTable *self, const char *const *keys, GTask *task)
{
  RESONATE_STORE_GET_CLASS (self->store)->get_rows (self->store, self->body, keys, task);
}

/**
 * resonate_table_get_async:
 * @self: a table
 * @key: a key
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the row is read
 * @user_data: for @callback
 *
 * Reads a row.
 *
 * Since: 1.0
 */
void
resonate_table_get_async (ResonateTable *self,
                          const char *key,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  const char *const keys[] = { key, NULL };
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);

  task = resonate_table_begin_at (self, key, resonate_table_get_async, cancellable, callback,
                                  user_data);
  if (task != NULL)
    get_rows (self, keys, task);
}

/**
 * resonate_table_get_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Table.get_async] has read.
 *
 * Returns: (transfer full) (nullable): a variant of the type `a{sv}` that has all columns; %NULL
 *   without an error if there is no such row
 *
 * Since: 1.0
 */
GVariant *
resonate_table_get_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  rows = resonate_table_finish_pointer (self, result, resonate_table_get_async, error);
  if (rows == NULL || rows->pdata[0] == NULL)
    return NULL;

  return g_variant_ref_sink (resonate_row_to_variant (rows->pdata[0]));
}

/**
 * resonate_table_get_value_async:
 * @self: a table
 * @key: a key
 * @column: the name of a column
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the value is read
 * @user_data: for @callback
 *
 * Reads one column of a row.
 *
 * Since: 1.0
 */
void
resonate_table_get_value_async (ResonateTable *self,
                                const char *key,
                                const char *column,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  const char *const keys[] = { key, NULL };
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  int found;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (column != NULL);

  task = resonate_table_begin_at (self, key, resonate_table_get_value_async, cancellable, callback,
                                  user_data);
  if (task == NULL)
    return;

  found = resonate_table_find_column (self, column, &error);
  g_task_set_task_data (task, GINT_TO_POINTER (found), NULL);
  if (found < 0)
    g_task_return_error (task, error);
  else
    get_rows (self, keys, task);
}

/**
 * resonate_table_get_value_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Table.get_value_async] has read.
 *
 * Fails with %RESONATE_STORE_ERROR_NO_SUCH_COLUMN.
 *
 * Returns: (transfer full) (nullable): a variant of the column's type; %NULL without an error if
 *   there is no such row
 *
 * Since: 1.0
 */
GVariant *
resonate_table_get_value_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  const ResonateRow *row;
  int column;

  rows = resonate_table_finish_pointer (self, result, resonate_table_get_value_async, error);
  if (rows == NULL || rows->pdata[0] == NULL)
    return NULL;

  row = rows->pdata[0];
  column = GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result)));

  return g_variant_ref_sink (
    resonate_cell_to_variant (resonate_table_schema_get_column (row->schema, (unsigned int) column),
                              &row->cells[column]));
}

static gboolean
check_keys (const char *const *keys, GError **error)
{
  size_t n = g_strv_length ((char **) keys);

  if (n > MAX_KEYS)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_VALUE_TOO_LONG,
                   "One call reads up to %d rows, not %" G_GSIZE_FORMAT, MAX_KEYS, n);
      return FALSE;
    }

  for (size_t i = 0; i < n; i++)
    {
      if (!resonate_store_check_key (keys[i], error))
        return FALSE;
    }

  return TRUE;
}

/**
 * resonate_table_get_many_async:
 * @self: a table
 * @keys: (array zero-terminated=1): up to 1000 keys
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the rows are read
 * @user_data: for @callback
 *
 * Reads several rows with one question.
 *
 * Since: 1.0
 */
void
resonate_table_get_many_async (ResonateTable *self,
                               const char *const *keys,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (keys != NULL);

  task = resonate_table_begin (self, resonate_table_get_many_async, cancellable, callback,
                               user_data);
  if (task == NULL)
    return;

  if (!check_keys (keys, &error))
    g_task_return_error (task, error);
  else if (keys[0] == NULL)
    g_task_return_pointer (task, g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
  else
    get_rows (self, keys, task);
}

/**
 * resonate_table_get_many_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Table.get_many_async] has read.
 *
 * Returns: (transfer full): a variant of the type `ama{sv}`: the rows in the order of the keys, and
 *   nothing in the place of one that is not there
 *
 * Since: 1.0
 */
GVariant *
resonate_table_get_many_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  GVariantBuilder builder;

  rows = resonate_table_finish_pointer (self, result, resonate_table_get_many_async, error);
  if (rows == NULL)
    return NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("ama{sv}"));
  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateRow *row = rows->pdata[i];

      g_variant_builder_add (&builder, "m@a{sv}",
                             row != NULL ? resonate_row_to_variant (row) : NULL);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * resonate_table_contains_async:
 * @self: a table
 * @key: a key
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when that is known
 * @user_data: for @callback
 *
 * Asks whether there is a row.
 *
 * Since: 1.0
 */
void
resonate_table_contains_async (ResonateTable *self,
                               const char *key,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);

  task = resonate_table_begin_at (self, key, resonate_table_contains_async, cancellable, callback,
                                  user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->contains (self->store, self->body, key, task);
}

/**
 * resonate_table_contains_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes the answer to [method@Resonate.Table.contains_async].
 *
 * Returns: %TRUE if there is such a row; %FALSE without an error if there is not
 *
 * Since: 1.0
 */
gboolean
resonate_table_contains_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_boolean (self, result, resonate_table_contains_async, error);
}

/**
 * resonate_table_count_async:
 * @self: a table
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the rows are counted
 * @user_data: for @callback
 *
 * Asks how many rows there are.
 *
 * Since: 1.0
 */
void
resonate_table_count_async (ResonateTable *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));

  task = resonate_table_begin (self, resonate_table_count_async, cancellable, callback, user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->count (self->store, self->body, task);
}

/**
 * resonate_table_count_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes the answer to [method@Resonate.Table.count_async].
 *
 * Returns: how many rows there are; 0 with an error
 *
 * Since: 1.0
 */
guint64
resonate_table_count_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  g_autofree ResonateCount *count = NULL;

  count = resonate_table_finish_pointer (self, result, resonate_table_count_async, error);

  return count != NULL ? (guint64) count->value : 0;
}

/**
 * resonate_table_scan_async:
 * @self: a table
 * @cursor: (nullable): what [method@Resonate.TablePage.get_next_cursor] gave; %NULL, the empty
 *   string or `0` at the beginning
 * @count: about how many rows, up to 1000; 0 for 100
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the page is read
 * @user_data: for @callback
 *
 * Reads a page of the table. Rows that stay while all pages are read are in one of them; a row that
 * comes or goes meanwhile may be. A cursor holds nothing, and may be forgotten.
 *
 * Since: 1.0
 */
void
resonate_table_scan_async (ResonateTable *self,
                           const char *cursor,
                           guint count,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  guint64 place;

  g_return_if_fail (RESONATE_IS_TABLE (self));

  task = resonate_table_begin (self, resonate_table_scan_async, cancellable, callback, user_data);
  if (task == NULL)
    return;

  if (cursor == NULL || *cursor == '\0')
    cursor = "0";
  if (!g_ascii_string_to_unsigned (cursor, 10, 0, G_MAXUINT64, &place, NULL))
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME,
                             "The cursor is none that a page has given");
  else
    RESONATE_STORE_GET_CLASS (self->store)
      ->scan (self->store, self->body, place, count > 0 ? MIN (count, MAX_PAGE) : DEFAULT_PAGE,
              task);
}

/**
 * resonate_table_scan_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes the page that [method@Resonate.Table.scan_async] has read.
 *
 * Fails with %RESONATE_STORE_ERROR_INVALID_NAME when the cursor is none.
 *
 * Returns: (transfer full): a page
 *
 * Since: 1.0
 */
ResonateTablePage *
resonate_table_scan_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_pointer (self, result, resonate_table_scan_async, error);
}
