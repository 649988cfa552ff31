/* resonate-memory-counters-private.h: counters in memory
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-wheel-private.h"
#include "resonate-store-private.h"

G_BEGIN_DECLS

typedef struct _ResonateMemoryCounters ResonateMemoryCounters;

/* @wheel outlives it. */
ResonateMemoryCounters *resonate_memory_counters_new (ResonateWheel *wheel);

void resonate_memory_counters_free (ResonateMemoryCounters *self);

int64_t resonate_memory_counters_get (ResonateMemoryCounters *self, const char *name);

gboolean resonate_memory_counters_contain (ResonateMemoryCounters *self, const char *name);

/* Fails with CAPACITY. */
gboolean resonate_memory_counters_set (ResonateMemoryCounters *self,
                                       const char *name,
                                       int64_t value,
                                       GError **error);

/* Fails with CAPACITY, or with OUT_OF_RANGE when the sum is too little for 64 bits; one that is too
 * much is capped. */
gboolean resonate_memory_counters_add (ResonateMemoryCounters *self,
                                       const char *name,
                                       int64_t by,
                                       int64_t max,
                                       ResonateCount *count,
                                       GError **error);

/* FALSE where there is no such counter. */
gboolean
resonate_memory_counters_expire (ResonateMemoryCounters *self, const char *name, uint64_t ttl_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateMemoryCounters, resonate_memory_counters_free)

G_END_DECLS
