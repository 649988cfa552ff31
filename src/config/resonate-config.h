/* resonate-config.h: everything a server is told before it starts
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
#include "resonate-app-list.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_CONFIG (resonate_config_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateConfig, resonate_config, RESONATE, CONFIG, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateConfig *resonate_config_new (void);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_config_override (
  ResonateConfig *self, const char *group, const char *key, const char *value, GError **error);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_config_load (ResonateConfig *self,
                               const char *const *files,
                               const char *env_file,
                               GError **error);

RESONATE_AVAILABLE_IN_1_0
char **resonate_config_dup_warnings (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
GVariant *resonate_config_compare (ResonateConfig *self, ResonateConfig *next);

RESONATE_AVAILABLE_IN_1_0
ResonateAppList *resonate_config_get_apps (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *const *resonate_config_get_host (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_config_get_port (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_path (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_hostname (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_tls_certificate (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_tls_key (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_tls_key_password_file (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_pid_file (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_config_get_max_request_size (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_auth_timestamp_grace (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_drain_timeout (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_config_get_max_connections (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_config_get_max_connections_per_address (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *const *resonate_config_get_trusted_proxies (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_config_get_proxy_protocol (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_header_timeout (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_idle_timeout (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_hibernate_after (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
uint64_t resonate_config_get_send_queue_size (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_config_get_permessage_deflate (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_config_get_cluster_enabled (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_cluster_channel (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_cluster_prefix (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_cluster_node_id (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_cluster_secret (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_cluster_secret_file (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_cluster_lease (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_cluster_heartbeat (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
ResonateWhenDegraded resonate_config_get_cluster_when_degraded (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_redis_url (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_redis_host (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_config_get_redis_port (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_redis_username (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_redis_password (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_config_get_redis_password_file (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_config_get_redis_database (ResonateConfig *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_config_get_redis_timeout (ResonateConfig *self);

G_END_DECLS
