/* resonate-table-change.c: what is done to the rows of a table where they are
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include <math.h>

#include "resonate-store-error.h"
#include "resonate-table-private.h"

/**
 * resonate_table_remove_async:
 * @self: a table
 * @key: a key
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the row is gone
 * @user_data: for @callback
 *
 * Removes a row.
 *
 * Since: 1.0
 */
void
resonate_table_remove_async (ResonateTable *self,
                             const char *key,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);

  task = resonate_table_begin_at (self, key, resonate_table_remove_async, cancellable, callback,
                                  user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->remove (self->store, self->body, key, task);
}

/**
 * resonate_table_remove_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Table.remove_async].
 *
 * Returns: %TRUE if there was such a row; %FALSE without an error if there was not
 *
 * Since: 1.0
 */
gboolean
resonate_table_remove_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_boolean (self, result, resonate_table_remove_async, error);
}

/* A row of one column, which is of @type. */
static ResonateRow *
make_increment (ResonateTable *self,
                const char *key,
                const char *column,
                ResonateColumnType type,
                ResonateCell by,
                GTask *task)
{
  GError *error = NULL;
  ResonateRow *row;
  int found = resonate_table_find_column (self, column, &error);

  if (found >= 0 &&
      resonate_table_schema_get_column (self->body->schema, (unsigned int) found)->type != type)
    g_set_error (&error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH,
                 "Column “%s” of table “%s” is none of %s", column, self->body->name,
                 type == RESONATE_COLUMN_INT ? "integers" : "numbers of double precision");
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return NULL;
    }

  row = resonate_row_new (self->body->schema, key);
  row->cells[found] = by;
  row->present = UINT64_C (1) << found;

  return row;
}

static void
increment (ResonateTable *self, const ResonateRow *by, GTask *task)
{
  unsigned int column = (unsigned int) __builtin_ctzll (by->present);

  g_task_set_task_data (task, GUINT_TO_POINTER (column), NULL);
  RESONATE_STORE_GET_CLASS (self->store)->increment (self->store, self->body, by, column, task);
}

static ResonateCell
finish_increment (ResonateTable *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_autoptr (ResonateRow) row = resonate_table_finish_pointer (self, result, tag, error);
  ResonateCell nothing = { 0 };

  return row != NULL ? row->cells[GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)))]
                     : nothing;
}

/**
 * resonate_table_increment_async:
 * @self: a table
 * @key: a key
 * @column: the name of a column of integers
 * @by: what is added, which may be negative
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is counted
 * @user_data: for @callback
 *
 * Adds to a column of integers. A row that is not there is made.
 *
 * Since: 1.0
 */
void
resonate_table_increment_async (ResonateTable *self,
                                const char *key,
                                const char *column,
                                gint64 by,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ResonateRow) row = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (column != NULL);

  task = resonate_table_begin_at (self, key, resonate_table_increment_async, cancellable, callback,
                                  user_data);
  if (task == NULL)
    return;

  row = make_increment (self, key, column, RESONATE_COLUMN_INT, (ResonateCell){ .integer = by },
                        task);
  if (row != NULL)
    increment (self, row, task);
}

/**
 * resonate_table_increment_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes what [method@Resonate.Table.increment_async] has counted.
 *
 * Fails with %RESONATE_STORE_ERROR_NO_SUCH_COLUMN, %RESONATE_STORE_ERROR_TYPE_MISMATCH,
 * %RESONATE_STORE_ERROR_OUT_OF_RANGE or %RESONATE_STORE_ERROR_CAPACITY, and has written nothing
 * then; or with %RESONATE_STORE_ERROR_UNAVAILABLE.
 *
 * Returns: the new value; 0 with an error
 *
 * Since: 1.0
 */
gint64
resonate_table_increment_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return finish_increment (self, result, resonate_table_increment_async, error).integer;
}

/**
 * resonate_table_increment_double_async:
 * @self: a table
 * @key: a key
 * @column: the name of a column of doubles
 * @by: what is added, a finite number that may be negative
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is added
 * @user_data: for @callback
 *
 * Adds to a column of doubles. A row that is not there is made.
 *
 * Since: 1.0
 */
void
resonate_table_increment_double_async (ResonateTable *self,
                                       const char *key,
                                       const char *column,
                                       double by,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ResonateRow) row = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (column != NULL);

  task = resonate_table_begin_at (self, key, resonate_table_increment_double_async, cancellable,
                                  callback, user_data);
  if (task == NULL)
    return;

  if (!isfinite (by))
    {
      g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE,
                               "What is added to column “%s” is no finite number", column);
      return;
    }

  row = make_increment (self, key, column, RESONATE_COLUMN_DOUBLE, (ResonateCell){ .real = by },
                        task);
  if (row != NULL)
    increment (self, row, task);
}

/**
 * resonate_table_increment_double_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Takes the sum of [method@Resonate.Table.increment_double_async]. Fails as
 * [method@Resonate.Table.increment_finish] does.
 *
 * Returns: the new value; 0 with an error
 *
 * Since: 1.0
 */
double
resonate_table_increment_double_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return finish_increment (self, result, resonate_table_increment_double_async, error).real;
}

static void
compare_and_set (ResonateTable *self,
                 const char *key,
                 const char *name,
                 GVariant *expected,
                 GVariant *value,
                 GTask *task)
{
  g_autoptr (ResonateRow) row = resonate_row_new (self->body->schema, key);
  const ResonateColumn *column;
  ResonateCell cell = { 0 };
  GError *error = NULL;
  int found = resonate_table_find_column (self, name, &error);

  if (found < 0)
    {
      g_task_return_error (task, error);
      return;
    }

  column = resonate_table_schema_get_column (self->body->schema, (unsigned int) found);
  row->present = UINT64_C (1) << found;
  if (!resonate_cell_parse (column, self->body->name, value, &row->cells[found], &error) ||
      (expected != NULL &&
       !resonate_cell_parse (column, self->body->name, expected, &cell, &error)))
    g_task_return_error (task, error);
  else
    RESONATE_STORE_GET_CLASS (self->store)
      ->compare_and_set (self->store, self->body, expected != NULL ? &cell : NULL, row,
                         (unsigned int) found, task);
  resonate_cell_clear (column, &cell);
}

/**
 * resonate_table_compare_and_set_async:
 * @self: a table
 * @key: a key
 * @column: the name of a column
 * @expected: (nullable): what the column is to be now; %NULL if there is to be no row
 * @value: what the column is to be then
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is set, or not
 * @user_data: for @callback
 *
 * Sets a column if the row is as the caller believes. The other columns stay as they are, and are 0
 * or empty in a row that is made.
 *
 * Since: 1.0
 */
void
resonate_table_compare_and_set_async (ResonateTable *self,
                                      const char *key,
                                      const char *column,
                                      GVariant *expected,
                                      GVariant *value,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) kept_expected = NULL;
  g_autoptr (GVariant) kept_value = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (column != NULL);
  g_return_if_fail (value != NULL);

  kept_expected = expected != NULL ? g_variant_ref_sink (expected) : NULL;
  kept_value = g_variant_ref_sink (value);
  task = resonate_table_begin_at (self, key, resonate_table_compare_and_set_async, cancellable,
                                  callback, user_data);
  if (task != NULL)
    compare_and_set (self, key, column, kept_expected, kept_value, task);
}

/**
 * resonate_table_compare_and_set_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Table.compare_and_set_async]. Fails as [method@Resonate.Table.set_finish]
 * does.
 *
 * Returns: %TRUE if it was set; %FALSE without an error if the row was not what was expected
 *
 * Since: 1.0
 */
gboolean
resonate_table_compare_and_set_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_boolean (self, result, resonate_table_compare_and_set_async, error);
}

/**
 * resonate_table_clear_async:
 * @self: a table
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when no row is left
 * @user_data: for @callback
 *
 * Removes all rows.
 *
 * Since: 1.0
 */
void
resonate_table_clear_async (ResonateTable *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));

  task = resonate_table_begin (self, resonate_table_clear_async, cancellable, callback, user_data);
  if (task != NULL)
    RESONATE_STORE_GET_CLASS (self->store)->clear (self->store, self->body, task);
}

/**
 * resonate_table_clear_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Table.clear_async].
 *
 * Returns: %TRUE if no row is left
 *
 * Since: 1.0
 */
gboolean
resonate_table_clear_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_boolean (self, result, resonate_table_clear_async, error);
}
