/* resonate-findings-private.h: what several nodes have answered, as one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-question-private.h"

G_BEGIN_DECLS

/* What one question may find, and all that are there at a time: some 700,000 ids, and four times as
 * many. */
#define RESONATE_FINDINGS_MAX_BYTES        ((size_t) 64 * 1024 * 1024)
#define RESONATE_FINDINGS_MAX_BYTES_OF_ALL ((size_t) 256 * 1024 * 1024)

typedef struct _ResonateFindings ResonateFindings;

/* @max_bytes: what all that is found may take */
ResonateFindings *resonate_findings_new (const ResonateQuestion *question, size_t max_bytes);

/* Also when there is much of it: what that is goes in slices, from the main loop. */
void resonate_findings_free (ResonateFindings *self);

/* @is_occupied: what else a node says of the channel whose users it lists */
gboolean resonate_findings_add (ResonateFindings *self,
                                const ResonateJsonValue *metrics,
                                gboolean is_occupied,
                                GError **error);

/* How many sockets or users there are, or channels of which something is known. */
unsigned int resonate_findings_get_size (ResonateFindings *self);

/* Whether anybody is on the one channel that was asked of. */
gboolean resonate_findings_is_occupied (ResonateFindings *self);

/* Appends `{"occupied":true,"user_count":1}`, as resonate_channel_info_append () does. */
void resonate_findings_append_info (ResonateFindings *self,
                                    const char *channel,
                                    ResonateInfo wanted,
                                    GString *out);

/* Appends all channels as members, or all users as elements, in their order by bytes, and forgets
 * what was appended. Goes on where it stopped; returns whether nothing is left. */
gboolean resonate_findings_run (ResonateFindings *self, GString *out, int64_t deadline_us);

/* So many nodes have not answered, or not to the end; -1 when nobody could be asked. */
void resonate_findings_set_missing (ResonateFindings *self, int n_nodes);

int resonate_findings_get_missing (ResonateFindings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateFindings, resonate_findings_free)

G_END_DECLS
