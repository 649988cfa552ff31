/* resonate-subscription.c: one connection's place in one channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-subscription"

#include "config.h"

#include "resonate-subscription.h"

#include "resonate-connection-private.h"
#include "resonate-subscription-private.h"

/**
 * ResonateSubscription:
 *
 * One connection's place in one channel.
 *
 * It is the item of [class@Resonate.Channel] as a list model, and says who is there: which
 * connection, and on a channel that asks for a signature also which user. What it says of the user
 * was signed by the application.
 *
 * Since: 1.0
 */
struct _ResonateSubscription
{
  GObject parent_instance;

  ResonateConnection *connection; /* (unowned) (nullable): a closing connection detaches itself */
  ResonateChannel *channel;       /* (unowned): which owns this, until it is left */
  ResonateSeat seat;              /* among those who hear the channel */
  char *socket_id;                /* counted, shared with the connection */
  ResonateMember *member;         /* (nullable): what was signed about the user */
};

G_DEFINE_FINAL_TYPE (ResonateSubscription, resonate_subscription, G_TYPE_OBJECT)

typedef enum
{
  PROP_SOCKET_ID = 1,
  PROP_USER_ID,
  PROP_USER_INFO,
} ResonateSubscriptionProperty;

static GParamSpec *properties[PROP_USER_INFO + 1];

static void
resonate_subscription_finalize (GObject *object)
{
  ResonateSubscription *self = RESONATE_SUBSCRIPTION (object);

  g_clear_pointer (&self->member, resonate_member_free);
  g_clear_pointer (&self->socket_id, g_ref_string_release);

  G_OBJECT_CLASS (resonate_subscription_parent_class)->finalize (object);
}

static void
resonate_subscription_get_property (GObject *object,
                                    guint prop_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  ResonateSubscription *self = RESONATE_SUBSCRIPTION (object);

  switch ((ResonateSubscriptionProperty) prop_id)
    {
    case PROP_SOCKET_ID:
      g_value_set_string (value, self->socket_id);
      break;

    case PROP_USER_ID:
      g_value_set_string (value, resonate_subscription_get_user_id (self));
      break;

    case PROP_USER_INFO:
      g_value_set_string (value, resonate_subscription_get_user_info (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_subscription_class_init (ResonateSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = resonate_subscription_finalize;
  object_class->get_property = resonate_subscription_get_property;

  /**
   * ResonateSubscription:socket-id: (getter get_socket_id)
   *
   * The id of the connection. It never changes.
   *
   * Since: 1.0
   */
  properties[PROP_SOCKET_ID] = g_param_spec_string ("socket-id", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateSubscription:user-id: (getter get_user_id)
   *
   * The user's id as text, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_USER_ID] = g_param_spec_string ("user-id", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateSubscription:user-info: (getter get_user_info)
   *
   * What the application says of the user, as JSON text, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_USER_INFO] = g_param_spec_string ("user-info", NULL, NULL, NULL,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_subscription_init (ResonateSubscription *self)
{
}

/*
 * resonate_subscription_new:
 * @connection: not referenced: it calls resonate_subscription_detach () before it goes
 * @member: (transfer full) (nullable): what was signed about the user
 */
ResonateSubscription *
resonate_subscription_new (ResonateConnection *connection,
                           ResonateChannel *channel,
                           ResonateMember *member)
{
  ResonateSubscription *self;

  g_return_val_if_fail (RESONATE_IS_CONNECTION (connection), NULL);

  self = g_object_new (RESONATE_TYPE_SUBSCRIPTION, NULL);
  self->connection = connection;
  self->channel = channel;
  self->seat.transport = resonate_connection_get_transport (connection);
  self->seat.owner = self;
  self->socket_id = resonate_connection_share_socket_id (connection);
  self->member = member;

  return self;
}

/**
 * resonate_subscription_get_connection:
 * @self: a subscription
 *
 * Gets the connection.
 *
 * Returns: (transfer none) (nullable): the connection, or %NULL once it is closed
 *
 * Since: 1.0
 */
ResonateConnection *
resonate_subscription_get_connection (ResonateSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_SUBSCRIPTION (self), NULL);

  return self->connection;
}

/**
 * resonate_subscription_get_socket_id: (get-property socket-id)
 * @self: a subscription
 *
 * Gets the id of the connection.
 *
 * Returns: (transfer none): the socket id
 *
 * Since: 1.0
 */
const char *
resonate_subscription_get_socket_id (ResonateSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_SUBSCRIPTION (self), NULL);

  return self->socket_id;
}

/**
 * resonate_subscription_get_user_id: (get-property user-id)
 * @self: a subscription
 *
 * Gets the user's id. Whether the application wrote it as a number or as a string makes no
 * difference here.
 *
 * Returns: (transfer none) (nullable): the user id, or %NULL if nobody said who that is
 *
 * Since: 1.0
 */
const char *
resonate_subscription_get_user_id (ResonateSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_SUBSCRIPTION (self), NULL);

  return self->member != NULL ? self->member->id : NULL;
}

/**
 * resonate_subscription_get_user_info: (get-property user-info)
 * @self: a subscription
 *
 * Gets what the application says of the user.
 *
 * Returns: (transfer none) (nullable): JSON text, or %NULL
 *
 * Since: 1.0
 */
const char *
resonate_subscription_get_user_info (ResonateSubscription *self)
{
  g_return_val_if_fail (RESONATE_IS_SUBSCRIPTION (self), NULL);

  return self->member != NULL ? self->member->info_json : NULL;
}

/* A connection that subscribes again may say something else of its user. Takes @member. */
void
resonate_subscription_take_member (ResonateSubscription *self, ResonateMember *member)
{
  g_clear_pointer (&self->member, resonate_member_free);
  self->member = member;
}

const ResonateMember *
resonate_subscription_get_member (ResonateSubscription *self)
{
  return self->member;
}

void
resonate_subscription_detach (ResonateSubscription *self)
{
  self->connection = NULL;
}

ResonateChannel *
resonate_subscription_get_channel (ResonateSubscription *self)
{
  return self->channel;
}

ResonateSeat *
resonate_subscription_get_seat (ResonateSubscription *self)
{
  return &self->seat;
}
