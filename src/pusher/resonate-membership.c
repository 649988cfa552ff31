/* resonate-membership.c: coming to a channel, and leaving it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-membership"

#include "config.h"

#include "resonate-membership-private.h"

#include "resonate-attendance-private.h"
#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-gate-private.h"
#include "resonate-interest-private.h"
#include "resonate-protocol-private.h"
#include "resonate-subscription-private.h"
#include "resonate-tally-private.h"

/* Tells the others, and the floor above, that a user is there or is gone. */
static void
announce_added (ResonateConnection *connection,
                ResonateChannel *channel,
                ResonateSubscription *subscription)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  const ResonateMember *member = resonate_subscription_get_member (subscription);
  g_autoptr (GBytes) frame = NULL;

  frame = resonate_protocol_member_added (resonate_channel_get_name (channel), member->data);
  resonate_realm_send (realm, channel, frame, connection);
  resonate_gate_member_added (realm->gate, realm->app, channel, member->id);
}

static void
announce_removed (ResonateConnection *connection,
                  ResonateChannel *channel,
                  const char *user_id,
                  const char *id_json)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  g_autoptr (GBytes) frame = NULL;

  frame = resonate_protocol_member_removed (resonate_channel_get_name (channel), id_json);
  resonate_realm_send (realm, channel, frame, connection);
  resonate_gate_member_removed (realm->gate, realm->app, channel, user_id);
}

/* Whoever is told of a change may make another one, and so may whoever was told before. */
static gboolean
is_on (ResonateChannel *channel, ResonateConnection *connection)
{
  return resonate_channel_lookup (channel, connection) != NULL;
}

/* On a node of many a user who comes or goes here may be elsewhere, too. Returns whether it is
 * news. */
static gboolean
attend (ResonateConnection *connection,
        ResonateChannel *channel,
        const ResonateMember *member,
        gboolean is_added)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);

  if (G_LIKELY (realm->relay == NULL))
    return is_added;

  return resonate_attendance_join (realm, channel, resonate_connection_get_socket_id (connection),
                                   member, is_added);
}

static gboolean
depart (ResonateConnection *connection,
        ResonateChannel *channel,
        const char *user_id,
        gboolean is_removed)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);

  if (G_LIKELY (realm->relay == NULL))
    return is_removed;

  return resonate_attendance_leave (realm, channel, resonate_connection_get_socket_id (connection),
                                    user_id, is_removed);
}

static void
join_again (ResonateIntent *intent, ResonateChannel *channel, ResonateSubscription *subscription)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  g_autoptr (ResonateSubscription) kept = g_object_ref (subscription);
  const ResonateMember *old = resonate_subscription_get_member (subscription);
  g_autofree char *old_id = g_strdup (old != NULL ? old->id : NULL);
  g_autofree char *old_json = g_strdup (old != NULL ? old->id_json : NULL);
  const char *new_id = intent->member != NULL ? intent->member->id : NULL;
  gboolean added, removed;

  if (new_id != NULL)
    resonate_connection_list_add_user (realm->connections, new_id, intent->connection);
  resonate_channel_replace (channel, subscription, g_steal_pointer (&intent->member), &added,
                            &removed);
  if (old_id != NULL)
    resonate_connection_list_remove_user (realm->connections, old_id, intent->connection);

  /* Elsewhere a socket has one user at a time. */
  if (g_strcmp0 (old_id, resonate_subscription_get_user_id (subscription)) != 0)
    {
      removed = depart (intent->connection, channel, old_id, removed);
      added = attend (intent->connection, channel, resonate_subscription_get_member (subscription),
                      added);
    }

  if (added && is_on (channel, intent->connection))
    announce_added (intent->connection, channel, subscription);
  if (removed)
    announce_removed (intent->connection, channel, old_id, old_json);
}

static void
join_new (ResonateIntent *intent, ResonateChannel *channel)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  g_autoptr (ResonateSubscription) subscription = NULL;
  gboolean is_first = resonate_channel_get_subscription_count (channel) == 0;
  const char *user_id;
  gboolean added;

  subscription = resonate_subscription_new (intent->connection, channel,
                                            g_steal_pointer (&intent->member));
  user_id = resonate_subscription_get_user_id (subscription);
  if (user_id != NULL)
    resonate_connection_list_add_user (realm->connections, user_id, intent->connection);

  added = resonate_channel_add (channel, subscription);
  realm->counters.subscriptions++;

  /* Not everybody has come the way on which the others are waited for. */
  if (G_UNLIKELY (realm->relay != NULL) && is_first)
    resonate_interest_ensure (realm, resonate_channel_get_name (channel));
  added = attend (intent->connection, channel, resonate_subscription_get_member (subscription),
                  added);

  /* Who watches a channel hears that it is occupied before it hears by whom. */
  if (is_first && is_on (channel, intent->connection))
    resonate_gate_occupied (realm->gate, realm->app, channel);
  if (added && is_on (channel, intent->connection))
    announce_added (intent->connection, channel, subscription);
}

/* Forgets a channel that nobody is on. Returns whether that was left to do. */
static gboolean
drop_empty (ResonateRealm *realm, ResonateChannel *channel)
{
  if (resonate_channel_get_subscription_count (channel) > 0 ||
      resonate_channel_list_lookup (realm->channels, resonate_channel_get_name (channel)) !=
        channel)
    return FALSE;

  resonate_channel_list_drop (realm->channels, channel);
  if (G_UNLIKELY (realm->relay != NULL))
    resonate_interest_let_go (realm, resonate_channel_get_name (channel));

  return TRUE;
}

/*
 * resonate_membership_join:
 * @intent: one that was admitted
 *
 * Puts the connection on the channel, or renews its place there. The others hear of a new user
 * before the joiner hears anything (spec: presence, 2.2).
 *
 * Returns: (transfer full): the channel; the connection is not on it if somebody who was told of
 *   the joining has ended it
 */
ResonateChannel *
resonate_membership_join (ResonateIntent *intent)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  ResonateChannel *channel = resonate_channel_list_ensure (realm->channels, intent->channel);
  ResonateSubscription *subscription = resonate_channel_lookup (channel, intent->connection);

  g_object_ref (channel);
  if (subscription != NULL)
    join_again (intent, channel, subscription);
  else if (resonate_realm_holds (realm, intent->connection))
    join_new (intent, channel);
  else
    drop_empty (realm, channel);

  return channel;
}

/* Leaves a channel, and tells who has to know. Leaving one that one is not on is no error. */
void
resonate_membership_leave (ResonateConnection *connection, ResonateChannel *channel)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  g_autoptr (ResonateChannel) kept = g_object_ref (channel);
  g_autoptr (ResonateSubscription) subscription = NULL;
  const ResonateMember *member;

  if (resonate_channel_lookup (channel, connection) == NULL)
    return;
  subscription = g_object_ref (resonate_channel_lookup (channel, connection));

  member = resonate_subscription_get_member (subscription);
  if (member != NULL && member->id != NULL)
    resonate_connection_list_remove_user (realm->connections, member->id, connection);

  if (depart (connection, channel, member != NULL ? member->id : NULL,
              resonate_channel_remove (channel, subscription)) &&
      member != NULL)
    announce_removed (connection, channel, member->id, member->id_json);
  realm->counters.subscriptions--;
  resonate_subscription_detach (subscription);

  if (resonate_channel_get_subscription_count (channel) > 0)
    resonate_tally_changed (realm, channel);
  else if (drop_empty (realm, channel))
    resonate_gate_vacated (realm->gate, realm->app, channel);

  resonate_connection_emit_unsubscribed (connection, channel);
  resonate_gate_unsubscribed (realm->gate, connection, channel);
}
