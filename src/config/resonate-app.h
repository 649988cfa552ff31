/* resonate-app.h: one application, its credentials and its limits
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

#include "../base/resonate-enums.h"
#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_APP (resonate_app_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateApp, resonate_app, RESONATE, APP, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateApp *resonate_app_new (const char *id, const char *key, const char *secret);

RESONATE_AVAILABLE_IN_1_0
void resonate_app_set_secret (ResonateApp *self, const char *secret, const char *previous);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_app_get_id (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_app_get_key (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_get_enabled (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
const char *const *resonate_app_get_allowed_origins (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_app_get_ping_interval (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_app_get_activity_timeout (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
int resonate_app_get_max_connections (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_app_get_max_message_size (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_app_get_max_channel_name_length (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_app_get_max_subscriptions_per_connection (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_app_get_max_presence_members (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_app_get_max_presence_user_info_size (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
ResonateClientEvents resonate_app_get_accept_client_events_from (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_get_rate_limiting_enabled (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_app_get_rate_limit_max_attempts (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_app_get_rate_limit_decay_seconds (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_get_rate_limit_terminate (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_app_get_cache_ttl (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_get_subscription_count (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
ResonateSendQueuePolicy resonate_app_get_send_queue_policy (ResonateApp *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_allows_origin (ResonateApp *self, const char *origin);

G_END_DECLS
