/* resonate-stream-log.h: streams of entries that wait until somebody has dealt with them
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

#define RESONATE_TYPE_STREAM_LOG (resonate_stream_log_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (ResonateStreamLog, resonate_stream_log, RESONATE, STREAM_LOG, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateStreamLog *resonate_stream_log_new_local (void);

RESONATE_AVAILABLE_IN_1_0
ResonateStreamLog *
resonate_stream_log_new_for_uri (const char *uri, const char *prefix, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_stream_log_append_async (ResonateStreamLog *self,
                                       const char *stream,
                                       GBytes *payload,
                                       GVariant *fields,
                                       gint64 max_len,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
char *
resonate_stream_log_append_finish (ResonateStreamLog *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_stream_log_check_durability_async (ResonateStreamLog *self,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
char **resonate_stream_log_check_durability_finish (ResonateStreamLog *self,
                                                    GAsyncResult *result,
                                                    GError **error);

G_END_DECLS
