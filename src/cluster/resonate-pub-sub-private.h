/* resonate-pub-sub-private.h: what a body of publish and subscribe implements
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-pub-sub.h"

G_BEGIN_DECLS

struct _ResonatePubSubInterface
{
  GTypeInterface parent_iface;

  void (*publish) (ResonatePubSub *self, const char *topic, GBytes *payload);
  /* Returns an integer with @task, of which it takes a reference where it answers later. */
  void (*publish_task) (ResonatePubSub *self, const char *topic, GBytes *payload, GTask *task);
  void (*subscribe) (ResonatePubSub *self, ResonateTopicSubscription *subscription);
  void (*unsubscribe) (ResonatePubSub *self, ResonateTopicSubscription *subscription);
};

G_END_DECLS
