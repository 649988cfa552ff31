/* resonate-topic-index-private.h: who listens to which topic, and what they are still to hear
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-topic-subscription.h"

G_BEGIN_DECLS

/* How many messages, and bytes of payload, wait to be delivered at most. */
#define RESONATE_TOPIC_MAX_QUEUED       65536
#define RESONATE_TOPIC_MAX_QUEUED_BYTES (64 * 1024 * 1024)

typedef enum
{
  RESONATE_TOPIC_NOBODY,
  RESONATE_TOPIC_QUEUED,
  RESONATE_TOPIC_FULL,
} ResonateTopicFate;

typedef struct _ResonateTopicIndex ResonateTopicIndex;

ResonateTopicIndex *resonate_topic_index_new (GObject *owner);
void resonate_topic_index_free (ResonateTopicIndex *self);

gboolean resonate_topic_index_add (ResonateTopicIndex *self,
                                   ResonateTopicSubscription *subscription);
gboolean resonate_topic_index_remove (ResonateTopicIndex *self,
                                      ResonateTopicSubscription *subscription);

/* For topics that are carried by a connection: what it says is queued like a message, and told in
 * its place. @pattern: (nullable): what the connection found @topic by. */
void resonate_topic_index_hear (ResonateTopicIndex *self,
                                const char *topic,
                                const char *pattern,
                                GBytes *payload);
void resonate_topic_index_set_state (ResonateTopicIndex *self,
                                     const char *name,
                                     ResonateTopicKind kind,
                                     ResonateTopicState state);
void
resonate_topic_index_add_gap (ResonateTopicIndex *self, const char *name, ResonateTopicKind kind);

ResonateTopicFate
resonate_topic_index_publish (ResonateTopicIndex *self, const char *topic, GBytes *payload);

G_END_DECLS
