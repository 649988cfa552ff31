/* resonate-audience-private.h: all who are sent the same
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-transport-private.h"

G_BEGIN_DECLS

typedef struct _ResonateAudience ResonateAudience;

/* A transport's place in an audience; held by value where it is needed. */
typedef struct
{
  ResonateTransport *transport; /* (unowned) */
  gpointer owner;
  guint index; /* the audience's */
} ResonateSeat;

/* Finds the seat of a transport, or NULL where it has none. The audience could only search. */
typedef ResonateSeat *(*ResonateSeatFunc) (gpointer owner, ResonateTransport *transport);

ResonateAudience *resonate_audience_new (ResonateSeatFunc find, gpointer owner);

void resonate_audience_free (ResonateAudience *self);

/* Behind all who are there. It hears what is sent from now on. */
void resonate_audience_add (ResonateAudience *self, ResonateSeat *seat);

void resonate_audience_remove (ResonateAudience *self, ResonateSeat *seat);

/* Puts all in the order of the indexes that their seats were given since they were added. */
void resonate_audience_put_in_order (ResonateAudience *self);

guint resonate_audience_get_size (ResonateAudience *self);

/* The seat at @position in the order of coming, or NULL. */
ResonateSeat *resonate_audience_get_seat (ResonateAudience *self, guint position);

guint resonate_audience_get_position (ResonateAudience *self, ResonateSeat *seat);

/* Sends one frame to all but @except (nullable). Everybody hears what is said in the order in which
 * it was said, whether to this audience, to another, or to them alone. */
void resonate_audience_send (ResonateAudience *self, GBytes *frame, ResonateTransport *except);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateAudience, resonate_audience_free)

G_END_DECLS
