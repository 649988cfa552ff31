/* resonate-config-cluster.c: what a server is told about the other nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include "resonate-config-private.h"

#include "resonate-enum-types.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)

static void
install_names (GParamSpec **properties)
{
  /**
   * ResonateConfig:cluster-enabled: (getter get_cluster_enabled)
   *
   * Whether the server is one of several that deliver as one.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_ENABLED] = g_param_spec_boolean ("cluster-enabled", NULL,
                                                                           NULL, FALSE, FLAGS);

  /**
   * ResonateConfig:cluster-channel: (getter get_cluster_channel)
   *
   * The topic of what is said to all nodes.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_CHANNEL] = g_param_spec_string ("cluster-channel", NULL,
                                                                          NULL, "reverb", FLAGS);

  /**
   * ResonateConfig:cluster-prefix: (getter get_cluster_prefix)
   *
   * What every other name in Redis begins with.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_PREFIX] = g_param_spec_string ("cluster-prefix", NULL,
                                                                         NULL, "resonate:", FLAGS);

  /**
   * ResonateConfig:cluster-node-id: (getter get_cluster_node_id)
   *
   * What this node is called, instead of the name of the host and the number of the process.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_NODE_ID] = g_param_spec_string ("cluster-node-id", NULL,
                                                                          NULL, NULL, FLAGS);
}

static void
install_secret (GParamSpec **properties)
{
  /**
   * ResonateConfig:cluster-secret: (getter get_cluster_secret)
   *
   * What nodes sign with what they say to each other.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_SECRET] = g_param_spec_string ("cluster-secret", NULL,
                                                                         NULL, NULL, FLAGS);

  /**
   * ResonateConfig:cluster-secret-file: (getter get_cluster_secret_file)
   *
   * The file that the secret of the cluster was read from.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_SECRET_FILE] =
    g_param_spec_string ("cluster-secret-file", NULL, NULL, NULL, FLAGS);
}

static void
install_life (GParamSpec **properties)
{
  /**
   * ResonateConfig:cluster-lease: (getter get_cluster_lease)
   *
   * How long a node counts as alive that does not say so, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_LEASE] =
    g_param_spec_int64 ("cluster-lease", NULL, NULL, 1, G_MAXINT64, 45 * G_USEC_PER_SEC, FLAGS);

  /**
   * ResonateConfig:cluster-heartbeat: (getter get_cluster_heartbeat)
   *
   * How often a node says that it is alive, in microseconds.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_HEARTBEAT] =
    g_param_spec_int64 ("cluster-heartbeat", NULL, NULL, 1, G_MAXINT64, 10 * G_USEC_PER_SEC, FLAGS);

  /**
   * ResonateConfig:cluster-when-degraded: (getter get_cluster_when_degraded)
   *
   * What publishers get while the other nodes cannot be reached.
   *
   * Since: 1.0
   */
  properties[RESONATE_CONFIG_PROP_CLUSTER_WHEN_DEGRADED] =
    g_param_spec_enum ("cluster-when-degraded", NULL, NULL, RESONATE_TYPE_WHEN_DEGRADED,
                       RESONATE_WHEN_DEGRADED_SERVE, FLAGS);
}

/* The keys of `[cluster]`. */
void
resonate_config_install_cluster (GParamSpec **properties)
{
  install_names (properties);
  install_secret (properties);
  install_life (properties);
}

/**
 * resonate_config_get_cluster_enabled: (get-property cluster-enabled)
 * @self: a configuration
 *
 * Gets whether the server is one of several that deliver as one.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
resonate_config_get_cluster_enabled (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), FALSE);

  return self->cluster_enabled;
}

/**
 * resonate_config_get_cluster_channel: (get-property cluster-channel)
 * @self: a configuration
 *
 * Gets the topic of what is said to all nodes.
 *
 * Returns: (transfer none): the topic
 *
 * Since: 1.0
 */
const char *
resonate_config_get_cluster_channel (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->cluster_channel;
}

/**
 * resonate_config_get_cluster_prefix: (get-property cluster-prefix)
 * @self: a configuration
 *
 * Gets what every other name in Redis begins with.
 *
 * Returns: (transfer none): the prefix
 *
 * Since: 1.0
 */
const char *
resonate_config_get_cluster_prefix (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->cluster_prefix;
}

/**
 * resonate_config_get_cluster_node_id: (get-property cluster-node-id)
 * @self: a configuration
 *
 * Gets what this node is called.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL for that of the host and the process
 *
 * Since: 1.0
 */
const char *
resonate_config_get_cluster_node_id (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->cluster_node_id;
}

/**
 * resonate_config_get_cluster_secret: (get-property cluster-secret)
 * @self: a configuration
 *
 * Gets what nodes sign with.
 *
 * Returns: (transfer none) (nullable): the secret
 *
 * Since: 1.0
 */
const char *
resonate_config_get_cluster_secret (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->cluster_secret;
}

/**
 * resonate_config_get_cluster_secret_file: (get-property cluster-secret-file)
 * @self: a configuration
 *
 * Gets the file that the secret of the cluster was read from.
 *
 * Returns: (transfer none) (nullable): the path
 *
 * Since: 1.0
 */
const char *
resonate_config_get_cluster_secret_file (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), NULL);

  return self->cluster_secret_file;
}

/**
 * resonate_config_get_cluster_lease: (get-property cluster-lease)
 * @self: a configuration
 *
 * Gets how long a node counts as alive that does not say so.
 *
 * Returns: the time in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_cluster_lease (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->cluster_lease;
}

/**
 * resonate_config_get_cluster_heartbeat: (get-property cluster-heartbeat)
 * @self: a configuration
 *
 * Gets how often a node says that it is alive.
 *
 * Returns: the interval in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_config_get_cluster_heartbeat (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), 0);

  return self->cluster_heartbeat;
}

/**
 * resonate_config_get_cluster_when_degraded: (get-property cluster-when-degraded)
 * @self: a configuration
 *
 * Gets what publishers get while the other nodes cannot be reached.
 *
 * Returns: what they get
 *
 * Since: 1.0
 */
ResonateWhenDegraded
resonate_config_get_cluster_when_degraded (ResonateConfig *self)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (self), RESONATE_WHEN_DEGRADED_SERVE);

  return self->cluster_when_degraded;
}
