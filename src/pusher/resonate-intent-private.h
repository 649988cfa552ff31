/* resonate-intent-private.h: a subscription that a client asked for
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "../base/resonate-enums.h"
#include "../base/resonate-json-private.h"
#include "resonate-connection.h"
#include "resonate-member-private.h"

G_BEGIN_DECLS

/* What `pusher:subscribe` says, checked for form only. It is counted by references, because a stage
 * of the pipeline may keep it while it waits. */
typedef struct
{
  ResonateConnection *connection; /* (owned) */
  char *channel;
  ResonateChannelKind kind;
  char *auth;             /* (nullable) */
  char *channel_data;     /* (nullable): as it was signed */
  ResonateMember *member; /* (nullable): @channel_data in pieces; a gate may set another */
  unsigned int stage;     /* the ResonateStage that is next */
  gboolean reserved;      /* the gate has authorized it, and may hold something for it */
} ResonateIntent;

ResonateIntent *
resonate_intent_new (ResonateConnection *connection, const ResonateJsonValue *data, GError **error);

ResonateIntent *resonate_intent_ref (ResonateIntent *self);

void resonate_intent_unref (ResonateIntent *self);

char *resonate_intent_dup_channel (const ResonateJsonValue *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateIntent, resonate_intent_unref)

G_END_DECLS
