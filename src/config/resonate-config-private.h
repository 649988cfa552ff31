/* resonate-config-private.h: where a value came from, and what was odd about it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-config.h"

#include "resonate-config-settings-private.h"

G_BEGIN_DECLS

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
