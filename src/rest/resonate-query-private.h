/* resonate-query-private.h: the query of a request, read as PHP reads it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateQuery ResonateQuery;

ResonateQuery *resonate_query_parse (const char *text);

void resonate_query_free (ResonateQuery *self);

const char *resonate_query_get (ResonateQuery *self, const char *name);

gboolean resonate_query_is_list (ResonateQuery *self, const char *name);

void resonate_query_append_canonical (ResonateQuery *self, const char *body_md5, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateQuery, resonate_query_free)

G_END_DECLS
