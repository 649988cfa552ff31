/* resonate-transport-private.h: one WebSocket as the floors above see it: messages in, frames out
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

G_BEGIN_DECLS

#define RESONATE_TYPE_TRANSPORT (resonate_transport_get_type ())

G_DECLARE_DERIVABLE_TYPE (ResonateTransport, resonate_transport, RESONATE, TRANSPORT, GObject)

typedef struct _ResonateStream ResonateStream;

/* What went over a WebSocket since it was one: messages, and the bytes of all frames. What was sent
 * counts when it is queued. */
typedef struct
{
  uint64_t messages_received;
  uint64_t messages_sent;
  uint64_t bytes_received;
  uint64_t bytes_sent;
} ResonateTraffic;

struct _ResonateTransportClass
{
  GObjectClass parent_class;

  void (*send) (ResonateTransport *self, GBytes *frame);
  void (*ping) (ResonateTransport *self);
  void (*close) (ResonateTransport *self, guint code, const char *reason);
  void (*hang_up) (ResonateTransport *self, guint code, const char *reason);
  void (*abort) (ResonateTransport *self);
  gsize (*get_queued_bytes) (ResonateTransport *self);
  const char *(*get_remote_address) (ResonateTransport *self);

  /* (nullable): of messages and of what happens to a full queue. A property's notify would cost
   * each connection what this costs the class. */
  void (*limits_changed) (ResonateTransport *self);

  /* (nullable) */
  ResonateStream *(*get_stream) (ResonateTransport *self);
};

/* What a transport tells whoever listens, the one on the floor above. Every slot is optional. A
 * signal would cost each connection a closure for each of them, and each message a marshaller. */
typedef struct
{
  /* One whole message. */
  void (*message) (ResonateTransport *transport,
                   GBytes *payload,
                   gboolean is_binary,
                   gpointer user_data);

  /* A message was longer than the limit. It is skipped; @size is what was known of its length when
   * it passed the limit. */
  void (*oversized) (ResonateTransport *transport, guint64 size, guint64 limit, gpointer user_data);

  /* A ping (9) or pong (10) came; a ping is answered already. */
  void (*control) (ResonateTransport *transport, guint opcode, gpointer user_data);

  /* The send queue is half full, or nearly empty again. May come from inside send. */
  void (*pressure) (ResonateTransport *transport, gboolean under_pressure, gpointer user_data);

  /* A frame did not fit into the send queue and was dropped. Comes from inside send. */
  void (*overflow) (ResonateTransport *transport, gpointer user_data);

  /* The code is the client's when it began, ours when we did, 1006 when the connection broke; clean
   * when both sides said good-bye. */
  void (*closed) (ResonateTransport *transport,
                  guint code,
                  const char *reason,
                  gboolean clean,
                  gpointer user_data);
} ResonateTransportListener;

/* (nullable): from now on @listener is told, and nobody else. It is not copied. */
void resonate_transport_listen (ResonateTransport *self,
                                const ResonateTransportListener *listener,
                                gpointer user_data);

/* What was given with the listener. */
gpointer resonate_transport_get_listener_data (ResonateTransport *self);

/* What the floors above call. The end is always reported by closed, and from the main loop: never
 * from inside one of these, so a caller may hold an iterator over its connections. */
void resonate_transport_send (ResonateTransport *self, GBytes *frame);

void resonate_transport_ping (ResonateTransport *self);

void resonate_transport_close (ResonateTransport *self, guint code, const char *reason);

void resonate_transport_hang_up (ResonateTransport *self, guint code, const char *reason);
void resonate_transport_abort (ResonateTransport *self);

gsize resonate_transport_get_queued_bytes (ResonateTransport *self);

gboolean resonate_transport_is_open (ResonateTransport *self);

const char *resonate_transport_get_remote_address (ResonateTransport *self);

void resonate_transport_set_max_message_size (ResonateTransport *self, guint64 max_message_size);

guint64 resonate_transport_get_max_message_size (ResonateTransport *self);
/* Whether a full queue gives up its oldest frames instead of overflowing. */
void resonate_transport_set_drops_oldest (ResonateTransport *self, gboolean drops_oldest);
gboolean resonate_transport_get_drops_oldest (ResonateTransport *self);

/* (nullable): the socket behind it, where there is one. */
ResonateStream *resonate_transport_get_stream (ResonateTransport *self);

/* What an implementation calls. */

void resonate_transport_emit_message (ResonateTransport *self, GBytes *payload, gboolean is_binary);

void resonate_transport_emit_oversized (ResonateTransport *self, guint64 size, guint64 limit);

void resonate_transport_emit_control (ResonateTransport *self, guint opcode);

void resonate_transport_emit_pressure (ResonateTransport *self, gboolean under_pressure);

void resonate_transport_emit_overflow (ResonateTransport *self);

void resonate_transport_emit_closed (ResonateTransport *self,
                                     guint code,
                                     const char *reason,
                                     gboolean clean);

G_END_DECLS
