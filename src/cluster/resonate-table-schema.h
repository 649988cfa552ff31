/* resonate-table-schema.h: what the rows of a table are made of
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

/**
 * ResonateColumnType:
 * @RESONATE_COLUMN_INT: a signed integer of 64 bits, `x`
 * @RESONATE_COLUMN_DOUBLE: a finite number of double precision, `d`
 * @RESONATE_COLUMN_STRING: text in UTF-8, `s`
 * @RESONATE_COLUMN_BYTES: any bytes, `ay`
 *
 * What a column holds, and the type of a [struct@GLib.Variant] that it is given and gives.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_COLUMN_INT,
  RESONATE_COLUMN_DOUBLE,
  RESONATE_COLUMN_STRING,
  RESONATE_COLUMN_BYTES,
} ResonateColumnType;

#define RESONATE_TYPE_TABLE_SCHEMA (resonate_table_schema_get_type ())

RESONATE_AVAILABLE_IN_1_0
GType resonate_table_schema_get_type (void) G_GNUC_CONST;

RESONATE_AVAILABLE_IN_1_0
ResonateTableSchema *resonate_table_schema_new (void);

RESONATE_AVAILABLE_IN_1_0
ResonateTableSchema *resonate_table_schema_copy (const ResonateTableSchema *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_schema_free (ResonateTableSchema *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_schema_add_column (ResonateTableSchema *self,
                                           const char *name,
                                           ResonateColumnType type,
                                           guint max_bytes,
                                           GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_schema_set_capacity (ResonateTableSchema *self, guint64 capacity);

RESONATE_AVAILABLE_IN_1_0
guint64 resonate_table_schema_get_capacity (const ResonateTableSchema *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_schema_set_ttl (ResonateTableSchema *self, guint64 ttl_ms);

RESONATE_AVAILABLE_IN_1_0
guint64 resonate_table_schema_get_ttl (const ResonateTableSchema *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateTableSchema, resonate_table_schema_free)

G_END_DECLS
