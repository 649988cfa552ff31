/* resonate-table-private.h: a table, as the files that it lies in see it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-store-private.h"

G_BEGIN_DECLS

/* One that a caller holds; there may be several of the same body. */
struct _ResonateTable
{
  GObject parent_instance;

  ResonateStore *store;
  ResonateTableBody *body; /* the store's */
};

/* NULL if it was cancelled before it began. */
GTask *resonate_table_begin (ResonateTable *self,
                             gpointer tag,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/* The same for what is about one row. NULL if the key is none, too. */
GTask *resonate_table_begin_at (ResonateTable *self,
                                const char *key,
                                gpointer tag,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/* The number of a column, or -1 with an error. */
int resonate_table_find_column (ResonateTable *self, const char *column, GError **error);

gboolean resonate_table_finish_boolean (ResonateTable *self,
                                        GAsyncResult *result,
                                        gpointer tag,
                                        GError **error);

/* Returns: (transfer full): what the body has returned, or NULL with an error */
gpointer resonate_table_finish_pointer (ResonateTable *self,
                                        GAsyncResult *result,
                                        gpointer tag,
                                        GError **error);

G_END_DECLS
