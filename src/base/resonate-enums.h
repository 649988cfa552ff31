/* resonate-enums.h: the small vocabularies every floor shares
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <glib.h>

G_BEGIN_DECLS

/**
 * ResonateChannelKind:
 * @RESONATE_CHANNEL_PUBLIC: anyone may subscribe
 * @RESONATE_CHANNEL_PRIVATE: a subscriber presents a signature; the name starts with `private`
 * @RESONATE_CHANNEL_PRIVATE_ENCRYPTED: private, and its payloads are unreadable to the server; the
 *   name starts with `private-encrypted-`
 * @RESONATE_CHANNEL_PRESENCE: private, and its members are known by user id; the name starts with
 *   `presence`
 * @RESONATE_CHANNEL_CACHE: public, and the last event is kept for who comes later; the name starts
 *   with `cache`
 * @RESONATE_CHANNEL_PRIVATE_CACHE: private with a cache; the name starts with `private-cache-`
 * @RESONATE_CHANNEL_PRESENCE_CACHE: presence with a cache; the name starts with `presence-cache-`
 *
 * How a channel admits subscribers and what it remembers, read from its name and from nothing else.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_CHANNEL_PUBLIC,
  RESONATE_CHANNEL_PRIVATE,
  RESONATE_CHANNEL_PRIVATE_ENCRYPTED,
  RESONATE_CHANNEL_PRESENCE,
  RESONATE_CHANNEL_CACHE,
  RESONATE_CHANNEL_PRIVATE_CACHE,
  RESONATE_CHANNEL_PRESENCE_CACHE,
} ResonateChannelKind;

/**
 * ResonateClientEvents:
 * @RESONATE_CLIENT_EVENTS_NONE: clients may not send events to each other
 * @RESONATE_CLIENT_EVENTS_MEMBERS: a client may send to the private and presence channels it is on
 * @RESONATE_CLIENT_EVENTS_ALL: the same as members; the word is kept for configurations of the
 *   reference implementation
 *
 * Whose client events an app relays.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_CLIENT_EVENTS_NONE,
  RESONATE_CLIENT_EVENTS_MEMBERS,
  RESONATE_CLIENT_EVENTS_ALL,
} ResonateClientEvents;

/**
 * ResonateSendQueuePolicy:
 * @RESONATE_SEND_QUEUE_POLICY_CLOSE: the connection is closed with 4100; it reconnects and asks
 * anew
 * @RESONATE_SEND_QUEUE_POLICY_DROP_OLDEST: the oldest messages that wait are dropped; the
 * connection stays, and misses them
 *
 * What happens to a connection that reads slower than it is sent to, once its queue is full.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_SEND_QUEUE_POLICY_CLOSE,
  RESONATE_SEND_QUEUE_POLICY_DROP_OLDEST,
} ResonateSendQueuePolicy;

/**
 * ResonateWhenDegraded:
 * @RESONATE_WHEN_DEGRADED_SERVE: publishers are served; their events reach the clients of this node
 *   alone, and the answers say so
 * @RESONATE_WHEN_DEGRADED_REFUSE: publishers are answered 503, so that they try again or elsewhere
 *
 * What a node of a cluster does for publishers while it cannot reach the other nodes.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_WHEN_DEGRADED_SERVE,
  RESONATE_WHEN_DEGRADED_REFUSE,
} ResonateWhenDegraded;

/**
 * ResonateClusterState:
 * @RESONATE_CLUSTER_OFF: it delivers alone
 * @RESONATE_CLUSTER_CONNECTED: it is one of several, and reaches them
 * @RESONATE_CLUSTER_DEGRADED: it is one of several, and does not reach them at the moment: what it
 *   is given goes to its own clients only
 *
 * What a server is among others.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_CLUSTER_OFF,
  RESONATE_CLUSTER_CONNECTED,
  RESONATE_CLUSTER_DEGRADED,
} ResonateClusterState;

/**
 * ResonateServerState:
 * @RESONATE_SERVER_STOPPED: not listening, no connections
 * @RESONATE_SERVER_RUNNING: listening
 * @RESONATE_SERVER_DRAINING: the listeners are closed; the connections that remain are served
 *   until they leave or the drain timeout passes
 *
 * Where a server is in its life.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_SERVER_STOPPED,
  RESONATE_SERVER_RUNNING,
  RESONATE_SERVER_DRAINING,
} ResonateServerState;

/**
 * ResonateConsumerState:
 * @RESONATE_CONSUMER_STOPPED: it does not run
 * @RESONATE_CONSUMER_STARTING: streams and groups are being made
 * @RESONATE_CONSUMER_RUNNING: entries are delivered
 * @RESONATE_CONSUMER_DRAINING: nothing more is asked for, and what is not settled is waited for
 *
 * Whether a consumer runs.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_CONSUMER_STOPPED,
  RESONATE_CONSUMER_STARTING,
  RESONATE_CONSUMER_RUNNING,
  RESONATE_CONSUMER_DRAINING,
} ResonateConsumerState;

/**
 * ResonateTopicKind:
 * @RESONATE_TOPIC_EXACT: the name of one topic
 * @RESONATE_TOPIC_PATTERN: all topics that match; `*` stands for any run of bytes
 * @RESONATE_TOPIC_AUTO: a pattern if there is a `*` in it, and a name if not; for names that come
 *   from a configuration
 *
 * What the topic of a subscription is.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_TOPIC_EXACT,
  RESONATE_TOPIC_PATTERN,
  RESONATE_TOPIC_AUTO,
} ResonateTopicKind;

/**
 * ResonateTopicState:
 * @RESONATE_TOPIC_PENDING: asked for, and not yet confirmed
 * @RESONATE_TOPIC_ACTIVE: messages arrive
 * @RESONATE_TOPIC_LOST: the connection is gone, and comes back; messages of the meantime are lost
 * @RESONATE_TOPIC_CANCELLED: ended
 *
 * Whether messages arrive at a subscription.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_TOPIC_PENDING,
  RESONATE_TOPIC_ACTIVE,
  RESONATE_TOPIC_LOST,
  RESONATE_TOPIC_CANCELLED,
} ResonateTopicState;

G_END_DECLS
