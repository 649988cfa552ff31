/* resonate-roster.c: who is on the presence channels of all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate"

#include "config.h"

#include "resonate-roster-parts-private.h"

#include "../base/resonate-clock-private.h"

#define LOG_INTERVAL_US ((int64_t) 60 * G_USEC_PER_SEC)

static void
entry_free (ResonateRosterEntry *self)
{
  g_free (self->topic);
  g_free (self);
}

static void
unref (ResonateRoster *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_queue_clear (&self->queue);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_clear_pointer (&self->previous, g_free);
  g_clear_object (&self->node);
  g_free (self);
}

ResonateRosterQuestion *
resonate_roster_question_new (ResonateRoster *self, const char *topic, const char *incarnation)
{
  ResonateRosterQuestion *question = g_new0 (ResonateRosterQuestion, 1);

  g_ref_count_inc (&self->references);
  question->roster = self;
  question->topic = g_strdup (topic);
  question->incarnation = g_strdup (incarnation);

  return question;
}

void
resonate_roster_question_free (ResonateRosterQuestion *self)
{
  g_free (self->incarnation);
  g_free (self->topic);
  unref (self->roster);
  g_free (self);
}

void
resonate_roster_ask (ResonateRoster *self,
                     ResonateRedisCommand *command,
                     const char *topic,
                     const char *incarnation,
                     ResonateRedisFunc func)
{
  resonate_redis_send (resonate_node_get_redis (self->node), command, func,
                       resonate_roster_question_new (self, topic, incarnation));
}

/*
 * The topics
 */
ResonateRosterEntry *
resonate_roster_lookup (ResonateRoster *self, const char *topic)
{
  return g_hash_table_lookup (self->entries, topic);
}

ResonateRosterEntry *
resonate_roster_ensure (ResonateRoster *self, const char *topic)
{
  ResonateRosterEntry *entry = resonate_roster_lookup (self, topic);

  if (entry != NULL)
    return entry;

  entry = g_new0 (ResonateRosterEntry, 1);
  entry->topic = g_strdup (topic);
  entry->place = self->list->len;
  /* They are not all looked at in the same heartbeat. */
  entry->n_beats = entry->place;
  g_ptr_array_add (self->list, entry);
  g_hash_table_insert (self->entries, entry->topic, entry);

  return entry;
}

/* Forgets a topic that has nothing here nor in Redis. */
void
resonate_roster_drop_if_over (ResonateRoster *self, ResonateRosterEntry *entry)
{
  if (entry->n_sockets > 0 || entry->is_queued || entry->is_suspect)
    return;

  g_ptr_array_remove_index_fast (self->list, entry->place);
  if (entry->place < self->list->len)
    ((ResonateRosterEntry *) self->list->pdata[entry->place])->place = entry->place;
  g_hash_table_remove (self->entries, entry->topic);
}

/* A command was refused or lost. It is put right with the next heartbeat, or when there is a lease
 * again. */
void
resonate_roster_fail (ResonateRoster *self, const char *topic, const GError *error)
{
  ResonateRosterEntry *entry = resonate_roster_ensure (self, topic);

  entry->is_suspect = TRUE;
  entry->is_written = TRUE;
  self->stats.failures++;
  if (!resonate_redis_error_is_unavailable (error) &&
      resonate_limiter_take (&self->log, resonate_clock_now_us (), 1, LOG_INTERVAL_US))
    g_message ("Redis does not take members of presence channels: %s", error->message);
  self->funcs->failed (self->owner, topic);
}

static void
on_written (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;
  ResonateRoster *self = question->roster;
  int64_t is_edge = 0;

  if (self->funcs == NULL)
    return;

  if (error != NULL)
    resonate_roster_fail (self, question->topic, error);
  else if (resonate_redis_reply_get_int (reply, &is_edge, NULL) && is_edge)
    self->stats.edges++;
}

static void
on_entered (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;

  if (question->roster->funcs != NULL && error != NULL)
    resonate_roster_fail (question->roster, question->topic, error);
}

void
resonate_roster_write_add (ResonateRoster *self,
                           const char *topic,
                           const char *socket_id,
                           const char *user_id,
                           const char *data)
{
  const ResonateRoom room = resonate_roster_get_room (self, topic);
  g_autoptr (GBytes) envelope = NULL;

  envelope = self->funcs->announce (self->owner, topic, TRUE, user_id, data);
  resonate_roster_ask (self,
                       resonate_roster_command_add (&room, socket_id, user_id, data, envelope,
                                                    self->previous),
                       topic, NULL, on_written);
}

void
resonate_roster_write_remove (ResonateRoster *self,
                              const char *topic,
                              const char *socket_id,
                              const char *user_id)
{
  const ResonateRoom room = resonate_roster_get_room (self, topic);
  g_autoptr (GBytes) envelope = NULL;

  envelope = self->funcs->announce (self->owner, topic, FALSE, user_id, NULL);
  resonate_roster_ask (self, resonate_roster_command_remove (&room, socket_id, user_id, envelope),
                       topic, NULL, on_written);
}

/* Redis has at most what is here, so that a node that cleans up finds everything. */
void
resonate_roster_enter (ResonateRoster *self, ResonateRosterEntry *entry)
{
  const ResonateRoom room = resonate_roster_get_room (self, entry->topic);

  entry->is_written = TRUE;
  resonate_roster_ask (self, resonate_roster_command_enter (&room), entry->topic, NULL, on_entered);
}

void
resonate_roster_vacate (ResonateRoster *self, ResonateRosterEntry *entry)
{
  const ResonateRoom room = resonate_roster_get_room (self, entry->topic);

  entry->is_written = FALSE;
  resonate_redis_send (resonate_node_get_redis (self->node), resonate_roster_command_vacate (&room),
                       NULL, NULL);
}

static void
on_beat (ResonateNode *node, ResonateRoster *self)
{
  resonate_roster_beat (self);
}

static void
on_registered (ResonateNode *node, ResonateRoster *self)
{
  resonate_roster_reconcile (self);
}

static void
on_claimed (ResonateNode *node, const char *incarnation, ResonateRoster *self)
{
  resonate_reaper_reap (self->reaper, incarnation);
}

ResonateRoster *
resonate_roster_new (ResonateNode *node, const ResonateRosterFuncs *funcs, gpointer owner)
{
  ResonateRoster *self;

  g_return_val_if_fail (RESONATE_IS_NODE (node), NULL);
  g_return_val_if_fail (funcs != NULL, NULL);

  self = g_new0 (ResonateRoster, 1);
  g_ref_count_init (&self->references);
  self->node = g_object_ref (node);
  self->reaper = resonate_reaper_new (node, funcs->announce, owner);
  self->funcs = funcs;
  self->owner = owner;
  self->list = g_ptr_array_new ();
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) entry_free);
  g_signal_connect (node, "registered", G_CALLBACK (on_registered), self);
  g_signal_connect (node, "beat", G_CALLBACK (on_beat), self);
  g_signal_connect (node, "claimed", G_CALLBACK (on_claimed), self);

  return self;
}

void
resonate_roster_close (ResonateRoster *self)
{
  g_return_if_fail (self != NULL);

  g_signal_handlers_disconnect_by_data (self->node, self);
  self->funcs = NULL;
  g_clear_pointer (&self->reaper, resonate_reaper_close);
  unref (self);
}

void
resonate_roster_add (ResonateRoster *self,
                     const char *topic,
                     const char *socket_id,
                     const char *user_id,
                     const char *data)
{
  ResonateRosterEntry *entry = resonate_roster_ensure (self, topic);

  entry->n_sockets++;
  self->n_sockets++;
  if (!resonate_node_is_registered (self->node))
    return;

  if (!entry->is_written)
    resonate_roster_enter (self, entry);
  resonate_roster_write_add (self, topic, socket_id, user_id, data);
}

void
resonate_roster_remove (ResonateRoster *self,
                        const char *topic,
                        const char *socket_id,
                        const char *user_id)
{
  ResonateRosterEntry *entry = resonate_roster_ensure (self, topic);

  if (entry->n_sockets > 0)
    {
      entry->n_sockets--;
      self->n_sockets--;
    }

  if (!resonate_node_is_registered (self->node))
    entry->is_suspect = entry->is_written;
  else
    {
      resonate_roster_write_remove (self, topic, socket_id, user_id);
      if (entry->n_sockets == 0)
        resonate_roster_vacate (self, entry);
    }
  resonate_roster_drop_if_over (self, entry);
}

void
resonate_roster_take_over (ResonateRoster *self,
                           const char *topic,
                           unsigned int n_sockets,
                           const char *incarnation)
{
  ResonateRosterEntry *entry = resonate_roster_ensure (self, topic);

  self->n_sockets += n_sockets;
  entry->n_sockets += n_sockets;
  if (g_strcmp0 (self->previous, incarnation) != 0)
    {
      g_free (self->previous);
      self->previous = g_strdup (incarnation);
    }
}

void
resonate_roster_retire (ResonateRoster *self)
{
  self->is_retired = TRUE;
}

typedef struct
{
  ResonateRosterReadFunc func;
  gpointer user_data;
} Reading;

static void
on_read (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autofree Reading *reading = user_data;
  g_autoptr (GPtrArray) texts = NULL;
  size_t n = 0;

  if (error != NULL || !resonate_redis_reply_get_length (reply, &n, NULL))
    {
      reading->func (NULL, reading->user_data);
      return;
    }

  texts = g_ptr_array_new ();
  for (size_t i = 1; i < n; i += 2)
    {
      const ResonateRedisReply *element = resonate_redis_reply_get_element (reply, i);
      const char *text = resonate_redis_reply_get_text (element, NULL, NULL);

      if (text != NULL)
        g_ptr_array_add (texts, (gpointer) text);
    }
  reading->func (texts, reading->user_data);
}

void
resonate_roster_read (ResonateRoster *self,
                      const char *topic,
                      ResonateRosterReadFunc func,
                      gpointer user_data)
{
  const ResonateRoom room = resonate_roster_get_room (self, topic);
  Reading *reading = g_new0 (Reading, 1);

  reading->func = func;
  reading->user_data = user_data;
  resonate_redis_send (resonate_node_get_redis (self->node),
                       resonate_roster_command_get_users (&room), on_read, reading);
}

void
resonate_roster_reconcile (ResonateRoster *self)
{
  for (unsigned int i = 0; i < self->list->len; i++)
    resonate_roster_queue (self, self->list->pdata[i]);
  resonate_roster_pump (self);
}

void
resonate_roster_get_stats (ResonateRoster *self, ResonateRosterStats *stats)
{
  *stats = self->stats;
  stats->rooms = self->list->len;
  stats->sockets = self->n_sockets;
  stats->reaped_nodes = resonate_reaper_get_n_nodes (self->reaper);
  stats->reaped_sockets = resonate_reaper_get_n_sockets (self->reaper);
}
