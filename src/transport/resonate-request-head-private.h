/* resonate-request-head-private.h: the grammar of a request head, stricter than what stands behind
 * it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define RESONATE_REQUEST_HEAD_MAX_SIZE    (32 * 1024)
#define RESONATE_REQUEST_HEAD_MAX_LINE    (8 * 1024)
#define RESONATE_REQUEST_HEAD_MAX_HEADERS 256

typedef enum
{
  RESONATE_REQUEST_HEAD_INCOMPLETE,
  RESONATE_REQUEST_HEAD_ACCEPTED,
  RESONATE_REQUEST_HEAD_REFUSED,
} ResonateRequestHeadStatus;

/* Zeroed before the first byte of a request. Places are offsets: the bytes may move between calls.
 */
typedef struct
{
  /* How far the scan has come. */
  gsize start; /* of the request line, behind empty lines */
  gsize scanned;
  gsize line_start;
  guint n_lines;
  gboolean has_host;
  gboolean has_content_length;
  gboolean has_upgrade;
  gboolean has_connection_upgrade;
  gboolean has_close;
  gboolean has_keep_alive;

  /* Valid when accepted. */
  gsize length; /* with the empty lines before it and the one behind it */
  gsize method_length;
  gsize target_start;
  gsize target_length;
  guint minor_version;
  guint64 content_length;
  gboolean is_upgrade;
  gboolean keep_alive;
  gboolean expects_continue;

  /* Valid when refused. */
  guint refused_status;
  const char *refused_text;
} ResonateRequestHead;

ResonateRequestHeadStatus
resonate_request_head_parse (ResonateRequestHead *self, const char *bytes, gsize length);

void
resonate_request_head_rewrite (const ResonateRequestHead *self, const char *bytes, GByteArray *out);

char *resonate_request_head_dup_header (const ResonateRequestHead *self,
                                        const char *bytes,
                                        const char *name);

G_END_DECLS
