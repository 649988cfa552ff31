/* resonate-connection-facts.c: how one client is doing
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-connection"

#include "config.h"

#include "../base/resonate-clock-private.h"
#include "../transport/resonate-stream-private.h"
#include "resonate-connection-private.h"

/* All of it is there anyhow and is put together when somebody asks. */

static const ResonateTraffic *
traffic_of (ResonateConnection *self)
{
  static const ResonateTraffic none;
  ResonateStream *stream = resonate_transport_get_stream (self->transport);

  return stream != NULL ? resonate_stream_get_traffic (stream) : &none;
}

/**
 * resonate_connection_get_user_id:
 * @self: a connection
 *
 * Gets the user that the application has vouched for: on the first presence channel that the client
 * is on.
 *
 * Returns: (transfer none) (nullable): the user's id, or %NULL where nobody said who it is
 *
 * Since: 1.0
 */
const char *
resonate_connection_get_user_id (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), NULL);

  for (unsigned int i = 0; i < resonate_subscription_list_count (&self->subscriptions); i++)
    {
      ResonateSubscription *subscription = resonate_subscription_list_get (&self->subscriptions, i);
      const char *user_id = resonate_subscription_get_user_id (subscription);

      if (user_id != NULL)
        return user_id;
    }

  return NULL;
}

/**
 * resonate_connection_count_channels:
 * @self: a connection
 *
 * Counts the channels that the client is on.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
unsigned int
resonate_connection_count_channels (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return resonate_subscription_list_count (&self->subscriptions);
}

/**
 * resonate_connection_get_last_activity:
 * @self: a connection
 *
 * Gets when the client last said something, be it a pong. Of one that is being asked for a sign of
 * life this may be two seconds off.
 *
 * Returns: microseconds since 1970, UTC
 *
 * Since: 1.0
 */
int64_t
resonate_connection_get_last_activity (ResonateConnection *self)
{
  int64_t silent_us;

  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  silent_us = resonate_clock_now_us () - self->life.since_us;

  /* It is asked when it has been silent for that long, and only when it was asked is kept then. */
  if (self->life.pinged)
    silent_us += resonate_app_get_ping_interval (self->app);

  return MAX (resonate_clock_realtime_us () - silent_us, self->opened_at_us);
}

/**
 * resonate_connection_get_queued_bytes:
 * @self: a connection
 *
 * Gets how much the client was sent that the kernel has not taken.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
uint64_t
resonate_connection_get_queued_bytes (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return resonate_transport_get_queued_bytes (self->transport);
}

/**
 * resonate_connection_get_messages_received:
 * @self: a connection
 *
 * Counts the messages that the client sent.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
uint64_t
resonate_connection_get_messages_received (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return traffic_of (self)->messages_received;
}

/**
 * resonate_connection_get_messages_sent:
 * @self: a connection
 *
 * Counts the messages that were queued for the client.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
uint64_t
resonate_connection_get_messages_sent (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return traffic_of (self)->messages_sent;
}

/**
 * resonate_connection_get_bytes_received:
 * @self: a connection
 *
 * Counts the bytes of all frames that the client sent.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
uint64_t
resonate_connection_get_bytes_received (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return traffic_of (self)->bytes_received;
}

/**
 * resonate_connection_get_bytes_sent:
 * @self: a connection
 *
 * Counts the bytes of all frames that were queued for the client.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
uint64_t
resonate_connection_get_bytes_sent (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return traffic_of (self)->bytes_sent;
}

/**
 * resonate_connection_get_rate_limit_remaining:
 * @self: a connection
 *
 * Gets how many messages the client may send until its window of time ends.
 *
 * Returns: how many, or -1 where the app has no such limit
 *
 * Since: 1.0
 */
int
resonate_connection_get_rate_limit_remaining (ResonateConnection *self)
{
  unsigned int max;

  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), -1);

  if (!resonate_app_get_rate_limiting_enabled (self->app))
    return -1;

  max = resonate_app_get_rate_limit_max_attempts (self->app);

  return (int) resonate_limiter_get_left (&self->limiter, resonate_clock_now_us (), max);
}

/**
 * resonate_connection_is_hibernating:
 * @self: a connection
 *
 * Says whether nothing but what has to be kept is kept of the client, since it says nothing.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
resonate_connection_is_hibernating (ResonateConnection *self)
{
  ResonateStream *stream;

  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), FALSE);

  stream = resonate_transport_get_stream (self->transport);

  return stream != NULL && !resonate_stream_is_awake (stream);
}
