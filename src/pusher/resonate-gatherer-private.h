/* resonate-gatherer-private.h: a question to all nodes, and their answers as one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-findings-private.h"
#include "resonate-relay-private.h"

G_BEGIN_DECLS

typedef struct
{
  int64_t timeout_us;       /* after which what is there is the answer */
  unsigned int max_asked;   /* questions of ours that wait, at a time */
  unsigned int max_reports; /* questions of other nodes that are being answered, at a time */
  unsigned int max_nodes;   /* that answer one question */
  size_t part_bytes;        /* of a long answer, about */
  size_t max_answer_bytes;  /* longer ones are not read */
  size_t max_found_bytes;   /* see resonate-findings-private.h */
} ResonateGathererLimits;

typedef struct
{
  uint64_t asked;      /* by us */
  uint64_t heard;      /* questions of other nodes */
  uint64_t answers;    /* that were merged, parts included */
  uint64_t unanswered; /* nodes that have not answered, or not to the end */

  /* What was not acted upon. */
  uint64_t refused;   /* questions of other nodes, because of too many others */
  uint64_t foreign;   /* answers that speak of another application */
  uint64_t unknown;   /* answers to nothing that we ask, or too late */
  uint64_t surplus;   /* of more nodes than there are, after the last part, or too long */
  uint64_t malformed; /* what is neither a question nor an answer, or has parts in disorder */
} ResonateGathererCounters;

ResonateGathererLimits resonate_gatherer_default_limits (void);

/* Has the realms of @relay ask the other nodes, and answers those.
 * @relay: must outlive it
 * @limits: (nullable) */
ResonateGatherer *resonate_gatherer_new (ResonateRelay *relay,
                                         const ResonateGathererLimits *limits);

/* Whoever still waits for an answer gets an error; from then on this node speaks for itself. */
void resonate_gatherer_free (ResonateGatherer *self);

/* Asks all nodes, this one included, of @realm. Takes @question. */
void resonate_gatherer_ask_async (ResonateGatherer *self,
                                  ResonateRealm *realm,
                                  ResonateQuestion *question,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* (transfer full) */
ResonateFindings *resonate_gatherer_ask_finish (GAsyncResult *result, GError **error);

const ResonateGathererCounters *resonate_gatherer_get_counters (ResonateGatherer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateGatherer, resonate_gatherer_free)

G_END_DECLS
