/* resonate-question-private.h: what one node asks all of them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"
#include "resonate-channel-info-private.h"

G_BEGIN_DECLS

typedef enum
{
  RESONATE_QUESTION_CONNECTIONS, /* which sockets are open */
  RESONATE_QUESTION_CHANNEL,     /* what there is to know of one channel */
  RESONATE_QUESTION_CHANNELS,    /* of all whose name begins so, or of those that are named */
  RESONATE_QUESTION_USERS,       /* who is on a presence channel */
} ResonateQuestionKind;

typedef struct
{
  ResonateQuestionKind kind;
  ResonateInfo wanted;
  char *prefix;     /* (nullable): of the names of the channels; all of them without */
  GPtrArray *names; /* (element-type utf8) (nullable): the one channel, or those that are named */
} ResonateQuestion;

ResonateQuestion *resonate_question_new_connections (void);

ResonateQuestion *resonate_question_new_channel (const char *name, ResonateInfo wanted);

ResonateQuestion *resonate_question_new_channels (const char *prefix, ResonateInfo wanted);

/* @names: (element-type utf8): are copied; one that is named twice is asked of once */
ResonateQuestion *resonate_question_new_named (GPtrArray *names, ResonateInfo wanted);

ResonateQuestion *resonate_question_new_users (const char *name);

void resonate_question_free (ResonateQuestion *self);

/* Appends `"type":"channel","options":{…}`. */
void resonate_question_append (const ResonateQuestion *self, GString *out);

/* @payload: an object; fails with %RESONATE_ERROR_SYNTAX */
ResonateQuestion *resonate_question_parse (const ResonateJsonValue *payload, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateQuestion, resonate_question_free)

G_END_DECLS
