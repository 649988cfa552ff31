/* resonate-stream-private.h: one accepted socket, and all that goes in and out of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

#include "../base/resonate-wheel-private.h"
#include "resonate-deflate-private.h"
#include "resonate-facade-private.h"
#include "resonate-handshakes-private.h"
#include "resonate-hub-private.h"
#include "resonate-lane-private.h"
#include "resonate-outbox-private.h"
#include "resonate-request-private.h"
#include "resonate-stream-record-private.h"
#include "resonate-transport-private.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_STREAM (resonate_stream_get_type ())

G_DECLARE_FINAL_TYPE (ResonateStream, resonate_stream, RESONATE, STREAM, GObject)

/* A whole request head fits, and one byte that shows it to be too long. */
#define RESONATE_STREAM_SCRATCH_SIZE (RESONATE_REQUEST_HEAD_MAX_SIZE + 4096)

/* What it is to the others: one of the lists of the front's. */
typedef enum
{
  RESONATE_STREAM_PLACE_UNSERVED, /* before a request is whole, or with last words to be read */
  RESONATE_STREAM_PLACE_BETWEEN,  /* it has been served, and has said nothing since */
  RESONATE_STREAM_PLACE_ANSWERED, /* libsoup works on its request */
  RESONATE_STREAM_PLACE_LEAVING,  /* it was told all there is to tell, and has not hung up */
  RESONATE_STREAM_PLACE_COUNTED,  /* it may be a WebSocket, and stays one */
  RESONATE_STREAM_N_PLACES,
} ResonateStreamPlace;

/* What all streams of a front share. Outlives them. */
typedef struct
{
  int64_t header_timeout_us;
  int64_t idle_timeout_us;
  int64_t hibernate_after_us;
  gsize max_request_size;
  gsize send_queue_size;
  ResonateHub *hub;
  ResonateOutbox *outbox;
  ResonateWheel *wheel;
  ResonateLanes *lanes;
  GMainContext *parking; /* never iterated: what waits there waits for ever */
  ResonateHandshakes *handshakes;
  ResonateDeflate *deflate; /* (nullable): once messages are compressed for anybody */
  gboolean offers_deflate;  /* to those who come */
  guint8 *scratch;          /* for one call to the kernel and what is done with it at once */
  gpointer owner;

  /* A proxy says who the client is. FALSE when that one may not have another connection. */
  gboolean (*named) (gpointer owner, ResonateStream *stream, const char *address);

  /* A request is whole and about to be seen by libsoup. FALSE refuses it with 503. */
  gboolean (*admit) (gpointer owner, ResonateStream *stream, const char *forwarded);

  /* It has another place from now on. */
  void (*moved) (gpointer owner, ResonateStream *stream, ResonateStreamPlace former);

  /* The socket is closed. */
  void (*closed) (gpointer owner, ResonateStream *stream);
} ResonateStreamShared;

/* What a WebSocket hears; all but @overflow and @pressure come from the main loop. */
typedef struct
{
  void (*message) (gpointer owner, GBytes *text); /* that libsoup need not see */
  void (*oversized) (gpointer owner, guint64 size, guint64 limit, gboolean has_begun);
  void (*control) (gpointer owner, guint opcode);
  void (*failed) (gpointer owner, guint code, const char *reason);
  void (*pressure) (gpointer owner, gboolean under_pressure);
  void (*overflow) (gpointer owner);
  void (*gone) (gpointer owner);
  void (*wanted) (gpointer owner);   /* something has come, and there is no face to show it to */
  void (*unwanted) (gpointer owner); /* nothing has come for a while: the face goes */
} ResonateStreamHooks;

/* For the outbox. */
void resonate_stream_send_queued (gpointer stream);

/* (nullable): NULL once it is closed, when there may be none any more. */
ResonateLanes *resonate_stream_get_lanes (ResonateStream *self);

/* For the lanes. */
extern const ResonateLaneFuncs resonate_stream_lane_funcs;

gboolean resonate_stream_shake_hands (gpointer stream);

/* Takes @fd. @address is a counted string, and is referenced. */
ResonateStream *resonate_stream_new (ResonateStreamShared *shared,
                                     int fd,
                                     char *address,
                                     GTlsCertificate *certificate);

/* It says first for whom it comes, and is nothing without that. */
void resonate_stream_expect_proxy_header (ResonateStream *self);

/* Begins the TLS handshake, or waits for a request at once. */
void resonate_stream_start (ResonateStream *self);

gboolean resonate_stream_is_http (ResonateStream *self);

/* Takes @fd. Nothing is read and nothing written before resonate_stream_resume (). NULL for what is
 * no kind of stream. */
ResonateStream *resonate_stream_restore (ResonateStreamShared *shared, int fd, GVariant *record);

void resonate_stream_resume (ResonateStream *self);

/* (transfer full): what libsoup is about to answer. */
ResonateRequest *resonate_stream_take_request (ResonateStream *self);

/* A counted string. */
char *resonate_stream_get_remote_address (ResonateStream *self);
GCancellable *resonate_stream_get_cancellable (ResonateStream *self);

void resonate_stream_set_remote_address (ResonateStream *self, const char *address);

/* Whether it comes from a proxy whose word counts. */
void resonate_stream_set_trusted (ResonateStream *self, gboolean is_trusted);
gboolean resonate_stream_is_trusted (ResonateStream *self);

/* It may be a WebSocket from now on. */
void resonate_stream_set_counted (ResonateStream *self);

ResonateStreamPlace resonate_stream_get_place (ResonateStream *self);

/* A place in a list of the front's, with the stream as its data. */
GList *resonate_stream_get_link (ResonateStream *self);

/* The answer to an upgrade, before it is one. */
void resonate_stream_send_head (ResonateStream *self, GBytes *head);

/* Everything behind the last request is frames from now on. */
void
resonate_stream_upgrade (ResonateStream *self, const ResonateStreamHooks *hooks, gpointer owner);

/* What libsoup has read of a message, and it can tell a compressed one from no other. */
typedef enum
{
  RESONATE_PAYLOAD_PLAIN,
  RESONATE_PAYLOAD_DEFLATED_TEXT,
  RESONATE_PAYLOAD_DEFLATED_BINARY,
} ResonatePayload;

/* Whether the client may be offered to compress; and once it has accepted, before its first frame.
 */
gboolean resonate_stream_can_deflate (ResonateStream *self);
void resonate_stream_set_deflates (ResonateStream *self);

/* (nullable): what messages to the client are compressed with. */
ResonateDeflate *resonate_stream_get_deflate (ResonateStream *self);

/* Of the message that libsoup has assembled now; to be asked once for each. */
ResonatePayload resonate_stream_next_payload (ResonateStream *self);

/* A face of the WebSocket for SoupWebsocketConnection, in place of the last. It goes when nothing
 * comes for a while. */
ResonateFacade *resonate_stream_show_face (ResonateStream *self);

gboolean resonate_stream_is_awake (ResonateStream *self);

/* The owner of the hooks goes away, or wants to hear nothing more. */
void resonate_stream_unhook (ResonateStream *self);

/* What happens to a frame that does not fit: older ones make room, or the hook is told. */
void resonate_stream_set_drops_oldest (ResonateStream *self, gboolean drops_oldest);

void resonate_stream_set_max_message_size (ResonateStream *self, guint64 max_message_size);

/* Whole frames, in the order of the calls; none goes out behind a close frame. */
void resonate_stream_send (ResonateStream *self, GBytes *frame);

/* Frames of a broadcast, at once; nothing of another may be due before. */
void resonate_stream_send_now (ResonateStream *self, GBytes *frames, guint n_messages);

/* What went over it, which whoever takes it over may set. */
ResonateTraffic *resonate_stream_get_traffic (ResonateStream *self);

gsize resonate_stream_get_queued_bytes (ResonateStream *self);
gsize resonate_stream_get_max_queued_bytes (ResonateStream *self);

ResonateOutbox *resonate_stream_get_outbox (ResonateStream *self);

/* (nullable): the owner of the hooks. */
gpointer resonate_stream_get_transport (ResonateStream *self);

/* The closing handshake may take that long. */
void resonate_stream_expect_close (ResonateStream *self, int64_t timeout_us);

/* Sends what is queued, ends the sending half, waits a moment for the client to end its own. */
void resonate_stream_finish (ResonateStream *self);

/* The same, for a connection that speaks HTTP, and after the answers that are under way. */
void resonate_stream_finish_http (ResonateStream *self);

/* At once: for the end of the front, when no caller is inside a stream. */
void resonate_stream_close (ResonateStream *self);

/* Closes the socket, from the main loop. */
void resonate_stream_abort (ResonateStream *self);

G_END_DECLS
