/* resonate-table-schema-private.h: the columns of a table, as its store sees them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-table-schema.h"

G_BEGIN_DECLS

/* A row tells what it has by the bits of one word. */
#define RESONATE_TABLE_MAX_COLUMNS 64u

/* For ever, and still far from where the sum with a time would overflow: a hundred years. */
#define RESONATE_TTL_MAX_MS UINT64_C (3153600000000)

typedef struct
{
  char *name;
  ResonateColumnType type;
  size_t max_bytes; /* of text and bytes */
} ResonateColumn;

struct _ResonateTableSchema
{
  GArray *columns; /* (element-type ResonateColumn) */
  uint64_t capacity;
  uint64_t ttl_ms; /* 0 where rows stay */
};

static inline const ResonateColumn *
resonate_table_schema_get_column (const ResonateTableSchema *self, unsigned int i)
{
  return &g_array_index (self->columns, ResonateColumn, i);
}

/* A copy that a table can be made of: one without columns has the column `value`. Fails with
 * BAD_SCHEMA. */
ResonateTableSchema *resonate_table_schema_complete (const ResonateTableSchema *self,
                                                     GError **error);

gboolean resonate_table_schema_equal (const ResonateTableSchema *a, const ResonateTableSchema *b);

/* The number of a column, or -1. */
int resonate_table_schema_find (const ResonateTableSchema *self, const char *name);

G_END_DECLS
