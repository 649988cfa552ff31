/* daemon-config.h: reading the configuration again, for whoever asks
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

#include "daemon-options.h"

G_BEGIN_DECLS

typedef struct _DaemonConfig DaemonConfig;

DaemonConfig *daemon_config_new (ResonateServer *server, const DaemonOptions *options);

void daemon_config_unref (DaemonConfig *self);

/* What the last load accepted and finds odd. */
void daemon_config_warn_of (ResonateConfig *config);

/* Reads the configuration without applying it. */
void
daemon_config_load_async (DaemonConfig *self, GAsyncReadyCallback callback, gpointer user_data);

/* (transfer full) (nullable) */
ResonateConfig *
daemon_config_load_finish (DaemonConfig *self, GAsyncResult *result, GError **error);

/* Reads it, and applies it as a whole or not at all. The log and the service manager are told. */
void
daemon_config_reload_async (DaemonConfig *self, GAsyncReadyCallback callback, gpointer user_data);

/* (transfer full) (nullable): `a(sss)`, as resonate_config_compare () says it */
GVariant *daemon_config_reload_finish (DaemonConfig *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DaemonConfig, daemon_config_unref)

G_END_DECLS
