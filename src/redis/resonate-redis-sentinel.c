/* resonate-redis-sentinel.c: who is the master now, as Sentinels say
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-sentinel"

#include "config.h"

#include "resonate-redis-sentinel-private.h"

struct _ResonateRedisSentinel
{
  grefcount references;
  ResonateRedisSettings *settings;
  ResonateRedisSentinelFunc func; /* (nullable): NULL once it has been called */
  gpointer owner;
  ResonateRedisLink *link; /* (nullable): to the one that is asked */
  unsigned int at;         /* its place in the URL */
  gboolean is_waiting;     /* for an answer, which comes in any case */
};

static void
sentinel_unref (ResonateRedisSentinel *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->settings, resonate_redis_settings_unref);
  g_free (self);
}

static void
finish (ResonateRedisSentinel *self, const ResonateRedisHost *master, const GError *error)
{
  ResonateRedisSentinelFunc func = g_steal_pointer (&self->func);

  g_clear_pointer (&self->link, resonate_redis_link_free);
  if (func != NULL)
    func (self->owner, master, error);
}

static void ask (ResonateRedisSentinel *self);

/* This one cannot tell: the next one may, and the last one has said why not. */
static void
ask_next (ResonateRedisSentinel *self, const GError *error)
{
  if (self->func == NULL)
    return;

  g_clear_pointer (&self->link, resonate_redis_link_free);
  self->at++;
  if (self->at < self->settings->url->hosts->len)
    ask (self);
  else
    finish (self, NULL, error);
}

/* Reads host and port, (transfer full); NULL where the Sentinel knows of no such master. */
static ResonateRedisHost *
read_master (ResonateRedisSentinel *self, ResonateRedisReply *reply, GError **error)
{
  const char *host;
  int64_t port;
  size_t length;

  if (resonate_redis_reply_is_nil (reply))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                   "The Sentinel knows no master that is called %s",
                   self->settings->url->master_name);
      return NULL;
    }

  if (!resonate_redis_reply_get_length (reply, &length, error))
    return NULL;
  if (length != 2)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                           "The Sentinel does not say where the master is");
      return NULL;
    }

  host = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, 0), NULL, error);
  if (host == NULL ||
      !resonate_redis_reply_get_int (resonate_redis_reply_get_element (reply, 1), &port, error))
    return NULL;
  if (port < 1 || port > G_MAXUINT16)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                           "The Sentinel says that the master has a port that there is not");
      return NULL;
    }

  return resonate_redis_host_new (host, (uint16_t) port);
}

static void
on_answer (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  ResonateRedisSentinel *self = user_data;
  g_autoptr (ResonateRedisHost) master = NULL;
  g_autoptr (GError) ours = NULL;

  self->is_waiting = FALSE;
  if (self->func != NULL)
    {
      if (error == NULL)
        master = read_master (self, reply, &ours);
      if (master != NULL)
        finish (self, master, NULL);
      else
        ask_next (self, error != NULL ? error : ours);
    }

  sentinel_unref (self);
}

static void
on_ready (gpointer owner)
{
  ResonateRedisSentinel *self = owner;
  ResonateRedisCommand *command;

  command = resonate_redis_command_new ("SENTINEL");
  resonate_redis_command_add (command, "GET-MASTER-ADDR-BY-NAME");
  resonate_redis_command_add (command, self->settings->url->master_name);
  g_ref_count_inc (&self->references);
  self->is_waiting = TRUE;
  resonate_redis_link_send (self->link, resonate_redis_call_new (command, on_answer, self));
}

static void
on_lost (gpointer owner, const GError *error)
{
  ResonateRedisSentinel *self = owner;

  /* Who waits for an answer is told right after this, and only one of both may go on. */
  if (self->is_waiting)
    return;

  g_ref_count_inc (&self->references);
  ask_next (self, error);
  sentinel_unref (self);
}

static const ResonateRedisLinkFuncs link_funcs = { on_ready, on_lost, NULL, NULL };

static void
ask (ResonateRedisSentinel *self)
{
  const ResonateRedisHost *host = self->settings->url->hosts->pdata[self->at];

  self->link = resonate_redis_link_new (self->settings, host, TRUE, &link_funcs, self);
}

ResonateRedisSentinel *
resonate_redis_sentinel_new (ResonateRedisSettings *settings,
                             ResonateRedisSentinelFunc func,
                             gpointer owner)
{
  ResonateRedisSentinel *self;

  g_return_val_if_fail (settings != NULL && settings->url->kind == RESONATE_REDIS_SENTINEL, NULL);
  g_return_val_if_fail (func != NULL && owner != NULL, NULL);

  self = g_new0 (ResonateRedisSentinel, 1);
  g_ref_count_init (&self->references);
  self->settings = resonate_redis_settings_ref (settings);
  self->func = func;
  self->owner = owner;
  ask (self);

  return self;
}

void
resonate_redis_sentinel_free (ResonateRedisSentinel *self)
{
  g_return_if_fail (self != NULL);

  self->func = NULL;
  g_clear_pointer (&self->link, resonate_redis_link_free);
  sentinel_unref (self);
}
