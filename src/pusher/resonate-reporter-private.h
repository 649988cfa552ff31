/* resonate-reporter-private.h: answering questions of all nodes, a slice at a time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../cluster/resonate-envelope-codec-private.h"
#include "../cluster/resonate-pub-sub.h"
#include "resonate-realm-list-private.h"
#include "resonate-survey-private.h"

G_BEGIN_DECLS

typedef struct _ResonateReporter ResonateReporter;

/* Where nodes hear of each other. */
typedef struct
{
  ResonatePubSub *bus;
  ResonateEnvelopeCodec *codec; /* (unowned): must live as long */
  const char *topic;            /* that all nodes listen to */
  const char *inbox;            /* what a node's id is put behind, to be a topic of its own */
} ResonateReporterPost;

/* What is told of this node, to itself.
 * Returns whether to go on. */
typedef gboolean (*ResonateReportFunc) (const ResonateJsonValue *metrics,
                                        gboolean is_occupied,
                                        gboolean is_last,
                                        const char *key,
                                        gpointer user_data);

/* @max_reports: to other nodes, at a time
 * @part_bytes: about so much is told at a time
 * @lifetime_us: nobody waits longer for an answer */
ResonateReporter *resonate_reporter_new (ResonateRealmList *realms,
                                         const ResonateReporterPost *post,
                                         unsigned int max_reports,
                                         size_t part_bytes,
                                         int64_t lifetime_us);

void resonate_reporter_free (ResonateReporter *self);

/* Answers another node: ours in its inbox, part by part; one of the reference, which is NULL, where
 * all hear it, and at once. Takes @survey. Returns FALSE when there is too much to do. */
gboolean resonate_reporter_answer (ResonateReporter *self,
                                   ResonateSurvey *survey,
                                   const char *app_id,
                                   const char *key,
                                   const char *node);

/* Takes @survey. */
void resonate_reporter_tell (ResonateReporter *self,
                             ResonateSurvey *survey,
                             const char *app_id,
                             const char *key,
                             ResonateReportFunc func,
                             gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateReporter, resonate_reporter_free)

G_END_DECLS
