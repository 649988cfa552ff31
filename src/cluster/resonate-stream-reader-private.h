/* resonate-stream-reader-private.h: what a consumer asks of a body of streams
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-consumer-settings-private.h"
#include "resonate-delivery.h"

G_BEGIN_DECLS

/* A page of what others have not acknowledged in time. */
typedef struct
{
  char *cursor;          /* where the next page begins; "0-0" after the last */
  GPtrArray *deliveries; /* (element-type ResonateDelivery) */
} ResonateStreamClaim;

typedef struct _ResonateStreamReader ResonateStreamReader;

/* Each function returns something with @task, later, and one task of a kind is under way at a time;
 * only acknowledgements overlap. */
typedef struct
{
  void (*free) (ResonateStreamReader *self);

  /* %TRUE once there are streams and groups. */
  void (*open) (ResonateStreamReader *self, GTask *task);

  /* An array of deliveries, new ones; an empty one after block_ms. */
  void (*read) (ResonateStreamReader *self, unsigned int count, GTask *task);

  /* A ResonateStreamClaim of what has been pending for min_idle_ms. */
  void (*claim) (ResonateStreamReader *self,
                 const char *stream,
                 const char *cursor,
                 unsigned int count,
                 GTask *task);

  /* They are being worked on: nobody may claim them. */
  void (*refresh) (ResonateStreamReader *self, GPtrArray *deliveries);

  void (*acknowledge) (ResonateStreamReader *self, ResonateDelivery *delivery, GTask *task);

  /* Moves it to the stream of dead letters. */
  void (*bury) (ResonateStreamReader *self,
                ResonateDelivery *delivery,
                const char *reason,
                GTask *task);

  /* Forgets the consumer where nothing is pending for it. */
  void (*leave) (ResonateStreamReader *self, GTask *task);
} ResonateStreamReaderFuncs;

struct _ResonateStreamReader
{
  const ResonateStreamReaderFuncs *funcs;
  const ResonateConsumerSettings *settings;

  /* A group was gone, and has been made anew from the beginning of the stream. */
  void (*recreated) (gpointer owner, const char *stream);
  gpointer owner;
};

ResonateStreamClaim *resonate_stream_claim_new (const char *cursor);
void resonate_stream_claim_free (ResonateStreamClaim *claim);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateStreamClaim, resonate_stream_claim_free)

G_END_DECLS
