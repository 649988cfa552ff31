/* resonate-table-schema.c: what the rows of a table are made of
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-table-schema.h"

#include "resonate-store-error.h"
#include "resonate-store-name-private.h"
#include "resonate-table-schema-private.h"

#define DEFAULT_CAPACITY  1024
#define MAX_CAPACITY      (UINT64_C (1) << 30)
#define DEFAULT_COLUMN    "value"
#define DEFAULT_MAX_BYTES 256
#define MAX_BYTES         (16u << 20)

/**
 * ResonateTableSchema:
 *
 * What the rows of a table are made of: columns with their types and bounds, how many rows there
 * may be, and how long one stays.
 *
 * A schema that has no columns is one of a single text, `value`, of up to 256 bytes.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (ResonateTableSchema,
                     resonate_table_schema,
                     resonate_table_schema_copy,
                     resonate_table_schema_free)

static void
clear_column (gpointer data)
{
  ResonateColumn *column = data;

  g_free (column->name);
}

/**
 * resonate_table_schema_new:
 *
 * Makes a schema for up to 1024 rows that stay.
 *
 * Returns: (transfer full): a new schema
 *
 * Since: 1.0
 */
ResonateTableSchema *
resonate_table_schema_new (void)
{
  ResonateTableSchema *self = g_new0 (ResonateTableSchema, 1);

  self->columns = g_array_new (FALSE, FALSE, sizeof (ResonateColumn));
  g_array_set_clear_func (self->columns, clear_column);
  self->capacity = DEFAULT_CAPACITY;

  return self;
}

static void
append (ResonateTableSchema *self, const char *name, ResonateColumnType type, size_t max_bytes)
{
  ResonateColumn column = { g_strdup (name), type, max_bytes };

  g_array_append_val (self->columns, column);
}

/**
 * resonate_table_schema_copy:
 * @self: a schema
 *
 * Copies a schema.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
ResonateTableSchema *
resonate_table_schema_copy (const ResonateTableSchema *self)
{
  ResonateTableSchema *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = resonate_table_schema_new ();
  copy->capacity = self->capacity;
  copy->ttl_ms = self->ttl_ms;
  for (unsigned int i = 0; i < self->columns->len; i++)
    {
      const ResonateColumn *column = resonate_table_schema_get_column (self, i);

      append (copy, column->name, column->type, column->max_bytes);
    }

  return copy;
}

/**
 * resonate_table_schema_free:
 * @self: (transfer full): a schema
 *
 * Frees a schema.
 *
 * Since: 1.0
 */
void
resonate_table_schema_free (ResonateTableSchema *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->columns);
  g_free (self);
}

/**
 * resonate_table_schema_add_column:
 * @self: a schema
 * @name: up to 200 bytes of text without control characters
 * @type: what the column holds
 * @max_bytes: how long a text or bytes may be, from 1 to 16777216; not looked at for numbers
 * @error: return location for a #GError
 *
 * Adds a column, of which there may be 64.
 *
 * Fails with %RESONATE_STORE_ERROR_INVALID_NAME or %RESONATE_STORE_ERROR_BAD_SCHEMA, and changes
 * nothing then.
 *
 * Returns: %TRUE if the column was added
 *
 * Since: 1.0
 */
gboolean
resonate_table_schema_add_column (ResonateTableSchema *self,
                                  const char *name,
                                  ResonateColumnType type,
                                  guint max_bytes,
                                  GError **error)
{
  gboolean has_length = type == RESONATE_COLUMN_STRING || type == RESONATE_COLUMN_BYTES;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (type <= RESONATE_COLUMN_BYTES, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!resonate_store_check_name ("column", name, error))
    return FALSE;

  if (resonate_table_schema_find (self, name) >= 0)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA,
                   "There is a column “%s” already", name);
      return FALSE;
    }
  if (self->columns->len == RESONATE_TABLE_MAX_COLUMNS)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA,
                   "Column “%s” is one too many: a table has up to %u", name,
                   RESONATE_TABLE_MAX_COLUMNS);
      return FALSE;
    }
  if (has_length && (max_bytes < 1 || max_bytes > MAX_BYTES))
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA,
                   "Column “%s” may hold 1 to %u bytes, not %u", name, MAX_BYTES, max_bytes);
      return FALSE;
    }

  append (self, name, type, has_length ? max_bytes : 0);

  return TRUE;
}

/**
 * resonate_table_schema_set_capacity:
 * @self: a schema
 * @capacity: how many rows a table may have, from 1 to 1073741824
 *
 * Sets how many rows there may be. The bound is exact: the next one is refused with
 * %RESONATE_STORE_ERROR_CAPACITY.
 *
 * Since: 1.0
 */
void
resonate_table_schema_set_capacity (ResonateTableSchema *self, guint64 capacity)
{
  g_return_if_fail (self != NULL);

  self->capacity = capacity;
}

/**
 * resonate_table_schema_get_capacity:
 * @self: a schema
 *
 * Gets how many rows there may be.
 *
 * Returns: the capacity
 *
 * Since: 1.0
 */
guint64
resonate_table_schema_get_capacity (const ResonateTableSchema *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->capacity;
}

/**
 * resonate_table_schema_set_ttl:
 * @self: a schema
 * @ttl_ms: milliseconds, up to a hundred years; 0 when rows stay
 *
 * Sets how long a row stays after it was last written to. Reading it does not prolong that.
 *
 * Since: 1.0
 */
void
resonate_table_schema_set_ttl (ResonateTableSchema *self, guint64 ttl_ms)
{
  g_return_if_fail (self != NULL);

  self->ttl_ms = ttl_ms;
}

/**
 * resonate_table_schema_get_ttl:
 * @self: a schema
 *
 * Gets how long a row stays.
 *
 * Returns: milliseconds, or 0 when rows stay
 *
 * Since: 1.0
 */
guint64
resonate_table_schema_get_ttl (const ResonateTableSchema *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->ttl_ms;
}

ResonateTableSchema *
resonate_table_schema_complete (const ResonateTableSchema *self, GError **error)
{
  ResonateTableSchema *complete;

  if (self->capacity < 1 || self->capacity > MAX_CAPACITY)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA,
                   "A table has a capacity of 1 to %" G_GUINT64_FORMAT
                   " rows, not %" G_GUINT64_FORMAT,
                   MAX_CAPACITY, self->capacity);
      return NULL;
    }
  if (self->ttl_ms > RESONATE_TTL_MAX_MS)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA,
                   "A row stays for up to %" G_GUINT64_FORMAT " ms, not %" G_GUINT64_FORMAT,
                   RESONATE_TTL_MAX_MS, self->ttl_ms);
      return NULL;
    }

  complete = resonate_table_schema_copy (self);
  if (complete->columns->len == 0)
    append (complete, DEFAULT_COLUMN, RESONATE_COLUMN_STRING, DEFAULT_MAX_BYTES);

  return complete;
}

gboolean
resonate_table_schema_equal (const ResonateTableSchema *a, const ResonateTableSchema *b)
{
  if (a->capacity != b->capacity || a->ttl_ms != b->ttl_ms || a->columns->len != b->columns->len)
    return FALSE;

  for (unsigned int i = 0; i < a->columns->len; i++)
    {
      const ResonateColumn *x = resonate_table_schema_get_column (a, i);
      const ResonateColumn *y = resonate_table_schema_get_column (b, i);

      if (x->type != y->type || x->max_bytes != y->max_bytes || !g_str_equal (x->name, y->name))
        return FALSE;
    }

  return TRUE;
}

int
resonate_table_schema_find (const ResonateTableSchema *self, const char *name)
{
  for (unsigned int i = 0; i < self->columns->len; i++)
    {
      if (g_str_equal (resonate_table_schema_get_column (self, i)->name, name))
        return (int) i;
    }

  return -1;
}
