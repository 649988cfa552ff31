/* resonate-request-reader-private.h: whole requests out of the bytes of a connection
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "resonate-request-head-private.h"

G_BEGIN_DECLS

typedef struct
{
  ResonateRequestHead head;

  /* Of the request that was read last. */
  char *method;    /* (owned) */
  char *target;    /* (owned): as it came */
  char *host;      /* (owned) (nullable) */
  char *forwarded; /* (owned) (nullable): X-Forwarded-For */
  gboolean has_body;
} ResonateRequestReader;

void resonate_request_reader_clear (ResonateRequestReader *self);

/* Moves one whole request from the front of @raw to @out, rewritten for libsoup. Refuses a body
 * that is longer than @max_body as soon as its length is known. */
ResonateRequestHeadStatus resonate_request_reader_step (ResonateRequestReader *self,
                                                        GByteArray *raw,
                                                        gsize max_body,
                                                        GByteArray *out);

/* What a refused request is answered with; the connection ends behind it. */
GBytes *resonate_request_reader_refusal (guint status, const char *text);

G_END_DECLS
