/* resonate-outbox-private.h: which sockets have something to send, and when they send it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateOutbox ResonateOutbox;

/* Sends what waits, as far as it goes. */
typedef void (*ResonateOutboxFunc) (gpointer owner);

/* A place in the outbox; held by value where it is needed, all zero is not in it. */
typedef struct
{
  GList link;
  gboolean is_listed;
} ResonateOutboxEntry;

ResonateOutbox *resonate_outbox_new (ResonateOutboxFunc func);

void resonate_outbox_free (ResonateOutbox *self);

/* @owner is sent for before the loop sleeps, once, however often it is added. */
void resonate_outbox_add (ResonateOutbox *self, ResonateOutboxEntry *entry, gpointer owner);

void resonate_outbox_remove (ResonateOutbox *self, ResonateOutboxEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateOutbox, resonate_outbox_free)

G_END_DECLS
