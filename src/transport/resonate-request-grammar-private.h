/* resonate-request-grammar-private.h: what the parts of a request head may look like
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *text;
  gsize length;
} ResonateRequestSpan;

/* Without the blanks around it. */
ResonateRequestSpan resonate_request_strip (const char *text, gsize length);

/* Whatever the case of its letters. */
gboolean resonate_request_span_equals (ResonateRequestSpan span, const char *word);

/* Whether a list with commas has @word. */
gboolean resonate_request_list_contains (ResonateRequestSpan list, const char *word);

gboolean resonate_request_is_token (const char *text, gsize length);

gboolean resonate_request_is_authority (ResonateRequestSpan host);

gboolean resonate_request_is_target (const char *text, gsize length);

G_END_DECLS
