/* resonate-asked-private.h: one question, while it waits for its answers
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-findings-private.h"

G_BEGIN_DECLS

typedef struct _ResonateAsked ResonateAsked;

/* What becomes of an answer. */
typedef enum
{
  RESONATE_ANSWER_TAKEN,
  RESONATE_ANSWER_SURPLUS, /* of one node too many, or after its last part, or too long */
  RESONATE_ANSWER_MALFORMED,
} ResonateAnswerFate;

/* One answer, or a part of one, as an envelope has it. */
typedef struct
{
  const char *node;  /* (nullable): NULL for one of the reference, which has no parts */
  unsigned int part; /* from 0 on */
  gboolean is_last;
  gboolean is_occupied;
  ResonateJsonValue metrics;
} ResonateAnswer;

ResonateAsked *resonate_asked_new (const char *app_id,
                                   const ResonateQuestion *question,
                                   unsigned int max_nodes,
                                   size_t max_bytes);

void resonate_asked_free (ResonateAsked *self);

const char *resonate_asked_get_app_id (ResonateAsked *self);

/* How many other nodes will answer; -1 when nobody could be asked. */
void resonate_asked_expect (ResonateAsked *self, gint64 n_nodes);

/* What this node says itself. */
gboolean resonate_asked_take_own (ResonateAsked *self,
                                  const ResonateJsonValue *metrics,
                                  gboolean is_occupied,
                                  gboolean is_last,
                                  GError **error);

ResonateAnswerFate resonate_asked_take (ResonateAsked *self, const ResonateAnswer *answer);

/* Whether there is nobody left to wait for. */
gboolean resonate_asked_is_settled (ResonateAsked *self);

/* (transfer full): with the number of those who are missing. */
ResonateFindings *resonate_asked_steal_findings (ResonateAsked *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateAsked, resonate_asked_free)

G_END_DECLS
