/* resonate-memory-store.c: a store in the memory of this process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-memory-counters-private.h"
#include "resonate-memory-rows-private.h"
#include "resonate-store-error.h"
#include "resonate-store-private.h"

#define RESONATE_TYPE_MEMORY_STORE (resonate_memory_store_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateMemoryStore, resonate_memory_store, RESONATE, MEMORY_STORE, ResonateStore)

/* What is asked happens at once; the answer comes from the main loop, as a server's would. */
struct _ResonateMemoryStore
{
  ResonateStore parent_instance;

  ResonateWheel *wheel;
  ResonateMemoryCounters *counters;
};

typedef struct
{
  ResonateTableBody parent;

  ResonateMemoryRows *rows;
} MemoryTable;

G_DEFINE_FINAL_TYPE (ResonateMemoryStore, resonate_memory_store, RESONATE_TYPE_STORE)

static ResonateMemoryRows *
rows_of (ResonateTableBody *table)
{
  return ((MemoryTable *) table)->rows;
}

static ResonateMemoryCounters *
counters_of (ResonateStore *store)
{
  return RESONATE_MEMORY_STORE (store)->counters;
}

static void
init_table (ResonateStore *store, ResonateTableBody *table)
{
  ((MemoryTable *) table)->rows = resonate_memory_rows_new (RESONATE_MEMORY_STORE (store)->wheel,
                                                            table->schema);
}

static void
clear_table (ResonateStore *store, ResonateTableBody *table)
{
  resonate_memory_rows_free (rows_of (table));
}

static gboolean
check_room (ResonateTableBody *table, unsigned int n, GTask *task)
{
  if (resonate_memory_rows_have_room (rows_of (table), n))
    return TRUE;

  g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY,
                           "Table “%s” has %" G_GUINT64_FORMAT " rows, as many as it may",
                           table->name, table->schema->capacity);

  return FALSE;
}

static unsigned int
count_new (ResonateTableBody *table, GPtrArray *rows)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateRow *row = g_ptr_array_index (rows, i);

      if (resonate_memory_rows_lookup (rows_of (table), row->key) == NULL)
        g_hash_table_add (keys, (gpointer) row->key);
    }

  return g_hash_table_size (keys);
}

static void
write_row (ResonateTableBody *table, const ResonateRow *row, ResonateSetMode mode)
{
  ResonateRow *mine;

  if (mode == RESONATE_SET_REPLACE)
    resonate_memory_rows_remove (rows_of (table), row->key);
  mine = resonate_memory_rows_touch (rows_of (table), row->key);
  resonate_row_merge (mine, row);
}

static void
set_rows (ResonateStore *store,
          ResonateTableBody *table,
          GPtrArray *rows,
          ResonateSetMode mode,
          GTask *task)
{
  unsigned int n_new = count_new (table, rows);

  if (n_new > 0 && !check_room (table, n_new, task))
    return;

  for (unsigned int i = 0; i < rows->len; i++)
    write_row (table, g_ptr_array_index (rows, i), mode);
  g_task_return_boolean (task, TRUE);
}

static void
get_rows (ResonateStore *store, ResonateTableBody *table, const char *const *keys, GTask *task)
{
  GPtrArray *rows = resonate_rows_new ();

  for (; *keys != NULL; keys++)
    {
      const ResonateRow *row = resonate_memory_rows_lookup (rows_of (table), *keys);

      g_ptr_array_add (rows, row != NULL ? resonate_row_copy (row) : NULL);
    }

  g_task_return_pointer (task, rows, (GDestroyNotify) g_ptr_array_unref);
}

static void
contains (ResonateStore *store, ResonateTableBody *table, const char *key, GTask *task)
{
  g_task_return_boolean (task, resonate_memory_rows_lookup (rows_of (table), key) != NULL);
}

static void
remove_row (ResonateStore *store, ResonateTableBody *table, const char *key, GTask *task)
{
  g_task_return_boolean (task, resonate_memory_rows_remove (rows_of (table), key));
}

static void
increment (ResonateStore *store,
           ResonateTableBody *table,
           const ResonateRow *by,
           unsigned int column,
           GTask *task)
{
  const ResonateRow *old = resonate_memory_rows_lookup (rows_of (table), by->key);
  g_autoptr (ResonateRow) sum = resonate_row_copy (by);
  GError *error = NULL;

  if (old == NULL && !check_room (table, 1, task))
    return;
  if (old != NULL && !resonate_cell_add (resonate_table_schema_get_column (table->schema, column),
                                         &sum->cells[column], &old->cells[column], &error))
    {
      g_task_return_error (task, error);
      return;
    }

  write_row (table, sum, RESONATE_SET_MERGE);
  g_task_return_pointer (task, g_steal_pointer (&sum), (GDestroyNotify) resonate_row_free);
}

static void
compare_and_set (ResonateStore *store,
                 ResonateTableBody *table,
                 const ResonateCell *expected,
                 const ResonateRow *value,
                 unsigned int column,
                 GTask *task)
{
  const ResonateRow *old = resonate_memory_rows_lookup (rows_of (table), value->key);
  gboolean is_as_expected;

  if (old == NULL || expected == NULL)
    is_as_expected = old == NULL && expected == NULL;
  else
    is_as_expected = resonate_cell_equal (resonate_table_schema_get_column (table->schema, column),
                                          &old->cells[column], expected);

  if (is_as_expected && old == NULL && !check_room (table, 1, task))
    return;
  if (is_as_expected)
    write_row (table, value, RESONATE_SET_MERGE);
  g_task_return_boolean (task, is_as_expected);
}

static void
count (ResonateStore *store, ResonateTableBody *table, GTask *task)
{
  resonate_count_return (task, resonate_memory_rows_get_size (rows_of (table)), FALSE);
}

static void
scan (ResonateStore *store, ResonateTableBody *table, uint64_t cursor, unsigned int n, GTask *task)
{
  g_task_return_pointer (task, resonate_memory_rows_read (rows_of (table), cursor, n),
                         (GDestroyNotify) resonate_table_page_unref);
}

static void
clear (ResonateStore *store, ResonateTableBody *table, GTask *task)
{
  resonate_memory_rows_remove_all (rows_of (table));
  g_task_return_boolean (task, TRUE);
}

static void
counter_set (ResonateStore *store, const char *name, int64_t value, GTask *task)
{
  GError *error = NULL;

  if (resonate_memory_counters_set (counters_of (store), name, value, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
counter_create (ResonateStore *store, const char *name, int64_t initial, GTask *task)
{
  if (resonate_memory_counters_contain (counters_of (store), name))
    g_task_return_boolean (task, TRUE);
  else
    counter_set (store, name, initial, task);
}

static void
counter_add (ResonateStore *store, const char *name, int64_t by, int64_t max, GTask *task)
{
  ResonateCount result;
  GError *error = NULL;

  if (resonate_memory_counters_add (counters_of (store), name, by, max, &result, &error))
    resonate_count_return (task, result.value, result.is_capped);
  else
    g_task_return_error (task, error);
}

static void
counter_get (ResonateStore *store, const char *name, GTask *task)
{
  resonate_count_return (task, resonate_memory_counters_get (counters_of (store), name), FALSE);
}

static void
counter_compare_and_set (
  ResonateStore *store, const char *name, int64_t expected, int64_t value, GTask *task)
{
  if (resonate_memory_counters_get (counters_of (store), name) == expected)
    counter_set (store, name, value, task);
  else
    g_task_return_boolean (task, FALSE);
}

static void
counter_expire (ResonateStore *store, const char *name, uint64_t ttl_ms, GTask *task)
{
  g_task_return_boolean (task, resonate_memory_counters_expire (counters_of (store), name, ttl_ms));
}

static void
counters_add (ResonateStore *store, const char *const *names, const int64_t *by, GTask *task)
{
  g_autoptr (GPtrArray) counts = g_ptr_array_new_with_free_func (g_free);

  for (size_t i = 0; names[i] != NULL; i++)
    {
      ResonateCount *result = g_new0 (ResonateCount, 1);
      GError *error = NULL;

      g_ptr_array_add (counts, result);
      if (resonate_memory_counters_add (counters_of (store), names[i], by[i], G_MAXINT64, result,
                                        &error) &&
          result->is_capped)
        error = resonate_count_error (names[i]);
      if (error != NULL)
        {
          g_task_return_error (task, error);
          return;
        }
    }

  g_task_return_pointer (task, g_steal_pointer (&counts), (GDestroyNotify) g_ptr_array_unref);
}

static void
ping (ResonateStore *store, GTask *task)
{
  g_task_return_boolean (task, TRUE);
}

static void
resonate_memory_store_finalize (GObject *object)
{
  ResonateMemoryStore *self = RESONATE_MEMORY_STORE (object);

  g_clear_pointer (&self->counters, resonate_memory_counters_free);
  g_clear_pointer (&self->wheel, resonate_wheel_free);

  G_OBJECT_CLASS (resonate_memory_store_parent_class)->finalize (object);
}

static void
resonate_memory_store_class_init (ResonateMemoryStoreClass *klass)
{
  ResonateStoreClass *store_class = RESONATE_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = resonate_memory_store_finalize;

  store_class->backend = RESONATE_STORE_MEMORY;
  store_class->table_size = sizeof (MemoryTable);
  store_class->init_table = init_table;
  store_class->clear_table = clear_table;
  store_class->set_rows = set_rows;
  store_class->get_rows = get_rows;
  store_class->contains = contains;
  store_class->remove = remove_row;
  store_class->increment = increment;
  store_class->compare_and_set = compare_and_set;
  store_class->count = count;
  store_class->scan = scan;
  store_class->clear = clear;
  store_class->counter_create = counter_create;
  store_class->counter_add = counter_add;
  store_class->counter_get = counter_get;
  store_class->counter_set = counter_set;
  store_class->counter_compare_and_set = counter_compare_and_set;
  store_class->counter_expire = counter_expire;
  store_class->counters_add = counters_add;
  store_class->ping = ping;
}

static void
resonate_memory_store_init (ResonateMemoryStore *self)
{
  self->wheel = resonate_wheel_new ();
  self->counters = resonate_memory_counters_new (self->wheel);
}

ResonateStore *
resonate_memory_store_new (const char *prefix)
{
  ResonateStore *self = g_object_new (RESONATE_TYPE_MEMORY_STORE, "prefix", prefix, NULL);

  resonate_store_set_connected (self, TRUE, NULL);

  return self;
}
