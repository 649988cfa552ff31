/* resonate-config-redis.c: what a server is told about Redis
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include "resonate-config-private.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)

static void
install_place (GParamSpec **properties)
{
  /**
   * ResonateConfig:redis-url: (getter get_redis_url)
   *
   * Where Redis is. Without it, the other properties of Redis say so.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_URL] = g_param_spec_string ("redis-url", NULL, NULL, NULL,
                                                                    FLAGS);

  /**
   * ResonateConfig:redis-host: (getter get_redis_host)
   *
   * The host of Redis.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_HOST] = g_param_spec_string ("redis-host", NULL, NULL,
                                                                     "127.0.0.1", FLAGS);

  /**
   * ResonateConfig:redis-port: (getter get_redis_port)
   *
   * The port of Redis.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_PORT] = g_param_spec_uint ("redis-port", NULL, NULL, 0,
                                                                   65535, 6379, FLAGS);
}

static void
install_login (GParamSpec **properties)
{
  /**
   * ResonateConfig:redis-username: (getter get_redis_username)
   *
   * The user of Redis, where it has users.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_USERNAME] = g_param_spec_string ("redis-username", NULL,
                                                                         NULL, NULL, FLAGS);

  /**
   * ResonateConfig:redis-password: (getter get_redis_password)
   *
   * The password of Redis.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_PASSWORD] = g_param_spec_string ("redis-password", NULL,
                                                                         NULL, NULL, FLAGS);

  /**
   * ResonateConfig:redis-password-file: (getter get_redis_password_file)
   *
   * The file that the password of Redis was read from.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_PASSWORD_FILE] =
    g_param_spec_string ("redis-password-file", NULL, NULL, NULL, FLAGS);
}

static void
install_use (GParamSpec **properties)
{
  /**
   * ResonateConfig:redis-database: (getter get_redis_database)
   *
   * The number of the database in Redis.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_DATABASE] = g_param_spec_uint ("redis-database", NULL, NULL,
                                                                       0, 65535, 0, FLAGS);

  /**
   * ResonateConfig:redis-timeout: (getter get_redis_timeout)
   *
   * How long a command may wait for Redis, and for its answer, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_REDIS_TIMEOUT] =
    g_param_spec_int64 ("redis-timeout", NULL, NULL, 1, G_MAXINT64, 60 * G_USEC_PER_SEC, FLAGS);
}

/* The keys of `[redis]`. */
void
resonate_config_install_redis (GParamSpec **properties)
{
  install_place (properties);
  install_login (properties);
  install_use (properties);
}

/**
 * resonate_config_get_redis_url: (get-property redis-url)
 * @self: a configuration
 *
 * Gets where Redis is.
 *
 * Returns: (transfer none) (nullable): the URL, which may have a password in it
 *
 * Since: 1.0
 */
const char *
resonate_config_get_redis_url (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->redis_url;
}

/**
 * resonate_config_get_redis_host: (get-property redis-host)
 * @self: a configuration
 *
 * Gets the host of Redis.
 *
 * Returns: (transfer none): the host
 *
 * Since: 1.0
 */
const char *
resonate_config_get_redis_host (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->redis_host;
}

/**
 * resonate_config_get_redis_port: (get-property redis-port)
 * @self: a configuration
 *
 * Gets the port of Redis.
 *
 * Returns: the port
 *
 * Since: 1.0
 */
unsigned int
resonate_config_get_redis_port (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->redis_port;
}

/**
 * resonate_config_get_redis_username: (get-property redis-username)
 * @self: a configuration
 *
 * Gets the user of Redis.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
resonate_config_get_redis_username (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->redis_username;
}

/**
 * resonate_config_get_redis_password: (get-property redis-password)
 * @self: a configuration
 *
 * Gets the password of Redis.
 *
 * Returns: (transfer none) (nullable): the password
 *
 * Since: 1.0
 */
const char *
resonate_config_get_redis_password (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->redis_password;
}

/**
 * resonate_config_get_redis_password_file: (get-property redis-password-file)
 * @self: a configuration
 *
 * Gets the file that the password of Redis was read from.
 *
 * Returns: (transfer none) (nullable): the path
 *
 * Since: 1.0
 */
const char *
resonate_config_get_redis_password_file (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->redis_password_file;
}

/**
 * resonate_config_get_redis_database: (get-property redis-database)
 * @self: a configuration
 *
 * Gets the number of the database in Redis.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
unsigned int
resonate_config_get_redis_database (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->redis_database;
}

/**
 * resonate_config_get_redis_timeout: (get-property redis-timeout)
 * @self: a configuration
 *
 * Gets how long a command may wait for Redis, and for its answer.
 *
 * Returns: the time in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_redis_timeout (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->redis_timeout;
}
