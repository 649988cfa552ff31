/* resonate-pub-sub.c: topics that several programs publish to and subscribe to
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-pub-sub"

#include "config.h"

#include <string.h>

#include "resonate-pub-sub.h"

#include "resonate-memory-pub-sub-private.h"
#include "resonate-pub-sub-private.h"
#include "resonate-redis-pub-sub-private.h"
#include "resonate-store-error.h"
#include "resonate-topic-subscription-private.h"

#define DEFAULT_PREFIX "resonate:"

/**
 * ResonatePubSub:
 *
 * Topics: what is published to one reaches everybody who subscribes to it at that moment, on this
 * node and on others, and nobody later.
 *
 * One object of [func@Resonate.PubSub.new_local] is a bus for all of one process. Over Redis
 * ([func@Resonate.PubSub.new_for_uri]), many processes on many hosts share their topics; the calls
 * are the same.
 *
 * Messages of one topic arrive in one order everywhere. They are delivered by the main context that
 * was the thread's default when the object was made, and never from inside of a call: who publishes
 * in a handler is heard after the handler has returned. A message that several subscriptions ask
 * for comes once to each of them.
 *
 * Nothing is stored. Messages are lost while a connection is, or when more wait than a bound
 * allows; [signal@Resonate.TopicSubscription::gap] says so, in the place of what was lost. What
 * must not be lost belongs in a stream.
 *
 * The interface is implemented by the library alone. It is used from one thread.
 *
 * Since: 1.0
 */
G_DEFINE_INTERFACE (ResonatePubSub, resonate_pub_sub, G_TYPE_OBJECT)

static void
resonate_pub_sub_default_init (ResonatePubSubInterface *iface)
{
  /**
   * ResonatePubSub:is-connected: (getter get_is_connected)
   *
   * Whether what is published reaches the other nodes. Without other nodes it is always %TRUE.
   *
   * Since: 1.0
   */
  g_object_interface_install_property (iface,
                                       g_param_spec_boolean ("is-connected", NULL, NULL, TRUE,
                                                             G_PARAM_READABLE |
                                                               G_PARAM_STATIC_STRINGS));
}

/**
 * resonate_pub_sub_new_local:
 *
 * Creates topics for one process. All who share the object hear each other.
 *
 * Returns: (transfer full): topics
 *
 * Since: 1.0
 */
ResonatePubSub *
resonate_pub_sub_new_local (void)
{
  return resonate_memory_pub_sub_new ();
}

/**
 * resonate_pub_sub_new_for_uri:
 * @uri: (nullable): where Redis is, such as `redis://127.0.0.1:6379`; %NULL and `memory:` are
 * topics for one process
 * @prefix: (nullable): what is in front of every topic there, so that others who use the same Redis
 *   have topics of their own; %NULL is `resonate:`, and nobody sees it here
 * @error: return location for an error
 *
 * Creates topics that everybody shares who names the same Redis. It connects by and by, and again
 * whenever the connection is lost; the database number makes no difference.
 *
 * Returns: (transfer full): topics, or %NULL with %RESONATE_ERROR_CONFIG for a URI that is none
 *
 * Since: 1.0
 */
ResonatePubSub *
resonate_pub_sub_new_for_uri (const char *uri, const char *prefix, GError **error)
{
  if (uri == NULL || g_str_equal (uri, "memory:"))
    return resonate_memory_pub_sub_new ();

  return resonate_redis_pub_sub_new_for_uri (uri, prefix != NULL ? prefix : DEFAULT_PREFIX, error);
}

/**
 * resonate_pub_sub_get_is_connected: (get-property is-connected)
 * @self: topics
 *
 * Gets whether what is published reaches the other nodes.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
resonate_pub_sub_get_is_connected (ResonatePubSub *self)
{
  gboolean is_connected;

  g_return_val_if_fail (RESONATE_IS_PUB_SUB (self), FALSE);

  g_object_get (self, "is-connected", &is_connected, NULL);

  return is_connected;
}

/**
 * resonate_pub_sub_publish:
 * @self: topics
 * @topic: the topic, which is not empty
 * @payload: what is said, any bytes
 *
 * Publishes a message and asks no more of it: it may be lost, and nobody is told.
 *
 * Since: 1.0
 */
void
resonate_pub_sub_publish (ResonatePubSub *self, const char *topic, GBytes *payload)
{
  g_return_if_fail (RESONATE_IS_PUB_SUB (self));
  g_return_if_fail (topic != NULL && *topic != '\0');
  g_return_if_fail (payload != NULL);

  RESONATE_PUB_SUB_GET_IFACE (self)->publish (self, topic, payload);
}

/**
 * resonate_pub_sub_publish_async:
 * @self: topics
 * @topic: the topic
 * @payload: what is said, any bytes
 * @cancellable: (nullable): a cancellable, after which the message may still arrive
 * @callback: (scope async): called when the message is on its way
 * @user_data: for @callback
 *
 * Publishes a message, and asks how many nodes take an interest in it.
 *
 * The errors of [method@Resonate.PubSub.publish_finish] are %RESONATE_STORE_ERROR_INVALID_NAME for
 * an empty topic, %RESONATE_STORE_ERROR_CAPACITY when more waits to be delivered than may, and what
 * the connection to other nodes reports.
 *
 * Since: 1.0
 */
void
resonate_pub_sub_publish_async (ResonatePubSub *self,
                                const char *topic,
                                GBytes *payload,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_PUB_SUB (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (payload != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_pub_sub_publish_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (*topic == '\0')
    g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME,
                             "A topic must not be empty");
  else
    RESONATE_PUB_SUB_GET_IFACE (self)->publish_task (self, topic, payload, task);
}

/**
 * resonate_pub_sub_publish_finish:
 * @self: topics
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Resonate.PubSub.publish_async].
 *
 * Returns: how many nodes take an interest in the topic, or -1 with @error set
 *
 * Since: 1.0
 */
gint64
resonate_pub_sub_publish_finish (ResonatePubSub *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

/**
 * resonate_pub_sub_subscribe:
 * @self: topics
 * @topic: a topic, or a pattern, which is not empty
 * @kind: which of the two it is
 *
 * Subscribes. Dropping the last reference of what is returned cancels the subscription.
 *
 * In a pattern, `*` stands for any run of bytes, the empty one included, and nothing else has a
 * meaning of its own.
 *
 * Returns: (transfer full): the subscription
 *
 * Since: 1.0
 */
ResonateTopicSubscription *
resonate_pub_sub_subscribe (ResonatePubSub *self, const char *topic, ResonateTopicKind kind)
{
  ResonateTopicSubscription *subscription;

  g_return_val_if_fail (RESONATE_IS_PUB_SUB (self), NULL);
  g_return_val_if_fail (topic != NULL && *topic != '\0', NULL);

  if (kind == RESONATE_TOPIC_AUTO)
    kind = strchr (topic, '*') != NULL ? RESONATE_TOPIC_PATTERN : RESONATE_TOPIC_EXACT;

  subscription = resonate_topic_subscription_new (self, topic, kind);
  RESONATE_PUB_SUB_GET_IFACE (self)->subscribe (self, subscription);

  return subscription;
}
