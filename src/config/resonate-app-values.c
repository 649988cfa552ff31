/* resonate-app-values.c: reading what an application is and may
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-app"

#include "config.h"

#include "resonate-app-private.h"

/**
 * resonate_app_get_id: (get-property id)
 * @self: an application
 *
 * Gets the id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
resonate_app_get_id (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), NULL);

  return self->id;
}

/**
 * resonate_app_get_key: (get-property key)
 * @self: an application
 *
 * Gets the public key.
 *
 * Returns: (transfer none): the key
 *
 * Since: 1.0
 */
const char *
resonate_app_get_key (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), NULL);

  return self->key;
}

/**
 * resonate_app_get_enabled: (get-property enabled)
 * @self: an application
 *
 * Gets whether the app is served.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
resonate_app_get_enabled (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), FALSE);

  return self->enabled;
}

/**
 * resonate_app_get_allowed_origins: (get-property allowed-origins)
 * @self: an application
 *
 * Gets the hosts of the pages that may connect.
 *
 * Returns: (transfer none) (array zero-terminated=1): the patterns
 *
 * Since: 1.0
 */
const char *const *
resonate_app_get_allowed_origins (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), NULL);

  return (const char *const *) self->allowed_origins;
}

/**
 * resonate_app_get_ping_interval: (get-property ping-interval)
 * @self: an application
 *
 * Gets how long a connection may be silent before it is pinged.
 *
 * Returns: the interval in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_app_get_ping_interval (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->ping_interval;
}

/**
 * resonate_app_get_activity_timeout: (get-property activity-timeout)
 * @self: an application
 *
 * Gets the silence after which clients ping, as announced to them.
 *
 * Returns: the timeout in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_app_get_activity_timeout (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->activity_timeout;
}

/**
 * resonate_app_get_max_connections: (get-property max-connections)
 * @self: an application
 *
 * Gets how many connections may be open at a time.
 *
 * Returns: the limit, or -1 for none
 *
 * Since: 1.0
 */
int
resonate_app_get_max_connections (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->max_connections;
}

/**
 * resonate_app_get_max_message_size: (get-property max-message-size)
 * @self: an application
 *
 * Gets the longest message a client may send.
 *
 * Returns: the limit in bytes, or 0 for none
 *
 * Since: 1.0
 */
uint64_t
resonate_app_get_max_message_size (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->max_message_size;
}

/**
 * resonate_app_get_max_channel_name_length: (get-property max-channel-name-length)
 * @self: an application
 *
 * Gets the longest name a channel may have.
 *
 * Returns: the limit in characters
 *
 * Since: 1.0
 */
unsigned int
resonate_app_get_max_channel_name_length (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->max_channel_name_length;
}

/**
 * resonate_app_get_max_subscriptions_per_connection:
 * @self: an application
 *
 * Gets how many channels one connection may be on.
 *
 * Returns: the limit, or 0 for none
 *
 * Since: 1.0
 */
unsigned int
resonate_app_get_max_subscriptions_per_connection (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->max_subscriptions_per_connection;
}

/**
 * resonate_app_get_max_presence_members: (get-property max-presence-members)
 * @self: an application
 *
 * Gets how many users a presence channel may have.
 *
 * Returns: the limit, or 0 for none
 *
 * Since: 1.0
 */
unsigned int
resonate_app_get_max_presence_members (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->max_presence_members;
}

/**
 * resonate_app_get_max_presence_user_info_size: (get-property max-presence-user-info-size)
 * @self: an application
 *
 * Gets the longest `user_info` of a presence member.
 *
 * Returns: the limit in bytes, or 0 for none
 *
 * Since: 1.0
 */
uint64_t
resonate_app_get_max_presence_user_info_size (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->max_presence_user_info_size;
}

/**
 * resonate_app_get_accept_client_events_from: (get-property accept-client-events-from)
 * @self: an application
 *
 * Gets whose client events are relayed.
 *
 * Returns: who may send
 *
 * Since: 1.0
 */
ResonateClientEvents
resonate_app_get_accept_client_events_from (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), RESONATE_CLIENT_EVENTS_MEMBERS);

  return self->accept_client_events_from;
}

/**
 * resonate_app_get_rate_limiting_enabled: (get-property rate-limiting-enabled)
 * @self: an application
 *
 * Gets whether the messages of a connection are counted and limited.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
resonate_app_get_rate_limiting_enabled (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), FALSE);

  return self->rate_limiting_enabled;
}

/**
 * resonate_app_get_rate_limit_max_attempts: (get-property rate-limit-max-attempts)
 * @self: an application
 *
 * Gets how many messages one connection may send in a window.
 *
 * Returns: the number of messages
 *
 * Since: 1.0
 */
unsigned int
resonate_app_get_rate_limit_max_attempts (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->rate_limit_max_attempts;
}

/**
 * resonate_app_get_rate_limit_decay_seconds: (get-property rate-limit-decay-seconds)
 * @self: an application
 *
 * Gets how long a window of the rate limit is.
 *
 * Returns: the window in seconds
 *
 * Since: 1.0
 */
unsigned int
resonate_app_get_rate_limit_decay_seconds (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->rate_limit_decay_seconds;
}

/**
 * resonate_app_get_rate_limit_terminate: (get-property rate-limit-terminate)
 * @self: an application
 *
 * Gets whether a connection over its rate limit is closed.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
resonate_app_get_rate_limit_terminate (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), FALSE);

  return self->rate_limit_terminate;
}

/**
 * resonate_app_get_cache_ttl: (get-property cache-ttl)
 * @self: an application
 *
 * Gets how long a cache channel keeps its last event.
 *
 * Returns: the time in microseconds
 *
 * Since: 1.0
 */
int64_t
resonate_app_get_cache_ttl (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), 0);

  return self->cache_ttl;
}

/**
 * resonate_app_get_subscription_count: (get-property subscription-count)
 * @self: an application
 *
 * Gets whether subscribers are told how many they are.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
resonate_app_get_subscription_count (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), FALSE);

  return self->subscription_count;
}

/**
 * resonate_app_get_send_queue_policy: (get-property send-queue-policy)
 * @self: an application
 *
 * Gets what happens to a connection whose queue is full.
 *
 * Returns: the policy
 *
 * Since: 1.0
 */
ResonateSendQueuePolicy
resonate_app_get_send_queue_policy (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), RESONATE_SEND_QUEUE_POLICY_CLOSE);

  return self->send_queue_policy;
}
