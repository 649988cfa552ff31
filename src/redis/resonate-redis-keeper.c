/* resonate-redis-keeper.c: a link that is made again whenever it is lost
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-keeper"

#include "config.h"

#include "../base/resonate-random-private.h"
#include "resonate-redis-keeper-private.h"
#include "resonate-redis-sentinel-private.h"

#define FIRST_WAIT_US (100 * G_TIME_SPAN_MILLISECOND)
#define MAX_WAIT_US   (5 * G_TIME_SPAN_SECOND)

/* A fifth more or less: a hundred nodes that lost one server do not come back as one. */
#define JITTER_PERCENT 20

struct _ResonateRedisKeeper
{
  grefcount references;
  ResonateRedisSettings *settings;
  ResonateRedisHost *host; /* (nullable) */
  gboolean is_sentinel;
  const ResonateRedisKeeperFuncs *funcs;
  gpointer owner;
  ResonateRedisState state;
  ResonateRedisLink *link;         /* (nullable) */
  ResonateRedisSentinel *sentinel; /* (nullable): while it is asked where to go */
  ResonateTimer timer;             /* while it waits */
  int64_t wait_us;                 /* of the last wait; 0 is none */
  unsigned int n_attempts;
  unsigned int n_ready;
  GError *error; /* (nullable) */
};

const char *
resonate_redis_state_to_string (ResonateRedisState state)
{
  static const char *const names[] = { "idle", "connecting", "ready", "lost", "wait", "closed" };

  return names[state];
}

static void
keeper_unref (ResonateRedisKeeper *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_clear_error (&self->error);
  g_clear_pointer (&self->host, resonate_redis_host_free);
  g_clear_pointer (&self->settings, resonate_redis_settings_unref);
  g_free (self);
}

/* The one place where the state changes. Who is told may close, so the caller looks again. */
static void
set_state (ResonateRedisKeeper *self, ResonateRedisState to)
{
  ResonateRedisState from = self->state;

  g_assert (from != RESONATE_REDIS_CLOSED);

  g_debug ("%s, and now %s", resonate_redis_state_to_string (from),
           resonate_redis_state_to_string (to));
  self->state = to;
  self->funcs->changed (self->owner, from, to);
}

static int64_t
next_wait_us (ResonateRedisKeeper *self)
{
  uint32_t percent;

  self->wait_us = self->wait_us == 0 ? FIRST_WAIT_US : MIN (self->wait_us * 2, MAX_WAIT_US);
  percent = 100 - JITTER_PERCENT + resonate_random_uint32_below (2 * JITTER_PERCENT + 1);

  return self->wait_us * percent / 100;
}

static void connect_link (ResonateRedisKeeper *self);

static void
on_waited (ResonateTimer *timer)
{
  connect_link (resonate_timer_get_owner (timer, ResonateRedisKeeper, timer));
}

static void
on_lost (gpointer owner, const GError *error)
{
  ResonateRedisKeeper *self = owner;

  g_ref_count_inc (&self->references);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  g_clear_pointer (&self->link, resonate_redis_link_free);
  set_state (self, RESONATE_REDIS_LOST);
  if (self->state == RESONATE_REDIS_LOST)
    {
      resonate_wheel_arm (self->settings->wheel, &self->timer, next_wait_us (self), on_waited);
      set_state (self, RESONATE_REDIS_WAIT);
    }
  keeper_unref (self);
}

/* Whether the Sentinels are asked who it is. */
static gboolean
is_watched (const ResonateRedisKeeper *self)
{
  return self->host == NULL && !self->is_sentinel &&
         self->settings->url->kind == RESONATE_REDIS_SENTINEL;
}

static void
on_ready (gpointer owner)
{
  ResonateRedisKeeper *self = owner;
  const char *role = resonate_redis_link_get_role (self->link);

  /* The Sentinels may not have heard yet what it has become. */
  if (is_watched (self) && g_strcmp0 (role, "master") != 0)
    {
      g_autofree char *host = resonate_redis_host_to_string (
        resonate_redis_link_get_host (self->link));
      g_autoptr (GError) error = g_error_new (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                                              "Redis at %s is a %s, and no master", host,
                                              role != NULL ? role : "stranger");

      resonate_redis_link_lose (self->link, error);
      return;
    }

  g_clear_error (&self->error);
  self->n_ready++;
  set_state (self, RESONATE_REDIS_READY);
}

static void
on_push (gpointer owner, ResonateRedisReply *reply)
{
  ResonateRedisKeeper *self = owner;

  self->funcs->push (self->owner, reply);
}

static gboolean
on_refused (gpointer owner, ResonateRedisCall *call, const GError *error)
{
  ResonateRedisKeeper *self = owner;

  if (self->funcs->refused != NULL && self->funcs->refused (self->owner, call, error))
    return TRUE;

  /* It was the master when we came, and another one is now. */
  if (is_watched (self) &&
      (g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_READONLY) ||
       g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_MASTERDOWN)))
    resonate_redis_link_lose (self->link, error);

  return FALSE;
}

static const ResonateRedisLinkFuncs link_funcs = { on_ready, on_lost, NULL, on_refused };
static const ResonateRedisLinkFuncs push_funcs = { on_ready, on_lost, on_push, NULL };

static void
connect_to (ResonateRedisKeeper *self, const ResonateRedisHost *host)
{
  self->link = resonate_redis_link_new (self->settings, host, self->is_sentinel,
                                        self->funcs->push != NULL ? &push_funcs : &link_funcs,
                                        self);
}

static void
on_master (gpointer owner, const ResonateRedisHost *master, const GError *error)
{
  ResonateRedisKeeper *self = owner;

  g_clear_pointer (&self->sentinel, resonate_redis_sentinel_free);
  if (master != NULL)
    connect_to (self, master);
  else
    on_lost (self, error);
}

static void
connect_link (ResonateRedisKeeper *self)
{
  GPtrArray *hosts = self->settings->url->hosts;

  if (is_watched (self))
    self->sentinel = resonate_redis_sentinel_new (self->settings, on_master, self);
  else if (self->host != NULL)
    connect_to (self, self->host);
  else
    connect_to (self, hosts->pdata[self->n_attempts % hosts->len]);

  self->n_attempts++;
  set_state (self, RESONATE_REDIS_CONNECTING);
}

ResonateRedisKeeper *
resonate_redis_keeper_new (ResonateRedisSettings *settings,
                           const ResonateRedisHost *host,
                           const ResonateRedisKeeperFuncs *funcs,
                           gpointer owner)
{
  ResonateRedisKeeper *self;

  g_return_val_if_fail (settings != NULL && funcs != NULL && owner != NULL, NULL);

  self = g_new0 (ResonateRedisKeeper, 1);
  g_ref_count_init (&self->references);
  self->settings = resonate_redis_settings_ref (settings);
  self->host = host != NULL ? resonate_redis_host_copy (host) : NULL;
  self->funcs = funcs;
  self->owner = owner;

  return self;
}

ResonateRedisKeeper *
resonate_redis_keeper_new_sentinel (ResonateRedisSettings *settings,
                                    const ResonateRedisKeeperFuncs *funcs,
                                    gpointer owner)
{
  ResonateRedisKeeper *self = resonate_redis_keeper_new (settings, NULL, funcs, owner);

  self->is_sentinel = TRUE;

  return self;
}

void
resonate_redis_keeper_free (ResonateRedisKeeper *self)
{
  g_return_if_fail (self != NULL);

  self->state = RESONATE_REDIS_CLOSED;
  resonate_wheel_disarm (&self->timer);
  g_clear_pointer (&self->sentinel, resonate_redis_sentinel_free);
  g_clear_pointer (&self->link, resonate_redis_link_free);
  keeper_unref (self);
}

void
resonate_redis_keeper_start (ResonateRedisKeeper *self)
{
  g_return_if_fail (self != NULL);

  if (self->state == RESONATE_REDIS_IDLE)
    connect_link (self);
}

ResonateRedisState
resonate_redis_keeper_get_state (const ResonateRedisKeeper *self)
{
  g_return_val_if_fail (self != NULL, RESONATE_REDIS_CLOSED);

  return self->state;
}

ResonateRedisLink *
resonate_redis_keeper_get_link (const ResonateRedisKeeper *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->state == RESONATE_REDIS_READY ? self->link : NULL;
}

const GError *
resonate_redis_keeper_get_error (const ResonateRedisKeeper *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->error;
}

unsigned int
resonate_redis_keeper_get_n_ready (const ResonateRedisKeeper *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_ready;
}

void
resonate_redis_keeper_settle (ResonateRedisKeeper *self)
{
  g_return_if_fail (self != NULL);

  self->wait_us = 0;
}

void
resonate_redis_keeper_hurry (ResonateRedisKeeper *self)
{
  g_return_if_fail (self != NULL);

  self->wait_us = 0;
  if (self->state != RESONATE_REDIS_WAIT)
    return;

  resonate_wheel_disarm (&self->timer);
  connect_link (self);
}

void
resonate_redis_keeper_lose (ResonateRedisKeeper *self, const GError *error)
{
  g_return_if_fail (self != NULL && error != NULL);

  if (self->link != NULL)
    resonate_redis_link_lose (self->link, error);
}
