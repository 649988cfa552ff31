/* resonate-stream-parts-private.h: what the files of ResonateStream know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-facade-private.h"
#include "resonate-frame-gate-private.h"
#include "resonate-send-queue-private.h"
#include "resonate-stream-private.h"
#include "resonate-transport-private.h"

G_BEGIN_DECLS

typedef enum
{
  RESONATE_STREAM_PROXY_HEADER,
  RESONATE_STREAM_HANDSHAKE,
  RESONATE_STREAM_HTTP,
  RESONATE_STREAM_WEB_SOCKET,
  RESONATE_STREAM_FINISHING, /* what is queued goes out; nothing is read but to be thrown away */
  RESONATE_STREAM_LINGERING, /* we have said all; the client may still be talking */
  RESONATE_STREAM_CLOSED,
} ResonateStreamPhase;

/* What only TLS needs. */
typedef struct
{
  GTlsCertificate *certificate;
  GSocket *socket;            /* (nullable): of the same descriptor */
  GIOStream *stream;          /* (nullable): once it is up, and its two halves */
  GPollableInputStream *in;   /* (nullable) (unowned) */
  GPollableOutputStream *out; /* (nullable) (unowned) */
  gboolean has_hello;         /* all of the client's first record is here */
  gboolean is_shaking;        /* one of its address's share */
} ResonateStreamTls;

/* What a connection needs between its first byte and its upgrade. */
typedef struct
{
  ResonateRequestHead head;
  ResonateRequest *request; /* (nullable): whose body is coming, or that libsoup will ask for */
  ResonateLane *lane;       /* (nullable): where it is being answered */
  GByteArray *plain;        /* (nullable): TLS: what was decrypted and not taken */
} ResonateStreamHttp;

/* What a WebSocket needs while it is awake. */
typedef struct
{
  ResonateFacade *face; /* (nullable) */
  ResonateFrameGate gate;
  GByteArray *raw;          /* what came and was not passed on */
  gsize released;           /* of raw, whole frames */
  gsize taken;              /* of those, by libsoup, or told without it */
  guint64 n_frames;         /* that were whole, since it woke */
  ResonateGateResult event; /* OVERSIZED or FAILED: waits until libsoup has all that came before */
  ResonateGateItem event_item;
  GByteArray *payloads; /* (element-type ResonatePayload) (nullable): of messages that libsoup has
                           not assembled yet, where the client may compress */
  gboolean has_more;    /* frames that wait for the next turn */
  gboolean was_read;    /* since its rest was last thought of */
} ResonateStreamWs;

/* Most sockets are WebSockets that are asleep: what they do not need is behind a pointer. */
struct _ResonateStream
{
  GObject parent_instance;

  ResonateStreamShared *shared;
  GList link;
  ResonateHubWatch watch;
  ResonateTimer timer;
  char *remote_address; /* counted */
  ResonateStreamTls *tls;
  ResonateStreamHttp *http;
  ResonateStreamWs *ws;
  ResonateSendQueue *queue;         /* (nullable): while something waits to be sent */
  GCancellable *cancellable;        /* (nullable): made when somebody first asks */
  const ResonateStreamHooks *hooks; /* (nullable) */
  gpointer hooks_owner;
  guint64 max_message_size;
  ResonateTraffic traffic;
  guint32 outbox_place;
  guint32 heard_s; /* when a WebSocket last woke, and how often it has in a row */
  guint8 heat;

  ResonateStreamPhase phase : 8;
  ResonateStreamPlace place : 3;
  guint is_trusted : 1;
  guint can_read : 1;       /* the kernel, or TLS, may have something */
  guint is_half_closed : 1; /* the client has ended its half */
  guint eof : 1;
  guint is_blocked : 1; /* the kernel took less than there was */
  guint is_aborted : 1;
  guint has_served : 1;
  guint is_ending : 1;  /* no request after this one */
  guint is_timing : 1;  /* the deadline of the request that is coming in is set */
  guint is_resting : 1; /* the timer is that of a nap, and no deadline */
  guint under_pressure : 1;
  guint drops_oldest : 1;
  guint close_sent : 1;
  guint deflates : 1;
  guint32 n_discarded;
};

/* How long a client may go on talking after we have said all. */
#define RESONATE_STREAM_LINGER_US (2 * G_USEC_PER_SEC)

static inline gboolean
resonate_stream_takes_frames (ResonateStream *self)
{
  return self->phase == RESONATE_STREAM_WEB_SOCKET && !self->is_aborted && !self->close_sent;
}

static inline gboolean
resonate_stream_is_tls (ResonateStream *self)
{
  return self->tls != NULL && self->tls->stream != NULL;
}

/* To be called when something changed that its place depends on. */
void resonate_stream_update_place (ResonateStream *self);

void resonate_stream_set_deadline (ResonateStream *self, int64_t timeout_us);

/* As recv(2) does: how much was read, 0 at the end, and -1 with errno set. */
gssize resonate_stream_read (ResonateStream *self, void *buffer, gsize size, int flags);

/* Goes on with what may be there, in the next turn of the loop. */
void resonate_stream_read_later (ResonateStream *self);

void resonate_stream_flush (ResonateStream *self);
void resonate_stream_queue (ResonateStream *self, GBytes *bytes);
void resonate_stream_post (ResonateStream *self, GBytes *frames, guint n_messages);
void resonate_stream_drop_queue (ResonateStream *self);

void resonate_stream_read_proxy_header (ResonateStream *self);
void resonate_stream_refuse_proxy_header (ResonateStream *self, const char *problem);

void resonate_stream_begin (ResonateStream *self);
void resonate_stream_begin_tls (ResonateStream *self);
void resonate_stream_tls_hello (ResonateStream *self);
void resonate_stream_end_tls (ResonateStream *self);

void resonate_stream_begin_http (ResonateStream *self);
void resonate_stream_http_advance (ResonateStream *self);
void resonate_stream_http_timed_out (ResonateStream *self);
void resonate_stream_end_http (ResonateStream *self);

gboolean resonate_stream_tell_message (ResonateStream *self, const ResonateGateItem *item);

/* A frame that libsoup is about to be shown, where the client may compress. */
void resonate_stream_note_payload (ResonateStream *self, const ResonateGateItem *item);

void resonate_stream_ws_read (ResonateStream *self);

/* What another process has read and not looked at comes before what is still to be read. */
void resonate_stream_ws_put_back (ResonateStream *self, GBytes *bytes);

/* What a WebSocket needs while it is awake is there from here on. */
void resonate_stream_wake_up (ResonateStream *self);
void resonate_stream_drop_face (ResonateStreamWs *ws);

/* All that came is dealt with. */
void resonate_stream_settle (ResonateStream *self);

/* For the end of a time awake. */
void resonate_stream_ws_rest (ResonateStream *self);
void resonate_stream_end_ws (ResonateStream *self);

G_END_DECLS
