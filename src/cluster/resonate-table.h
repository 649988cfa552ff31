/* resonate-table.h: rows of typed columns, by their keys
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
 * ResonateSetMode:
 * @RESONATE_SET_MERGE: columns that are not given stay as they are
 * @RESONATE_SET_REPLACE: columns that are not given become 0 or empty
 *
 * What becomes of a row that is there when it is written.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_SET_MERGE,
  RESONATE_SET_REPLACE,
} ResonateSetMode;

#define RESONATE_TYPE_TABLE (resonate_table_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateTable, resonate_table, RESONATE, TABLE, GObject)

RESONATE_AVAILABLE_IN_1_0
const char *resonate_table_get_name (ResonateTable *self);

RESONATE_AVAILABLE_IN_1_0
const ResonateTableSchema *resonate_table_get_schema (ResonateTable *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_set_async (ResonateTable *self,
                               const char *key,
                               GVariant *values,
                               ResonateSetMode mode,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_set_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_set_many_async (ResonateTable *self,
                                    GVariant *rows,
                                    ResonateSetMode mode,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_set_many_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_get_async (ResonateTable *self,
                               const char *key,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
GVariant *resonate_table_get_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_get_value_async (ResonateTable *self,
                                     const char *key,
                                     const char *column,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
GVariant *
resonate_table_get_value_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_get_many_async (ResonateTable *self,
                                    const char *const *keys,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
GVariant *
resonate_table_get_many_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_contains_async (ResonateTable *self,
                                    const char *key,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_contains_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_remove_async (ResonateTable *self,
                                  const char *key,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_remove_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_increment_async (ResonateTable *self,
                                     const char *key,
                                     const char *column,
                                     gint64 by,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gint64 resonate_table_increment_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_increment_double_async (ResonateTable *self,
                                            const char *key,
                                            const char *column,
                                            double by,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
double
resonate_table_increment_double_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_compare_and_set_async (ResonateTable *self,
                                           const char *key,
                                           const char *column,
                                           GVariant *expected,
                                           GVariant *value,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean
resonate_table_compare_and_set_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_count_async (ResonateTable *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
guint64 resonate_table_count_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_scan_async (ResonateTable *self,
                                const char *cursor,
                                guint count,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
ResonateTablePage *
resonate_table_scan_finish (ResonateTable *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_clear_async (ResonateTable *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_clear_finish (ResonateTable *self, GAsyncResult *result, GError **error);

G_END_DECLS
