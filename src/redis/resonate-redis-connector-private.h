/* resonate-redis-connector-private.h: a stream to a server: TCP, Unix socket or TLS
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-redis-settings-private.h"

G_BEGIN_DECLS

/* Names are resolved anew each time, by GResolver. The error says to whom. */
void resonate_redis_connect_async (ResonateRedisSettings *settings,
                                   const ResonateRedisHost *host,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/* (transfer full): with pollable streams. */
GIOStream *resonate_redis_connect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
