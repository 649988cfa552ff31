/* resonate-counter.h: a number that nodes count together
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

#define RESONATE_TYPE_COUNTER (resonate_counter_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateCounter, resonate_counter, RESONATE, COUNTER, GObject)

RESONATE_AVAILABLE_IN_1_0
const char *resonate_counter_get_name (ResonateCounter *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_increment_async (ResonateCounter *self,
                                       gint64 by,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gint64
resonate_counter_increment_finish (ResonateCounter *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_increment_bounded_async (ResonateCounter *self,
                                               gint64 by,
                                               gint64 max,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_counter_increment_bounded_finish (ResonateCounter *self,
                                                    GAsyncResult *result,
                                                    gint64 *value,
                                                    GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_get_async (ResonateCounter *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gint64 resonate_counter_get_finish (ResonateCounter *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_set_async (ResonateCounter *self,
                                 gint64 value,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_counter_set_finish (ResonateCounter *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_reset_async (ResonateCounter *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean
resonate_counter_reset_finish (ResonateCounter *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_compare_and_set_async (ResonateCounter *self,
                                             gint64 expected,
                                             gint64 value,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_counter_compare_and_set_finish (ResonateCounter *self,
                                                  GAsyncResult *result,
                                                  GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_counter_expire_async (ResonateCounter *self,
                                    guint64 ttl_ms,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean
resonate_counter_expire_finish (ResonateCounter *self, GAsyncResult *result, GError **error);

G_END_DECLS
