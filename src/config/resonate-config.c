/* resonate-config.c: everything a server is told before it starts
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include "resonate-config-private.h"

#include "resonate-config-value-private.h"
#include "resonate-fields-private.h"

/**
 * ResonateConfig:
 *
 * Everything a server is told before it starts, and its applications.
 *
 * One that was just made has the defaults and no application, which is how an embedder begins:
 *
 * ```c
 * g_autoptr (ResonateConfig) config = resonate_config_new ();
 * g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");
 *
 * g_object_set (config, "port", 9000, NULL);
 * resonate_app_list_add (resonate_config_get_apps (config), app, &error);
 * ```
 *
 * A service reads files, drop-ins, a Laravel `.env` and the environment instead, with
 * [method@Resonate.Config.load]. Its properties have the names of the keys of `[server]`, and of
 * those of `[cluster]` and `[redis]` with the name of the group in front.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (ResonateConfig, resonate_config, G_TYPE_OBJECT)

static GParamSpec *properties[RESONATE_CONFIG_PROP_APPS + 1];

static const size_t offsets[] = {
  [RESONATE_CONFIG_PROP_HOST] = G_STRUCT_OFFSET (ResonateConfig, host),
  [RESONATE_CONFIG_PROP_PORT] = G_STRUCT_OFFSET (ResonateConfig, port),
  [RESONATE_CONFIG_PROP_PATH] = G_STRUCT_OFFSET (ResonateConfig, path),
  [RESONATE_CONFIG_PROP_HOSTNAME] = G_STRUCT_OFFSET (ResonateConfig, hostname),
  [RESONATE_CONFIG_PROP_TLS_CERTIFICATE] = G_STRUCT_OFFSET (ResonateConfig, tls_certificate),
  [RESONATE_CONFIG_PROP_TLS_KEY] = G_STRUCT_OFFSET (ResonateConfig, tls_key),
  [RESONATE_CONFIG_PROP_TLS_KEY_PASSWORD_FILE] = G_STRUCT_OFFSET (ResonateConfig,
                                                                  tls_key_password_file),
  [RESONATE_CONFIG_PROP_PID_FILE] = G_STRUCT_OFFSET (ResonateConfig, pid_file),
  [RESONATE_CONFIG_PROP_MAX_REQUEST_SIZE] = G_STRUCT_OFFSET (ResonateConfig, max_request_size),
  [RESONATE_CONFIG_PROP_AUTH_TIMESTAMP_GRACE] = G_STRUCT_OFFSET (ResonateConfig,
                                                                 auth_timestamp_grace),
  [RESONATE_CONFIG_PROP_DRAIN_TIMEOUT] = G_STRUCT_OFFSET (ResonateConfig, drain_timeout),
  [RESONATE_CONFIG_PROP_MAX_CONNECTIONS] = G_STRUCT_OFFSET (ResonateConfig, max_connections),
  [RESONATE_CONFIG_PROP_MAX_CONNECTIONS_PER_ADDRESS] =
    G_STRUCT_OFFSET (ResonateConfig, max_connections_per_address),
  [RESONATE_CONFIG_PROP_TRUSTED_PROXIES] = G_STRUCT_OFFSET (ResonateConfig, trusted_proxies),
  [RESONATE_CONFIG_PROP_PROXY_PROTOCOL] = G_STRUCT_OFFSET (ResonateConfig, proxy_protocol),
  [RESONATE_CONFIG_PROP_HEADER_TIMEOUT] = G_STRUCT_OFFSET (ResonateConfig, header_timeout),
  [RESONATE_CONFIG_PROP_IDLE_TIMEOUT] = G_STRUCT_OFFSET (ResonateConfig, idle_timeout),
  [RESONATE_CONFIG_PROP_HIBERNATE_AFTER] = G_STRUCT_OFFSET (ResonateConfig, hibernate_after),
  [RESONATE_CONFIG_PROP_SEND_QUEUE_SIZE] = G_STRUCT_OFFSET (ResonateConfig, send_queue_size),
  [RESONATE_CONFIG_PROP_PERMESSAGE_DEFLATE] = G_STRUCT_OFFSET (ResonateConfig, permessage_deflate),
  [RESONATE_CONFIG_PROP_CLUSTER_ENABLED] = G_STRUCT_OFFSET (ResonateConfig, cluster_enabled),
  [RESONATE_CONFIG_PROP_CLUSTER_CHANNEL] = G_STRUCT_OFFSET (ResonateConfig, cluster_channel),
  [RESONATE_CONFIG_PROP_CLUSTER_PREFIX] = G_STRUCT_OFFSET (ResonateConfig, cluster_prefix),
  [RESONATE_CONFIG_PROP_CLUSTER_NODE_ID] = G_STRUCT_OFFSET (ResonateConfig, cluster_node_id),
  [RESONATE_CONFIG_PROP_CLUSTER_SECRET] = G_STRUCT_OFFSET (ResonateConfig, cluster_secret),
  [RESONATE_CONFIG_PROP_CLUSTER_SECRET_FILE] = G_STRUCT_OFFSET (ResonateConfig,
                                                                cluster_secret_file),
  [RESONATE_CONFIG_PROP_CLUSTER_LEASE] = G_STRUCT_OFFSET (ResonateConfig, cluster_lease),
  [RESONATE_CONFIG_PROP_CLUSTER_HEARTBEAT] = G_STRUCT_OFFSET (ResonateConfig, cluster_heartbeat),
  [RESONATE_CONFIG_PROP_CLUSTER_WHEN_DEGRADED] = G_STRUCT_OFFSET (ResonateConfig,
                                                                  cluster_when_degraded),
  [RESONATE_CONFIG_PROP_REDIS_URL] = G_STRUCT_OFFSET (ResonateConfig, redis_url),
  [RESONATE_CONFIG_PROP_REDIS_HOST] = G_STRUCT_OFFSET (ResonateConfig, redis_host),
  [RESONATE_CONFIG_PROP_REDIS_PORT] = G_STRUCT_OFFSET (ResonateConfig, redis_port),
  [RESONATE_CONFIG_PROP_REDIS_USERNAME] = G_STRUCT_OFFSET (ResonateConfig, redis_username),
  [RESONATE_CONFIG_PROP_REDIS_PASSWORD] = G_STRUCT_OFFSET (ResonateConfig, redis_password),
  [RESONATE_CONFIG_PROP_REDIS_PASSWORD_FILE] = G_STRUCT_OFFSET (ResonateConfig,
                                                                redis_password_file),
  [RESONATE_CONFIG_PROP_REDIS_DATABASE] = G_STRUCT_OFFSET (ResonateConfig, redis_database),
  [RESONATE_CONFIG_PROP_REDIS_TIMEOUT] = G_STRUCT_OFFSET (ResonateConfig, redis_timeout),
  [RESONATE_CONFIG_PROP_APPS] = G_STRUCT_OFFSET (ResonateConfig, apps),
};

G_STATIC_ASSERT (G_N_ELEMENTS (offsets) == G_N_ELEMENTS (properties));

static gpointer
field (ResonateConfig *self, unsigned int prop_id)
{
  g_assert (prop_id > 0 && prop_id < G_N_ELEMENTS (offsets));

  return G_STRUCT_MEMBER_P (self, offsets[prop_id]);
}

/*
 * GObject
 */
static void
resonate_config_finalize (GObject *object)
{
  ResonateConfig *self = RESONATE_CONFIG (object);

  g_clear_pointer (&self->environment, g_strfreev);
  g_clear_pointer (&self->settings, resonate_config_settings_free);
  g_clear_pointer (&self->overrides, resonate_config_settings_free);
  g_clear_object (&self->apps);
  for (unsigned int i = 1; i < RESONATE_CONFIG_PROP_APPS; i++)
    resonate_field_clear (field (self, i), properties[i]);

  G_OBJECT_CLASS (resonate_config_parent_class)->finalize (object);
}

static void
resonate_config_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateConfig *self = RESONATE_CONFIG (object);

  if (prop_id == RESONATE_CONFIG_PROP_APPS)
    g_value_set_object (value, self->apps);
  else
    resonate_field_get (field (self, prop_id), pspec, value);
}

static void
resonate_config_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  ResonateConfig *self = RESONATE_CONFIG (object);
  char ***list;

  if (prop_id == RESONATE_CONFIG_PROP_PATH)
    {
      const char *path = g_value_get_string (value);

      g_free (self->path);
      self->path = resonate_config_value_dup_path (path != NULL ? path : "");
      return;
    }

  resonate_field_set (field (self, prop_id), pspec, value);

  /* A list that was set to nothing is empty: readers never meet NULL. */
  list = field (self, prop_id);
  if (pspec->value_type == G_TYPE_STRV && *list == NULL)
    *list = g_new0 (char *, 1);
}

static void
install_listeners (void)
{
  /**
   * ResonateConfig:host: (getter get_host)
   *
   * The addresses to listen on, each with [property@Resonate.Config:port].
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_HOST] = g_param_spec_boxed ("host", NULL, NULL, G_TYPE_STRV,
                                                              G_PARAM_READWRITE |
                                                                G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:port: (getter get_port)
   *
   * The port to listen on; 0 lets the system choose.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, 65535, 8080,
                                                             G_PARAM_READWRITE |
                                                               G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:path: (getter get_path)
   *
   * What every path of the server begins with: empty, or such as `/ws`. Slashes are put in order
   * when it is set.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_PATH] =
    g_param_spec_string ("path", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:hostname: (getter get_hostname)
   *
   * The name clients know the server by.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_HOSTNAME] =
    g_param_spec_string ("hostname", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_tls (void)
{
  /**
   * ResonateConfig:tls-certificate: (getter get_tls_certificate)
   *
   * A PEM file with the certificate and its chain; with it, TLS is served.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_TLS_CERTIFICATE] =
    g_param_spec_string ("tls-certificate", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:tls-key: (getter get_tls_key)
   *
   * A PEM file with the private key, if it is not in the file of the certificate.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_TLS_KEY] =
    g_param_spec_string ("tls-key", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:tls-key-password-file: (getter get_tls_key_password_file)
   *
   * A file with the password of the private key.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_TLS_KEY_PASSWORD_FILE] =
    g_param_spec_string ("tls-key-password-file", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_process (void)
{
  /**
   * ResonateConfig:pid-file: (getter get_pid_file)
   *
   * A file that has the number of the serving process in it. The daemon writes it; a program that
   * embeds a server may.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_PID_FILE] =
    g_param_spec_string ("pid-file", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_requests (void)
{
  /**
   * ResonateConfig:max-request-size: (getter get_max_request_size)
   *
   * The longest body of a REST request, in bytes.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_MAX_REQUEST_SIZE] =
    g_param_spec_uint64 ("max-request-size", NULL, NULL, 0, G_MAXUINT64, 10000,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:auth-timestamp-grace: (getter get_auth_timestamp_grace)
   *
   * How far the timestamp of a signed REST request may be off, in microseconds; 0 switches the
   * check off.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_AUTH_TIMESTAMP_GRACE] =
    g_param_spec_int64 ("auth-timestamp-grace", NULL, NULL, 0, G_MAXINT64,
                        600 * (int64_t) G_USEC_PER_SEC, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:drain-timeout: (getter get_drain_timeout)
   *
   * How long a draining server waits for its connections to leave, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_DRAIN_TIMEOUT] =
    g_param_spec_int64 ("drain-timeout", NULL, NULL, 0, G_MAXINT64, 30 * G_USEC_PER_SEC,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_limits (void)
{
  /**
   * ResonateConfig:max-connections: (getter get_max_connections)
   *
   * How many connections of all apps may be open; 0 is as many as descriptors allow, less a
   * reserve for REST.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_MAX_CONNECTIONS] =
    g_param_spec_uint ("max-connections", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:max-connections-per-address: (getter get_max_connections_per_address)
   *
   * How many connections one address may have open; 0 is no limit.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_MAX_CONNECTIONS_PER_ADDRESS] =
    g_param_spec_uint ("max-connections-per-address", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:trusted-proxies: (getter get_trusted_proxies)
   *
   * The networks whose word about their clients counts: their `X-Forwarded-For`, and with
   * [property@Resonate.Config:proxy-protocol] their PROXY header.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_TRUSTED_PROXIES] =
    g_param_spec_boxed ("trusted-proxies", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:proxy-protocol: (getter get_proxy_protocol)
   *
   * Whether every TCP connection begins with a header of the PROXY protocol, version 1 or 2, that
   * names the client. The named address takes the place of the proxy's. A connection without a
   * header is closed, and so is one from elsewhere than
   * [property@Resonate.Config:trusted-proxies] if there are any.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_PROXY_PROTOCOL] =
    g_param_spec_boolean ("proxy-protocol", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_timeouts (void)
{
  /**
   * ResonateConfig:header-timeout: (getter get_header_timeout)
   *
   * How long a client may take to send a request, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_HEADER_TIMEOUT] =
    g_param_spec_int64 ("header-timeout", NULL, NULL, 1, G_MAXINT64, 10 * G_USEC_PER_SEC,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:idle-timeout: (getter get_idle_timeout)
   *
   * How long an HTTP connection may be idle between requests, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_IDLE_TIMEOUT] =
    g_param_spec_int64 ("idle-timeout", NULL, NULL, 1, G_MAXINT64, 60 * G_USEC_PER_SEC,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:hibernate-after: (getter get_hibernate_after)
   *
   * How long a WebSocket that talks often stays awake without a word, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_HIBERNATE_AFTER] =
    g_param_spec_int64 ("hibernate-after", NULL, NULL, 0, G_MAXINT64, 5 * G_USEC_PER_SEC,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConfig:send-queue-size: (getter get_send_queue_size)
   *
   * How much may wait to be sent to one connection, in bytes.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_SEND_QUEUE_SIZE] =
    g_param_spec_uint64 ("send-queue-size", NULL, NULL, 1, G_MAXUINT64, 1024 * 1024,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_extensions (void)
{
  /**
   * ResonateConfig:permessage-deflate: (getter get_permessage_deflate)
   *
   * Whether messages are compressed to and from clients that offer it, as RFC 7692 says.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_PERMESSAGE_DEFLATE] =
    g_param_spec_boolean ("permessage-deflate", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_apps (void)
{
  /**
   * ResonateConfig:apps: (getter get_apps)
   *
   * The applications to serve.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_APPS] =
    g_param_spec_object ("apps", NULL, NULL, RESONATE_TYPE_APP_LIST,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
resonate_config_class_init (ResonateConfigClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = resonate_config_finalize;
  object_class->get_property = resonate_config_get_property;
  object_class->set_property = resonate_config_set_property;

  install_listeners ();
  install_tls ();
  install_process ();
  install_requests ();
  install_limits ();
  install_timeouts ();
  install_extensions ();
  resonate_config_install_cluster (properties);
  resonate_config_install_redis (properties);
  install_apps ();

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_config_init (ResonateConfig *self)
{
  for (unsigned int i = 1; i < RESONATE_CONFIG_PROP_APPS; i++)
    resonate_field_reset (field (self, i), properties[i]);

  self->host = g_strdupv ((char *[]){ (char *) "0.0.0.0", NULL });
  self->trusted_proxies = g_new0 (char *, 1);
  self->apps = resonate_app_list_new ();
  self->overrides = resonate_config_settings_new ();
  self->settings = resonate_config_settings_new ();
}

/**
 * resonate_config_new:
 *
 * Makes a configuration with every key at its default and no application.
 *
 * Returns: (transfer full): a new [class@Resonate.Config]
 *
 * Since: 1.0
 */
ResonateConfig *
resonate_config_new (void)
{
  return g_object_new (RESONATE_TYPE_CONFIG, NULL);
}

/**
 * resonate_config_get_apps: (get-property apps)
 * @self: a configuration
 *
 * Gets the applications to serve.
 *
 * Returns: (transfer none): the list
 *
 * Since: 1.0
 */
ResonateAppList *
resonate_config_get_apps (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->apps;
}
