/* resonate-stream-parts-private.h: what the files of ResonateStream know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-facade-private.h"
#include "resonate-frame-gate-private.h"
#include "resonate-request-reader-private.h"
#include "resonate-send-queue-private.h"
#include "resonate-stream-private.h"

G_BEGIN_DECLS

typedef enum
{
  RESONATE_STREAM_HANDSHAKE,
  RESONATE_STREAM_HTTP,
  RESONATE_STREAM_WEB_SOCKET,
  RESONATE_STREAM_FINISHING, /* what is queued goes out; nothing is read but to be thrown away */
  RESONATE_STREAM_LINGERING, /* we have said all; the client may still be talking */
  RESONATE_STREAM_CLOSED,
} ResonateStreamPhase;

struct _ResonateStream
{
  GObject parent_instance;

  ResonateStreamShared *shared;
  ResonateStreamPhase phase;
  char *remote_address;

  GSocket *socket;
  GTlsCertificate *certificate; /* (nullable) */
  GIOStream *base;              /* (nullable): TLS, once it is up, and its two halves */
  GPollableInputStream *in;     /* (nullable) (unowned) */
  GPollableOutputStream *out;   /* (nullable) (unowned) */
  gboolean is_tls;
  GSource *hello_source; /* (nullable): waits for the first words of TLS */
  gsize hello_size;
  gboolean is_trusted;
  gboolean is_shaking;       /* one of its address's share */
  GCancellable *cancellable; /* (nullable): made when somebody first asks */

  ResonateFacade *face;   /* (nullable) */
  ResonateHubWatch watch; /* of a plain socket */
  GSource *read_source;   /* (nullable): TLS: NULL while no more is wanted */
  GSource *write_source;  /* (nullable): TLS: NULL while nothing is queued */
  ResonateDeadline deadline;
  ResonateDeadline nap;
  ResonateOutboxEntry outbox_entry;
  ResonateSendQueue queue;

  GByteArray *raw; /* what came and was not passed on */
  gboolean eof;
  gboolean is_aborted;
  gsize n_discarded;

  /* HTTP */
  ResonateRequestReader reader;
  GByteArray *request; /* (nullable): what libsoup may read; NULL after an upgrade */
  gsize request_taken;
  gboolean is_wanted; /* libsoup has answered all it knows of and asks for the next */
  gboolean has_served;
  gboolean is_ending; /* no request after this one */
  gboolean is_timing; /* the deadline of the request that is coming in is set */

  /* WebSocket */
  ResonateFrameGate gate;
  const ResonateStreamHooks *hooks; /* (nullable) */
  gpointer hooks_owner;
  gsize released;           /* of raw, whole frames */
  gsize taken;              /* of those, by libsoup */
  ResonateGateResult event; /* OVERSIZED or FAILED: waits until libsoup has all that came before */
  ResonateGateItem event_item;
  GSource *pump_source; /* (nullable) */
  gboolean under_pressure;
  gboolean drops_oldest;
  gboolean close_sent;
  gboolean was_read; /* since the nap was last thought of */
  gboolean has_napped;
};

void resonate_stream_advance (ResonateStream *self);
/* How long a client may go on talking after we have said all. */
#define RESONATE_STREAM_LINGER_US (2 * G_USEC_PER_SEC)

void resonate_stream_clear_source (GSource **source);
void resonate_stream_wait_for (ResonateStream *self, uint32_t event, gboolean wanted);
gboolean resonate_stream_is_reading (ResonateStream *self);
void resonate_stream_update_reading (ResonateStream *self);
void resonate_stream_flush (ResonateStream *self);
void resonate_stream_queue (ResonateStream *self, GBytes *bytes);

void resonate_stream_begin_tls (ResonateStream *self);
void resonate_stream_end_handshake (ResonateStream *self);
void resonate_stream_begin_http (ResonateStream *self);
void resonate_stream_http_advance (ResonateStream *self);
void resonate_stream_http_timed_out (ResonateStream *self);

void resonate_stream_ws_pump (ResonateStream *self);

G_END_DECLS
