/* resonate-channel-parts-private.h: what the files of ResonateChannel know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-audience-private.h"
#include "resonate-channel-private.h"
#include "resonate-members-private.h"

G_BEGIN_DECLS

struct _ResonateChannel
{
  GObject parent_instance;

  char *name;
  ResonateChannelKind kind;

  ResonateAudience *audience; /* of ResonateSubscription, which it owns, in joining order */
  ResonateMembers *members;   /* (nullable): on presence channels only */
};

/* Whether anybody follows who is on it. */
gboolean resonate_channel_is_watched (ResonateChannel *self);

G_END_DECLS
