/* resonate-stream-private.h: one accepted socket, and all that goes in and out of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

#include "resonate-deadlines-private.h"
#include "resonate-facade-private.h"
#include "resonate-handshakes-private.h"
#include "resonate-hub-private.h"
#include "resonate-outbox-private.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_STREAM (resonate_stream_get_type ())

G_DECLARE_FINAL_TYPE (ResonateStream, resonate_stream, RESONATE, STREAM, GObject)

/* What all streams of a front share. Outlives them. */
typedef struct
{
  int64_t header_timeout_us;
  int64_t idle_timeout_us;
  gsize max_request_size;
  gsize send_queue_size;
  ResonateHub *hub;
  ResonateOutbox *outbox;
  GMainContext *parking; /* never iterated: what waits there waits for ever */
  ResonateDeadlines *deadlines;
  ResonateDeadlines *naps;
  ResonateHandshakes *handshakes;
  gpointer owner;

  /* TLS is up, or there is none: the HTTP face can be handed to libsoup. */
  void (*ready) (gpointer owner, ResonateStream *stream);

  /* A request is whole and about to be seen by libsoup. FALSE refuses it with 503. */
  gboolean (*admit) (gpointer owner, ResonateStream *stream, const char *forwarded);

  /* The socket is closed. */
  void (*closed) (gpointer owner, ResonateStream *stream);
} ResonateStreamShared;

/* What a WebSocket hears; all but @overflow and @pressure come from the main loop. */
typedef struct
{
  void (*oversized) (gpointer owner, guint64 size, guint64 limit, gboolean has_begun);
  void (*control) (gpointer owner, guint opcode);
  void (*failed) (gpointer owner, guint code, const char *reason);
  void (*pressure) (gpointer owner, gboolean under_pressure);
  void (*overflow) (gpointer owner);
  void (*gone) (gpointer owner);
  void (*wanted) (gpointer owner);   /* something has come, and there is no face to show it to */
  void (*unwanted) (gpointer owner); /* nothing has come for a while: the face goes */
} ResonateStreamHooks;

void resonate_stream_timed_out (gpointer stream);

/* For the deadlines that end a time awake. */
void resonate_stream_nap (gpointer stream);

/* For the outbox. */
void resonate_stream_send_queued (gpointer stream);

gboolean resonate_stream_shake_hands (gpointer stream);

ResonateStream *
resonate_stream_new (ResonateStreamShared *shared, GSocket *socket, GTlsCertificate *certificate);

/* Begins the TLS handshake, or is ready at once. */
void resonate_stream_start (ResonateStream *self);

GIOStream *resonate_stream_get_face (ResonateStream *self);

gboolean resonate_stream_is_http (ResonateStream *self);

gboolean resonate_stream_is_web_socket (ResonateStream *self);

/* Of the request that libsoup saw last. */
const char *resonate_stream_get_method (ResonateStream *self);
const char *resonate_stream_get_target (ResonateStream *self);
const char *resonate_stream_get_host (ResonateStream *self);

const char *resonate_stream_get_remote_address (ResonateStream *self);
GCancellable *resonate_stream_get_cancellable (ResonateStream *self);

void resonate_stream_set_remote_address (ResonateStream *self, const char *address);

/* It comes from a proxy whose word counts. */
void resonate_stream_set_trusted (ResonateStream *self);
gboolean resonate_stream_is_trusted (ResonateStream *self);

/* Another face, for SoupWebsocketConnection: everything behind the last request is frames now. Each
 * call makes a new one and detaches the one before. */
void
resonate_stream_upgrade (ResonateStream *self, const ResonateStreamHooks *hooks, gpointer owner);

/* A new face of the WebSocket, in place of the last. It goes when nothing comes for a while. */
ResonateFacade *resonate_stream_show_face (ResonateStream *self);

/* The owner of the hooks goes away, or wants to hear nothing more. */
void resonate_stream_unhook (ResonateStream *self);

/* What happens to a frame that does not fit: older ones make room, or the hook is told. */
void resonate_stream_set_drops_oldest (ResonateStream *self, gboolean drops_oldest);

void resonate_stream_set_max_message_size (ResonateStream *self, guint64 max_message_size);

/* Whole frames, in the order of the calls; none goes out behind a close frame. */
void resonate_stream_send (ResonateStream *self, GBytes *frame);

gsize resonate_stream_get_queued_bytes (ResonateStream *self);

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
