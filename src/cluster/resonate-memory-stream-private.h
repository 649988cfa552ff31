/* resonate-memory-stream-private.h: one stream of one process, and its groups
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-stream-reader-private.h"

G_BEGIN_DECLS

typedef struct _ResonateMemoryStream ResonateMemoryStream;

ResonateMemoryStream *resonate_memory_stream_new (const char *name);
void resonate_memory_stream_free (ResonateMemoryStream *self);

/* (transfer full): the id. */
char *resonate_memory_stream_append (ResonateMemoryStream *self, GVariant *fields, gint64 max_len);

/* A group that exists stays where it is. %FALSE if @start_id is none. */
gboolean resonate_memory_stream_add_group (ResonateMemoryStream *self,
                                           const char *group,
                                           const char *start_id);

/* Adds up to @count new deliveries to @deliveries. */
void resonate_memory_stream_read (ResonateMemoryStream *self,
                                  const char *group,
                                  unsigned int count,
                                  GPtrArray *deliveries);

/* (transfer full) */
ResonateStreamClaim *resonate_memory_stream_claim (ResonateMemoryStream *self,
                                                   const char *group,
                                                   unsigned int min_idle_ms,
                                                   const char *cursor,
                                                   unsigned int count);
void resonate_memory_stream_refresh (ResonateMemoryStream *self, const char *group, const char *id);
void
resonate_memory_stream_acknowledge (ResonateMemoryStream *self, const char *group, const char *id);

G_END_DECLS
