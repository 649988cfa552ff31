/* resonate-redis-call.c: a command on its way, and who waits for the answer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-call"

#include "config.h"

#include "resonate-redis-call-private.h"

ResonateRedisCall *
resonate_redis_call_new (ResonateRedisCommand *command, ResonateRedisFunc func, gpointer user_data)
{
  ResonateRedisCall *self;

  g_return_val_if_fail (command != NULL, NULL);

  self = g_new0 (ResonateRedisCall, 1);
  self->node.data = self;
  self->command = command;
  self->func = func;
  self->user_data = user_data;

  return self;
}

ResonateRedisCall *
resonate_redis_call_new_task (ResonateRedisCommand *command, GTask *task)
{
  ResonateRedisCall *self = resonate_redis_call_new (command, NULL, NULL);

  self->task = g_object_ref (task);

  return self;
}

size_t
resonate_redis_call_get_size (const ResonateRedisCall *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return sizeof *self + resonate_redis_command_get_size (self->command);
}

/* Who is told may do anything, so nothing is left of the call by then. */
static void
tell (ResonateRedisCall *self, ResonateRedisReply *reply, const GError *error)
{
  g_autoptr (ResonateRedisReply) owned = reply;
  g_autoptr (GTask) task = self->task;
  ResonateRedisFunc func = self->func;
  gpointer user_data = self->user_data;

  resonate_redis_command_unref (self->command);
  g_clear_error (&self->refusal);
  g_free (self);

  if (task == NULL)
    {
      if (func != NULL)
        func (reply, error, user_data);
    }
  else if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_steal_pointer (&owned),
                           (GDestroyNotify) resonate_redis_reply_free);
}

void
resonate_redis_call_answer (ResonateRedisCall *self, ResonateRedisReply *reply)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self != NULL && reply != NULL);

  if (resonate_redis_reply_check (reply, &error))
    {
      tell (self, reply, NULL);
      return;
    }

  resonate_redis_reply_free (reply);
  tell (self, NULL, error);
}

void
resonate_redis_call_fail (ResonateRedisCall *self, const GError *error)
{
  g_return_if_fail (self != NULL && error != NULL);

  tell (self, NULL, error);
}
