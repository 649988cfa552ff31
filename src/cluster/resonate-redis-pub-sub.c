/* resonate-redis-pub-sub.c: topics that all nodes of one Redis share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-pub-sub"

#include "config.h"

#include <string.h>

#include "resonate-redis-pub-sub-private.h"

#include "../redis/resonate-redis-subscriber-private.h"
#include "resonate-pub-sub-private.h"
#include "resonate-redis-refusal-private.h"
#include "resonate-topic-index-private.h"
#include "resonate-topic-subscription-private.h"

/* Whatever Redis says is queued in the index, so that everybody is told in the order in which it
 * came, in slices, and never from inside of a call. */
struct _ResonateRedisPubSub
{
  GObject parent_instance;

  ResonateRedis *redis;
  gboolean is_own; /* it is closed with this */
  char *prefix;
  size_t prefix_length;
  ResonateTopicIndex *index;
  GHashTable *bonds[2]; /* (element-type utf8 Bond): exact, patterns */
  gboolean is_connected;
};

/* One topic of the index, as Redis knows it. */
typedef struct
{
  ResonateRedisPubSub *pub_sub; /* (unowned) */
  char *name;
  ResonateTopicKind kind;
  ResonateRedisTopic *topic; /* (nullable): where the link was closed before */
} Bond;

static void pub_sub_iface_init (ResonatePubSubInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateRedisPubSub,
                               resonate_redis_pub_sub,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (RESONATE_TYPE_PUB_SUB, pub_sub_iface_init))

typedef enum
{
  PROP_IS_CONNECTED = 1,
} ResonateRedisPubSubProperty;

static void
bond_free (gpointer data)
{
  Bond *bond = data;

  g_clear_pointer (&bond->topic, resonate_redis_topic_free);
  g_free (bond->name);
  g_free (bond);
}

static void
on_active (gpointer owner)
{
  Bond *bond = owner;

  resonate_topic_index_set_state (bond->pub_sub->index, bond->name, bond->kind,
                                  RESONATE_TOPIC_ACTIVE);
}

static void
on_lost (gpointer owner)
{
  Bond *bond = owner;

  resonate_topic_index_set_state (bond->pub_sub->index, bond->name, bond->kind,
                                  RESONATE_TOPIC_LOST);
}

static void
on_gap (gpointer owner)
{
  Bond *bond = owner;

  resonate_topic_index_add_gap (bond->pub_sub->index, bond->name, bond->kind);
}

/* A topic that is no text cannot be told to anybody: it is somebody else's. */
static void
on_message (gpointer owner, const char *topic, const char *pattern, GBytes *payload)
{
  Bond *bond = owner;
  ResonateRedisPubSub *self = bond->pub_sub;

  if (bond->kind == RESONATE_TOPIC_EXACT)
    resonate_topic_index_hear (self->index, bond->name, NULL, payload);
  else if (g_utf8_validate (topic, -1, NULL))
    resonate_topic_index_hear (self->index, topic + self->prefix_length, bond->name, payload);
}

static const ResonateRedisTopicFuncs topic_funcs = { on_active, on_lost, on_gap, on_message };

/* (transfer full): a star is the only thing that has a meaning of its own here, and Redis knows
 * more. */
static char *
to_glob (ResonateRedisPubSub *self, const char *pattern)
{
  g_autoptr (GString) glob = g_string_new (NULL);
  g_autofree char *whole = g_strconcat (self->prefix, pattern, NULL);

  for (const char *c = whole; *c != '\0'; c++)
    {
      gboolean is_prefix = c < whole + self->prefix_length;

      if (strchr ("?[]\\", *c) != NULL || (is_prefix && *c == '*'))
        g_string_append_c (glob, '\\');
      g_string_append_c (glob, *c);
    }

  return g_string_free (g_steal_pointer (&glob), FALSE);
}

/*
 * ResonatePubSub
 */
static void
publish (ResonateRedisPubSub *self,
         const char *topic,
         GBytes *payload,
         ResonateRedisFunc func,
         gpointer user_data)
{
  g_autofree char *whole = NULL;

  if (self->prefix_length > 0)
    whole = g_strconcat (self->prefix, topic, NULL);
  resonate_redis_publish (self->redis, whole != NULL ? whole : topic, payload, func, user_data);
}

static void
resonate_redis_pub_sub_publish (ResonatePubSub *pub_sub, const char *topic, GBytes *payload)
{
  publish (RESONATE_REDIS_PUB_SUB (pub_sub), topic, payload, NULL, NULL);
}

static void
on_published (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) wrong = NULL;
  int64_t n_nodes;

  if (error == NULL && resonate_redis_reply_get_int (reply, &n_nodes, &wrong))
    g_task_return_int (task, n_nodes);
  else
    g_task_return_error (task, resonate_redis_refusal_new (error != NULL ? error : wrong,
                                                           "A message was not published"));
}

static void
resonate_redis_pub_sub_publish_task (ResonatePubSub *pub_sub,
                                     const char *topic,
                                     GBytes *payload,
                                     GTask *task)
{
  publish (RESONATE_REDIS_PUB_SUB (pub_sub), topic, payload, on_published, g_object_ref (task));
}

static GHashTable *
bonds_of (ResonateRedisPubSub *self, ResonateTopicSubscription *subscription)
{
  return self->bonds[resonate_topic_subscription_get_kind (subscription) == RESONATE_TOPIC_PATTERN];
}

static void
resonate_redis_pub_sub_subscribe (ResonatePubSub *pub_sub, ResonateTopicSubscription *subscription)
{
  ResonateRedisPubSub *self = RESONATE_REDIS_PUB_SUB (pub_sub);
  ResonateRedisSubscriber *subscriber = resonate_redis_get_subscriber (self->redis);
  g_autofree char *whole = NULL;
  Bond *bond;

  if (!resonate_topic_index_add (self->index, subscription))
    return;

  bond = g_new0 (Bond, 1);
  bond->pub_sub = self;
  bond->name = g_strdup (resonate_topic_subscription_get_topic (subscription));
  bond->kind = resonate_topic_subscription_get_kind (subscription);
  g_hash_table_insert (bonds_of (self, subscription), bond->name, bond);
  if (subscriber == NULL)
    return;

  whole = bond->kind == RESONATE_TOPIC_PATTERN ? to_glob (self, bond->name)
                                               : g_strconcat (self->prefix, bond->name, NULL);
  bond->topic = resonate_redis_subscriber_add (subscriber, whole,
                                               bond->kind == RESONATE_TOPIC_PATTERN, &topic_funcs,
                                               bond);
}

static void
resonate_redis_pub_sub_unsubscribe (ResonatePubSub *pub_sub,
                                    ResonateTopicSubscription *subscription)
{
  ResonateRedisPubSub *self = RESONATE_REDIS_PUB_SUB (pub_sub);

  if (resonate_topic_index_remove (self->index, subscription))
    g_hash_table_remove (bonds_of (self, subscription),
                         resonate_topic_subscription_get_topic (subscription));
}

static void
pub_sub_iface_init (ResonatePubSubInterface *iface)
{
  iface->publish = resonate_redis_pub_sub_publish;
  iface->publish_task = resonate_redis_pub_sub_publish_task;
  iface->subscribe = resonate_redis_pub_sub_subscribe;
  iface->unsubscribe = resonate_redis_pub_sub_unsubscribe;
}

/*
 * GObject
 */

/* There are two links: what is said on one is heard on the other, which is not made before there is
 * a topic to be heard. */
static gboolean
are_links_ready (ResonateRedisPubSub *self)
{
  ResonateRedisSubscriber *subscriber = resonate_redis_get_subscriber (self->redis);
  ResonateRedisState state;

  if (subscriber == NULL || !resonate_redis_is_ready (self->redis))
    return FALSE;

  state = resonate_redis_subscriber_get_state (subscriber);

  return state == RESONATE_REDIS_READY || state == RESONATE_REDIS_IDLE;
}

static void
on_state (GObject *redis, GParamSpec *pspec, gpointer user_data)
{
  ResonateRedisPubSub *self = user_data;
  gboolean is_connected = are_links_ready (self);

  if (self->is_connected == is_connected)
    return;

  self->is_connected = is_connected;
  g_object_notify (G_OBJECT (self), "is-connected");
}

static void
resonate_redis_pub_sub_dispose (GObject *object)
{
  ResonateRedisPubSub *self = RESONATE_REDIS_PUB_SUB (object);

  if (self->redis != NULL)
    g_signal_handlers_disconnect_by_data (self->redis, self);
  if (self->redis != NULL && self->is_own)
    resonate_redis_close (self->redis);
  g_clear_object (&self->redis);

  G_OBJECT_CLASS (resonate_redis_pub_sub_parent_class)->dispose (object);
}

static void
resonate_redis_pub_sub_finalize (GObject *object)
{
  ResonateRedisPubSub *self = RESONATE_REDIS_PUB_SUB (object);

  g_clear_pointer (&self->bonds[1], g_hash_table_unref);
  g_clear_pointer (&self->bonds[0], g_hash_table_unref);
  g_clear_pointer (&self->index, resonate_topic_index_free);
  g_clear_pointer (&self->prefix, g_free);

  G_OBJECT_CLASS (resonate_redis_pub_sub_parent_class)->finalize (object);
}

static void
resonate_redis_pub_sub_get_property (GObject *object,
                                     guint prop_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  ResonateRedisPubSub *self = RESONATE_REDIS_PUB_SUB (object);

  switch ((ResonateRedisPubSubProperty) prop_id)
    {
    case PROP_IS_CONNECTED:
      g_value_set_boolean (value, self->is_connected);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_redis_pub_sub_class_init (ResonateRedisPubSubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_redis_pub_sub_dispose;
  object_class->finalize = resonate_redis_pub_sub_finalize;
  object_class->get_property = resonate_redis_pub_sub_get_property;

  g_object_class_override_property (object_class, PROP_IS_CONNECTED, "is-connected");
}

static void
resonate_redis_pub_sub_init (ResonateRedisPubSub *self)
{
  self->index = resonate_topic_index_new (G_OBJECT (self));
  for (unsigned int i = 0; i < G_N_ELEMENTS (self->bonds); i++)
    self->bonds[i] = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, bond_free);
}

ResonatePubSub *
resonate_redis_pub_sub_new (ResonateRedis *redis, const char *prefix)
{
  ResonateRedisPubSub *self;

  g_return_val_if_fail (RESONATE_IS_REDIS (redis), NULL);
  g_return_val_if_fail (prefix != NULL, NULL);

  self = g_object_new (RESONATE_TYPE_REDIS_PUB_SUB, NULL);
  self->redis = g_object_ref (redis);
  self->prefix = g_strdup (prefix);
  self->prefix_length = strlen (prefix);
  self->is_connected = are_links_ready (self);
  g_signal_connect (redis, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect (redis, "notify::subscriber-state", G_CALLBACK (on_state), self);

  return RESONATE_PUB_SUB (self);
}

ResonatePubSub *
resonate_redis_pub_sub_new_for_uri (const char *uri, const char *prefix, GError **error)
{
  g_autoptr (ResonateRedis) redis = resonate_redis_new (uri, NULL, error);
  ResonatePubSub *self;

  if (redis == NULL)
    return NULL;

  self = resonate_redis_pub_sub_new (redis, prefix);
  RESONATE_REDIS_PUB_SUB (self)->is_own = TRUE;
  resonate_redis_start (redis);

  return self;
}
