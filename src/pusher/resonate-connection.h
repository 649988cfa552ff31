/* resonate-connection.h: one client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <stdint.h>

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"
#include "../config/resonate-app.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_CONNECTION (resonate_connection_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateConnection, resonate_connection, RESONATE, CONNECTION, GObject)

RESONATE_AVAILABLE_IN_1_0
const char *resonate_connection_get_socket_id (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
ResonateApp *resonate_connection_get_app (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_connection_get_remote_address (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_connection_get_origin (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_connection_get_opened_at (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_connection_get_user_id (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_connection_count_channels (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_connection_get_last_activity (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_connection_get_queued_bytes (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_connection_get_messages_received (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_connection_get_messages_sent (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_connection_get_bytes_received (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_connection_get_bytes_sent (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
int resonate_connection_get_rate_limit_remaining (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_connection_is_hibernating (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
char **resonate_connection_dup_channels (ResonateConnection *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_connection_send (ResonateConnection *self,
                               const char *event,
                               const char *channel,
                               const char *data);

RESONATE_AVAILABLE_IN_1_0
void resonate_connection_close (ResonateConnection *self, unsigned int code, const char *reason);

G_END_DECLS
