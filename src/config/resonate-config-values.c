/* resonate-config-values.c: reading what a server is told
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include "resonate-config-private.h"

/**
 * resonate_config_get_host: (get-property host)
 * @self: a configuration
 *
 * Gets the addresses to listen on.
 *
 * Returns: (transfer none) (array zero-terminated=1): the addresses
 *
 * Since: 1.0
 */
const char *const *
resonate_config_get_host (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return (const char *const *) self->host;
}

/**
 * resonate_config_get_port: (get-property port)
 * @self: a configuration
 *
 * Gets the port to listen on.
 *
 * Returns: the port
 *
 * Since: 1.0
 */
unsigned int
resonate_config_get_port (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->port;
}

/**
 * resonate_config_get_path: (get-property path)
 * @self: a configuration
 *
 * Gets what every path of the server begins with.
 *
 * Returns: (transfer none): the prefix, or an empty string
 *
 * Since: 1.0
 */
const char *
resonate_config_get_path (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->path;
}

/**
 * resonate_config_get_hostname: (get-property hostname)
 * @self: a configuration
 *
 * Gets the name clients know the server by.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
resonate_config_get_hostname (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->hostname;
}

/**
 * resonate_config_get_tls_certificate: (get-property tls-certificate)
 * @self: a configuration
 *
 * Gets the file of the certificate.
 *
 * Returns: (transfer none) (nullable): the path
 *
 * Since: 1.0
 */
const char *
resonate_config_get_tls_certificate (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->tls_certificate;
}

/**
 * resonate_config_get_tls_key: (get-property tls-key)
 * @self: a configuration
 *
 * Gets the file of the private key.
 *
 * Returns: (transfer none) (nullable): the path
 *
 * Since: 1.0
 */
const char *
resonate_config_get_tls_key (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->tls_key;
}

/**
 * resonate_config_get_tls_key_password_file: (get-property tls-key-password-file)
 * @self: a configuration
 *
 * Gets the file with the password of the private key.
 *
 * Returns: (transfer none) (nullable): the path
 *
 * Since: 1.0
 */
const char *
resonate_config_get_tls_key_password_file (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->tls_key_password_file;
}

/**
 * resonate_config_get_pid_file: (get-property pid-file)
 * @self: a configuration
 *
 * Gets the file that has the number of the serving process in it.
 *
 * Returns: (transfer none) (nullable): the path
 *
 * Since: 1.0
 */
const char *
resonate_config_get_pid_file (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->pid_file;
}

/**
 * resonate_config_get_max_request_size: (get-property max-request-size)
 * @self: a configuration
 *
 * Gets the longest body of a REST request.
 *
 * Returns: the limit in bytes
 *
 * Since: 1.0
 */
uint64_t
resonate_config_get_max_request_size (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->max_request_size;
}

/**
 * resonate_config_get_auth_timestamp_grace: (get-property auth-timestamp-grace)
 * @self: a configuration
 *
 * Gets how far the timestamp of a signed REST request may be off.
 *
 * Returns: the grace in microseconds, or 0 for no check
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_auth_timestamp_grace (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->auth_timestamp_grace;
}

/**
 * resonate_config_get_drain_timeout: (get-property drain-timeout)
 * @self: a configuration
 *
 * Gets how long a draining server waits for its connections to leave.
 *
 * Returns: the timeout in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_drain_timeout (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->drain_timeout;
}

/**
 * resonate_config_get_max_connections: (get-property max-connections)
 * @self: a configuration
 *
 * Gets how many connections of all apps may be open.
 *
 * Returns: the limit, or 0 for what descriptors allow
 *
 * Since: 1.0
 */
unsigned int
resonate_config_get_max_connections (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->max_connections;
}

/**
 * resonate_config_get_max_connections_per_address: (get-property max-connections-per-address)
 * @self: a configuration
 *
 * Gets how many connections one address may have open.
 *
 * Returns: the limit, or 0 for none
 *
 * Since: 1.0
 */
unsigned int
resonate_config_get_max_connections_per_address (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->max_connections_per_address;
}

/**
 * resonate_config_get_trusted_proxies: (get-property trusted-proxies)
 * @self: a configuration
 *
 * Gets the networks whose word about their clients counts.
 *
 * Returns: (transfer none) (array zero-terminated=1): the networks
 *
 * Since: 1.0
 */
const char *const *
resonate_config_get_trusted_proxies (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return (const char *const *) self->trusted_proxies;
}

/**
 * resonate_config_get_proxy_protocol: (get-property proxy-protocol)
 * @self: a configuration
 *
 * Gets whether every TCP connection begins with a header of the PROXY protocol.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
resonate_config_get_proxy_protocol (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), FALSE);

  return self->proxy_protocol;
}

/**
 * resonate_config_get_header_timeout: (get-property header-timeout)
 * @self: a configuration
 *
 * Gets how long a client may take to send a request.
 *
 * Returns: the timeout in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_header_timeout (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->header_timeout;
}

/**
 * resonate_config_get_idle_timeout: (get-property idle-timeout)
 * @self: a configuration
 *
 * Gets how long an HTTP connection may be idle between requests.
 *
 * Returns: the timeout in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_idle_timeout (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->idle_timeout;
}

/**
 * resonate_config_get_hibernate_after: (get-property hibernate-after)
 * @self: a configuration
 *
 * Gets how long a WebSocket that talks often stays awake without a word. Asleep it needs a third
 * of the memory, and a few microseconds more for its next message.
 *
 * Returns: the time in microseconds; 0 is none
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_hibernate_after (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->hibernate_after;
}

/**
 * resonate_config_get_send_queue_size: (get-property send-queue-size)
 * @self: a configuration
 *
 * Gets how much may wait to be sent to one connection.
 *
 * Returns: the limit in bytes
 *
 * Since: 1.0
 */
uint64_t
resonate_config_get_send_queue_size (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->send_queue_size;
}

/**
 * resonate_config_get_permessage_deflate: (get-property permessage-deflate)
 * @self: a configuration
 *
 * Gets whether messages are compressed to and from clients that offer it.
 *
 * Returns: whether compression is negotiated
 *
 * Since: 1.0
 */
gboolean
resonate_config_get_permessage_deflate (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), FALSE);

  return self->permessage_deflate;
}
