/* resonate-connection.c: one client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-connection"

#include "config.h"

#include "resonate-connection.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "../base/resonate-random-private.h"
#include "resonate-connection-private.h"
#include "resonate-protocol-private.h"
#include "resonate-subscription-private.h"

/* Both halves of a socket id are numbers from 1 to this (spec: Pusher protocol of Reverb, 2). */
#define SOCKET_ID_MAX  1000000000
#define SOCKET_ID_SIZE sizeof ("1000000000.1000000000")

/**
 * ResonateConnection:
 *
 * One client: its app, its socket id, the channels it is on.
 *
 * A connection appears with [signal@Resonate.Server::opened] and is of no more use after
 * [signal@Resonate.Connection::closed]. It belongs to the server; whoever keeps a reference keeps
 * the facts about the client, not the client.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (ResonateConnection, resonate_connection, G_TYPE_OBJECT)

typedef enum
{
  PROP_APP = 1,
  PROP_SOCKET_ID,
  PROP_REMOTE_ADDRESS,
  PROP_ORIGIN,
} ResonateConnectionProperty;

static GParamSpec *properties[PROP_ORIGIN + 1];

enum
{
  SIGNAL_SUBSCRIBED,
  SIGNAL_UNSUBSCRIBED,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
resonate_connection_finalize (GObject *object)
{
  ResonateConnection *self = RESONATE_CONNECTION (object);

  g_clear_object (&self->cancellable);
  resonate_backlog_clear (&self->backlog);
  resonate_subscription_list_clear (&self->subscriptions);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->socket_id, g_ref_string_release);
  g_clear_object (&self->transport);
  g_clear_object (&self->app);

  G_OBJECT_CLASS (resonate_connection_parent_class)->finalize (object);
}

static void
resonate_connection_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateConnection *self = RESONATE_CONNECTION (object);

  switch ((ResonateConnectionProperty) prop_id)
    {
    case PROP_APP:
      g_value_set_object (value, self->app);
      break;

    case PROP_SOCKET_ID:
      g_value_set_string (value, self->socket_id);
      break;

    case PROP_REMOTE_ADDRESS:
      g_value_set_string (value, resonate_connection_get_remote_address (self));
      break;

    case PROP_ORIGIN:
      g_value_set_string (value, self->origin);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * ResonateConnection:app: (getter get_app)
   *
   * The app whose key the client presented. It never changes.
   *
   * Since: 1.0
   */
  properties[PROP_APP] = g_param_spec_object ("app", NULL, NULL, RESONATE_TYPE_APP,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConnection:socket-id: (getter get_socket_id)
   *
   * The id that the server gave to the client, such as `1234.5678`. It never changes.
   *
   * Since: 1.0
   */
  properties[PROP_SOCKET_ID] = g_param_spec_string ("socket-id", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConnection:remote-address: (getter get_remote_address)
   *
   * The client's IP address as text.
   *
   * Since: 1.0
   */
  properties[PROP_REMOTE_ADDRESS] = g_param_spec_string ("remote-address", NULL, NULL, NULL,
                                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateConnection:origin: (getter get_origin)
   *
   * The `Origin` header of the handshake, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_ORIGIN] = g_param_spec_string ("origin", NULL, NULL, NULL,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_connection_class_init (ResonateConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = resonate_connection_finalize;
  object_class->get_property = resonate_connection_get_property;

  install_properties (object_class);

  /**
   * ResonateConnection::subscribed:
   * @self: the connection
   * @channel: the channel
   *
   * The client is on a channel, and has been told so.
   *
   * Since: 1.0
   */
  signals[SIGNAL_SUBSCRIBED] = g_signal_new ("subscribed", RESONATE_TYPE_CONNECTION,
                                             G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                             RESONATE_TYPE_CHANNEL);

  /**
   * ResonateConnection::unsubscribed:
   * @self: the connection
   * @channel: the channel
   *
   * The client left a channel, by asking or by closing.
   *
   * Since: 1.0
   */
  signals[SIGNAL_UNSUBSCRIBED] = g_signal_new ("unsubscribed", RESONATE_TYPE_CONNECTION,
                                               G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                               1, RESONATE_TYPE_CHANNEL);

  /**
   * ResonateConnection::closed:
   * @self: the connection
   *
   * The client is gone. It has left every channel by now.
   *
   * Since: 1.0
   */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", RESONATE_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
resonate_connection_init (ResonateConnection *self)
{
}

/*
 * resonate_connection_new:
 * @origin: (nullable): what the handshake said
 *
 * Gives a client its id, from a source that nobody can predict: who knows another's id can have it
 * left out of an event.
 */
ResonateConnection *
resonate_connection_new (ResonateRealm *realm, ResonateTransport *transport, const char *origin)
{
  char socket_id[SOCKET_ID_SIZE];
  ResonateConnection *self;

  g_return_val_if_fail (realm != NULL, NULL);
  g_return_val_if_fail (RESONATE_IS_TRANSPORT (transport), NULL);

  self = g_object_new (RESONATE_TYPE_CONNECTION, NULL);
  self->realm = realm;
  self->app = g_object_ref (realm->app);
  self->transport = g_object_ref (transport);
  self->origin = g_strdup (origin);
  self->opened_at_us = resonate_clock_realtime_us ();
  g_snprintf (socket_id, sizeof (socket_id), "%u.%u",
              resonate_random_uint32_below (SOCKET_ID_MAX) + 1,
              resonate_random_uint32_below (SOCKET_ID_MAX) + 1);
  self->socket_id = g_ref_string_new (socket_id);

  return self;
}

/**
 * resonate_connection_get_socket_id: (get-property socket-id)
 * @self: a connection
 *
 * Gets the id that the server gave to the client.
 *
 * Returns: (transfer none): the socket id
 *
 * Since: 1.0
 */
const char *
resonate_connection_get_socket_id (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), NULL);

  return self->socket_id;
}

/**
 * resonate_connection_get_app: (get-property app)
 * @self: a connection
 *
 * Gets the app whose key the client presented.
 *
 * Returns: (transfer none): the app
 *
 * Since: 1.0
 */
ResonateApp *
resonate_connection_get_app (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), NULL);

  return self->app;
}

/**
 * resonate_connection_get_remote_address: (get-property remote-address)
 * @self: a connection
 *
 * Gets the client's IP address as text. Behind a trusted proxy it is the one the proxy named.
 *
 * Returns: (transfer none) (nullable): the address
 *
 * Since: 1.0
 */
const char *
resonate_connection_get_remote_address (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), NULL);

  return resonate_transport_get_remote_address (self->transport);
}

/**
 * resonate_connection_get_origin: (get-property origin)
 * @self: a connection
 *
 * Gets the `Origin` header of the handshake.
 *
 * Returns: (transfer none) (nullable): the origin, such as `https://example.org`
 *
 * Since: 1.0
 */
const char *
resonate_connection_get_origin (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), NULL);

  return self->origin;
}

/**
 * resonate_connection_get_opened_at:
 * @self: a connection
 *
 * Gets when the client connected.
 *
 * Returns: microseconds since 1970, UTC
 *
 * Since: 1.0
 */
int64_t
resonate_connection_get_opened_at (ResonateConnection *self)
{
  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), 0);

  return self->opened_at_us;
}

/**
 * resonate_connection_dup_channels:
 * @self: a connection
 *
 * Gets the names of the channels the client is on, in the order it joined them.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
resonate_connection_dup_channels (ResonateConnection *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (RESONATE_IS_CONNECTION (self), NULL);

  for (unsigned int i = 0; i < resonate_subscription_list_count (&self->subscriptions); i++)
    {
      ResonateSubscription *subscription = resonate_subscription_list_get (&self->subscriptions, i);
      ResonateChannel *channel = resonate_subscription_get_channel (subscription);

      g_strv_builder_add (builder, resonate_channel_get_name (channel));
    }

  return g_strv_builder_end (builder);
}

/**
 * resonate_connection_send:
 * @self: a connection
 * @event: the event's name
 * @channel: (nullable): the channel it is said to come from
 * @data: the payload: the text of a string, which clients of the protocol expect to hold JSON
 *
 * Sends an event to this client alone.
 *
 * Since: 1.0
 */
void
resonate_connection_send (ResonateConnection *self,
                          const char *event,
                          const char *channel,
                          const char *data)
{
  g_autoptr (GBytes) frame = NULL;

  g_return_if_fail (RESONATE_IS_CONNECTION (self));
  g_return_if_fail (event != NULL);
  g_return_if_fail (data != NULL);

  frame = resonate_protocol_event (event, channel, data, -1, RESONATE_EVENT_DATA_FIRST);
  resonate_connection_send_frame (self, frame);
}

/**
 * resonate_connection_close:
 * @self: a connection
 * @code: a close code: 1000, or one of the application's own, 4000 to 4999
 * @reason: the reason, at most 123 bytes
 *
 * Closes the connection. [signal@Resonate.Connection::closed] follows from the main loop.
 *
 * Since: 1.0
 */
void
resonate_connection_close (ResonateConnection *self, unsigned int code, const char *reason)
{
  g_return_if_fail (RESONATE_IS_CONNECTION (self));
  g_return_if_fail (reason != NULL && strlen (reason) <= 123);

  resonate_transport_close (self->transport, code, reason);
}

/* (transfer full): a counted string. */
char *
resonate_connection_share_socket_id (ResonateConnection *self)
{
  return g_ref_string_acquire (self->socket_id);
}

/* Cancelled when the client is gone: what waits on its behalf stops waiting. */
GCancellable *
resonate_connection_get_cancellable (ResonateConnection *self)
{
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();

  return self->cancellable;
}

void
resonate_connection_send_frame (ResonateConnection *self, GBytes *frame)
{
  /* The realm is there as long as the client is. */
  if (!resonate_transport_is_open (self->transport))
    return;

  self->realm->counters.messages_sent++;
  self->realm->counters.bytes_sent += g_bytes_get_size (frame);
  resonate_transport_send (self->transport, frame);
}

void
resonate_connection_send_error (ResonateConnection *self, int code, const char *message)
{
  g_autoptr (GBytes) frame = resonate_protocol_error (code, message);

  resonate_connection_send_frame (self, frame);
}

void
resonate_connection_emit_subscribed (ResonateConnection *self, ResonateChannel *channel)
{
  g_signal_emit (self, signals[SIGNAL_SUBSCRIBED], 0, channel);
}

void
resonate_connection_emit_unsubscribed (ResonateConnection *self, ResonateChannel *channel)
{
  g_signal_emit (self, signals[SIGNAL_UNSUBSCRIBED], 0, channel);
}

void
resonate_connection_emit_closed (ResonateConnection *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}
