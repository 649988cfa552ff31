/* resonate-memory-rows-private.h: the rows of one table in memory
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-wheel-private.h"
#include "resonate-row-private.h"
#include "resonate-table-page-private.h"

G_BEGIN_DECLS

typedef struct _ResonateMemoryRows ResonateMemoryRows;

/* @wheel and @schema outlive it. */
ResonateMemoryRows *resonate_memory_rows_new (ResonateWheel *wheel,
                                              const ResonateTableSchema *schema);

void resonate_memory_rows_free (ResonateMemoryRows *self);

/* How many there are, without those that have expired. */
unsigned int resonate_memory_rows_get_size (ResonateMemoryRows *self);

/* How many there is memory of. */
unsigned int resonate_memory_rows_count_kept (ResonateMemoryRows *self);

/* Whether there is room for @n more. */
gboolean resonate_memory_rows_have_room (ResonateMemoryRows *self, unsigned int n);

/* NULL where there is none, or one that has expired. */
ResonateRow *resonate_memory_rows_lookup (ResonateMemoryRows *self, const char *key);

/* A row that is about to be written to: one that was not there is made, for which there is room;
 * and the time that it stays begins anew. */
ResonateRow *resonate_memory_rows_touch (ResonateMemoryRows *self, const char *key);

gboolean resonate_memory_rows_remove (ResonateMemoryRows *self, const char *key);

/* Their memory is given back a little at a time. */
void resonate_memory_rows_remove_all (ResonateMemoryRows *self);

ResonateTablePage *
resonate_memory_rows_read (ResonateMemoryRows *self, uint64_t cursor, unsigned int count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateMemoryRows, resonate_memory_rows_free)

G_END_DECLS
