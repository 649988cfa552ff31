/* resonate-table.c: rows of typed columns, by their keys
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-table.h"

#include "resonate-store-error.h"
#include "resonate-store-name-private.h"
#include "resonate-table-private.h"

#define MAX_ROWS 1000

/**
 * ResonateTable:
 *
 * Rows of typed columns in a [class@Resonate.Store], by their keys.
 *
 * A key is text of 1 to 1024 bytes. A row is a variant of the type `a{sv}` that has all columns;
 * what was never written of a row reads as 0 or empty. A row that is not there is no error: it
 * reads as nothing.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (ResonateTable, resonate_table, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
} ResonateTableProperty;

static GParamSpec *properties[PROP_NAME + 1];

static void
resonate_table_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch ((ResonateTableProperty) property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, resonate_table_get_name (RESONATE_TABLE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
resonate_table_finalize (GObject *object)
{
  ResonateTable *self = RESONATE_TABLE (object);

  g_clear_object (&self->store);

  G_OBJECT_CLASS (resonate_table_parent_class)->finalize (object);
}

static void
resonate_table_class_init (ResonateTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = resonate_table_get_property;
  object_class->finalize = resonate_table_finalize;

  /**
   * ResonateTable:name: (getter get_name)
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
resonate_table_init (ResonateTable *self)
{
}

ResonateTable *
resonate_table_new (ResonateStore *store, ResonateTableBody *body)
{
  ResonateTable *self = g_object_new (RESONATE_TYPE_TABLE, NULL);

  self->store = g_object_ref (store);
  self->body = body;

  return self;
}

GTask *
resonate_table_begin (ResonateTable *self,
                      gpointer tag,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (g_task_return_error_if_cancelled (task))
    return NULL;

  return g_steal_pointer (&task);
}

GTask *
resonate_table_begin_at (ResonateTable *self,
                         const char *key,
                         gpointer tag,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = resonate_table_begin (self, tag, cancellable, callback, user_data);
  GError *error = NULL;

  if (task != NULL && !resonate_store_check_key (key, &error))
    {
      g_task_return_error (task, error);
      return NULL;
    }

  return g_steal_pointer (&task);
}

int
resonate_table_find_column (ResonateTable *self, const char *column, GError **error)
{
  int found = resonate_table_schema_find (self->body->schema, column);

  if (found < 0)
    g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_NO_SUCH_COLUMN,
                 "Table “%s” has no column “%s”", self->body->name, column);

  return found;
}

gboolean
resonate_table_finish_boolean (ResonateTable *self,
                               GAsyncResult *result,
                               gpointer tag,
                               GError **error)
{
  g_return_val_if_fail (RESONATE_IS_TABLE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gpointer
resonate_table_finish_pointer (ResonateTable *self,
                               GAsyncResult *result,
                               gpointer tag,
                               GError **error)
{
  g_return_val_if_fail (RESONATE_IS_TABLE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * resonate_table_get_name:
 * @self: a table
 *
 * Gets the name that it has in its store.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
resonate_table_get_name (ResonateTable *self)
{
  g_return_val_if_fail (RESONATE_IS_TABLE (self), NULL);

  return self->body->name;
}

/**
 * resonate_table_get_schema:
 * @self: a table
 *
 * Gets what its rows are made of.
 *
 * Returns: (transfer none): the schema
 *
 * Since: 1.0
 */
const ResonateTableSchema *
resonate_table_get_schema (ResonateTable *self)
{
  g_return_val_if_fail (RESONATE_IS_TABLE (self), NULL);

  return self->body->schema;
}

/* Nothing is written of rows that have nothing in them. */
static void
set_rows (ResonateTable *self, GPtrArray *rows, ResonateSetMode mode, GTask *task)
{
  if (rows->len == 0)
    g_task_return_boolean (task, TRUE);
  else
    RESONATE_STORE_GET_CLASS (self->store)->set_rows (self->store, self->body, rows, mode, task);
}

static gboolean
add_row (ResonateTable *self, GPtrArray *rows, const char *key, GVariant *values, GError **error)
{
  g_autoptr (ResonateRow)
    row = resonate_row_parse (self->body->schema, self->body->name, key, values, error);

  if (row == NULL)
    return FALSE;

  if (row->present != 0)
    g_ptr_array_add (rows, g_steal_pointer (&row));

  return TRUE;
}

/**
 * resonate_table_set_async:
 * @self: a table
 * @key: a key
 * @values: a variant of the type `a{sv}`: columns and what they are set to
 * @mode: what becomes of the other columns
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the row is written
 * @user_data: for @callback
 *
 * Writes a row, whether it is there or not. Without a column in @values nothing is written.
 *
 * Since: 1.0
 */
void
resonate_table_set_async (ResonateTable *self,
                          const char *key,
                          GVariant *values,
                          ResonateSetMode mode,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (g_variant_is_of_type (values, G_VARIANT_TYPE_VARDICT));

  kept = g_variant_ref_sink (values);
  task = resonate_table_begin (self, resonate_table_set_async, cancellable, callback, user_data);
  if (task == NULL)
    return;

  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_row_free);
  if (add_row (self, rows, key, kept, &error))
    set_rows (self, rows, mode, task);
  else
    g_task_return_error (task, error);
}

/**
 * resonate_table_set_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Table.set_async].
 *
 * Fails with %RESONATE_STORE_ERROR_INVALID_NAME, %RESONATE_STORE_ERROR_NO_SUCH_COLUMN,
 * %RESONATE_STORE_ERROR_TYPE_MISMATCH or %RESONATE_STORE_ERROR_VALUE_TOO_LONG when it was given
 * something wrong, with %RESONATE_STORE_ERROR_CAPACITY when the table is full, and has written
 * nothing then; or with %RESONATE_STORE_ERROR_UNAVAILABLE.
 *
 * Returns: %TRUE if the row was written
 *
 * Since: 1.0
 */
gboolean
resonate_table_set_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_boolean (self, result, resonate_table_set_async, error);
}

static gboolean
add_rows (ResonateTable *self, GPtrArray *rows, GVariant *given, GError **error)
{
  size_t n = g_variant_n_children (given);

  if (n > MAX_ROWS)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_VALUE_TOO_LONG,
                   "One call writes up to %d rows, not %" G_GSIZE_FORMAT, MAX_ROWS, n);
      return FALSE;
    }

  for (size_t i = 0; i < n; i++)
    {
      g_autoptr (GVariant) values = NULL;
      const char *key;

      g_variant_get_child (given, i, "{&s@a{sv}}", &key, &values);
      if (!add_row (self, rows, key, values, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * resonate_table_set_many_async:
 * @self: a table
 * @rows: a variant of the type `a{sa{sv}}`: up to 1000 rows by their keys
 * @mode: what becomes of columns that are not in @rows
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when the rows are written
 * @user_data: for @callback
 *
 * Writes several rows with one question: all of them, or none.
 *
 * Since: 1.0
 */
void
resonate_table_set_many_async (ResonateTable *self,
                               GVariant *rows,
                               ResonateSetMode mode,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GPtrArray) parsed = NULL;
  GError *error = NULL;

  g_return_if_fail (RESONATE_IS_TABLE (self));
  g_return_if_fail (g_variant_is_of_type (rows, G_VARIANT_TYPE ("a{sa{sv}}")));

  kept = g_variant_ref_sink (rows);
  task = resonate_table_begin (self, resonate_table_set_many_async, cancellable, callback,
                               user_data);
  if (task == NULL)
    return;

  parsed = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_row_free);
  if (add_rows (self, parsed, kept, &error))
    set_rows (self, parsed, mode, task);
  else
    g_task_return_error (task, error);
}

/**
 * resonate_table_set_many_finish:
 * @self: a table
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends [method@Resonate.Table.set_many_async]. Fails as [method@Resonate.Table.set_finish] does.
 *
 * Returns: %TRUE if the rows were written
 *
 * Since: 1.0
 */
gboolean
resonate_table_set_many_finish (ResonateTable *self, GAsyncResult *result, GError **error)
{
  return resonate_table_finish_boolean (self, result, resonate_table_set_many_async, error);
}
