/* resonate-interest.c: that this node wants to hear what is said on a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-interest"

#include "config.h"

#include "resonate-interest-private.h"

#include "../base/resonate-clock-private.h"
#include "resonate-attendance-private.h"
#include "resonate-relay-private.h"

/* A node subscribes to the topics of exactly those channels that somebody here is on, is about to
 * be on, or was on a moment ago; and to those of which it keeps the last event, because one that
 * goes stale would be worse than none. */

typedef struct
{
  ResonateInterestFunc func;
  gpointer user_data;
} Waiter;

ResonateInterest *
resonate_interest_ref (ResonateInterest *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (ResonateInterest *self)
{
  g_assert (self->subscription == NULL && self->waiting == NULL);

  g_clear_pointer (&self->replica, resonate_replica_free);
  g_clear_pointer (&self->topic, g_free);
  g_clear_pointer (&self->channel, g_free);
}

void
resonate_interest_unref (ResonateInterest *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear);
}

ResonateInterest *
resonate_interest_lookup (ResonateRealm *realm, const char *channel)
{
  return g_hash_table_lookup (realm->interests, channel);
}

static gboolean
is_live (const ResonateInterest *self)
{
  return resonate_channel_list_lookup (self->realm->channels, self->channel) != NULL;
}

static void
arm (ResonateInterest *self, int64_t timeout_us)
{
  if (self->realm->wheel != NULL)
    resonate_wheel_arm (self->realm->wheel, &self->timer, timeout_us, self->timer.func);
}

/* Whoever waits is told, and may come to the channel by that, or not. */
static void
tell_waiting (ResonateInterest *self)
{
  g_autoptr (ResonateInterest) kept = resonate_interest_ref (self);
  g_autoptr (GArray) waiting = g_steal_pointer (&self->waiting);

  if (waiting == NULL)
    return;

  for (unsigned int i = 0; i < waiting->len; i++)
    {
      const Waiter *waiter = &g_array_index (waiting, Waiter, i);

      waiter->func (waiter->user_data);
    }

  if (self->subscription != NULL && self->waiting == NULL)
    arm (self, RESONATE_INTEREST_LINGER_US);
}

/* Whether the members of a channel are being read for the first time. */
static gboolean
is_awaited (const ResonateInterest *self)
{
  return self->replica != NULL && !resonate_replica_is_whole (self->replica) &&
         (self->is_unread || resonate_replica_is_reading (self->replica));
}

void
resonate_interest_tell (ResonateInterest *self)
{
  if (self->waiting != NULL && resonate_interest_is_heard (self) && !is_awaited (self))
    tell_waiting (self);
}

static void
end (ResonateInterest *self)
{
  g_autoptr (ResonateInterest) kept = resonate_interest_ref (self);
  g_autoptr (ResonateTopicSubscription) subscription = g_steal_pointer (&self->subscription);

  resonate_wheel_disarm (&self->timer);
  g_signal_handlers_disconnect_by_data (subscription, self);
  resonate_topic_subscription_cancel (subscription);
  g_hash_table_remove (self->realm->interests, self->channel);
  tell_waiting (self);
}

/* Ends what nobody wants any more. A client that has waited long enough goes on: it may miss what
 * is said elsewhere, as everybody does while the bus is away. */
static void
on_timer (ResonateTimer *timer)
{
  ResonateInterest *self = resonate_timer_get_owner (timer, ResonateInterest, timer);
  int64_t expires_us;

  if (self->waiting != NULL)
    {
      tell_waiting (self);
      return;
    }

  if (is_live (self))
    return;

  expires_us = resonate_channel_cache_get_expiry (self->realm->cache, self->channel);
  if (expires_us > resonate_clock_now_us () && self->realm->wheel != NULL)
    arm (self, expires_us - resonate_clock_now_us ());
  else
    end (self);
}

static void
on_state (ResonateTopicSubscription *subscription, GParamSpec *pspec, ResonateInterest *self)
{
  if (!resonate_interest_is_heard (self))
    return;

  /* Nothing is missed from now on, so it is now that the members are read. */
  if (self->replica == NULL || resonate_replica_is_whole (self->replica) ||
      !resonate_attendance_refresh (self))
    tell_waiting (self);
}

static void
on_message (ResonateTopicSubscription *subscription,
            GBytes *payload,
            const char *topic,
            const char *pattern,
            ResonateInterest *self)
{
  g_autoptr (ResonateInterest) kept = resonate_interest_ref (self);

  resonate_relay_hear (self, payload);
}

static void
on_gap (ResonateTopicSubscription *subscription, ResonateInterest *self)
{
  self->realm->relay->counters.gaps++;
  if (self->replica != NULL)
    resonate_attendance_refresh (self);
}

/* Listens to a channel, from now on or already. */
ResonateInterest *
resonate_interest_ensure (ResonateRealm *realm, const char *channel)
{
  ResonateInterest *self = resonate_interest_lookup (realm, channel);

  if (self != NULL)
    return self;

  self = g_rc_box_new0 (ResonateInterest);
  self->realm = realm;
  self->channel = g_strdup (channel);
  self->timer.func = on_timer;
  self->topic = resonate_relay_dup_topic (realm->relay, resonate_app_get_id (realm->app), channel);
  self->subscription = resonate_pub_sub_subscribe (realm->relay->bus, self->topic,
                                                   RESONATE_TOPIC_EXACT);
  g_signal_connect (self->subscription, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect (self->subscription, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->subscription, "gap", G_CALLBACK (on_gap), self);
  g_hash_table_insert (realm->interests, self->channel, self);
  resonate_attendance_begin (self);
  arm (self, RESONATE_INTEREST_LINGER_US);

  return self;
}

/*
 * resonate_interest_wait:
 * @func: called later, once, unless it need not be waited for
 *
 * What is published on @channel after this is heard here: either at once, or when @func is called.
 * While the bus is away, nobody waits for it.
 *
 * Returns: whether to wait for @func
 */
gboolean
resonate_interest_wait (ResonateRealm *realm,
                        const char *channel,
                        ResonateInterestFunc func,
                        gpointer user_data)
{
  ResonateInterest *self = resonate_interest_ensure (realm, channel);
  const Waiter waiter = { func, user_data };

  if (!realm->relay->is_connected || (resonate_interest_is_heard (self) && !is_awaited (self)))
    return FALSE;

  if (self->waiting == NULL)
    self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_array_append_val (self->waiting, waiter);
  if (self->waiting->len == 1)
    arm (self, RESONATE_INTEREST_WAIT_US);

  return TRUE;
}

/* Nobody is on @channel any more; somebody may be in a moment. */
void
resonate_interest_let_go (ResonateRealm *realm, const char *channel)
{
  ResonateInterest *self = resonate_interest_lookup (realm, channel);

  if (self == NULL || self->waiting != NULL)
    return;

  if (realm->wheel != NULL)
    arm (self, RESONATE_INTEREST_LINGER_US);
  else
    on_timer (&self->timer);
}

static void
begin (ResonateChannel *channel, gpointer realm)
{
  resonate_interest_ensure (realm, resonate_channel_get_name (channel));
}

static void
begin_cached (const char *channel, GBytes *frame, int64_t expires_us, gpointer realm)
{
  resonate_interest_ensure (realm, channel);
}

/* For a realm that has channels already: those of the process before. */
void
resonate_interest_begin_all (ResonateRealm *realm)
{
  resonate_channel_list_foreach (realm->channels, begin, realm);
  resonate_channel_cache_foreach (realm->cache, begin_cached, realm);
}

static GPtrArray *
list (ResonateRealm *realm)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_interest_unref);
  GHashTableIter iter;
  gpointer self;

  g_hash_table_iter_init (&iter, realm->interests);
  while (g_hash_table_iter_next (&iter, NULL, &self))
    g_ptr_array_add (all, resonate_interest_ref (self));

  return all;
}

void
resonate_interest_end_all (ResonateRealm *realm)
{
  g_autoptr (GPtrArray) all = list (realm);

  for (unsigned int i = 0; i < all->len; i++)
    if (((ResonateInterest *) all->pdata[i])->subscription != NULL)
      end (all->pdata[i]);
}

/* The bus is away: nobody knows for how long, so nobody waits for it. */
void
resonate_interest_end_waiting (ResonateRealm *realm)
{
  g_autoptr (GPtrArray) all = list (realm);

  for (unsigned int i = 0; i < all->len; i++)
    tell_waiting (all->pdata[i]);
}
