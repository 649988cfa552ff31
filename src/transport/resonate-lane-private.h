/* resonate-lane-private.h: the connections that libsoup believes in
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _ResonateLanes ResonateLanes;
typedef struct _ResonateLane ResonateLane;

/* What a client of a lane does with the answer. All but the first two are told with the lane taken
 * from the client already. */
typedef struct
{
  /* As of a facade. */
  gssize (*write) (gpointer client, const void *buffer, gsize count);
  gboolean (*is_writable) (gpointer client);

  /* All of the answer is written, and another request may follow. */
  void (*answered) (gpointer client);

  /* All of the answer is written, or none can be, and the connection is to end. */
  void (*closed) (gpointer client);
} ResonateLaneFuncs;

/* Neither outlives what it is given. */
ResonateLanes *resonate_lanes_new (SoupServer *server, const ResonateLaneFuncs *funcs);

/* No client may be on one. */
void resonate_lanes_free (ResonateLanes *self);

/* Lets libsoup do what it can, now. Comes by itself later. TRUE when there is more. */
gboolean resonate_lanes_run (gpointer lanes);

/* Around what libsoup calls: there, the thread's default context is the one outside of libsoup.
 * What the first returns is for the second. */
gboolean resonate_lanes_step_out (ResonateLanes *self);
void resonate_lanes_step_in (ResonateLanes *self, gboolean inside);

/* libsoup may have something to do that no lane knows of. */
void resonate_lanes_wake (ResonateLanes *self);

guint resonate_lanes_get_n_idle (ResonateLanes *self);

/* Lets libsoup read the request that is then put into resonate_lane_get_request (). */
ResonateLane *resonate_lanes_take (ResonateLanes *self, gpointer client);

/* Where the request goes that libsoup shall read. */
GByteArray *resonate_lane_get_request (ResonateLane *self);

/* The request is there, or the client is writable again. */
void resonate_lane_wake (ResonateLane *self);

/* The rest of the answer is for nobody: the client goes its own way. */
void resonate_lane_release (ResonateLane *self);

/* The client is gone, and libsoup shall know. */
void resonate_lane_break (ResonateLane *self);

/* (nullable): whose request that is. */
gpointer resonate_lane_find_client (SoupServerMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateLanes, resonate_lanes_free)

G_END_DECLS
