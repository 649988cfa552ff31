/* resonate-frame-gate-private.h: whole and bounded frames only, for what stands behind it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-frame-private.h"

G_BEGIN_DECLS

/* What is long without limit to an application is still bounded. */
#define RESONATE_FRAME_GATE_MIN_CAP       (1024 * 1024)
#define RESONATE_FRAME_GATE_CAP_FACTOR    16
#define RESONATE_FRAME_GATE_UNLIMITED_CAP (16 * 1024 * 1024)

typedef enum
{
  RESONATE_GATE_INCOMPLETE, /* wait for more bytes */
  RESONATE_GATE_FRAME,      /* @length bytes are one whole frame to be passed on */
  RESONATE_GATE_SKIP,       /* @length bytes belong to an oversized message: throw them away */
  RESONATE_GATE_OVERSIZED,  /* a message of @size bytes or more begins; no byte is taken */
  RESONATE_GATE_FAILED,     /* close with @code; nothing follows */
} ResonateGateResult;

typedef struct
{
  gsize length;
  gsize header_length;    /* of a FRAME of data; the mask is its end */
  guint opcode;           /* of a FRAME */
  gboolean is_compressed; /* a FRAME of a message with RSV1, in this frame or before it */
  gboolean is_message;    /* a FRAME that is all of a text, and not compressed; nobody has looked
                           * whether it is UTF-8 */
  guint64 size;
  guint64 limit;
  gboolean has_begun; /* of an OVERSIZED: fragments of it were passed on; forget them */
  guint code;
  const char *reason;
} ResonateGateItem;

/* Zeroed before its first use. */
typedef struct
{
  guint64 limit;        /* of one message as it is sent, 0 for none */
  gboolean allows_rsv1; /* permessage-deflate was negotiated */
  gboolean in_message;  /* a fragment came, and its end has not */
  gboolean is_text;
  gboolean is_compressed;
  gboolean is_skipping; /* the message is oversized */
  gboolean failed;
  guint64 message_size;
  guint64 skip; /* bytes of the current frame that are still to be thrown away */
  gboolean skip_is_last;
  uint8_t tail[4]; /* the part of a character that what was checked ended with */
  gsize tail_length;
  gsize n_checked; /* bytes of the current frame's payload that are known to be text */
} ResonateFrameGate;

ResonateGateResult resonate_frame_gate_next (ResonateFrameGate *self,
                                             const uint8_t *bytes,
                                             gsize length,
                                             ResonateGateItem *item);

G_END_DECLS
