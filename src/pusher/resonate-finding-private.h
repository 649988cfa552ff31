/* resonate-finding-private.h: what several nodes say of one channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-channel-info-private.h"
#include "resonate-id-set-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  gboolean is_occupied;
  gboolean is_told; /* and about to be forgotten */
  uint64_t n_subscriptions;
  ResonateIdSet *users; /* (nullable): of the nodes that said who they are */
  uint64_t n_users;     /* of those that only said how many */
  char *cache;          /* (nullable): JSON */
  uint64_t cache_left_ms;
} ResonateFinding;

/* What a node says of a channel, before it is believed. */
typedef struct
{
  gboolean is_occupied;
  gboolean has_users;
  uint64_t n_subscriptions;
  uint64_t n_users;
  uint64_t cache_left_ms;
  ResonateJsonValue users;
  ResonateJsonValue cache; /* a text of NULL when there is none */
} ResonateFacts;

/* Returns what is wrong with them, or NULL. */
const char *resonate_facts_read (ResonateFacts *self, const ResonateJsonValue *object);

ResonateFinding *resonate_finding_new (const char *name);

void resonate_finding_free (ResonateFinding *self);

/* Returns how many bytes more it takes. */
size_t resonate_finding_add (ResonateFinding *self, const ResonateFacts *facts);

/* @self: (nullable): of a channel that nobody knows */
void resonate_finding_append_info (const ResonateFinding *self,
                                   const char *name,
                                   ResonateInfo wanted,
                                   GString *out);

G_END_DECLS
