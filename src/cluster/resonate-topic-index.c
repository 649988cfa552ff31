/* resonate-topic-index.c: who listens to which topic, and what they are still to hear
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-topic-index"

#include "config.h"

#include "resonate-topic-index-private.h"

#include "../base/resonate-glob-private.h"
#include "resonate-topic-subscription-private.h"

/* How long one turn of the loop may deliver before others have their turn. */
#define SLICE_US 1000

/* All that ask for one topic, or for one pattern. */
typedef struct
{
  unsigned int n_refs;
  char *name;
  gboolean is_pattern;
  GPtrArray *subscriptions; /* (element-type ResonateTopicSubscription) (unowned) */
  gboolean ends_in_gap;     /* the last item for them in the queue says that something is lost */
  ResonateTopicState state; /* that a connection has told last */
} Topic;

/* Something to be told to all of them. */
typedef struct
{
  GList link; /* the first member: the queue's links are items */
  Topic *to;  /* (owned) */
  char *topic;
  GBytes *payload;          /* (nullable): without one it is a gap, or a state */
  ResonateTopicState state; /* "pending" for what is no state */
  uint64_t number;
} Item;

/* Both bodies of publish and subscribe deliver with this: one queue in front of all topics, so that
 * everybody hears everything in one order, and nobody is called from inside of a call. */
struct _ResonateTopicIndex
{
  GObject *owner; /* (unowned): it frees this */
  GSource *source;
  GHashTable *exact;    /* (element-type utf8 Topic): owns its values */
  GHashTable *by_glob;  /* (element-type utf8 Topic): owns its values */
  GPtrArray *patterns;  /* (element-type Topic): in the order in which they were subscribed to */
  GQueue queue;         /* of Item, which link themselves */
  size_t n_bytes;       /* of the payloads in the queue */
  uint64_t n_published; /* the number of the newest message */
  GPtrArray *hearers;   /* (nullable elements) (unowned): of the item in hand */
  unsigned int n_heard; /* of those */
  Item *in_hand;        /* (nullable) */
};

static Topic *
topic_new (const char *name, gboolean is_pattern)
{
  Topic *topic = g_new0 (Topic, 1);

  topic->n_refs = 1;
  topic->name = g_strdup (name);
  topic->is_pattern = is_pattern;
  topic->subscriptions = g_ptr_array_new ();

  return topic;
}

static void
topic_unref (gpointer data)
{
  Topic *topic = data;

  if (--topic->n_refs > 0)
    return;

  g_clear_pointer (&topic->subscriptions, g_ptr_array_unref);
  g_free (topic->name);
  g_free (topic);
}

static void
item_free (Item *item)
{
  topic_unref (item->to);
  g_clear_pointer (&item->payload, g_bytes_unref);
  g_free (item->topic);
  g_free (item);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

static void
push (
  ResonateTopicIndex *self, Topic *to, const char *topic, GBytes *payload, ResonateTopicState state)
{
  Item *item = g_new0 (Item, 1);

  item->link.data = item;
  item->to = to;
  item->to->n_refs++;
  item->topic = g_strdup (topic);
  item->payload = payload != NULL ? g_bytes_ref (payload) : NULL;
  item->state = state;
  item->number = self->n_published;

  to->ends_in_gap = payload == NULL && state == RESONATE_TOPIC_PENDING;
  self->n_bytes += payload != NULL ? g_bytes_get_size (payload) : 0;
  g_queue_push_tail_link (&self->queue, &item->link);
  g_source_set_ready_time (self->source, 0);
}

/* A gap that is not told yet stands for everything that is lost behind it. */
static void
push_gap (ResonateTopicIndex *self, Topic *to)
{
  if (!to->ends_in_gap)
    push (self, to, NULL, NULL, RESONATE_TOPIC_PENDING);
}

static Item *
pop (ResonateTopicIndex *self)
{
  Item *item = (Item *) g_queue_pop_head_link (&self->queue);

  if (item == NULL)
    return NULL;

  if (item->payload != NULL)
    self->n_bytes -= g_bytes_get_size (item->payload);
  else if (item->state == RESONATE_TOPIC_PENDING)
    item->to->ends_in_gap = FALSE;

  return item;
}

/* Takes the next item in hand. Hearers are not kept: who drops a subscription in a handler may free
 * what its own handlers use (resonate_topic_index_remove () strikes it out). */
static gboolean
take (ResonateTopicIndex *self)
{
  Item *item = pop (self);
  GPtrArray *subscriptions;

  if (item == NULL)
    return FALSE;

  self->in_hand = item;
  subscriptions = item->to->subscriptions;
  for (unsigned int i = 0; i < subscriptions->len; i++)
    {
      ResonateTopicSubscription *subscription = subscriptions->pdata[i];

      if (resonate_topic_subscription_get_since (subscription) <= item->number)
        g_ptr_array_add (self->hearers, subscription);
    }

  return TRUE;
}

static void
put_down (ResonateTopicIndex *self)
{
  g_clear_pointer (&self->in_hand, item_free);
  g_ptr_array_set_size (self->hearers, 0);
  self->n_heard = 0;
}

/* Tells one subscription one thing. */
static gboolean
deliver (ResonateTopicIndex *self)
{
  const Item *item;
  ResonateTopicSubscription *hearer;

  if (self->in_hand == NULL && !take (self))
    return FALSE;

  item = self->in_hand;
  if (self->n_heard == self->hearers->len)
    {
      put_down (self);
      return TRUE;
    }

  hearer = self->hearers->pdata[self->n_heard++];
  if (hearer == NULL)
    return TRUE;

  if (item->state != RESONATE_TOPIC_PENDING)
    resonate_topic_subscription_set_state (hearer, item->state);
  else if (item->payload == NULL)
    resonate_topic_subscription_emit_gap (hearer);
  else
    resonate_topic_subscription_emit_message (hearer, item->payload, item->topic,
                                              item->to->is_pattern ? item->to->name : NULL);

  return TRUE;
}

/* A handler may drop the last reference of the owner, which frees all this. */
static gboolean
on_turn (gpointer user_data)
{
  ResonateTopicIndex *self = user_data;
  GObject *owner = g_object_ref (self->owner);
  int64_t end_us = g_get_monotonic_time () + SLICE_US;
  gboolean is_left;

  do
    is_left = deliver (self);
  while (is_left && g_get_monotonic_time () < end_us);

  g_source_set_ready_time (self->source, is_left ? 0 : -1);
  g_object_unref (owner);

  return G_SOURCE_CONTINUE;
}

/*
 * resonate_topic_index_new:
 * @owner: not referenced, only while its subscriptions are called
 *
 * Delivers in the main context that is the thread's default now.
 */
ResonateTopicIndex *
resonate_topic_index_new (GObject *owner)
{
  ResonateTopicIndex *self = g_new0 (ResonateTopicIndex, 1);

  self->owner = owner;
  self->exact = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, topic_unref);
  self->by_glob = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, topic_unref);
  self->patterns = g_ptr_array_new ();
  self->hearers = g_ptr_array_new ();
  g_queue_init (&self->queue);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "resonate-topic-index");
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

void
resonate_topic_index_free (ResonateTopicIndex *self)
{
  Item *item;

  g_return_if_fail (self != NULL);

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  while ((item = pop (self)) != NULL)
    item_free (item);
  put_down (self);
  g_clear_pointer (&self->hearers, g_ptr_array_unref);
  g_clear_pointer (&self->patterns, g_ptr_array_unref);
  g_clear_pointer (&self->by_glob, g_hash_table_unref);
  g_clear_pointer (&self->exact, g_hash_table_unref);
  g_free (self);
}

static GHashTable *
table_of (ResonateTopicIndex *self, ResonateTopicKind kind)
{
  return kind == RESONATE_TOPIC_PATTERN ? self->by_glob : self->exact;
}

/* Returns whether it is the first that asks for this topic. It is not referenced. */
gboolean
resonate_topic_index_add (ResonateTopicIndex *self, ResonateTopicSubscription *subscription)
{
  const char *name = resonate_topic_subscription_get_topic (subscription);
  ResonateTopicKind kind = resonate_topic_subscription_get_kind (subscription);
  Topic *topic = g_hash_table_lookup (table_of (self, kind), name);
  gboolean is_first = topic == NULL;

  if (is_first)
    {
      topic = topic_new (name, kind == RESONATE_TOPIC_PATTERN);
      g_hash_table_insert (table_of (self, kind), topic->name, topic);
      if (topic->is_pattern)
        g_ptr_array_add (self->patterns, topic);
    }

  resonate_topic_subscription_set_since (subscription, self->n_published + 1);
  g_ptr_array_add (topic->subscriptions, subscription);
  resonate_topic_subscription_set_state (subscription, topic->state);

  return is_first;
}

/* Who is gone hears no more of what is being told. */
static void
strike_out (ResonateTopicIndex *self, ResonateTopicSubscription *subscription)
{
  unsigned int place;

  if (g_ptr_array_find (self->hearers, subscription, &place))
    self->hearers->pdata[place] = NULL;
}

/* Returns whether it was the last that asked for this topic. */
gboolean
resonate_topic_index_remove (ResonateTopicIndex *self, ResonateTopicSubscription *subscription)
{
  const char *name = resonate_topic_subscription_get_topic (subscription);
  ResonateTopicKind kind = resonate_topic_subscription_get_kind (subscription);
  Topic *topic = g_hash_table_lookup (table_of (self, kind), name);

  g_return_val_if_fail (topic != NULL, FALSE);

  g_ptr_array_remove (topic->subscriptions, subscription);
  if (self->in_hand != NULL && self->in_hand->to == topic)
    strike_out (self, subscription);
  if (topic->subscriptions->len > 0)
    return FALSE;

  g_ptr_array_remove (self->patterns, topic);
  g_hash_table_remove (table_of (self, kind), name);

  return TRUE;
}

static gboolean
has_room (const ResonateTopicIndex *self, GBytes *payload)
{
  return self->queue.length < RESONATE_TOPIC_MAX_QUEUED &&
         self->n_bytes + g_bytes_get_size (payload) <= RESONATE_TOPIC_MAX_QUEUED_BYTES;
}

static Topic *
find (ResonateTopicIndex *self, const char *name, ResonateTopicKind kind)
{
  return g_hash_table_lookup (table_of (self, kind), name);
}

void
resonate_topic_index_hear (ResonateTopicIndex *self,
                           const char *topic,
                           const char *pattern,
                           GBytes *payload)
{
  Topic *to = pattern != NULL ? find (self, pattern, RESONATE_TOPIC_PATTERN)
                              : find (self, topic, RESONATE_TOPIC_EXACT);

  if (to == NULL)
    return;

  self->n_published++;
  if (has_room (self, payload))
    push (self, to, topic, payload, RESONATE_TOPIC_PENDING);
  else
    push_gap (self, to);
}

void
resonate_topic_index_set_state (ResonateTopicIndex *self,
                                const char *name,
                                ResonateTopicKind kind,
                                ResonateTopicState state)
{
  Topic *to = find (self, name, kind);

  if (to == NULL)
    return;

  self->n_published++;
  to->state = state;
  push (self, to, NULL, NULL, state);
}

void
resonate_topic_index_add_gap (ResonateTopicIndex *self, const char *name, ResonateTopicKind kind)
{
  Topic *to = find (self, name, kind);

  if (to == NULL)
    return;

  self->n_published++;
  push_gap (self, to);
}

/* Queues @payload for all who ask for @topic: first those who name it, then those whose pattern it
 * matches. Whom there is no room for is told of a gap, when it is their turn. */
ResonateTopicFate
resonate_topic_index_publish (ResonateTopicIndex *self, const char *topic, GBytes *payload)
{
  Topic *exact = g_hash_table_lookup (self->exact, topic);
  ResonateTopicFate fate = RESONATE_TOPIC_NOBODY;

  self->n_published++;

  for (unsigned int i = 0; i <= self->patterns->len; i++)
    {
      Topic *to = i == 0 ? exact : self->patterns->pdata[i - 1];

      if (to == NULL || (to->is_pattern && !resonate_glob_match (to->name, topic)))
        continue;

      if (has_room (self, payload))
        push (self, to, topic, payload, RESONATE_TOPIC_PENDING);
      else
        push_gap (self, to);
      fate = MAX (fate, to->ends_in_gap ? RESONATE_TOPIC_FULL : RESONATE_TOPIC_QUEUED);
    }

  return fate;
}
