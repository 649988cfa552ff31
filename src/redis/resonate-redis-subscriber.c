/* resonate-redis-subscriber.c: what is heard of other nodes: topics and patterns
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-subscriber"

#include "config.h"

#include <string.h>

#include "resonate-redis-subscriber-private.h"

/* So many names in one command: a hundred thousand topics are a hundred commands. */
#define NAMES_PER_COMMAND 1000

/* A connection that only listens does not see by itself that nobody is there. */
#define PING_INTERVAL_US (10 * G_TIME_SPAN_SECOND)

struct _ResonateRedisSubscriber
{
  grefcount references;
  ResonateRedisSettings *settings;
  ResonateRedisKeeper *keeper; /* (nullable): NULL once it is freed */
  ResonateRedisSubscriberFunc changed;
  gpointer owner;
  GHashTable *entries[2]; /* (element-type utf8 ResonateRedisTopicEntry): exact, patterns */
  GPtrArray *dirty;       /* (element-type ResonateRedisTopicEntry) */
  GSource *source;        /* the end of a turn in which something changed */
  ResonateTimer timer;    /* the next ping */
  gboolean is_started;
  gboolean is_heard; /* since the last ping */
};

/* A command that is sent when it has a thousand names, or when nobody has more. */
typedef struct
{
  const char *verb;
  ResonateRedisCommand *command; /* (nullable) */
} Batch;

static void
subscriber_unref (ResonateRedisSubscriber *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_ptr_array_unref (self->dirty);
  g_hash_table_unref (self->entries[FALSE]);
  g_hash_table_unref (self->entries[TRUE]);
  g_clear_pointer (&self->settings, resonate_redis_settings_unref);
  g_free (self);
}

static void
batch_send (Batch *batch, ResonateRedisLink *link)
{
  if (batch->command != NULL)
    resonate_redis_link_write (link, batch->command);
  g_clear_pointer (&batch->command, resonate_redis_command_unref);
}

static void
batch_add (Batch *batch, ResonateRedisLink *link, const char *name)
{
  if (batch->command == NULL)
    batch->command = resonate_redis_command_new (batch->verb);
  resonate_redis_command_add (batch->command, name);
  if (resonate_redis_command_get_length (batch->command) > NAMES_PER_COMMAND)
    batch_send (batch, link);
}

/* Tells the server what differs from what it has been told; who came and went in one turn is no
 * difference. */
static void
send_changes (ResonateRedisSubscriber *self, ResonateRedisLink *link)
{
  Batch batches[2][2] = { { { "UNSUBSCRIBE", NULL }, { "PUNSUBSCRIBE", NULL } },
                          { { "SUBSCRIBE", NULL }, { "PSUBSCRIBE", NULL } } };

  for (unsigned int i = 0; i < self->dirty->len; i++)
    {
      ResonateRedisTopicEntry *entry = self->dirty->pdata[i];
      gboolean is_wanted = entry->n_topics > 0;

      if (is_wanted == entry->is_sent)
        continue;

      entry->is_sent = is_wanted;
      entry->is_active = FALSE;
      entry->n_acks_due++;
      batch_add (&batches[is_wanted][entry->is_pattern], link, entry->name);
    }

  for (unsigned int i = 0; i < 4; i++)
    batch_send (&batches[i / 2][i % 2], link);
}

static void
run_turn (ResonateRedisSubscriber *self)
{
  g_autoptr (GPtrArray) dirty = NULL;
  ResonateRedisLink *link = NULL;

  if (self->keeper != NULL)
    link = resonate_redis_keeper_get_link (self->keeper);
  if (link != NULL)
    send_changes (self, link);

  dirty = g_steal_pointer (&self->dirty);
  self->dirty = g_ptr_array_new ();
  for (unsigned int i = 0; i < dirty->len; i++)
    ((ResonateRedisTopicEntry *) dirty->pdata[i])->is_dirty = FALSE;
  for (unsigned int i = 0; i < dirty->len; i++)
    {
      resonate_redis_topic_entry_tell_active (dirty->pdata[i]);
      resonate_redis_topic_entry_release (dirty->pdata[i]);
    }
}

static gboolean
on_turn (gpointer user_data)
{
  ResonateRedisSubscriber *self = user_data;

  g_source_set_ready_time (self->source, -1);
  g_ref_count_inc (&self->references);
  run_turn (self);
  subscriber_unref (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

static void
mark (ResonateRedisSubscriber *self, ResonateRedisTopicEntry *entry)
{
  if (entry->is_dirty)
    return;

  entry->is_dirty = TRUE;
  resonate_redis_topic_entry_hold (entry);
  g_ptr_array_add (self->dirty, entry);
  g_source_set_ready_time (self->source, 0);
}

static void
on_entry_changed (ResonateRedisTopicEntry *entry)
{
  mark (entry->owner, entry);
}

static void
on_entry_idle (ResonateRedisTopicEntry *entry)
{
  ResonateRedisSubscriber *self = entry->owner;

  g_hash_table_remove (self->entries[entry->is_pattern], entry->name);
}

/* (transfer container): held, so that whoever is told may do anything. */
static GPtrArray *
hold_entries (ResonateRedisSubscriber *self)
{
  GPtrArray *held = g_ptr_array_new_with_free_func (
    (GDestroyNotify) resonate_redis_topic_entry_release);

  for (unsigned int i = 0; i < G_N_ELEMENTS (self->entries); i++)
    {
      GHashTableIter iter;
      gpointer entry;

      g_hash_table_iter_init (&iter, self->entries[i]);
      while (g_hash_table_iter_next (&iter, NULL, &entry))
        {
          resonate_redis_topic_entry_hold (entry);
          g_ptr_array_add (held, entry);
        }
    }

  return held;
}

/* What the server knew of us has gone with the connection. */
static void
forget_server (ResonateRedisSubscriber *self)
{
  g_autoptr (GPtrArray) held = hold_entries (self);

  for (unsigned int i = 0; i < held->len; i++)
    {
      ResonateRedisTopicEntry *entry = held->pdata[i];

      entry->is_sent = FALSE;
      entry->is_active = FALSE;
      entry->n_acks_due = 0;
    }
  for (unsigned int i = 0; i < held->len; i++)
    resonate_redis_topic_entry_tell_lost (held->pdata[i]);
}

static void
on_time (ResonateTimer *timer)
{
  ResonateRedisSubscriber *self = resonate_timer_get_owner (timer, ResonateRedisSubscriber, timer);
  g_autoptr (ResonateRedisCommand) ping = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->is_heard)
    {
      error = g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                                   "Redis did not answer PING where topics are heard");
      resonate_redis_keeper_lose (self->keeper, error);
      return;
    }

  self->is_heard = FALSE;
  ping = resonate_redis_command_new ("PING");
  resonate_redis_link_write (resonate_redis_keeper_get_link (self->keeper), ping);
  resonate_wheel_arm (self->settings->wheel, timer, PING_INTERVAL_US, on_time);
}

static void
start_listening (ResonateRedisSubscriber *self)
{
  g_autoptr (GPtrArray) held = hold_entries (self);

  for (unsigned int i = 0; i < held->len; i++)
    mark (self, held->pdata[i]);

  /* With nothing to ask for, there is nothing that could be refused. */
  if (held->len == 0)
    resonate_redis_keeper_settle (self->keeper);
  self->is_heard = TRUE;
  resonate_wheel_arm (self->settings->wheel, &self->timer, PING_INTERVAL_US, on_time);
}

static void
on_changed (gpointer owner, ResonateRedisState from, ResonateRedisState to)
{
  ResonateRedisSubscriber *self = owner;

  g_ref_count_inc (&self->references);
  if (to == RESONATE_REDIS_READY)
    start_listening (self);
  if (from == RESONATE_REDIS_READY)
    resonate_wheel_disarm (&self->timer);
  if (self->changed != NULL)
    self->changed (self->owner, from, to);
  if (from == RESONATE_REDIS_READY && self->keeper != NULL)
    forget_server (self);
  subscriber_unref (self);
}

static void
on_acknowledged (ResonateRedisSubscriber *self, ResonateRedisTopicEntry *entry)
{
  if (entry == NULL || entry->n_acks_due == 0)
    return;

  resonate_redis_keeper_settle (self->keeper);
  resonate_redis_topic_entry_hold (entry);
  entry->n_acks_due--;
  entry->is_active = entry->is_sent && entry->n_acks_due == 0;
  resonate_redis_topic_entry_tell_active (entry);
  resonate_redis_topic_entry_release (entry);
}

static void
on_message (ResonateRedisTopicEntry *entry, const char *topic, ResonateRedisReply *reply)
{
  g_autoptr (GBytes) payload = NULL;

  if (entry == NULL || !entry->is_active)
    return;

  payload = resonate_redis_reply_steal_bytes (reply, NULL);
  if (payload != NULL)
    resonate_redis_topic_entry_tell_message (entry, topic, payload);
}

static const char *
get_text (ResonateRedisReply *reply, size_t i)
{
  return resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i), NULL, NULL);
}

/* message TOPIC TEXT, pmessage PATTERN TOPIC TEXT, and subscribe and the like NAME NUMBER. A ping
 * is answered with `pong` and nothing, or as it is elsewhere while there is no topic. */
static void
on_push (gpointer owner, ResonateRedisReply *reply)
{
  ResonateRedisSubscriber *self = owner;
  g_autoptr (GError) error = NULL;
  ResonateRedisTopicEntry *entry;
  const char *verb;
  const char *name;
  gboolean is_pattern;
  size_t length;

  self->is_heard = TRUE;
  if (!resonate_redis_reply_check (reply, &error))
    {
      resonate_redis_keeper_lose (self->keeper, error);
      return;
    }
  if (!resonate_redis_reply_get_length (reply, &length, NULL) || length < 3)
    return;

  verb = get_text (reply, 0);
  name = get_text (reply, 1);
  if (verb == NULL || name == NULL)
    return;

  g_ref_count_inc (&self->references);
  is_pattern = verb[0] == 'p';
  entry = g_hash_table_lookup (self->entries[is_pattern], name);
  if (strcmp (verb, "message") == 0)
    on_message (entry, name, resonate_redis_reply_get_element (reply, 2));
  else if (strcmp (verb, "pmessage") != 0)
    on_acknowledged (self, entry);
  else if (length == 4 && get_text (reply, 2) != NULL)
    on_message (entry, get_text (reply, 2), resonate_redis_reply_get_element (reply, 3));
  subscriber_unref (self);
}

static const ResonateRedisKeeperFuncs keeper_funcs = { on_changed, on_push, NULL };

ResonateRedisSubscriber *
resonate_redis_subscriber_new (ResonateRedisSettings *settings,
                               ResonateRedisSubscriberFunc changed,
                               gpointer owner)
{
  ResonateRedisSubscriber *self;

  g_return_val_if_fail (settings != NULL, NULL);

  self = g_new0 (ResonateRedisSubscriber, 1);
  g_ref_count_init (&self->references);
  self->settings = resonate_redis_settings_ref (settings);
  self->changed = changed;
  self->owner = owner;
  self->entries[FALSE] = g_hash_table_new (g_str_hash, g_str_equal);
  self->entries[TRUE] = g_hash_table_new (g_str_hash, g_str_equal);
  self->dirty = g_ptr_array_new ();
  self->keeper = resonate_redis_keeper_new (settings, NULL, &keeper_funcs, self);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "resonate-redis-subscriber");
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
resonate_redis_subscriber_free (ResonateRedisSubscriber *self)
{
  g_autoptr (GPtrArray) held = NULL;

  g_return_if_fail (self != NULL);

  resonate_wheel_disarm (&self->timer);
  g_clear_pointer (&self->keeper, resonate_redis_keeper_free);
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);

  /* Those who still have a topic of ours have it without us. */
  held = hold_entries (self);
  for (unsigned int i = 0; i < held->len; i++)
    {
      ResonateRedisTopicEntry *entry = held->pdata[i];

      entry->changed = NULL;
      entry->idle = NULL;
      entry->is_sent = FALSE;
      entry->is_active = FALSE;
      entry->n_acks_due = 0;
    }
  for (unsigned int i = 0; i < self->dirty->len; i++)
    {
      ((ResonateRedisTopicEntry *) self->dirty->pdata[i])->is_dirty = FALSE;
      resonate_redis_topic_entry_release (self->dirty->pdata[i]);
    }
  g_ptr_array_set_size (self->dirty, 0);
  subscriber_unref (self);
}

static void
connect_if_needed (ResonateRedisSubscriber *self)
{
  if (self->is_started &&
      g_hash_table_size (self->entries[0]) + g_hash_table_size (self->entries[1]) > 0)
    resonate_redis_keeper_start (self->keeper);
}

void
resonate_redis_subscriber_start (ResonateRedisSubscriber *self)
{
  g_return_if_fail (self != NULL);

  self->is_started = TRUE;
  connect_if_needed (self);
}

ResonateRedisState
resonate_redis_subscriber_get_state (const ResonateRedisSubscriber *self)
{
  g_return_val_if_fail (self != NULL, RESONATE_REDIS_CLOSED);

  return resonate_redis_keeper_get_state (self->keeper);
}

const GError *
resonate_redis_subscriber_get_error (const ResonateRedisSubscriber *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return resonate_redis_keeper_get_error (self->keeper);
}

ResonateRedisTopic *
resonate_redis_subscriber_add (ResonateRedisSubscriber *self,
                               const char *name,
                               gboolean is_pattern,
                               const ResonateRedisTopicFuncs *funcs,
                               gpointer owner)
{
  GHashTable *entries;
  ResonateRedisTopicEntry *entry;
  ResonateRedisTopic *topic;

  g_return_val_if_fail (self != NULL && name != NULL && funcs != NULL, NULL);

  entries = self->entries[is_pattern != FALSE];
  entry = g_hash_table_lookup (entries, name);
  if (entry == NULL)
    {
      entry = resonate_redis_topic_entry_new (name, is_pattern != FALSE);
      entry->owner = self;
      entry->changed = on_entry_changed;
      entry->idle = on_entry_idle;
      g_hash_table_insert (entries, entry->name, entry);
    }

  topic = resonate_redis_topic_new (entry, funcs, owner);
  connect_if_needed (self);

  return topic;
}

void
resonate_redis_subscriber_move (ResonateRedisSubscriber *self,
                                const ResonateRedisHost *master,
                                const GError *error)
{
  ResonateRedisLink *link;

  g_return_if_fail (self != NULL && master != NULL && error != NULL);

  g_ref_count_inc (&self->references);
  link = resonate_redis_keeper_get_link (self->keeper);
  if (link != NULL && !resonate_redis_host_equal (resonate_redis_link_get_host (link), master))
    resonate_redis_keeper_lose (self->keeper, error);
  if (self->keeper != NULL)
    resonate_redis_keeper_hurry (self->keeper);
  subscriber_unref (self);
}

unsigned int
resonate_redis_subscriber_get_n_names (const ResonateRedisSubscriber *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->entries[FALSE]) + g_hash_table_size (self->entries[TRUE]);
}
