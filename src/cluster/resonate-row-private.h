/* resonate-row-private.h: one row of a table, checked against its columns
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-table-schema-private.h"

G_BEGIN_DECLS

/* What it is, its column says. All zero is the zero of every type. */
typedef union
{
  int64_t integer;
  double real;
  GBytes *bytes; /* (nullable): text without its NUL, too; NULL is empty */
} ResonateCell;

/* What a caller gives: of the columns that are present. What a store keeps and gives: of all. */
typedef struct
{
  const ResonateTableSchema *schema; /* which lives as long as the store */
  const char *key;
  uint64_t present; /* a bit for each column */
  ResonateCell cells[];
} ResonateRow;

ResonateRow *resonate_row_new (const ResonateTableSchema *schema, const char *key);

void resonate_row_free (ResonateRow *self);

ResonateRow *resonate_row_copy (const ResonateRow *self);

/* Reads `a{sv}`. @table is for what an error says. Fails with INVALID_NAME, NO_SUCH_COLUMN,
 * TYPE_MISMATCH or VALUE_TOO_LONG. */
ResonateRow *resonate_row_parse (const ResonateTableSchema *schema,
                                 const char *table,
                                 const char *key,
                                 GVariant *values,
                                 GError **error);

/* Takes over what is present in @other, and leaves the rest. */
void resonate_row_merge (ResonateRow *self, const ResonateRow *other);

/* Returns: (transfer floating): `a{sv}` of all columns */
GVariant *resonate_row_to_variant (const ResonateRow *self);

/* Returns: (element-type ResonateRow): an array that may have NULL in it */
GPtrArray *resonate_rows_new (void);

/* Takes a value for one column; @cell is cleared by the caller. Fails as the parsing of a row. */
gboolean resonate_cell_parse (const ResonateColumn *column,
                              const char *table,
                              GVariant *value,
                              ResonateCell *cell,
                              GError **error);

void resonate_cell_clear (const ResonateColumn *column, ResonateCell *cell);

void resonate_cell_copy (const ResonateColumn *column, ResonateCell *to, const ResonateCell *from);

gboolean
resonate_cell_equal (const ResonateColumn *column, const ResonateCell *a, const ResonateCell *b);

/* Returns: (transfer floating): of the column's type */
GVariant *resonate_cell_to_variant (const ResonateColumn *column, const ResonateCell *cell);

/* Adds @by to a number. Fails with OUT_OF_RANGE, and changes nothing then. */
gboolean resonate_cell_add (const ResonateColumn *column,
                            ResonateCell *cell,
                            const ResonateCell *by,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRow, resonate_row_free)

G_END_DECLS
