/* resonate-redis-table.c: what is written to the rows of a table in a Redis
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-redis-store-private.h"
#include "resonate-store-error.h"

/* How many rows one script removes when all are to go. */
#define CLEAR_AT_ONCE 500

char *
resonate_redis_table_get_row_key (ResonateTableBody *table, const char *key)
{
  GString *row_key = g_string_new (((ResonateRedisTable *) table)->row_prefix);

  resonate_redis_store_escape (row_key, key);

  return g_string_free (row_key, FALSE);
}

static void
add_row_key (ResonateRedisCommand *command, ResonateTableBody *table, const char *key)
{
  g_autofree char *row_key = resonate_redis_table_get_row_key (table, key);

  resonate_redis_command_add_key (command, row_key);
}

/* A script for the index and @n_rows rows, whose keys and arguments follow. */
static ResonateRedisCommand *
script_for (ResonateStore *store,
            ResonateTableBody *table,
            ResonateRedisStoreScript which,
            unsigned int n_rows)
{
  ResonateRedisCommand *command =
    resonate_redis_command_new_script (RESONATE_REDIS_STORE (store)->scripts[which], 1 + n_rows);

  resonate_redis_command_add_key (command, ((ResonateRedisTable *) table)->index_key);

  return command;
}

static void
add_bounds (ResonateRedisCommand *command, ResonateTableBody *table)
{
  resonate_redis_command_add_int (command, (int64_t) table->schema->ttl_ms);
  resonate_redis_command_add_int (command, (int64_t) table->schema->capacity);
}

static void
add_cell (ResonateRedisCommand *command, const ResonateColumn *column, const ResonateCell *cell)
{
  switch (column->type)
    {
    case RESONATE_COLUMN_INT:
      resonate_redis_command_add_int (command, cell->integer);
      break;
    case RESONATE_COLUMN_DOUBLE:
      resonate_redis_command_add_double (command, cell->real);
      break;
    case RESONATE_COLUMN_STRING:
    case RESONATE_COLUMN_BYTES:
      if (cell->bytes != NULL)
        resonate_redis_command_add_bytes (command, cell->bytes);
      else
        resonate_redis_command_add (command, "");
      break;
    default:
      g_assert_not_reached ();
    }
}

static const char *
get_type_word (const ResonateColumn *column)
{
  static const char *const words[] = { "x", "d", "s", "ay" };

  return words[column->type];
}

/* What came of a change of a row: the answer, unless @task has been told an error. */
static int
read_change (ResonateRedisReply *reply, const GError *error, GTask *task)
{
  ResonateTable *table = RESONATE_TABLE (g_task_get_source_object (task));
  int answer = resonate_redis_store_read_answer (reply, error, task);

  if (answer == RESONATE_REDIS_STORE_FULL)
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY,
                             "Table “%s” has %" G_GUINT64_FORMAT " rows, as many as it may",
                             resonate_table_get_name (table),
                             resonate_table_schema_get_capacity (
                               resonate_table_get_schema (table)));
  else if (answer == RESONATE_REDIS_STORE_RANGE)
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE,
                             "The sum does not fit into its column of table “%s”",
                             resonate_table_get_name (table));
  else
    return answer;

  return -1;
}

/* Whether it was done. */
static void
changed (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  int answer = read_change (reply, error, task);

  if (answer >= 0)
    g_task_return_boolean (task, answer == RESONATE_REDIS_STORE_DONE);
}

static void
send (ResonateStore *store, ResonateRedisCommand *command, ResonateRedisFunc func, GTask *task)
{
  resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, command, func, g_object_ref (task));
}

static void
add_row (ResonateRedisCommand *command, const ResonateRow *row)
{
  resonate_redis_command_add (command, row->key);
  resonate_redis_command_add_int (command, 2 * __builtin_popcountll (row->present));
  for (unsigned int i = 0; i < row->schema->columns->len; i++)
    {
      const ResonateColumn *column = resonate_table_schema_get_column (row->schema, i);

      if ((row->present & UINT64_C (1) << i) == 0)
        continue;
      resonate_redis_command_add (command, column->name);
      add_cell (command, column, &row->cells[i]);
    }
}

static void
set_rows (ResonateStore *store,
          ResonateTableBody *table,
          GPtrArray *rows,
          ResonateSetMode mode,
          GTask *task)
{
  ResonateRedisCommand *command = script_for (store, table, RESONATE_REDIS_STORE_ROW_SET,
                                              rows->len);

  for (unsigned int i = 0; i < rows->len; i++)
    add_row_key (command, table, ((const ResonateRow *) rows->pdata[i])->key);
  add_bounds (command, table);
  resonate_redis_command_add_int (command, mode == RESONATE_SET_REPLACE);
  for (unsigned int i = 0; i < rows->len; i++)
    add_row (command, rows->pdata[i]);
  send (store, command, changed, task);
}

static void
remove_row (ResonateStore *store, ResonateTableBody *table, const char *key, GTask *task)
{
  ResonateRedisCommand *command = script_for (store, table, RESONATE_REDIS_STORE_ROW_DEL, 1);

  add_row_key (command, table, key);
  resonate_redis_command_add_int (command, (int64_t) table->schema->ttl_ms);
  resonate_redis_command_add (command, key);
  send (store, command, changed, task);
}

static void
incremented (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const ResonateTableSchema *schema = resonate_table_get_schema (
    RESONATE_TABLE (g_task_get_source_object (task)));
  unsigned int i = GPOINTER_TO_UINT (g_task_get_task_data (task));
  g_autoptr (ResonateRow) row = NULL;
  g_autoptr (GError) bad = NULL;
  ResonateRedisReply *sum;

  if (read_change (reply, error, task) != RESONATE_REDIS_STORE_DONE)
    return;

  row = resonate_row_new (schema, "");
  sum = resonate_redis_reply_get_element (reply, 1);
  if (resonate_table_schema_get_column (schema, i)->type == RESONATE_COLUMN_INT)
    resonate_redis_reply_get_int (sum, &row->cells[i].integer, &bad);
  else
    resonate_redis_reply_get_double (sum, &row->cells[i].real, &bad);

  if (bad != NULL)
    g_task_return_error (task, resonate_redis_store_error (bad));
  else
    g_task_return_pointer (task, g_steal_pointer (&row), (GDestroyNotify) resonate_row_free);
}

static void
increment (ResonateStore *store,
           ResonateTableBody *table,
           const ResonateRow *by,
           unsigned int column,
           GTask *task)
{
  ResonateRedisCommand *command = script_for (store, table, RESONATE_REDIS_STORE_ROW_INCR, 1);
  const ResonateColumn *described = resonate_table_schema_get_column (table->schema, column);

  add_row_key (command, table, by->key);
  add_bounds (command, table);
  resonate_redis_command_add (command, by->key);
  resonate_redis_command_add (command, described->name);
  resonate_redis_command_add (command, get_type_word (described));
  add_cell (command, described, &by->cells[column]);
  send (store, command, incremented, task);
}

static void
compare_and_set (ResonateStore *store,
                 ResonateTableBody *table,
                 const ResonateCell *expected,
                 const ResonateRow *value,
                 unsigned int column,
                 GTask *task)
{
  ResonateRedisCommand *command = script_for (store, table, RESONATE_REDIS_STORE_ROW_CAS, 1);
  const ResonateColumn *described = resonate_table_schema_get_column (table->schema, column);
  const ResonateCell zero = { 0 };

  add_row_key (command, table, value->key);
  add_bounds (command, table);
  resonate_redis_command_add (command, value->key);
  resonate_redis_command_add (command, described->name);
  resonate_redis_command_add (command, get_type_word (described));
  add_cell (command, described, &value->cells[column]);
  add_cell (command, described, &zero);
  if (expected != NULL)
    add_cell (command, described, expected);
  send (store, command, changed, task);
}

typedef struct
{
  ResonateStore *store; /* kept by the task's table */
  ResonateTableBody *table;
  GTask *task;
} Clearing;

static void clear_some (Clearing *clearing);

static void
finish_clearing (Clearing *clearing, const GError *error)
{
  if (error != NULL)
    g_task_return_error (clearing->task, resonate_redis_store_error (error));
  else
    g_task_return_boolean (clearing->task, TRUE);
  g_object_unref (clearing->task);
  g_free (clearing);
}

static void
cleared_some (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  if (error != NULL)
    finish_clearing (user_data, error);
  else
    clear_some (user_data);
}

static void
listed_some (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Clearing *clearing = user_data;
  g_autoptr (GError) bad = error != NULL ? g_error_copy (error) : NULL;
  ResonateRedisCommand *command;
  size_t n = 0;

  if (bad == NULL)
    resonate_redis_reply_get_length (reply, &n, &bad);
  if (bad != NULL || n == 0)
    {
      finish_clearing (clearing, bad);
      return;
    }

  command = script_for (clearing->store, clearing->table, RESONATE_REDIS_STORE_ROW_DEL,
                        (unsigned int) n);
  for (size_t i = 0; i < n; i++)
    add_row_key (command, clearing->table,
                 resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i), NULL,
                                                NULL));
  resonate_redis_command_add_int (command, (int64_t) clearing->table->schema->ttl_ms);
  for (size_t i = 0; i < n; i++)
    resonate_redis_command_add (
      command,
      resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i), NULL, NULL));
  resonate_redis_send (RESONATE_REDIS_STORE (clearing->store)->redis, command, cleared_some,
                       clearing);
}

/* Some of what the index has, and again until it has nothing: other clients are served between. */
static void
clear_some (Clearing *clearing)
{
  gboolean expires = clearing->table->schema->ttl_ms > 0;
  ResonateRedisCommand *command = resonate_redis_command_new (expires ? "ZRANGE" : "SRANDMEMBER");

  resonate_redis_command_add_key (command, ((ResonateRedisTable *) clearing->table)->index_key);
  if (expires)
    resonate_redis_command_add_int (command, 0);
  resonate_redis_command_add_int (command, expires ? CLEAR_AT_ONCE - 1 : CLEAR_AT_ONCE);
  resonate_redis_send (RESONATE_REDIS_STORE (clearing->store)->redis, command, listed_some,
                       clearing);
}

static void
clear (ResonateStore *store, ResonateTableBody *table, GTask *task)
{
  Clearing *clearing = g_new (Clearing, 1);

  *clearing = (Clearing){ store, table, g_object_ref (task) };
  clear_some (clearing);
}

void
resonate_redis_table_class_init (ResonateStoreClass *klass)
{
  klass->set_rows = set_rows;
  klass->remove = remove_row;
  klass->increment = increment;
  klass->compare_and_set = compare_and_set;
  klass->clear = clear;
}
