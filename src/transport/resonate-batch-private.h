/* resonate-batch-private.h: frames that go to many as one buffer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-stream-private.h"

G_BEGIN_DECLS

typedef struct
{
  uint64_t number;     /* in the order of all that is said */
  gsize size;          /* of all frames together */
  GArray *frames;      /* (element-type Part): with whom each is not for */
  GPtrArray *excepted; /* (element-type ResonateStream) (nullable): each of them once */
  GBytes *whole;       /* (nullable): all frames one behind the other, once it is sealed */
  GBytes *deflated;    /* (nullable): the same, made when the first has asked for it */
} ResonateBatch;

/* @except (nullable) is compared and never looked at. */
ResonateBatch *resonate_batch_new (uint64_t number, GBytes *frame, ResonateStream *except);

void resonate_batch_free (gpointer batch);

/* FALSE when it is sealed or full. */
gboolean resonate_batch_add (ResonateBatch *self, GBytes *frame, ResonateStream *except);

/* Nothing is added from here on. */
void resonate_batch_seal (ResonateBatch *self);

/* All frames that are for @stream; of a batch that is sealed. */
void resonate_batch_send (ResonateBatch *self, ResonateStream *stream);

G_END_DECLS
