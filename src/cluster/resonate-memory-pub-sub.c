/* resonate-memory-pub-sub.c: topics of one process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-memory-pub-sub"

#include "config.h"

#include "resonate-memory-pub-sub-private.h"

#include "resonate-pub-sub-private.h"
#include "resonate-store-error.h"
#include "resonate-topic-index-private.h"
#include "resonate-topic-subscription-private.h"

/* A bus: what is published to it reaches all who share the object. */
struct _ResonateMemoryPubSub
{
  GObject parent_instance;

  ResonateTopicIndex *index;
};

static void pub_sub_iface_init (ResonatePubSubInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateMemoryPubSub,
                               resonate_memory_pub_sub,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (RESONATE_TYPE_PUB_SUB, pub_sub_iface_init))

typedef enum
{
  PROP_IS_CONNECTED = 1,
} ResonateMemoryPubSubProperty;

/*
 * ResonatePubSub
 */
static void
resonate_memory_pub_sub_publish (ResonatePubSub *pub_sub, const char *topic, GBytes *payload)
{
  resonate_topic_index_publish (RESONATE_MEMORY_PUB_SUB (pub_sub)->index, topic, payload);
}

static void
resonate_memory_pub_sub_publish_task (ResonatePubSub *pub_sub,
                                      const char *topic,
                                      GBytes *payload,
                                      GTask *task)
{
  switch (resonate_topic_index_publish (RESONATE_MEMORY_PUB_SUB (pub_sub)->index, topic, payload))
    {
    case RESONATE_TOPIC_NOBODY:
      g_task_return_int (task, 0);
      break;

    case RESONATE_TOPIC_QUEUED:
      g_task_return_int (task, 1);
      break;

    case RESONATE_TOPIC_FULL:
      g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_CAPACITY,
                               "More messages wait to be delivered than may");
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
resonate_memory_pub_sub_subscribe (ResonatePubSub *pub_sub, ResonateTopicSubscription *subscription)
{
  resonate_topic_index_add (RESONATE_MEMORY_PUB_SUB (pub_sub)->index, subscription);
  resonate_topic_subscription_set_state (subscription, RESONATE_TOPIC_ACTIVE);
}

static void
resonate_memory_pub_sub_unsubscribe (ResonatePubSub *pub_sub,
                                     ResonateTopicSubscription *subscription)
{
  resonate_topic_index_remove (RESONATE_MEMORY_PUB_SUB (pub_sub)->index, subscription);
}

static void
pub_sub_iface_init (ResonatePubSubInterface *iface)
{
  iface->publish = resonate_memory_pub_sub_publish;
  iface->publish_task = resonate_memory_pub_sub_publish_task;
  iface->subscribe = resonate_memory_pub_sub_subscribe;
  iface->unsubscribe = resonate_memory_pub_sub_unsubscribe;
}

/*
 * GObject
 */
static void
resonate_memory_pub_sub_finalize (GObject *object)
{
  ResonateMemoryPubSub *self = RESONATE_MEMORY_PUB_SUB (object);

  g_clear_pointer (&self->index, resonate_topic_index_free);

  G_OBJECT_CLASS (resonate_memory_pub_sub_parent_class)->finalize (object);
}

static void
resonate_memory_pub_sub_get_property (GObject *object,
                                      guint prop_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  switch ((ResonateMemoryPubSubProperty) prop_id)
    {
    case PROP_IS_CONNECTED:
      g_value_set_boolean (value, TRUE);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_memory_pub_sub_class_init (ResonateMemoryPubSubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = resonate_memory_pub_sub_finalize;
  object_class->get_property = resonate_memory_pub_sub_get_property;

  g_object_class_override_property (object_class, PROP_IS_CONNECTED, "is-connected");
}

static void
resonate_memory_pub_sub_init (ResonateMemoryPubSub *self)
{
  self->index = resonate_topic_index_new (G_OBJECT (self));
}

ResonatePubSub *
resonate_memory_pub_sub_new (void)
{
  return g_object_new (RESONATE_TYPE_MEMORY_PUB_SUB, NULL);
}
