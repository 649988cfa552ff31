/* resonate-store-private.h: what a body of a store has to be able to do
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-counter.h"
#include "resonate-row-private.h"
#include "resonate-store.h"
#include "resonate-table-page-private.h"
#include "resonate-table.h"

G_BEGIN_DECLS

/* What a store keeps of a table for as long as it lives. A body has this at the front of its own.
 */
typedef struct
{
  char *name;
  ResonateTableSchema *schema;
} ResonateTableBody;

/* What a counter says to an increment. */
typedef struct
{
  int64_t value;
  gboolean is_capped; /* nothing was written; @value is what it was */
} ResonateCount;

/* What is asked of a body has been checked: names, keys, columns, types, lengths and numbers. It
 * holds @task for as long as it needs, and returns to it once:
 *
 *   set_rows             a boolean: all were written, or none
 *   get_rows             a GPtrArray of ResonateRow, NULL where there is none, in the order of
 * @keys contains, remove     a boolean increment            a ResonateRow that has the column
 *   compare_and_set      a boolean
 *   count                a ResonateCount
 *   scan                 a ResonateTablePage
 *   clear, ping          a boolean
 *   counter_add          a ResonateCount
 *   counter_get          a ResonateCount
 *   counter_set          a boolean
 *   counter_compare_and_set, counter_expire   a boolean
 *   counters_add         a GPtrArray of ResonateCount, in the order of @names
 */
struct _ResonateStoreClass
{
  GObjectClass parent_class;

  ResonateStoreBackend backend;
  gboolean is_shared;
  gboolean is_durable;

  /* How large the body's own is. It begins zeroed, but for its name and its columns. */
  size_t table_size;
  void (*init_table) (ResonateStore *self, ResonateTableBody *table);
  void (*clear_table) (ResonateStore *self, ResonateTableBody *table);

  void (*set_rows) (ResonateStore *self,
                    ResonateTableBody *table,
                    GPtrArray *rows,
                    ResonateSetMode mode,
                    GTask *task);
  void (*get_rows) (ResonateStore *self,
                    ResonateTableBody *table,
                    const char *const *keys,
                    GTask *task);
  void (*contains) (ResonateStore *self, ResonateTableBody *table, const char *key, GTask *task);
  void (*remove) (ResonateStore *self, ResonateTableBody *table, const char *key, GTask *task);

  /* @by: a row of which one column is present */
  void (*increment) (ResonateStore *self,
                     ResonateTableBody *table,
                     const ResonateRow *by,
                     unsigned int column,
                     GTask *task);

  /* @expected: (nullable): where NULL, there has to be no row */
  void (*compare_and_set) (ResonateStore *self,
                           ResonateTableBody *table,
                           const ResonateCell *expected,
                           const ResonateRow *value,
                           unsigned int column,
                           GTask *task);
  void (*count) (ResonateStore *self, ResonateTableBody *table, GTask *task);

  /* @cursor: of a page, or 0 at the start */
  void (*scan) (ResonateStore *self,
                ResonateTableBody *table,
                uint64_t cursor,
                unsigned int count,
                GTask *task);
  void (*clear) (ResonateStore *self, ResonateTableBody *table, GTask *task);

  /* Ahead of whatever is asked next: a counter that is not there begins with @initial. */
  void (*counter_create) (ResonateStore *self, const char *name, int64_t initial, GTask *task);
  void (*counter_add) (ResonateStore *self, const char *name, int64_t by, int64_t max, GTask *task);
  void (*counter_get) (ResonateStore *self, const char *name, GTask *task);
  void (*counter_set) (ResonateStore *self, const char *name, int64_t value, GTask *task);
  void (*counter_compare_and_set) (
    ResonateStore *self, const char *name, int64_t expected, int64_t value, GTask *task);
  void (*counter_expire) (ResonateStore *self, const char *name, uint64_t ttl_ms, GTask *task);
  void (*counters_add) (ResonateStore *self,
                        const char *const *names,
                        const int64_t *by,
                        GTask *task);

  void (*ping) (ResonateStore *self, GTask *task);
};

/* Told by a body. @why is not NULL when it was lost. */
void resonate_store_set_connected (ResonateStore *self, gboolean is_connected, const GError *why);

/* (element-type utf8 ResonateTableBody) */
GHashTable *resonate_store_get_tables (ResonateStore *self);

/* A table's body, or NULL. */
ResonateTableBody *resonate_store_find_table (ResonateStore *self, const char *name);

/* OUT_OF_RANGE: what is added to a counter is more than it has room for. */
GError *resonate_count_error (const char *name);

void resonate_count_return (GTask *task, int64_t value, gboolean is_capped);

ResonateTable *resonate_table_new (ResonateStore *store, ResonateTableBody *body);

ResonateCounter *resonate_counter_new (ResonateStore *store, const char *name, int64_t initial);

ResonateStore *resonate_memory_store_new (const char *prefix);

G_END_DECLS
