/* resonate-deadlines-private.h: one timer for many sockets
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateDeadlines ResonateDeadlines;

/* Lives inside the thing that waits; zeroed before its first use. */
typedef struct
{
  int64_t at_us;
  gpointer owner;
  GSequenceIter *iter; /* (nullable): NULL while nothing is awaited */
} ResonateDeadline;

typedef void (*ResonateDeadlineFunc) (gpointer owner);

ResonateDeadlines *resonate_deadlines_new (ResonateDeadlineFunc func);

void resonate_deadlines_free (ResonateDeadlines *self);

/* Replaces an earlier deadline of the same entry. */
void resonate_deadlines_arm (ResonateDeadlines *self,
                             ResonateDeadline *deadline,
                             gpointer owner,
                             int64_t timeout_us);

void resonate_deadlines_disarm (ResonateDeadlines *self, ResonateDeadline *deadline);

/* Whose deadline is the next to pass, or NULL. */
gpointer resonate_deadlines_peek (ResonateDeadlines *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDeadlines, resonate_deadlines_free)

G_END_DECLS
