/* resonate-backlog-private.h: messages that wait for a decision about an earlier one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Held by value; all zero is an empty one that nobody froze. */
typedef struct
{
  GQueue *messages; /* (element-type GBytes) (nullable): while one waits */
  size_t bytes;
  unsigned int freezes;
} ResonateBacklog;

void resonate_backlog_clear (ResonateBacklog *self);

void resonate_backlog_freeze (ResonateBacklog *self);

gboolean resonate_backlog_thaw (ResonateBacklog *self);

gboolean resonate_backlog_is_frozen (const ResonateBacklog *self);

gboolean resonate_backlog_push (ResonateBacklog *self, GBytes *message);

GBytes *resonate_backlog_pop (ResonateBacklog *self);

G_END_DECLS
