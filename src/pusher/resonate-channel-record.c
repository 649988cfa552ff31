/* resonate-channel-record.c: who is on a channel, when the clients change the process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel"

#include "config.h"

#include "resonate-channel.h"

#include "resonate-channel-parts-private.h"
#include "resonate-connection-private.h"
#include "resonate-subscription-private.h"

/* A number that grows with the time of joining; there may be gaps between two. */
unsigned int
resonate_channel_get_place (ResonateSubscription *subscription)
{
  return resonate_subscription_get_seat (subscription)->index;
}

/*
 * resonate_channel_restore:
 * @place: what resonate_channel_get_place () said in the process before
 *
 * Adds a subscription that is no news. Clients come in any order: when all are there,
 * resonate_channel_put_in_order () has to follow, and nothing may be taken out before.
 */
void
resonate_channel_restore (ResonateChannel *self,
                          ResonateSubscription *subscription,
                          unsigned int place)
{
  const char *user_id = resonate_subscription_get_user_id (subscription);
  ResonateSeat *seat = resonate_subscription_get_seat (g_object_ref (subscription));

  resonate_subscription_list_add (resonate_connection_get_subscriptions (
                                    resonate_subscription_get_connection (subscription)),
                                  subscription);
  resonate_audience_add (self->audience, seat);
  seat->index = place;
  if (user_id != NULL && self->members != NULL)
    resonate_members_add (self->members, user_id,
                          resonate_subscription_get_member (subscription)->id_json);
}

void
resonate_channel_put_in_order (ResonateChannel *self)
{
  resonate_audience_put_in_order (self->audience);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0,
                              resonate_audience_get_size (self->audience));
}

/* Removes a subscription whose client goes on elsewhere. */
void
resonate_channel_forget (ResonateChannel *self, ResonateSubscription *subscription)
{
  g_autoptr (ResonateSubscription) taken = subscription;
  ResonateSeat *seat = resonate_subscription_get_seat (subscription);
  const char *user_id = resonate_subscription_get_user_id (subscription);
  gboolean is_watched = resonate_channel_is_watched (self);
  unsigned int position;

  position = is_watched ? resonate_audience_get_position (self->audience, seat) : 0;
  resonate_audience_remove (self->audience, seat);
  resonate_subscription_list_remove (resonate_connection_get_subscriptions (
                                       resonate_subscription_get_connection (subscription)),
                                     subscription);
  if (user_id != NULL && self->members != NULL)
    resonate_members_remove (self->members, user_id);

  if (is_watched)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}
