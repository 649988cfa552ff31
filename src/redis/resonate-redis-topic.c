/* resonate-redis-topic.c: one topic, those who hear it, and what the server knows of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-topic"

#include "config.h"

#include "resonate-redis-topic-private.h"

ResonateRedisTopicEntry *
resonate_redis_topic_entry_new (const char *name, gboolean is_pattern)
{
  ResonateRedisTopicEntry *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_new0 (ResonateRedisTopicEntry, 1);
  self->name = g_strdup (name);
  self->is_pattern = is_pattern;
  self->topics = g_ptr_array_new ();

  return self;
}

void
resonate_redis_topic_entry_hold (ResonateRedisTopicEntry *self)
{
  g_return_if_fail (self != NULL);

  self->n_holds++;
}

void
resonate_redis_topic_entry_release (ResonateRedisTopicEntry *self)
{
  g_return_if_fail (self != NULL && self->n_holds > 0);

  if (--self->n_holds > 0)
    return;

  while (g_ptr_array_remove (self->topics, NULL))
    ;
  if (self->n_topics > 0 || self->n_acks_due > 0 || self->is_sent || self->is_dirty)
    return;

  if (self->idle != NULL)
    self->idle (self);
  g_ptr_array_unref (self->topics);
  g_free (self->name);
  g_free (self);
}

ResonateRedisTopic *
resonate_redis_topic_new (ResonateRedisTopicEntry *entry,
                          const ResonateRedisTopicFuncs *funcs,
                          gpointer owner)
{
  ResonateRedisTopic *self;

  g_return_val_if_fail (entry != NULL && funcs != NULL, NULL);

  self = g_new0 (ResonateRedisTopic, 1);
  self->entry = entry;
  self->funcs = funcs;
  self->owner = owner;
  g_ptr_array_add (entry->topics, self);
  entry->n_topics++;
  if (entry->changed != NULL)
    entry->changed (entry);

  return self;
}

void
resonate_redis_topic_free (ResonateRedisTopic *self)
{
  ResonateRedisTopicEntry *entry;
  unsigned int i;

  g_return_if_fail (self != NULL);

  entry = self->entry;
  resonate_redis_topic_entry_hold (entry);
  if (g_ptr_array_find (entry->topics, self, &i))
    entry->topics->pdata[i] = NULL;
  g_free (self);
  entry->n_topics--;
  if (entry->changed != NULL)
    entry->changed (entry);
  resonate_redis_topic_entry_release (entry);
}

/* Those who come while others are told are told by whatever they came for. */
void
resonate_redis_topic_entry_tell_active (ResonateRedisTopicEntry *self)
{
  unsigned int n = self->topics->len;

  resonate_redis_topic_entry_hold (self);
  for (unsigned int i = 0; i < n && self->is_active; i++)
    {
      ResonateRedisTopic *topic = self->topics->pdata[i];

      if (topic == NULL || topic->is_told)
        continue;

      topic->is_told = TRUE;
      topic->funcs->active (topic->owner);

      topic = self->topics->pdata[i];
      if (topic != NULL && topic->has_gap)
        {
          topic->has_gap = FALSE;
          topic->funcs->gap (topic->owner);
        }
    }
  resonate_redis_topic_entry_release (self);
}

void
resonate_redis_topic_entry_tell_lost (ResonateRedisTopicEntry *self)
{
  unsigned int n = self->topics->len;

  resonate_redis_topic_entry_hold (self);
  for (unsigned int i = 0; i < n; i++)
    {
      ResonateRedisTopic *topic = self->topics->pdata[i];

      if (topic == NULL || !topic->is_told)
        continue;

      topic->is_told = FALSE;
      topic->has_gap = TRUE;
      topic->funcs->lost (topic->owner);
    }
  resonate_redis_topic_entry_release (self);
}

void
resonate_redis_topic_entry_tell_message (ResonateRedisTopicEntry *self,
                                         const char *topic_name,
                                         GBytes *payload)
{
  unsigned int n = self->topics->len;

  resonate_redis_topic_entry_hold (self);
  for (unsigned int i = 0; i < n; i++)
    {
      ResonateRedisTopic *topic = self->topics->pdata[i];

      if (topic != NULL && topic->is_told)
        topic->funcs->message (topic->owner, topic_name, self->is_pattern ? self->name : NULL,
                               payload);
    }
  resonate_redis_topic_entry_release (self);
}
