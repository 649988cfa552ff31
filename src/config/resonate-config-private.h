/* resonate-config-private.h: where a value came from, and what was odd about it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config.h"

#include "resonate-config-settings-private.h"

G_BEGIN_DECLS

/* The properties, those of one group after those of another. */
typedef enum
{
  RESONATE_CONFIG_PROP_HOST = 1,
  RESONATE_CONFIG_PROP_PORT,
  RESONATE_CONFIG_PROP_PATH,
  RESONATE_CONFIG_PROP_HOSTNAME,
  RESONATE_CONFIG_PROP_TLS_CERTIFICATE,
  RESONATE_CONFIG_PROP_TLS_KEY,
  RESONATE_CONFIG_PROP_TLS_KEY_PASSWORD_FILE,
  RESONATE_CONFIG_PROP_PID_FILE,
  RESONATE_CONFIG_PROP_MAX_REQUEST_SIZE,
  RESONATE_CONFIG_PROP_AUTH_TIMESTAMP_GRACE,
  RESONATE_CONFIG_PROP_DRAIN_TIMEOUT,
  RESONATE_CONFIG_PROP_MAX_CONNECTIONS,
  RESONATE_CONFIG_PROP_MAX_CONNECTIONS_PER_ADDRESS,
  RESONATE_CONFIG_PROP_TRUSTED_PROXIES,
  RESONATE_CONFIG_PROP_PROXY_PROTOCOL,
  RESONATE_CONFIG_PROP_HEADER_TIMEOUT,
  RESONATE_CONFIG_PROP_IDLE_TIMEOUT,
  RESONATE_CONFIG_PROP_HIBERNATE_AFTER,
  RESONATE_CONFIG_PROP_SEND_QUEUE_SIZE,
  RESONATE_CONFIG_PROP_PERMESSAGE_DEFLATE,
  RESONATE_CONFIG_PROP_CLUSTER_ENABLED,
  RESONATE_CONFIG_PROP_CLUSTER_CHANNEL,
  RESONATE_CONFIG_PROP_CLUSTER_PREFIX,
  RESONATE_CONFIG_PROP_CLUSTER_NODE_ID,
  RESONATE_CONFIG_PROP_CLUSTER_SECRET,
  RESONATE_CONFIG_PROP_CLUSTER_SECRET_FILE,
  RESONATE_CONFIG_PROP_CLUSTER_LEASE,
  RESONATE_CONFIG_PROP_CLUSTER_HEARTBEAT,
  RESONATE_CONFIG_PROP_CLUSTER_WHEN_DEGRADED,
  RESONATE_CONFIG_PROP_REDIS_URL,
  RESONATE_CONFIG_PROP_REDIS_HOST,
  RESONATE_CONFIG_PROP_REDIS_PORT,
  RESONATE_CONFIG_PROP_REDIS_USERNAME,
  RESONATE_CONFIG_PROP_REDIS_PASSWORD,
  RESONATE_CONFIG_PROP_REDIS_PASSWORD_FILE,
  RESONATE_CONFIG_PROP_REDIS_DATABASE,
  RESONATE_CONFIG_PROP_REDIS_TIMEOUT,
  RESONATE_CONFIG_PROP_APPS,
} ResonateConfigProperty;

/* In the files of these groups. */
void resonate_config_install_cluster (GParamSpec **properties);

void resonate_config_install_redis (GParamSpec **properties);

struct _ResonateConfig
{
  GObject parent_instance;

  char **host;
  unsigned int port;
  char *path;
  char *hostname;
  char *tls_certificate;
  char *tls_key;
  char *tls_key_password_file;
  char *pid_file;
  uint64_t max_request_size;
  int64_t auth_timestamp_grace;
  int64_t drain_timeout;
  unsigned int max_connections;
  unsigned int max_connections_per_address;
  char **trusted_proxies;
  gboolean proxy_protocol;
  int64_t header_timeout;
  int64_t idle_timeout;
  int64_t hibernate_after;
  uint64_t send_queue_size;
  gboolean permessage_deflate;

  gboolean cluster_enabled;
  char *cluster_channel;
  char *cluster_prefix;
  char *cluster_node_id;
  char *cluster_secret;
  char *cluster_secret_file;
  int64_t cluster_lease;
  int64_t cluster_heartbeat;
  ResonateWhenDegraded cluster_when_degraded;
  char *redis_url;
  char *redis_host;
  unsigned int redis_port;
  char *redis_username;
  char *redis_password;
  char *redis_password_file;
  unsigned int redis_database;
  int64_t redis_timeout;

  ResonateAppList *apps;
  ResonateConfigSettings *overrides; /* options: put over everything a load reads */
  ResonateConfigSettings *settings;  /* what the last load found, less the secrets */
  char **environment;                /* (nullable): instead of the process's own */
};

/* One key as `config show` lists it. */
typedef struct
{
  char *group;
  const ResonateConfigKey *key;
  char *value; /* (nullable): as a file would have it; NULL is unset, and a secret is stars */
  char *origin;
} ResonateConfigRow;

GPtrArray *resonate_config_dup_rows (ResonateConfig *self);

/* (element-type utf8): what resonate_config_dup_warnings () copies */
GPtrArray *resonate_config_get_warnings (ResonateConfig *self);

void resonate_config_set_environment (ResonateConfig *self, const char *const *environment);

char *resonate_config_dup_default_file (gboolean session);

char **resonate_config_dup_default_files (gboolean session);

G_END_DECLS
