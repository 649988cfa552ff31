/* resonate-stream-log-private.h: what a body of streams implements
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-stream-log.h"
#include "resonate-stream-reader-private.h"

G_BEGIN_DECLS

/* What a stream keeps where nobody says how much. */
#define RESONATE_STREAM_DEFAULT_MAX_LEN 10000

/* The field that the payload is in. */
#define RESONATE_STREAM_PAYLOAD "payload"

struct _ResonateStreamLogInterface
{
  GTypeInterface parent_iface;

  /* Returns the id with @task, a string. @fields are a{say}, the payload among them; @max_len is 0
   * for a stream that is never trimmed. */
  void (*append) (
    ResonateStreamLog *self, const char *stream, GVariant *fields, gint64 max_len, GTask *task);

  /* Returns a GStrv with @task. */
  void (*check_durability) (ResonateStreamLog *self, GTask *task);

  ResonateStreamReader *(*new_reader) (ResonateStreamLog *self,
                                       const ResonateConsumerSettings *settings);
};

/* @settings have to stay as long as the reader does. */
ResonateStreamReader *resonate_stream_log_new_reader (ResonateStreamLog *self,
                                                      const ResonateConsumerSettings *settings);

/* (transfer floating): a{say} with the @payload and a{ss} beside it. */
GVariant *resonate_stream_fields_new (GBytes *payload, GVariant *fields);

/* (transfer floating): what a dead letter says beside what it said when it was alive. */
GVariant *resonate_stream_fields_bury (ResonateDelivery *delivery, const char *reason);

G_END_DECLS
