/* daemon-service.h: a server as the service manager sees it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

G_BEGIN_DECLS

typedef struct _DaemonService DaemonService;

DaemonService *daemon_service_new (ResonateServer *server);

void daemon_service_free (DaemonService *self);

void daemon_service_ready (DaemonService *self);

void daemon_service_stopping (DaemonService *self);

void daemon_service_draining (DaemonService *self, int64_t timeout_us);

void daemon_service_replaced (DaemonService *self, GPid pid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DaemonService, daemon_service_free)

G_END_DECLS
