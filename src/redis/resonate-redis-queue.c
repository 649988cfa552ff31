/* resonate-redis-queue.c: commands that wait for a link, with a bound and a time-out
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-queue"

#include "config.h"

#include "../base/resonate-clock-private.h"
#include "resonate-redis-queue-private.h"

static void
on_time (ResonateTimer *timer)
{
  ResonateRedisQueue *self = resonate_timer_get_owner (timer, ResonateRedisQueue, timer);
  int64_t now_us = resonate_clock_now_us ();
  ResonateRedisCall *call;

  while ((call = g_queue_peek_head (&self->calls)) != NULL && call->deadline_us <= now_us)
    self->expired (self->owner, resonate_redis_queue_pop (self));

  if (call != NULL)
    resonate_wheel_arm (self->settings->wheel, timer, call->deadline_us - now_us, on_time);
}

gboolean
resonate_redis_queue_push (ResonateRedisQueue *self, ResonateRedisCall *call)
{
  const ResonateRedisOptions *options;
  size_t size;

  g_return_val_if_fail (self != NULL && call != NULL, FALSE);

  options = &self->settings->options;
  size = resonate_redis_call_get_size (call);
  if (self->calls.length >= options->max_queued || self->size + size > options->max_backlog)
    return FALSE;

  call->deadline_us = resonate_clock_now_us () + options->command_timeout_us;
  self->size += size;
  g_queue_push_tail_link (&self->calls, &call->node);
  if (options->command_timeout_us > 0 && !resonate_timer_is_armed (&self->timer))
    resonate_wheel_arm (self->settings->wheel, &self->timer, options->command_timeout_us, on_time);

  return TRUE;
}

ResonateRedisCall *
resonate_redis_queue_pop (ResonateRedisQueue *self)
{
  GList *node;

  g_return_val_if_fail (self != NULL, NULL);

  node = g_queue_pop_head_link (&self->calls);
  if (node == NULL)
    return NULL;

  self->size -= resonate_redis_call_get_size (node->data);
  if (g_queue_is_empty (&self->calls))
    resonate_wheel_disarm (&self->timer);

  return node->data;
}
