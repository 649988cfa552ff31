/* resonate-envelope-codec-private.h: envelopes in the name of a node, and who is believed
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-envelope-private.h"

G_BEGIN_DECLS

/* How far the clocks of two nodes may be apart, and how long a signed envelope is good for. */
#define RESONATE_ENVELOPE_FRESH_US ((int64_t) 300 * G_USEC_PER_SEC)

typedef struct _ResonateEnvelopeCodec ResonateEnvelopeCodec;

typedef struct
{
  uint64_t written;
  uint64_t read; /* and found good */
  uint64_t dropped[RESONATE_ENVELOPE_N_PROBLEMS];
} ResonateEnvelopeCounters;

ResonateEnvelopeCodec *resonate_envelope_codec_new (const char *node, const char *secret);

void resonate_envelope_codec_free (ResonateEnvelopeCodec *self);

const char *resonate_envelope_codec_get_node (ResonateEnvelopeCodec *self);

const ResonateEnvelopeCounters *resonate_envelope_codec_get_counters (ResonateEnvelopeCodec *self);

/* Between these two the caller appends the payload, an object. An envelope that was begun is ended
 * before another one is begun. */
GString *resonate_envelope_codec_begin (ResonateEnvelopeCodec *self,
                                        ResonateEnvelopeType type,
                                        const char *application);

GBytes *resonate_envelope_codec_end (ResonateEnvelopeCodec *self,
                                     GString *text,
                                     const char *topic,
                                     const char *socket_id,
                                     uint64_t *seq);

gboolean resonate_envelope_codec_read (ResonateEnvelopeCodec *self,
                                       const char *topic,
                                       GBytes *bytes,
                                       ResonateEnvelope *envelope);

gboolean resonate_envelope_codec_is_own (ResonateEnvelopeCodec *self,
                                         const ResonateEnvelope *envelope);

void resonate_envelope_codec_drop (ResonateEnvelopeCodec *self, ResonateEnvelopeProblem problem);

void resonate_envelope_codec_check (ResonateEnvelopeCodec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateEnvelopeCodec, resonate_envelope_codec_free)

G_END_DECLS
