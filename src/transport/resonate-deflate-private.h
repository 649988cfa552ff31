/* resonate-deflate-private.h: messages compressed and inflated (permessage-deflate, RFC 7692)
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

/* What is shorter would lose ten bytes or twenty, which is not worth the time of both sides. */
#define RESONATE_DEFLATE_MIN_SIZE 128

/* The buffer may grow with one message, and is no longer than this between two. */
#define RESONATE_DEFLATE_KEPT_SIZE (64 * 1024)

typedef enum
{
  RESONATE_INFLATE_OK,
  RESONATE_INFLATE_TOO_BIG,
  RESONATE_INFLATE_BAD, /* not one whole message */
} ResonateInflateStatus;

/* One for all connections of a loop: no message is compressed with what another one left behind,
 * which resonate_deflate_negotiate () has both sides promise. */
typedef struct _ResonateDeflate ResonateDeflate;

ResonateDeflate *resonate_deflate_new (void);

void resonate_deflate_free (ResonateDeflate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDeflate, resonate_deflate_free)

GBytes *resonate_deflate_frame (ResonateDeflate *self, GBytes *frame);

ResonateInflateStatus resonate_deflate_inflate (
  ResonateDeflate *self, GBytes *payload, guint64 max_size, GBytes **message, guint64 *size);

/* The bytes that the buffer takes now. */
gsize resonate_deflate_get_buffer_size (ResonateDeflate *self);

/* In resonate-deflate-offer.c. */
char *resonate_deflate_negotiate (const char *offers);

G_END_DECLS
