/* resonate-survey-private.h: what a node answers, part by part
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-question-private.h"
#include "resonate-realm-private.h"

G_BEGIN_DECLS

typedef struct _ResonateSurvey ResonateSurvey;

/* @question: is taken
 * @is_exact: whether whoever asked takes the ids of users and the age of what is cached, too */
ResonateSurvey *resonate_survey_new (ResonateQuestion *question, gboolean is_exact);

void resonate_survey_free (ResonateSurvey *self);

const ResonateQuestion *resonate_survey_get_question (ResonateSurvey *self);

/* What an answer is written between. */
char resonate_survey_get_opening (ResonateSurvey *self);

char resonate_survey_get_closing (ResonateSurvey *self);

/* Appends members or elements, until @out has @limit bytes or it is @deadline_us. Returns whether
 * those were the last. */
gboolean resonate_survey_run (
  ResonateSurvey *self, ResonateRealm *realm, GString *out, size_t limit, int64_t deadline_us);

/* Whether anybody is on the one channel that was asked of. */
gboolean resonate_survey_is_occupied (ResonateSurvey *self, ResonateRealm *realm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateSurvey, resonate_survey_free)

G_END_DECLS
