/* resonate-connection-record.c: a client, put into words so that another process can go on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-connection-record"

#include "config.h"

#include "resonate-connection-record-private.h"

#include "../transport/resonate-stream-private.h"
#include "../transport/resonate-websocket-transport-private.h"
#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-handler-private.h"
#include "resonate-liveness-private.h"
#include "resonate-subscription-private.h"

/* Only a connection listens to a transport with something of its own, see resonate_turn_away (). */
ResonateConnection *
resonate_connection_of_stream (ResonateStream *stream)
{
  ResonateTransport *transport = resonate_stream_get_transport (stream);
  ResonateConnection *connection;

  if (transport == NULL || !resonate_transport_is_open (transport))
    return NULL;

  connection = resonate_transport_get_listener_data (transport);
  if (connection == NULL || !resonate_realm_holds (connection->realm, connection))
    return NULL;

  return connection;
}

gboolean
resonate_connection_is_movable (ResonateConnection *self)
{
  return !resonate_backlog_is_frozen (&self->backlog);
}

/*
 * Saving
 */
static GVariant *
save_subscriptions (ResonateConnection *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sums)"));
  for (unsigned int i = 0; i < resonate_subscription_list_count (&self->subscriptions); i++)
    {
      ResonateSubscription *subscription = resonate_subscription_list_get (&self->subscriptions, i);
      ResonateChannel *channel = resonate_subscription_get_channel (subscription);
      const ResonateMember *member = resonate_subscription_get_member (subscription);

      g_variant_builder_add (&builder, "(sums)", resonate_channel_get_name (channel),
                             resonate_channel_get_place (subscription),
                             member != NULL ? member->data : NULL);
    }

  return g_variant_builder_end (&builder);
}

GVariant *
resonate_connection_save (ResonateConnection *self)
{
  return g_variant_new ("(ssmsx(xbb)(xu)@a(sums))", resonate_app_get_id (self->app),
                        self->socket_id, self->origin, self->opened_at_us,
                        (int64_t) self->life.since_us, (gboolean) self->life.pinged,
                        (gboolean) self->life.by_control, self->limiter.window_end_us,
                        self->limiter.taken, save_subscriptions (self));
}

void
resonate_connection_save_users (ResonateConnection *self, GVariantBuilder *builder)
{
  for (unsigned int i = 0; i < resonate_subscription_list_count (&self->subscriptions); i++)
    {
      ResonateSubscription *subscription = resonate_subscription_list_get (&self->subscriptions, i);
      ResonateChannel *channel = resonate_subscription_get_channel (subscription);
      const ResonateMember *member = resonate_subscription_get_member (subscription);

      if (member != NULL &&
          resonate_channel_has_user (channel, member->id != NULL ? member->id : ""))
        g_variant_builder_add (builder, "(sss)", resonate_app_get_id (self->app),
                               resonate_channel_get_name (channel), member->data);
    }
}

/*
 * Restoring
 */
static void
restore_facts (ResonateConnection *self, GVariant *record)
{
  int64_t since_us;
  gboolean pinged, by_control;

  g_variant_get_child (record, 3, "x", &self->opened_at_us);
  g_variant_get_child (record, 4, "(xbb)", &since_us, &pinged, &by_control);
  self->life.since_us = since_us;
  self->life.pinged = pinged != FALSE;
  self->life.by_control = by_control != FALSE;
  g_variant_get_child (record, 5, "(xu)", &self->limiter.window_end_us, &self->limiter.taken);
}

static void
restore_subscription (ResonateConnection *self,
                      const char *name,
                      unsigned int place,
                      ResonateMember *member)
{
  g_autoptr (ResonateSubscription) subscription = NULL;
  ResonateChannel *channel = resonate_channel_list_ensure (self->realm->channels, name);

  subscription = resonate_subscription_new (self, channel, member);
  if (member != NULL && member->id != NULL)
    resonate_connection_list_add_user (self->realm->connections, member->id, self);
  self->realm->counters.subscriptions++;
  resonate_channel_restore (channel, subscription, place);
}

static void
free_member (gpointer data)
{
  if (data != NULL)
    resonate_member_free (data);
}

/* What was signed is read again: who says something else of a user than the process before, of the
 * same bytes, would be wrong in one of the two. Nothing is kept unless all of it is good. */
static GPtrArray *
read_members (GVariant *subscriptions)
{
  g_autoptr (GPtrArray) members = NULL;
  GVariantIter iter;
  const char *data;

  members = g_ptr_array_new_with_free_func (free_member);
  g_variant_iter_init (&iter, subscriptions);
  while (g_variant_iter_next (&iter, "(&sum&s)", NULL, NULL, &data))
    {
      ResonateMember *member = data != NULL ? resonate_member_parse (data, NULL) : NULL;

      if (data != NULL && member == NULL)
        return NULL;
      g_ptr_array_add (members, member);
    }

  return g_steal_pointer (&members);
}

static void
restore_subscriptions (ResonateConnection *self, GVariant *subscriptions, GPtrArray *members)
{
  GVariantIter iter;
  const char *name;
  unsigned int place;

  g_variant_iter_init (&iter, subscriptions);
  for (unsigned int i = 0; g_variant_iter_next (&iter, "(&sum&s)", &name, &place, NULL); i++)
    restore_subscription (self, name, place, g_steal_pointer (&members->pdata[i]));
}

ResonateConnection *
resonate_connection_restore (ResonateRealmList *realms, ResonateStream *stream, GVariant *record)
{
  g_autoptr (GVariant) subscriptions = g_variant_get_child_value (record, 6);
  g_autoptr (GPtrArray) members = read_members (subscriptions);
  g_autoptr (ResonateTransport) transport = NULL;
  g_autoptr (ResonateConnection) self = NULL;
  const char *app_id, *socket_id, *origin;
  ResonateRealm *realm;

  g_variant_get (record, "(&s&sm&sx(xbb)(xu)a(sums))", &app_id, &socket_id, &origin, NULL, NULL,
                 NULL, NULL, NULL, NULL, NULL);
  realm = resonate_realm_list_lookup (realms, app_id);
  if (realm == NULL || members == NULL ||
      resonate_connection_list_lookup (realm->connections, socket_id) != NULL)
    return NULL;

  transport = resonate_websocket_transport_new (stream);
  self = resonate_connection_new (realm, transport, origin);
  g_ref_string_release (self->socket_id);
  self->socket_id = g_ref_string_new (socket_id);
  restore_facts (self, record);
  resonate_handler_attach (self);
  restore_subscriptions (self, subscriptions, members);

  return self;
}

/*
 * Forgetting
 */
static void
forget_subscription (ResonateConnection *self, ResonateSubscription *first)
{
  g_autoptr (ResonateSubscription) subscription = g_object_ref (first);
  g_autoptr (ResonateChannel) channel = NULL;
  const char *user_id = resonate_subscription_get_user_id (subscription);

  channel = g_object_ref (resonate_subscription_get_channel (subscription));
  if (user_id != NULL)
    resonate_connection_list_remove_user (self->realm->connections, user_id, self);
  self->realm->counters.subscriptions--;
  resonate_channel_forget (channel, subscription);
  resonate_subscription_detach (subscription);
  if (resonate_channel_get_subscription_count (channel) == 0)
    resonate_channel_list_drop (self->realm->channels, channel);
}

void
resonate_connection_forget (ResonateConnection *self)
{
  g_autoptr (ResonateConnection) kept = g_object_ref (self);

  resonate_connection_list_remove (self->realm->connections, self);
  resonate_liveness_forget (self);
  while (resonate_subscription_list_count (&self->subscriptions) > 0)
    forget_subscription (self, resonate_subscription_list_get (&self->subscriptions, 0));
  resonate_backlog_clear (&self->backlog);
  resonate_transport_listen (self->transport, NULL, NULL);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}
