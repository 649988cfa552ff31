/* resonate-stream-record-private.h: a socket, put into words so that another process can go on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-transport-private.h"

G_BEGIN_DECLS

/* What it speaks, its address, whether that is a trusted proxy's, what went over it, bytes that
 * came and were not looked at, bytes that are to go out before all others. */
#define RESONATE_STREAM_RECORD "(ysb(tttt)ayay)"

typedef enum
{
  RESONATE_STREAM_FIXED,   /* never: TLS, or on its way out */
  RESONATE_STREAM_BUSY,    /* not now: libsoup has a part of it */
  RESONATE_STREAM_PARTIAL, /* a frame has begun */
  RESONATE_STREAM_MOVABLE,
} ResonateStreamMobility;

gboolean resonate_stream_is_web_socket (ResonateStream *self);

ResonateStreamMobility resonate_stream_get_mobility (ResonateStream *self);

/* A number that is another one when a frame was completed in between. */
guint64 resonate_stream_get_progress (ResonateStream *self);

int resonate_stream_get_fd (ResonateStream *self);

/* (transfer floating): of one that is not FIXED and not BUSY. */
GVariant *resonate_stream_save (ResonateStream *self);

/* Somebody else goes on with the socket: nothing is said to it, nor to who listens. */
void resonate_stream_forget (ResonateStream *self);

G_END_DECLS
