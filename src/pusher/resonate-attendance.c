/* resonate-attendance.c: the members of presence channels, over all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate"

#include "config.h"

#include "resonate-attendance-parts-private.h"

#include "../base/resonate-clock-private.h"
#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-subscription-private.h"

void
resonate_attendance_unref (ResonateAttendance *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_clear_object (&self->node);
  g_free (self);
}

/*
 * What clients are told
 */
gboolean
resonate_attendance_has_here (ResonateInterest *interest, const char *user_id)
{
  ResonateChannel *channel = resonate_channel_list_lookup (interest->realm->channels,
                                                           interest->channel);

  return channel != NULL && resonate_channel_has_user (channel, user_id);
}

void
resonate_attendance_tell (const ResonateKnown *known, gboolean is_added, gpointer user_data)
{
  ResonateInterest *interest = user_data;
  ResonateRealm *realm = interest->realm;
  const ResonateMember *member = known->member;
  ResonateChannel *channel;
  g_autoptr (GBytes) frame = NULL;

  if (interest->subscription == NULL)
    return;

  channel = resonate_channel_list_lookup (realm->channels, interest->channel);
  if (channel == NULL || resonate_channel_has_user (channel, member->id))
    return;

  g_object_ref (channel);
  frame = is_added ? resonate_protocol_member_added (interest->channel, member->data)
                   : resonate_protocol_member_removed (interest->channel, member->id_json);
  resonate_realm_send (realm, channel, frame, NULL);
  if (is_added)
    resonate_gate_member_added (realm->gate, realm->app, channel, member->id);
  else
    resonate_gate_member_removed (realm->gate, realm->app, channel, member->id);
  g_object_unref (channel);
}

static GPtrArray *
list_interests (ResonateAttendance *self)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_interest_unref);
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self->relay->realms);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];
      GHashTableIter iter;
      gpointer interest;

      g_hash_table_iter_init (&iter, realm->interests);
      while (g_hash_table_iter_next (&iter, NULL, &interest))
        if (((ResonateInterest *) interest)->replica != NULL)
          g_ptr_array_add (all, resonate_interest_ref (interest));
    }

  return all;
}

/*
 * While Redis is away
 */

/* By now others have cleaned up after us, and we know nothing of them any more. */
static void
forget_others (ResonateInterest *interest)
{
  g_autoptr (GPtrArray) gone = NULL;

  gone = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_known_free);
  for (GList *node = resonate_replica_get_first (interest->replica), *next; node != NULL;
       node = next)
    {
      const char *user_id = ((ResonateKnown *) node->data)->member->id;

      next = node->next;
      if (!resonate_attendance_has_here (interest, user_id))
        g_ptr_array_add (gone, resonate_replica_remove (interest->replica, user_id));
    }

  for (unsigned int i = 0; i < gone->len; i++)
    resonate_attendance_tell (gone->pdata[i], FALSE, interest);
}

static void
on_registered (ResonateNode *node, GParamSpec *pspec, ResonateAttendance *self)
{
  g_autoptr (GPtrArray) interests = NULL;

  if (!resonate_node_is_registered (node))
    {
      self->away_us = resonate_clock_now_us ();
      return;
    }

  self->away_us = 0;
  self->settled_us = resonate_clock_now_us () + resonate_node_get_heartbeat_us (node);
  interests = list_interests (self);
  for (unsigned int i = 0; i < interests->len; i++)
    resonate_attendance_refresh (interests->pdata[i]);
}

void
resonate_attendance_check (ResonateAttendance *self)
{
  int64_t now_us = resonate_clock_now_us ();

  resonate_attendance_check_doubts (self);
  if (self->away_us != 0 && self->away_us + resonate_node_get_lease_us (self->node) <= now_us)
    {
      g_autoptr (GPtrArray) interests = list_interests (self);

      self->away_us = 0;
      for (unsigned int i = 0; i < interests->len && self->relay != NULL; i++)
        if (((ResonateInterest *) interests->pdata[i])->subscription != NULL)
          forget_others (interests->pdata[i]);
    }
}

/*
 * What the roster asks
 */

typedef struct
{
  ResonateRosterFunc func;
  gpointer user_data;
} Listing;

static void
list_one (ResonateSubscription *subscription, gpointer user_data)
{
  const Listing *listing = user_data;
  const ResonateMember *member = resonate_subscription_get_member (subscription);
  ResonateConnection *connection = resonate_subscription_get_connection (subscription);

  if (member != NULL && member->id != NULL && connection != NULL)
    listing->func (resonate_connection_get_socket_id (connection), member->id, member->data,
                   listing->user_data);
}

static void
on_list (gpointer owner, const char *topic, ResonateRosterFunc func, gpointer user_data)
{
  ResonateAttendance *self = owner;
  Listing listing = { func, user_data };
  const char *name;
  g_autofree char *app_id = resonate_attendance_parse_topic (self, topic, &name);
  ResonateRealm *realm = NULL;
  ResonateChannel *channel = NULL;

  if (app_id != NULL)
    realm = resonate_realm_list_lookup (self->relay->realms, app_id);
  if (realm != NULL)
    channel = resonate_channel_list_lookup (realm->channels, name);
  if (channel != NULL)
    resonate_channel_foreach (channel, list_one, &listing);
}

static ResonateInterest *
find_interest (ResonateAttendance *self, const char *topic)
{
  const char *name;
  g_autofree char *app_id = resonate_attendance_parse_topic (self, topic, &name);
  ResonateRealm *realm = NULL;
  ResonateInterest *interest = NULL;

  if (app_id != NULL)
    realm = resonate_realm_list_lookup (self->relay->realms, app_id);
  if (realm != NULL)
    interest = resonate_interest_lookup (realm, name);

  return interest != NULL && interest->replica != NULL ? interest : NULL;
}

/* A replica that is as it should be has as many users as there are, or will have in a moment. */
static void
on_counted (gpointer owner, const char *topic, unsigned int n_users)
{
  ResonateInterest *interest = find_interest (owner, topic);

  if (interest != NULL && resonate_replica_get_size (interest->replica) != n_users)
    resonate_attendance_doubt (owner, interest, RESONATE_ATTENDANCE_DOUBT_US);
}

static void
on_failed (gpointer owner, const char *topic)
{
  ResonateInterest *interest = find_interest (owner, topic);

  if (interest != NULL)
    resonate_attendance_doubt (owner, interest, RESONATE_ATTENDANCE_DOUBT_US);
}

static const ResonateRosterFuncs roster_funcs = { on_list, resonate_attendance_announce, on_counted,
                                                  on_failed };

ResonateAttendance *
resonate_attendance_new (ResonateRelay *relay, ResonateNode *node)
{
  ResonateAttendance *self = g_new0 (ResonateAttendance, 1);

  g_ref_count_init (&self->references);
  self->relay = relay;
  self->node = g_object_ref (node);
  self->roster = resonate_roster_new (node, &roster_funcs, self);
  relay->attendance = self;
  resonate_relay_listen (relay, RESONATE_ENVELOPE_PRESENCE, resonate_attendance_hear, self);
  g_signal_connect (node, "notify::is-registered", G_CALLBACK (on_registered), self);

  return self;
}

void
resonate_attendance_free (ResonateAttendance *self)
{
  g_signal_handlers_disconnect_by_data (self->node, self);
  resonate_relay_listen (self->relay, RESONATE_ENVELOPE_PRESENCE, NULL, NULL);
  g_clear_pointer (&self->roster, resonate_roster_close);
  self->relay->attendance = NULL;
  self->relay = NULL;
  g_queue_clear_full (&self->unread, (GDestroyNotify) resonate_interest_unref);
  g_queue_clear_full (&self->doubts, (GDestroyNotify) resonate_interest_unref);
  resonate_attendance_unref (self);
}

ResonateRoster *
resonate_attendance_get_roster (ResonateAttendance *self)
{
  return self->roster;
}

/*
 * Those who come and go here
 */
static ResonateMember *
copy_member (const ResonateMember *member)
{
  return resonate_member_parse (member->data, NULL);
}

gboolean
resonate_attendance_join (ResonateRealm *realm,
                          ResonateChannel *channel,
                          const char *socket_id,
                          const ResonateMember *member,
                          gboolean is_added)
{
  ResonateAttendance *self = realm->relay->attendance;
  ResonateInterest *interest = resonate_interest_lookup (realm,
                                                         resonate_channel_get_name (channel));

  if (self == NULL || interest == NULL || interest->replica == NULL || member == NULL ||
      member->id == NULL)
    return is_added;

  resonate_roster_add (self->roster, interest->topic, socket_id, member->id, member->data);

  return resonate_replica_add (interest->replica, copy_member (member), TRUE) && is_added;
}

gboolean
resonate_attendance_leave (ResonateRealm *realm,
                           ResonateChannel *channel,
                           const char *socket_id,
                           const char *user_id,
                           gboolean is_removed)
{
  ResonateAttendance *self = realm->relay->attendance;
  ResonateInterest *interest = resonate_interest_lookup (realm,
                                                         resonate_channel_get_name (channel));
  g_autoptr (ResonateKnown) known = NULL;
  gboolean is_alone;

  if (self == NULL || interest == NULL || interest->replica == NULL || user_id == NULL)
    return is_removed;

  resonate_roster_remove (self->roster, interest->topic, socket_id, user_id);
  if (!is_removed)
    return FALSE;

  known = resonate_replica_lookup (interest->replica, user_id);
  is_alone = !realm->relay->is_connected || !resonate_node_is_registered (self->node);
  if (known != NULL && (!is_alone || !known->is_ours))
    {
      /* It may be elsewhere. Redis knows, and tells all if it is not. */
      g_steal_pointer (&known);
      return FALSE;
    }

  g_steal_pointer (&known);
  known = resonate_replica_remove (interest->replica, user_id);

  return TRUE;
}

/*
 * The interest in a channel
 */
static void
begin_one (ResonateSubscription *subscription, gpointer user_data)
{
  const ResonateMember *member = resonate_subscription_get_member (subscription);

  if (member != NULL && member->id != NULL)
    resonate_replica_add (user_data, copy_member (member), TRUE);
}

void
resonate_attendance_begin (ResonateInterest *interest)
{
  ResonateChannel *channel = resonate_channel_list_lookup (interest->realm->channels,
                                                           interest->channel);

  if (interest->realm->relay->attendance == NULL ||
      !resonate_channel_kind_is_presence (resonate_channel_kind_from_name (interest->channel)))
    return;

  interest->replica = resonate_replica_new ();
  if (channel != NULL)
    resonate_channel_foreach (channel, begin_one, interest->replica);
}
