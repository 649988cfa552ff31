/* resonate-roster-compare.c: what Redis has of this node, and who is here
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-roster"

#include "config.h"

#include "resonate-roster-parts-private.h"

/* How many topics are read at a time, and how many differences are put right in one turn. */
#define MAX_READS 8
#define CHUNK     128

/* A topic is compared in every so many heartbeats, and otherwise only kept from being forgotten. */
#define BEATS_PER_LOOK 10

void
resonate_roster_queue (ResonateRoster *self, ResonateRosterEntry *entry)
{
  if (entry->is_queued)
    return;

  entry->is_queued = TRUE;
  g_queue_push_tail (&self->queue, entry);
}

typedef struct
{
  ResonateRoster *roster;
  const char *topic;
  GHashTable *stored; /* (element-type utf8 utf8): sockets and users that have not been seen */
  unsigned int n_live;
  unsigned int n_put_right;
} Comparison;

static void
compare_one (const char *socket_id, const char *user_id, const char *data, gpointer user_data)
{
  Comparison *self = user_data;
  const char *stored = g_hash_table_lookup (self->stored, socket_id);

  self->n_live++;
  if (g_strcmp0 (stored, user_id) == 0)
    {
      g_hash_table_remove (self->stored, socket_id);
      return;
    }

  if (self->n_put_right++ >= CHUNK)
    return;

  if (stored != NULL)
    resonate_roster_write_remove (self->roster, self->topic, socket_id, stored);
  g_hash_table_remove (self->stored, socket_id);
  resonate_roster_write_add (self->roster, self->topic, socket_id, user_id, data);
}

/* What is stored was read a moment ago, and what is here is of now. What was said in between is on
 * its way behind the question, and saying it again changes nothing. */
static void
compare (ResonateRoster *self, ResonateRosterEntry *entry, const ResonateRedisReply *reply)
{
  g_autoptr (GHashTable) stored = g_hash_table_new (g_str_hash, g_str_equal);
  Comparison comparison = { self, entry->topic, stored, 0, 0 };
  GHashTableIter iter;
  gpointer socket_id, user_id;
  size_t n = 0;

  resonate_redis_reply_get_length (reply, &n, NULL);
  for (size_t i = 0; i + 1 < n; i += 2)
    g_hash_table_insert (
      stored,
      (gpointer) resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i), NULL,
                                                NULL),
      (gpointer) resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i + 1),
                                                NULL, NULL));

  self->funcs->list (self->owner, entry->topic, compare_one, &comparison);
  g_hash_table_iter_init (&iter, stored);
  while (comparison.n_put_right < CHUNK && g_hash_table_iter_next (&iter, &socket_id, &user_id))
    {
      comparison.n_put_right++;
      resonate_roster_write_remove (self, entry->topic, socket_id, user_id);
    }

  self->n_sockets += comparison.n_live - entry->n_sockets;
  entry->n_sockets = comparison.n_live;
  self->stats.repairs += MIN (comparison.n_put_right, CHUNK);
  if (comparison.n_put_right >= CHUNK)
    resonate_roster_queue (self, entry);
}

static void
on_sockets (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;
  ResonateRoster *self = question->roster;
  ResonateRosterEntry *entry;

  self->n_reads--;
  if (self->funcs == NULL)
    return;

  entry = resonate_roster_ensure (self, question->topic);
  if (error != NULL)
    resonate_roster_fail (self, question->topic, error);
  else if (g_strcmp0 (question->incarnation, resonate_node_get_incarnation (self->node)) != 0)
    resonate_roster_queue (self, entry);
  else if (!self->is_retired)
    {
      entry->is_suspect = FALSE;
      compare (self, entry, reply);
      if (entry->n_sockets > 0)
        resonate_roster_enter (self, entry);
      else if (!entry->is_queued)
        resonate_roster_vacate (self, entry);
      resonate_roster_drop_if_over (self, entry);
    }
  resonate_roster_pump (self);
}

void
resonate_roster_pump (ResonateRoster *self)
{
  if (!resonate_node_is_registered (self->node))
    return;

  while (self->n_reads < MAX_READS && !g_queue_is_empty (&self->queue))
    {
      ResonateRosterEntry *entry = g_queue_pop_head (&self->queue);
      const ResonateRoom room = resonate_roster_get_room (self, entry->topic);

      entry->is_queued = FALSE;
      self->n_reads++;
      resonate_roster_ask (self, resonate_roster_command_get_sockets (&room), entry->topic,
                           room.incarnation, on_sockets);
    }
}

/*
 * Looking at what others have left
 */
static void
on_looked_up (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;
  ResonateRoster *self = question->roster;
  int64_t is_known = 1;

  if (self->funcs == NULL || error != NULL ||
      !resonate_redis_reply_get_int (reply, &is_known, NULL) || is_known)
    return;

  resonate_reaper_reap_room (self->reaper, question->incarnation, question->topic);
}

/* Something of a node may have arrived when it had been cleaned up after already. */
static void
on_nodes (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;
  ResonateRoster *self = question->roster;
  size_t n = 0;

  if (self->funcs == NULL || error != NULL)
    return;

  resonate_redis_reply_get_length (reply, &n, NULL);
  for (size_t i = 0; i < n; i++)
    {
      const char *node;

      node = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i), NULL,
                                            NULL);
      if (node != NULL && !resonate_node_knows (self->node, node))
        resonate_node_look_up (self->node, node, on_looked_up,
                               resonate_roster_question_new (self, question->topic, node));
    }
}

static void
on_counted (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;
  ResonateRoster *self = question->roster;
  int64_t n = 0;

  if (self->funcs != NULL && error == NULL && resonate_redis_reply_get_int (reply, &n, NULL))
    self->funcs->counted (self->owner, question->topic, (unsigned int) n);
}

static void
look (ResonateRoster *self, ResonateRosterEntry *entry)
{
  const ResonateRoom room = resonate_roster_get_room (self, entry->topic);

  resonate_roster_queue (self, entry);
  resonate_roster_ask (self, resonate_roster_command_get_nodes (&room), entry->topic, NULL,
                       on_nodes);
  resonate_roster_ask (self, resonate_roster_command_count_users (&room), entry->topic, NULL,
                       on_counted);
}

/*
 * The heartbeat
 */
static void
on_touched (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateRosterQuestion) question = user_data;
  ResonateRoster *self = question->roster;
  ResonateRosterEntry *entry = self->funcs != NULL ? resonate_roster_lookup (self, question->topic)
                                                   : NULL;
  int64_t is_there = 0;

  if (entry == NULL)
    return;

  if (error != NULL)
    resonate_roster_fail (self, question->topic, error);
  else if (resonate_redis_reply_get_int (reply, &is_there, NULL) && !is_there && !self->is_retired)
    {
      resonate_roster_queue (self, entry);
      resonate_roster_pump (self);
    }
}

void
resonate_roster_beat (ResonateRoster *self)
{
  unsigned int n = (self->list->len + RESONATE_NODE_BEATS - 1) / RESONATE_NODE_BEATS;

  for (unsigned int i = 0; i < n; i++)
    {
      ResonateRosterEntry *entry = self->list->pdata[self->cursor++ % self->list->len];
      const ResonateRoom room = resonate_roster_get_room (self, entry->topic);

      resonate_roster_ask (self, resonate_roster_command_touch (&room), entry->topic, NULL,
                           on_touched);
      if (self->is_retired)
        continue;

      if (++entry->n_beats % BEATS_PER_LOOK == 0)
        look (self, entry);
      else if (entry->is_suspect || entry->n_sockets == 0)
        resonate_roster_queue (self, entry);
    }
  resonate_roster_pump (self);
}
