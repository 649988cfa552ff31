/* resonate-redis-table-read.c: what a table in a Redis has
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-redis-store-private.h"
#include "resonate-store-error.h"

/* Rows that are read with a command each, at once; all are in one place, so the answers come in the
 * order of the commands. */
typedef struct
{
  ResonateTableBody *table; /* kept by the task's table */
  GTask *task;
  char **keys;
  GPtrArray *rows; /* (element-type ResonateRow), with NULL where there is none */
  gboolean is_page;
  uint64_t next_cursor; /* of a page */
  GError *error;        /* (nullable): the first */
} Reading;

static void
finish_reading (Reading *reading)
{
  if (reading->error != NULL)
    {
      g_task_return_error (reading->task, reading->error);
    }
  else if (reading->is_page)
    {
      while (g_ptr_array_remove (reading->rows, NULL))
        ;
      g_task_return_pointer (reading->task,
                             resonate_table_page_new (reading->next_cursor, reading->rows),
                             (GDestroyNotify) resonate_table_page_unref);
    }
  else
    {
      g_task_return_pointer (reading->task, g_ptr_array_ref (reading->rows),
                             (GDestroyNotify) g_ptr_array_unref);
    }

  g_ptr_array_unref (reading->rows);
  g_strfreev (reading->keys);
  g_object_unref (reading->task);
  g_free (reading);
}

static gboolean
read_cell (const ResonateColumn *column,
           ResonateRedisReply *reply,
           ResonateCell *cell,
           GError **error)
{
  switch (column->type)
    {
    case RESONATE_COLUMN_INT:
      return resonate_redis_reply_get_int (reply, &cell->integer, error);

    case RESONATE_COLUMN_DOUBLE:
      return resonate_redis_reply_get_double (reply, &cell->real, error);

    case RESONATE_COLUMN_STRING:
    case RESONATE_COLUMN_BYTES:
      cell->bytes = resonate_redis_reply_dup_bytes (reply, error);
      if (cell->bytes == NULL)
        return FALSE;
      if (g_bytes_get_size (cell->bytes) == 0)
        g_clear_pointer (&cell->bytes, g_bytes_unref);
      if (column->type == RESONATE_COLUMN_BYTES || cell->bytes == NULL ||
          g_utf8_validate (g_bytes_get_data (cell->bytes, NULL),
                           (gssize) g_bytes_get_size (cell->bytes), NULL))
        return TRUE;
      g_set_error (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY,
                   "Column “%s” has no text in it", column->name);
      return FALSE;

    default:
      g_assert_not_reached ();
    }
}

/* NULL without an error where no column is there: rows have one at least. */
static ResonateRow *
read_row (ResonateTableBody *table, const char *key, ResonateRedisReply *reply, GError **error)
{
  g_autoptr (ResonateRow) row = resonate_row_new (table->schema, key);
  size_t n;

  if (!resonate_redis_reply_get_length (reply, &n, error))
    return NULL;

  for (unsigned int i = 0; i < MIN (n, table->schema->columns->len); i++)
    {
      ResonateRedisReply *value = resonate_redis_reply_get_element (reply, i);

      if (resonate_redis_reply_is_nil (value))
        continue;
      if (!read_cell (resonate_table_schema_get_column (table->schema, i), value, &row->cells[i],
                      error))
        return NULL;
      row->present |= UINT64_C (1) << i;
    }

  return row->present != 0 ? g_steal_pointer (&row) : NULL;
}

static void
row_came (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Reading *reading = user_data;
  const char *key = reading->keys[reading->rows->len];
  g_autoptr (GError) bad = error != NULL ? g_error_copy (error) : NULL;
  ResonateRow *row = NULL;

  if (bad == NULL)
    row = read_row (reading->table, key, reply, &bad);
  if (bad != NULL && reading->error == NULL)
    reading->error = resonate_redis_store_error (bad);

  g_ptr_array_add (reading->rows, row);
  if (reading->keys[reading->rows->len] == NULL)
    finish_reading (reading);
}

/* Takes @reading, which has keys. */
static void
start_reading (ResonateStore *store, Reading *reading)
{
  const ResonateTableSchema *schema = reading->table->schema;
  g_auto (GStrv) keys = g_strdupv (reading->keys);

  if (keys[0] == NULL)
    {
      finish_reading (reading);
      return;
    }

  for (size_t i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *row_key = resonate_redis_table_get_row_key (reading->table, keys[i]);
      ResonateRedisCommand *command = resonate_redis_command_new ("HMGET");

      resonate_redis_command_add_key (command, row_key);
      for (unsigned int j = 0; j < schema->columns->len; j++)
        resonate_redis_command_add (command, resonate_table_schema_get_column (schema, j)->name);
      resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, command, row_came, reading);
    }
}

static Reading *
reading_new (ResonateTableBody *table, GTask *task, char **keys)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->table = table;
  reading->task = g_object_ref (task);
  reading->keys = keys;
  reading->rows = resonate_rows_new ();

  return reading;
}

static void
get_rows (ResonateStore *store, ResonateTableBody *table, const char *const *keys, GTask *task)
{
  start_reading (store, reading_new (table, task, g_strdupv ((char **) keys)));
}

static void
existence_came (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) bad = error != NULL ? g_error_copy (error) : NULL;
  int64_t n = 0;

  if (bad == NULL)
    resonate_redis_reply_get_int (reply, &n, &bad);
  if (bad != NULL)
    g_task_return_error (task, resonate_redis_store_error (bad));
  else
    g_task_return_boolean (task, n > 0);
}

static void
contains (ResonateStore *store, ResonateTableBody *table, const char *key, GTask *task)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("EXISTS");
  g_autofree char *row_key = resonate_redis_table_get_row_key (table, key);

  resonate_redis_command_add_key (command, row_key);
  resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, command, existence_came,
                       g_object_ref (task));
}

static void
count_came (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) bad = NULL;
  int64_t n;

  if (resonate_redis_store_read_answer (reply, error, task) < 0)
    return;

  if (resonate_redis_reply_get_int (resonate_redis_reply_get_element (reply, 1), &n, &bad))
    resonate_count_return (task, n, FALSE);
  else
    g_task_return_error (task, resonate_redis_store_error (bad));
}

static void
count (ResonateStore *store, ResonateTableBody *table, GTask *task)
{
  ResonateRedisStore *self = RESONATE_REDIS_STORE (store);
  ResonateRedisCommand *command =
    resonate_redis_command_new_script (self->scripts[RESONATE_REDIS_STORE_ROW_COUNT], 1);

  resonate_redis_command_add_key (command, ((ResonateRedisTable *) table)->index_key);
  resonate_redis_command_add_int (command, (int64_t) table->schema->ttl_ms);
  resonate_redis_send (self->redis, command, count_came, g_object_ref (task));
}

/* The keys of a page; a sorted set has a score behind each. */
static char **
read_keys (ResonateTableBody *table, ResonateRedisReply *reply, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  size_t step = table->schema->ttl_ms > 0 ? 2 : 1;
  size_t n;

  if (!resonate_redis_reply_get_length (reply, &n, error))
    return NULL;

  for (size_t i = 0; i < n; i += step)
    {
      const char *key = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i),
                                                       NULL, error);

      if (key == NULL)
        return NULL;
      g_ptr_array_add (keys, g_strdup (key));
    }
  g_ptr_array_add (keys, NULL);

  return (char **) g_ptr_array_steal (keys, NULL);
}

static void
keys_came (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ResonateStore *store = g_object_get_data (G_OBJECT (task), "store");
  ResonateTableBody *table = g_task_get_task_data (task);
  g_autoptr (GError) bad = error != NULL ? g_error_copy (error) : NULL;
  const char *cursor = NULL;
  char **keys = NULL;
  Reading *reading;
  size_t n;

  if (bad == NULL && resonate_redis_reply_get_length (reply, &n, &bad) && n == 2)
    {
      cursor = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, 0), NULL,
                                              &bad);
      keys = read_keys (table, resonate_redis_reply_get_element (reply, 1), &bad);
    }
  if (cursor == NULL || keys == NULL)
    {
      g_strfreev (keys);
      if (bad == NULL)
        bad = g_error_new_literal (RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY, "No page");
      g_task_return_error (task, resonate_redis_store_error (bad));
      return;
    }

  reading = reading_new (table, task, keys);
  reading->is_page = TRUE;
  reading->next_cursor = g_ascii_strtoull (cursor, NULL, 10);
  start_reading (store, reading);
}

static void
scan (ResonateStore *store, ResonateTableBody *table, uint64_t cursor, unsigned int n, GTask *task)
{
  ResonateRedisCommand *command = resonate_redis_command_new (table->schema->ttl_ms > 0 ? "ZSCAN"
                                                                                        : "SSCAN");
  g_autofree char *word = g_strdup_printf ("%" G_GUINT64_FORMAT, cursor);

  resonate_redis_command_add_key (command, ((ResonateRedisTable *) table)->index_key);
  resonate_redis_command_add (command, word);
  resonate_redis_command_add (command, "COUNT");
  resonate_redis_command_add_int (command, n);
  g_task_set_task_data (task, table, NULL);
  g_object_set_data (G_OBJECT (task), "store", store);
  resonate_redis_send (RESONATE_REDIS_STORE (store)->redis, command, keys_came,
                       g_object_ref (task));
}

void
resonate_redis_table_read_class_init (ResonateStoreClass *klass)
{
  klass->get_rows = get_rows;
  klass->contains = contains;
  klass->count = count;
  klass->scan = scan;
}
