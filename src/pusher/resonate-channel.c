/* resonate-channel.c: one named channel and who is on it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel"

#include "config.h"

#include "resonate-channel.h"

#include "resonate-channel-kind-private.h"
#include "resonate-channel-parts-private.h"
#include "resonate-connection-private.h"
#include "resonate-enum-types.h"
#include "resonate-subscription-private.h"

/**
 * ResonateChannel:
 *
 * One named channel of one app, and the subscriptions on it.
 *
 * A channel exists while somebody is on it. It is a [iface@Gio.ListModel] of
 * [class@Resonate.Subscription], in the order they joined, so a view, a script and a test all read
 * it the same way.
 *
 * ## Users and connections
 *
 * On a presence channel one user may hold several connections. The first one in makes the user a
 * member ([signal@Resonate.Channel::member-added]) and the last one out ends it
 * ([signal@Resonate.Channel::member-removed]); what happens in between is nobody's news.
 *
 * Since: 1.0
 */
static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateChannel,
                               resonate_channel,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

typedef enum
{
  PROP_NAME = 1,
  PROP_KIND,
} ResonateChannelProperty;

static GParamSpec *properties[PROP_KIND + 1];

enum
{
  SIGNAL_OCCUPIED,
  SIGNAL_VACATED,
  SIGNAL_MEMBER_ADDED,
  SIGNAL_MEMBER_REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/*
 * GListModel
 */
static GType
resonate_channel_get_item_type (GListModel *model)
{
  return RESONATE_TYPE_SUBSCRIPTION;
}

static guint
resonate_channel_get_n_items (GListModel *model)
{
  return resonate_audience_get_size (RESONATE_CHANNEL (model)->audience);
}

static gpointer
resonate_channel_get_item (GListModel *model, guint position)
{
  ResonateSeat *seat = resonate_audience_get_seat (RESONATE_CHANNEL (model)->audience, position);

  return seat != NULL ? g_object_ref (seat->owner) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = resonate_channel_get_item_type;
  iface->get_n_items = resonate_channel_get_n_items;
  iface->get_item = resonate_channel_get_item;
}

/*
 * GObject
 */
static void
release (ResonateSubscription *subscription, gpointer user_data)
{
  ResonateConnection *connection = resonate_subscription_get_connection (subscription);

  if (connection != NULL)
    resonate_subscription_list_remove (resonate_connection_get_subscriptions (connection),
                                       subscription);
  g_object_unref (subscription);
}

static void
resonate_channel_finalize (GObject *object)
{
  ResonateChannel *self = RESONATE_CHANNEL (object);

  resonate_channel_foreach (self, release, NULL);
  g_clear_pointer (&self->members, resonate_members_free);
  g_clear_pointer (&self->audience, resonate_audience_free);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (resonate_channel_parent_class)->finalize (object);
}

static void
resonate_channel_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateChannel *self = RESONATE_CHANNEL (object);

  switch ((ResonateChannelProperty) prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_signals (void)
{
  /**
   * ResonateChannel::occupied:
   * @self: the channel
   *
   * The first connection of this node joined.
   *
   * Since: 1.0
   */
  signals[SIGNAL_OCCUPIED] = g_signal_new ("occupied", RESONATE_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * ResonateChannel::vacated:
   * @self: the channel
   *
   * The last connection of this node left. The channel is about to be forgotten.
   *
   * Since: 1.0
   */
  signals[SIGNAL_VACATED] = g_signal_new ("vacated", RESONATE_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * ResonateChannel::member-added:
   * @self: the channel
   * @user_id: the user
   *
   * A user's first connection joined this presence channel.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MEMBER_ADDED] = g_signal_new ("member-added", RESONATE_TYPE_CHANNEL,
                                               G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                               1, G_TYPE_STRING);

  /**
   * ResonateChannel::member-removed:
   * @self: the channel
   * @user_id: the user
   *
   * A user's last connection left this presence channel.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MEMBER_REMOVED] = g_signal_new ("member-removed", RESONATE_TYPE_CHANNEL,
                                                 G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
resonate_channel_class_init (ResonateChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = resonate_channel_finalize;
  object_class->get_property = resonate_channel_get_property;

  /**
   * ResonateChannel:name: (getter get_name)
   *
   * The channel's name, such as `presence-chat.42`. It never changes.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateChannel:kind: (getter get_kind)
   *
   * How the channel admits subscribers and what it remembers.
   *
   * Since: 1.0
   */
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, RESONATE_TYPE_CHANNEL_KIND,
                                             RESONATE_CHANNEL_PUBLIC,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  install_signals ();
}

static ResonateSeat *
find_seat (gpointer owner, ResonateTransport *transport)
{
  ResonateConnection *connection = resonate_transport_get_listener_data (transport);
  ResonateSubscription *subscription = NULL;

  if (connection != NULL)
    subscription = resonate_channel_lookup (owner, connection);

  return subscription != NULL ? resonate_subscription_get_seat (subscription) : NULL;
}

static void
resonate_channel_init (ResonateChannel *self)
{
  self->audience = resonate_audience_new (find_seat, self);
}

/* Makes an empty channel. Its kind follows from @name. */
ResonateChannel *
resonate_channel_new (const char *name)
{
  ResonateChannel *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (RESONATE_TYPE_CHANNEL, NULL);
  self->name = g_strdup (name);
  self->kind = resonate_channel_kind_from_name (name);
  if (resonate_channel_kind_is_presence (self->kind))
    self->members = resonate_members_new ();

  return self;
}

/**
 * resonate_channel_get_name: (get-property name)
 * @self: a channel
 *
 * Gets the channel's name.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
resonate_channel_get_name (ResonateChannel *self)
{
  g_return_val_if_fail (RESONATE_IS_CHANNEL (self), NULL);

  return self->name;
}

/**
 * resonate_channel_get_kind: (get-property kind)
 * @self: a channel
 *
 * Gets how the channel admits subscribers and what it remembers.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
ResonateChannelKind
resonate_channel_get_kind (ResonateChannel *self)
{
  g_return_val_if_fail (RESONATE_IS_CHANNEL (self), RESONATE_CHANNEL_PUBLIC);

  return self->kind;
}

ResonateSubscription *
resonate_channel_lookup (ResonateChannel *self, ResonateConnection *connection)
{
  return resonate_subscription_list_find (resonate_connection_get_subscriptions (connection), self);
}

unsigned int
resonate_channel_get_subscription_count (ResonateChannel *self)
{
  return resonate_audience_get_size (self->audience);
}

/*
 * resonate_channel_add:
 * @subscription: of a connection that is not here yet
 *
 * Adds a subscription. Signals are emitted when the channel is consistent again.
 *
 * Returns: whether that made a user a member
 */
gboolean
resonate_channel_add (ResonateChannel *self, ResonateSubscription *subscription)
{
  const char *user_id = resonate_subscription_get_user_id (subscription);
  unsigned int position = resonate_audience_get_size (self->audience);
  gboolean added;

  resonate_subscription_list_add (resonate_connection_get_subscriptions (
                                    resonate_subscription_get_connection (subscription)),
                                  subscription);
  resonate_audience_add (self->audience,
                         resonate_subscription_get_seat (g_object_ref (subscription)));
  added = user_id != NULL && self->members != NULL &&
          resonate_members_add (self->members, user_id,
                                resonate_subscription_get_member (subscription)->id_json);

  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  if (position == 0)
    g_signal_emit (self, signals[SIGNAL_OCCUPIED], 0);
  if (added)
    g_signal_emit (self, signals[SIGNAL_MEMBER_ADDED], 0, user_id);

  return added;
}

/* Which position somebody leaves takes a look at all before it, and interests few. */
gboolean
resonate_channel_is_watched (ResonateChannel *self)
{
  static guint items_changed = 0;

  if (items_changed == 0)
    items_changed = g_signal_lookup ("items-changed", G_TYPE_LIST_MODEL);

  return g_signal_has_handler_pending (self, items_changed, 0, TRUE);
}

/*
 * resonate_channel_remove:
 * @subscription: one that is here
 *
 * Removes a subscription, and emits what follows from it.
 *
 * Returns: whether that was the last connection of a member
 */
gboolean
resonate_channel_remove (ResonateChannel *self, ResonateSubscription *subscription)
{
  g_autoptr (ResonateSubscription) taken = subscription;
  ResonateSeat *seat = resonate_subscription_get_seat (subscription);
  const char *user_id = resonate_subscription_get_user_id (subscription);
  unsigned int position;
  gboolean removed, emptied;

  position = resonate_channel_is_watched (self)
               ? resonate_audience_get_position (self->audience, seat)
               : 0;
  resonate_audience_remove (self->audience, seat);
  resonate_subscription_list_remove (resonate_connection_get_subscriptions (
                                       resonate_subscription_get_connection (subscription)),
                                     subscription);
  removed = user_id != NULL && self->members != NULL &&
            resonate_members_remove (self->members, user_id);
  emptied = resonate_audience_get_size (self->audience) == 0;

  if (resonate_channel_is_watched (self))
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  if (removed)
    g_signal_emit (self, signals[SIGNAL_MEMBER_REMOVED], 0, user_id);
  if (emptied)
    g_signal_emit (self, signals[SIGNAL_VACATED], 0);

  return removed;
}

/*
 * resonate_channel_replace:
 * @member: (transfer full) (nullable): what the connection now says of its user
 * @added: (out): whether a user became a member
 * @removed: (out): whether the user of before has no other connection here
 *
 * A connection subscribed again. It keeps its place.
 */
void
resonate_channel_replace (ResonateChannel *self,
                          ResonateSubscription *subscription,
                          ResonateMember *member,
                          gboolean *added,
                          gboolean *removed)
{
  g_autofree char *old_id = g_strdup (resonate_subscription_get_user_id (subscription));
  const char *new_id;

  resonate_subscription_take_member (subscription, member);
  new_id = resonate_subscription_get_user_id (subscription);
  *added = *removed = FALSE;

  if (self->members == NULL || g_strcmp0 (old_id, new_id) == 0)
    return;

  *added = new_id != NULL && resonate_members_add (self->members, new_id, member->id_json);
  *removed = old_id != NULL && resonate_members_remove (self->members, old_id);

  if (*added)
    g_signal_emit (self, signals[SIGNAL_MEMBER_ADDED], 0, new_id);
  if (*removed)
    g_signal_emit (self, signals[SIGNAL_MEMBER_REMOVED], 0, old_id);
}

/* Calls @func with every subscription in the order of joining; @func must not change the channel.
 */
void
resonate_channel_foreach (ResonateChannel *self, ResonateChannelFunc func, gpointer user_data)
{
  for (unsigned int i = 0; i < resonate_audience_get_size (self->audience); i++)
    func (resonate_audience_get_seat (self->audience, i)->owner, user_data);
}

/*
 * resonate_channel_send:
 * @frame: shared by all who receive it
 * @except: (nullable): who does not
 *
 * Nothing that a send can cause changes the channel: a connection that fails or overflows is
 * closed from the main loop, later.
 */
void
resonate_channel_send (ResonateChannel *self, GBytes *frame, ResonateConnection *except)
{
  resonate_audience_send (self->audience, frame,
                          except != NULL ? resonate_connection_get_transport (except) : NULL);
}
