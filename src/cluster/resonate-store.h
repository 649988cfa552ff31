/* resonate-store.h: tables and counters that nodes share, or that one process keeps
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
 * ResonateStoreBackend:
 * @RESONATE_STORE_MEMORY: the memory of this process
 * @RESONATE_STORE_REDIS: a Redis, which other processes see
 *
 * Where a store keeps what it has.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_STORE_MEMORY,
  RESONATE_STORE_REDIS,
} ResonateStoreBackend;

#define RESONATE_TYPE_STORE (resonate_store_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (ResonateStore, resonate_store, RESONATE, STORE, GObject)

RESONATE_AVAILABLE_IN_1_0
void resonate_store_open_async (const char *uri,
                                GVariant *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
ResonateStore *resonate_store_open_finish (GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
ResonateStoreBackend resonate_store_get_backend (ResonateStore *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_store_get_prefix (ResonateStore *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_store_get_is_connected (ResonateStore *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_store_get_is_shared (ResonateStore *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_store_get_is_durable (ResonateStore *self);

RESONATE_AVAILABLE_IN_1_0
ResonateTable *resonate_store_make_table (ResonateStore *self,
                                          const char *name,
                                          const ResonateTableSchema *schema,
                                          GError **error);

RESONATE_AVAILABLE_IN_1_0
ResonateTable *resonate_store_get_table (ResonateStore *self, const char *name);

RESONATE_AVAILABLE_IN_1_0
char **resonate_store_list_tables (ResonateStore *self);

RESONATE_AVAILABLE_IN_1_0
ResonateCounter *
resonate_store_get_counter (ResonateStore *self, const char *name, gint64 initial, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_store_increment_many_async (ResonateStore *self,
                                          GVariant *increments,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
GVariant *
resonate_store_increment_many_finish (ResonateStore *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_store_ping_async (ResonateStore *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_store_ping_finish (ResonateStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
