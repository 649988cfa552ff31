/* resonate-store-tables.c: the tables of a store, by their names
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include <string.h>

#include "resonate-store-error.h"
#include "resonate-store-name-private.h"
#include "resonate-store-private.h"

#define MAX_TABLES 1024

ResonateTableBody *
resonate_store_find_table (ResonateStore *self, const char *name)
{
  return g_hash_table_lookup (resonate_store_get_tables (self), name);
}

static ResonateTableBody *
add_table (ResonateStore *self, const char *name, ResonateTableSchema *schema)
{
  ResonateStoreClass *klass = RESONATE_STORE_GET_CLASS (self);
  ResonateTableBody *table = g_malloc0 (klass->table_size);

  table->name = g_strdup (name);
  table->schema = schema;
  g_hash_table_insert (resonate_store_get_tables (self), table->name, table);
  klass->init_table (self, table);

  return table;
}

/**
 * resonate_store_make_table:
 * @self: a store
 * @name: up to 200 bytes of text without control characters
 * @schema: what its rows are made of
 * @error: return location for a #GError
 *
 * Makes a table, or takes up the one that has been made by that name, which is to have the same
 * schema. Nothing is asked of a server: rows that are there already are there.
 *
 * Fails with %RESONATE_STORE_ERROR_INVALID_NAME, %RESONATE_STORE_ERROR_BAD_SCHEMA, or, for more
 * than 1024 tables, %RESONATE_STORE_ERROR_CAPACITY.
 *
 * Returns: (transfer full): a table, which keeps the store alive
 *
 * Since: 1.0
 */
ResonateTable *
resonate_store_make_table (ResonateStore *self,
                           const char *name,
                           const ResonateTableSchema *schema,
                           GError **error)
{
  g_autoptr (ResonateTableSchema) complete = NULL;
  ResonateTableBody *table;

  g_return_val_if_fail (RESONATE_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (schema != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!resonate_store_check_name ("table", name, error))
    return NULL;
  complete = resonate_table_schema_complete (schema, error);
  if (complete == NULL)
    return NULL;

  table = resonate_store_find_table (self, name);
  if (table == NULL)
    {
      if (g_hash_table_size (resonate_store_get_tables (self)) == MAX_TABLES)
        {
          g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY,
                       "Table “%s” is one too many: a store has up to %d", name, MAX_TABLES);
          return NULL;
        }
      table = add_table (self, name, g_steal_pointer (&complete));
    }
  else if (!resonate_table_schema_equal (table->schema, complete))
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_BAD_SCHEMA,
                   "Table “%s” has been made with another schema", name);
      return NULL;
    }

  return resonate_table_new (self, table);
}

/**
 * resonate_store_get_table:
 * @self: a store
 * @name: a name
 *
 * Gets a table that [method@Resonate.Store.make_table] has made.
 *
 * Returns: (transfer full) (nullable): a table, or %NULL if none of that name was made here
 *
 * Since: 1.0
 */
ResonateTable *
resonate_store_get_table (ResonateStore *self, const char *name)
{
  ResonateTableBody *table;

  g_return_val_if_fail (RESONATE_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  table = resonate_store_find_table (self, name);

  return table != NULL ? resonate_table_new (self, table) : NULL;
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * resonate_store_list_tables:
 * @self: a store
 *
 * Lists the tables that [method@Resonate.Store.make_table] has made, in the order of their names.
 *
 * Returns: (transfer full) (array zero-terminated=1): names
 *
 * Since: 1.0
 */
char **
resonate_store_list_tables (ResonateStore *self)
{
  g_autofree const char **names = NULL;
  unsigned int n;

  g_return_val_if_fail (RESONATE_IS_STORE (self), NULL);

  names = (const char **) g_hash_table_get_keys_as_array (resonate_store_get_tables (self), &n);
  qsort (names, n, sizeof (*names), compare_names);

  return g_strdupv ((char **) names);
}
