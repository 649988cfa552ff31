/* resonate-row.c: one row of a table, checked against its columns
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-row-private.h"

#include <math.h>
#include <string.h>

#include "resonate-store-error.h"
#include "resonate-store-name-private.h"

static const struct
{
  const char *variant_type;
  const char *said;
} types[] = {
  [RESONATE_COLUMN_INT] = { "x", "an integer of 64 bits" },
  [RESONATE_COLUMN_DOUBLE] = { "d", "a number of double precision" },
  [RESONATE_COLUMN_STRING] = { "s", "a string" },
  [RESONATE_COLUMN_BYTES] = { "ay", "an array of bytes" },
};

static gboolean
has_bytes (const ResonateColumn *column)
{
  return column->type == RESONATE_COLUMN_STRING || column->type == RESONATE_COLUMN_BYTES;
}

void
resonate_cell_clear (const ResonateColumn *column, ResonateCell *cell)
{
  if (has_bytes (column))
    g_clear_pointer (&cell->bytes, g_bytes_unref);
}

void
resonate_cell_copy (const ResonateColumn *column, ResonateCell *to, const ResonateCell *from)
{
  ResonateCell old = *to;

  *to = *from;
  if (has_bytes (column) && to->bytes != NULL)
    g_bytes_ref (to->bytes);
  resonate_cell_clear (column, &old);
}

static gboolean
bytes_equal (GBytes *a, GBytes *b)
{
  size_t a_size = a != NULL ? g_bytes_get_size (a) : 0;
  size_t b_size = b != NULL ? g_bytes_get_size (b) : 0;

  return a_size == b_size && (a_size == 0 || g_bytes_equal (a, b));
}

gboolean
resonate_cell_equal (const ResonateColumn *column, const ResonateCell *a, const ResonateCell *b)
{
  switch (column->type)
    {
    case RESONATE_COLUMN_INT:
      return a->integer == b->integer;
    case RESONATE_COLUMN_DOUBLE:
      return a->real == b->real;
    case RESONATE_COLUMN_STRING:
    case RESONATE_COLUMN_BYTES:
      return bytes_equal (a->bytes, b->bytes);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
take_bytes (const ResonateColumn *column,
            const char *table,
            const void *data,
            size_t size,
            ResonateCell *cell,
            GError **error)
{
  if (size > column->max_bytes)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_VALUE_TOO_LONG,
                   "Column “%s” of table “%s” holds %" G_GSIZE_FORMAT
                   " bytes; the value has %" G_GSIZE_FORMAT,
                   column->name, table, column->max_bytes, size);
      return FALSE;
    }

  cell->bytes = size > 0 ? g_bytes_new (data, size) : NULL;

  return TRUE;
}

gboolean
resonate_cell_parse (const ResonateColumn *column,
                     const char *table,
                     GVariant *value,
                     ResonateCell *cell,
                     GError **error)
{
  const void *data;
  size_t size;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (types[column->type].variant_type)))
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH,
                   "Column “%s” of table “%s” takes %s (“%s”), not “%s”", column->name, table,
                   types[column->type].said, types[column->type].variant_type,
                   g_variant_get_type_string (value));
      return FALSE;
    }

  switch (column->type)
    {
    case RESONATE_COLUMN_INT:
      cell->integer = g_variant_get_int64 (value);
      return TRUE;

    case RESONATE_COLUMN_DOUBLE:
      cell->real = g_variant_get_double (value);
      if (isfinite (cell->real))
        return TRUE;
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH,
                   "Column “%s” of table “%s” takes a finite number", column->name, table);
      return FALSE;

    case RESONATE_COLUMN_STRING:
      data = g_variant_get_string (value, &size);
      return take_bytes (column, table, data, size, cell, error);

    case RESONATE_COLUMN_BYTES:
      data = g_variant_get_fixed_array (value, &size, 1);
      return take_bytes (column, table, data, size, cell, error);

    default:
      g_assert_not_reached ();
    }
}

GVariant *
resonate_cell_to_variant (const ResonateColumn *column, const ResonateCell *cell)
{
  const char *data = "";
  size_t size = 0;

  if (has_bytes (column) && cell->bytes != NULL)
    data = g_bytes_get_data (cell->bytes, &size);

  switch (column->type)
    {
    case RESONATE_COLUMN_INT:
      return g_variant_new_int64 (cell->integer);
    case RESONATE_COLUMN_DOUBLE:
      return g_variant_new_double (cell->real);
    case RESONATE_COLUMN_STRING:
      return g_variant_new_take_string (g_strndup (data, size));
    case RESONATE_COLUMN_BYTES:
      return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1);
    default:
      g_assert_not_reached ();
    }
}

gboolean
resonate_cell_add (const ResonateColumn *column,
                   ResonateCell *cell,
                   const ResonateCell *by,
                   GError **error)
{
  ResonateCell sum;
  gboolean fits;

  g_assert (!has_bytes (column));

  if (column->type == RESONATE_COLUMN_INT)
    {
      fits = !__builtin_add_overflow (cell->integer, by->integer, &sum.integer);
    }
  else
    {
      sum.real = cell->real + by->real;
      fits = isfinite (sum.real);
    }

  if (!fits)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE,
                   "The sum does not fit into column “%s”", column->name);
      return FALSE;
    }

  *cell = sum;

  return TRUE;
}

ResonateRow *
resonate_row_new (const ResonateTableSchema *schema, const char *key)
{
  size_t size = sizeof (ResonateRow) + schema->columns->len * sizeof (ResonateCell);
  size_t key_size = strlen (key) + 1;
  ResonateRow *self = g_malloc0 (size + key_size);

  self->schema = schema;
  self->key = memcpy ((char *) self + size, key, key_size);

  return self;
}

void
resonate_row_free (ResonateRow *self)
{
  for (unsigned int i = 0; i < self->schema->columns->len; i++)
    resonate_cell_clear (resonate_table_schema_get_column (self->schema, i), &self->cells[i]);
  g_free (self);
}

void
resonate_row_merge (ResonateRow *self, const ResonateRow *other)
{
  for (unsigned int i = 0; i < self->schema->columns->len; i++)
    {
      if ((other->present & UINT64_C (1) << i) != 0)
        resonate_cell_copy (resonate_table_schema_get_column (self->schema, i), &self->cells[i],
                            &other->cells[i]);
    }
  self->present |= other->present;
}

ResonateRow *
resonate_row_copy (const ResonateRow *self)
{
  ResonateRow *copy = resonate_row_new (self->schema, self->key);

  resonate_row_merge (copy, self);

  return copy;
}

ResonateRow *
resonate_row_parse (const ResonateTableSchema *schema,
                    const char *table,
                    const char *key,
                    GVariant *values,
                    GError **error)
{
  g_autoptr (ResonateRow) self = NULL;
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  if (!resonate_store_check_key (key, error))
    return NULL;

  self = resonate_row_new (schema, key);
  g_variant_iter_init (&iter, values);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      int i = resonate_table_schema_find (schema, name);
      ResonateCell cell = { 0 };

      if (i < 0)
        {
          g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_NO_SUCH_COLUMN,
                       "Table “%s” has no column “%s”", table, name);
          return NULL;
        }
      if (!resonate_cell_parse (resonate_table_schema_get_column (schema, (unsigned int) i), table,
                                value, &cell, error))
        return NULL;

      resonate_cell_clear (resonate_table_schema_get_column (schema, (unsigned int) i),
                           &self->cells[i]);
      self->cells[i] = cell;
      self->present |= UINT64_C (1) << i;
    }

  return g_steal_pointer (&self);
}

static void
free_row (gpointer data)
{
  ResonateRow *row = data;

  g_clear_pointer (&row, resonate_row_free);
}

GPtrArray *
resonate_rows_new (void)
{
  return g_ptr_array_new_with_free_func (free_row);
}

GVariant *
resonate_row_to_variant (const ResonateRow *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (unsigned int i = 0; i < self->schema->columns->len; i++)
    {
      const ResonateColumn *column = resonate_table_schema_get_column (self->schema, i);

      g_variant_builder_add (&builder, "{sv}", column->name,
                             resonate_cell_to_variant (column, &self->cells[i]));
    }

  return g_variant_builder_end (&builder);
}
