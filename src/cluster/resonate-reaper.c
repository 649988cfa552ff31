/* resonate-reaper.c: cleaning up after a node that is gone
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-reaper"

#include "config.h"

#include "resonate-reaper-private.h"

/* How many members leave in one turn of the loop: an envelope is made and signed for each. */
#define CHUNK 128

/* How often a topic is counted again when nodes come to it meanwhile. */
#define MAX_RECOUNTS 5

/* Each member leaves by the script that it would have left by itself, so it does not matter who
 * else does the same, or how much of it was done before: an edge is told by whoever causes it. */
struct _ResonateReaper
{
  grefcount references;
  ResonateNode *node;
  ResonateAnnounceFunc announce; /* (nullable): NULL once it is closed */
  gpointer owner;
  uint64_t n_nodes;
  uint64_t n_sockets;
};

/* One node, topic by topic. */
typedef struct
{
  ResonateReaper *reaper; /* (owned) */
  char *incarnation;
  GPtrArray *topics;  /* (element-type utf8) */
  unsigned int next;  /* of them */
  gboolean is_whole;  /* it is a node that was claimed, not one topic of it */
  GPtrArray *sockets; /* (nullable) (element-type utf8): each and its user; or users alone */
  unsigned int n_left;
  gboolean are_ghosts; /* they are users whose sockets were forgotten */
  unsigned int n_recounts;
} Burial;

static void
reaper_unref (ResonateReaper *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_clear_object (&self->node);
  g_free (self);
}

static void
burial_free (Burial *self)
{
  g_clear_pointer (&self->sockets, g_ptr_array_unref);
  g_clear_pointer (&self->topics, g_ptr_array_unref);
  g_clear_pointer (&self->incarnation, g_free);
  reaper_unref (self->reaper);
  g_free (self);
}

static ResonateRoom
room_of (const Burial *self)
{
  return (ResonateRoom){ self->reaper->node, self->topics->pdata[self->next], self->incarnation };
}

static void
send (Burial *self, ResonateRedisCommand *command, ResonateRedisFunc func)
{
  resonate_redis_send (resonate_node_get_redis (self->reaper->node), command, func, self);
}

/* Ends it when the server cannot go on, or may not. */
static gboolean
is_over (Burial *self, const GError *error)
{
  if (error == NULL && self->reaper->announce != NULL)
    return FALSE;

  if (error != NULL)
    g_debug ("The members of ‘%s’ are left to another node: %s", self->incarnation, error->message);
  burial_free (self);

  return TRUE;
}

static GPtrArray *
copy_list (const ResonateRedisReply *reply)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  size_t n = 0;

  resonate_redis_reply_get_length (reply, &n, NULL);
  for (size_t i = 0; i < n; i++)
    {
      const char *text;

      text = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i), NULL,
                                            NULL);
      if (text != NULL)
        g_ptr_array_add (list, g_strdup (text));
    }

  return list;
}

/*
 * The members of one topic
 */
static void begin_topic (Burial *self);

static void
end_topic (Burial *self)
{
  const ResonateRoom room = room_of (self);

  send (self, resonate_roster_command_vacate (&room), NULL);
  g_clear_pointer (&self->sockets, g_ptr_array_unref);
  self->next++;
  begin_topic (self);
}

static void
remove_one (Burial *self, const ResonateRoom *room, unsigned int i, ResonateRedisFunc func)
{
  ResonateReaper *reaper = self->reaper;
  unsigned int width = self->are_ghosts ? 1 : 2;
  const char *socket_id = self->sockets->pdata[i * width];
  const char *user_id = self->sockets->pdata[i * width + width - 1];
  g_autoptr (GBytes) envelope = NULL;

  /* What is no channel of ours is cleaned up all the same; nobody understands what is told of it.
   */
  envelope = reaper->announce (reaper->owner, room->topic, FALSE, user_id, NULL);
  if (envelope == NULL)
    envelope = g_bytes_new_static ("", 0);

  if (self->are_ghosts)
    send (self, resonate_roster_command_forget (room, user_id, envelope), func);
  else
    send (self, resonate_roster_command_remove (room, socket_id, user_id, envelope), func);
  reaper->n_sockets++;
}

/* They go in chunks: the next when the last of one is gone. */
static void
remove_some (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Burial *self = user_data;
  ResonateRoom room;
  unsigned int n;

  if (is_over (self, error))
    return;

  if (self->n_left == 0)
    {
      end_topic (self);
      return;
    }

  room = room_of (self);
  n = MIN (self->n_left, CHUNK);
  self->n_left -= n;
  for (unsigned int i = 0; i < n; i++)
    remove_one (self, &room, self->n_left + i, i + 1 < n ? NULL : remove_some);
}

static void
remove_all (Burial *self, GPtrArray *list, gboolean are_ghosts)
{
  self->sockets = list;
  self->are_ghosts = are_ghosts;
  self->n_left = are_ghosts ? list->len : list->len / 2;
  remove_some (NULL, NULL, self);
}

static void get_nodes (Burial *self);

static void
on_recounted (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Burial *self = user_data;

  if (is_over (self, error))
    return;

  if (resonate_redis_reply_is_nil (reply) && ++self->n_recounts < MAX_RECOUNTS)
    get_nodes (self);
  else
    remove_all (self, copy_list (reply), TRUE);
}

static void
on_nodes (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Burial *self = user_data;
  g_autoptr (GPtrArray) nodes = NULL;
  ResonateRoom room;

  if (is_over (self, error))
    return;

  room = room_of (self);
  nodes = copy_list (reply);
  if (g_ptr_array_find_with_equal_func (nodes, self->incarnation, g_str_equal, NULL))
    send (self, resonate_roster_command_recount (&room, nodes), on_recounted);
  else
    end_topic (self);
}

static void
get_nodes (Burial *self)
{
  const ResonateRoom room = room_of (self);

  send (self, resonate_roster_command_get_nodes (&room), on_nodes);
}

static void
on_sockets (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Burial *self = user_data;
  g_autoptr (GPtrArray) sockets = NULL;

  if (is_over (self, error))
    return;

  /* Where nothing is left, it may have been forgotten, and its users may still be counted. */
  sockets = copy_list (reply);
  if (sockets->len == 0)
    get_nodes (self);
  else
    remove_all (self, g_steal_pointer (&sockets), FALSE);
}

static void
begin_topic (Burial *self)
{
  ResonateReaper *reaper = self->reaper;
  ResonateRoom room;

  if (self->next == self->topics->len)
    {
      if (self->is_whole)
        resonate_node_bury (reaper->node, self->incarnation);
      burial_free (self);
      return;
    }

  room = room_of (self);
  self->n_recounts = 0;
  send (self, resonate_roster_command_get_sockets (&room), on_sockets);
}

static void
on_topics (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  Burial *self = user_data;

  if (is_over (self, error))
    return;

  self->topics = copy_list (reply);
  self->reaper->n_nodes++;
  begin_topic (self);
}

static Burial *
burial_new (ResonateReaper *reaper, const char *incarnation)
{
  Burial *self = g_new0 (Burial, 1);

  g_ref_count_inc (&reaper->references);
  self->reaper = reaper;
  self->incarnation = g_strdup (incarnation);

  return self;
}

ResonateReaper *
resonate_reaper_new (ResonateNode *node, ResonateAnnounceFunc announce, gpointer owner)
{
  ResonateReaper *self;

  g_return_val_if_fail (RESONATE_IS_NODE (node), NULL);
  g_return_val_if_fail (announce != NULL, NULL);

  self = g_new0 (ResonateReaper, 1);
  g_ref_count_init (&self->references);
  self->node = g_object_ref (node);
  self->announce = announce;
  self->owner = owner;

  return self;
}

void
resonate_reaper_close (ResonateReaper *self)
{
  g_return_if_fail (self != NULL);

  self->announce = NULL;
  reaper_unref (self);
}

void
resonate_reaper_reap (ResonateReaper *self, const char *incarnation)
{
  const ResonateRoom room = { self->node, "", incarnation };
  Burial *burial = burial_new (self, incarnation);

  burial->is_whole = TRUE;
  send (burial, resonate_roster_command_list (&room), on_topics);
}

void
resonate_reaper_reap_room (ResonateReaper *self, const char *incarnation, const char *topic)
{
  Burial *burial = burial_new (self, incarnation);

  burial->topics = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (burial->topics, g_strdup (topic));
  begin_topic (burial);
}

uint64_t
resonate_reaper_get_n_nodes (ResonateReaper *self)
{
  return self->n_nodes;
}

uint64_t
resonate_reaper_get_n_sockets (ResonateReaper *self)
{
  return self->n_sockets;
}
