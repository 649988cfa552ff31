/* resonate-websocket-transport.c: a WebSocket that libsoup parses over a stream of ours
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-websocket-transport"

#include "config.h"

#include "resonate-websocket-transport-private.h"

#include <libsoup/soup.h>

#include "resonate-frame-private.h"

#define CLOSE_TIMEOUT_US (3 * G_USEC_PER_SEC)

/*
 * libsoup unmasks and assembles the messages, answers pings and answers a close. What we send are
 * frames of our own, close frames included: they keep their order with the shared frames of a
 * broadcast, and they are out, or queued, when the call returns.
 */
struct _ResonateWebsocketTransport
{
  ResonateTransport parent_instance;

  ResonateStream *stream;
  SoupWebsocketConnection *connection;
  ResonateFacade *face; /* what @connection reads from */

  guint close_code;    /* that we sent: 0 while we have not */
  guint is_failed : 1; /* the client broke the rules: this close is ours alone */
  guint close_received : 1;
  char *close_reason;
};

G_DEFINE_FINAL_TYPE (ResonateWebsocketTransport,
                     resonate_websocket_transport,
                     RESONATE_TYPE_TRANSPORT)

/* libsoup wants to know where it is, and tells nobody. */
static GUri *shared_uri;

static void
send_close (ResonateWebsocketTransport *self, guint code, const char *reason)
{
  g_autoptr (GBytes) frame = resonate_frame_new_close (code, reason);

  g_assert (RESONATE_IS_WEBSOCKET_TRANSPORT (self));

  self->close_code = code != 0 ? code : SOUP_WEBSOCKET_CLOSE_NO_STATUS;
  self->close_reason = g_strdup (reason);
  resonate_stream_send (self->stream, frame);
}

static void
report_closed (ResonateWebsocketTransport *self)
{
  guint code = SOUP_WEBSOCKET_CLOSE_ABNORMAL;
  const char *reason = NULL;

  g_assert (RESONATE_IS_WEBSOCKET_TRANSPORT (self));

  if (self->close_code != 0)
    {
      code = self->close_code;
      reason = self->close_reason;
    }
  else if (self->close_received && self->connection != NULL)
    {
      code = soup_websocket_connection_get_close_code (self->connection);
      reason = soup_websocket_connection_get_close_data (self->connection);
    }

  resonate_transport_emit_closed (RESONATE_TRANSPORT (self), code, reason,
                                  self->close_received && !self->is_failed);
}

/*
 * What libsoup reports
 */
static void on_failed (gpointer owner, guint code, const char *reason);

/* A message that is longer than the limit when it is inflated is one that is too long. */
static void
inflate (ResonateWebsocketTransport *self, GBytes *payload, gboolean is_text)
{
  ResonateTransport *transport = RESONATE_TRANSPORT (self);
  ResonateDeflate *deflate = resonate_stream_get_deflate (self->stream);
  guint64 limit = resonate_transport_get_max_message_size (transport);
  g_autoptr (GBytes) message = NULL;
  guint64 size = 0;

  switch (resonate_deflate_inflate (deflate, payload, limit, &message, &size))
    {
    case RESONATE_INFLATE_OK:
      if (is_text && !g_utf8_validate_len (g_bytes_get_data (message, NULL), (gsize) size, NULL))
        on_failed (self, SOUP_WEBSOCKET_CLOSE_BAD_DATA, "Invalid UTF-8");
      else
        resonate_transport_emit_message (transport, message, !is_text);
      break;

    case RESONATE_INFLATE_TOO_BIG:
      if (limit == 0)
        on_failed (self, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "Message too big");
      else
        resonate_transport_emit_oversized (transport, size, limit);
      break;

    case RESONATE_INFLATE_BAD:
    default:
      on_failed (self, SOUP_WEBSOCKET_CLOSE_BAD_DATA, "Invalid compressed data");
      break;
    }
}

static void
on_message (SoupWebsocketConnection *connection,
            SoupWebsocketDataType type,
            GBytes *payload,
            gpointer user_data)
{
  ResonateWebsocketTransport *self = RESONATE_WEBSOCKET_TRANSPORT (user_data);
  ResonatePayload kind = resonate_stream_next_payload (self->stream);

  /* libsoup goes on to deliver after an error of the protocol. */
  if (soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  if (kind != RESONATE_PAYLOAD_PLAIN)
    inflate (self, payload, kind == RESONATE_PAYLOAD_DEFLATED_TEXT);
  else
    resonate_transport_emit_message (RESONATE_TRANSPORT (self), payload,
                                     type == SOUP_WEBSOCKET_DATA_BINARY);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  g_autoptr (ResonateWebsocketTransport)
    self = g_object_ref (RESONATE_WEBSOCKET_TRANSPORT (user_data));

  report_closed (self);
}

static void connect_libsoup (ResonateWebsocketTransport *self);

/*
 * What the stream reports
 */
static void
on_text (gpointer owner, GBytes *text)
{
  g_autoptr (ResonateWebsocketTransport) self = g_object_ref (RESONATE_WEBSOCKET_TRANSPORT (owner));

  resonate_transport_emit_message (RESONATE_TRANSPORT (self), text, FALSE);
}

static void
on_oversized (gpointer owner, guint64 size, guint64 limit, gboolean has_begun)
{
  g_autoptr (ResonateWebsocketTransport) self = g_object_ref (RESONATE_WEBSOCKET_TRANSPORT (owner));

  /* libsoup holds the beginning of a message that will never end: it starts anew. */
  if (has_begun)
    connect_libsoup (self);

  resonate_transport_emit_oversized (RESONATE_TRANSPORT (self), size, limit);
}

static void
on_control (gpointer owner, guint opcode)
{
  ResonateWebsocketTransport *self = RESONATE_WEBSOCKET_TRANSPORT (owner);

  if (opcode == RESONATE_FRAME_CLOSE)
    self->close_received = TRUE;
  else
    resonate_transport_emit_control (RESONATE_TRANSPORT (self), opcode);
}

static void
on_failed (gpointer owner, guint code, const char *reason)
{
  g_autoptr (ResonateWebsocketTransport) self = g_object_ref (RESONATE_WEBSOCKET_TRANSPORT (owner));

  self->is_failed = TRUE;
  resonate_transport_close (RESONATE_TRANSPORT (self), code, reason);
  resonate_stream_finish (self->stream);
}

static void
on_pressure (gpointer owner, gboolean under_pressure)
{
  resonate_transport_emit_pressure (RESONATE_TRANSPORT (owner), under_pressure);
}

static void
on_overflow (gpointer owner)
{
  resonate_transport_emit_overflow (RESONATE_TRANSPORT (owner));
}

static void
on_gone (gpointer owner)
{
  g_autoptr (ResonateWebsocketTransport) self = g_object_ref (RESONATE_WEBSOCKET_TRANSPORT (owner));

  report_closed (self);
}

static void
disconnect_libsoup (ResonateWebsocketTransport *self)
{
  g_assert (RESONATE_IS_WEBSOCKET_TRANSPORT (self));

  if (self->face != NULL)
    resonate_facade_set_reader (self->face, NULL);
  g_clear_object (&self->face);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
}

static void
connect_libsoup (ResonateWebsocketTransport *self)
{
  ResonateFacade *face;

  g_assert (RESONATE_IS_WEBSOCKET_TRANSPORT (self));

  face = resonate_stream_show_face (self->stream);
  disconnect_libsoup (self);
  self->face = g_object_ref (face);
  self->connection = soup_websocket_connection_new (G_IO_STREAM (face), shared_uri,
                                                    SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL,
                                                    NULL);
  resonate_facade_set_reader (face, self->connection);

  /* The gate keeps the limit; 0 would be no limit, and a way out of libsoup's own bounds. */
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, G_MAXINT64);
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
}

static void
on_wanted (gpointer owner)
{
  connect_libsoup (RESONATE_WEBSOCKET_TRANSPORT (owner));
}

static void
on_unwanted (gpointer owner)
{
  disconnect_libsoup (RESONATE_WEBSOCKET_TRANSPORT (owner));
}

static const ResonateStreamHooks hooks = { on_text,   on_oversized, on_control,
                                           on_failed, on_pressure,  on_overflow,
                                           on_gone,   on_wanted,    on_unwanted };

/*
 * ResonateTransport
 */
static void
resonate_websocket_transport_send (ResonateTransport *transport, GBytes *frame)
{
  ResonateWebsocketTransport *self = RESONATE_WEBSOCKET_TRANSPORT (transport);
  ResonateDeflate *deflate = resonate_stream_get_deflate (self->stream);
  g_autoptr (GBytes) deflated = NULL;

  if (deflate != NULL)
    deflated = resonate_deflate_frame (deflate, frame);
  resonate_stream_send (self->stream, deflated != NULL ? deflated : frame);
}

static void
resonate_websocket_transport_ping (ResonateTransport *transport)
{
  g_autoptr (GBytes) frame = resonate_frame_new (RESONATE_FRAME_PING, NULL, 0);

  resonate_stream_send (RESONATE_WEBSOCKET_TRANSPORT (transport)->stream, frame);
}

static void
resonate_websocket_transport_close (ResonateTransport *transport, guint code, const char *reason)
{
  ResonateWebsocketTransport *self = RESONATE_WEBSOCKET_TRANSPORT (transport);

  send_close (self, code, reason);
  resonate_stream_expect_close (self->stream, CLOSE_TIMEOUT_US);
}

static void
resonate_websocket_transport_hang_up (ResonateTransport *transport, guint code, const char *reason)
{
  ResonateWebsocketTransport *self = RESONATE_WEBSOCKET_TRANSPORT (transport);

  send_close (self, code, reason);
  resonate_stream_finish (self->stream);
}

static void
resonate_websocket_transport_abort (ResonateTransport *transport)
{
  resonate_stream_abort (RESONATE_WEBSOCKET_TRANSPORT (transport)->stream);
}

static gsize
resonate_websocket_transport_get_queued_bytes (ResonateTransport *transport)
{
  return resonate_stream_get_queued_bytes (RESONATE_WEBSOCKET_TRANSPORT (transport)->stream);
}

static const char *
resonate_websocket_transport_get_remote_address (ResonateTransport *transport)
{
  return resonate_stream_get_remote_address (RESONATE_WEBSOCKET_TRANSPORT (transport)->stream);
}

static ResonateStream *
resonate_websocket_transport_get_stream (ResonateTransport *transport)
{
  return RESONATE_WEBSOCKET_TRANSPORT (transport)->stream;
}

static void
resonate_websocket_transport_limits_changed (ResonateTransport *transport)
{
  ResonateStream *stream = RESONATE_WEBSOCKET_TRANSPORT (transport)->stream;

  resonate_stream_set_max_message_size (stream,
                                        resonate_transport_get_max_message_size (transport));
  resonate_stream_set_drops_oldest (stream, resonate_transport_get_drops_oldest (transport));
}

/*
 * GObject
 */
static void
resonate_websocket_transport_dispose (GObject *object)
{
  ResonateWebsocketTransport *self = RESONATE_WEBSOCKET_TRANSPORT (object);

  if (self->stream != NULL)
    {
      resonate_stream_unhook (self->stream);
      if (resonate_stream_is_web_socket (self->stream))
        resonate_stream_abort (self->stream);
    }

  disconnect_libsoup (self);
  g_clear_object (&self->stream);

  G_OBJECT_CLASS (resonate_websocket_transport_parent_class)->dispose (object);
}

static void
resonate_websocket_transport_finalize (GObject *object)
{
  g_clear_pointer (&RESONATE_WEBSOCKET_TRANSPORT (object)->close_reason, g_free);

  G_OBJECT_CLASS (resonate_websocket_transport_parent_class)->finalize (object);
}

static void
resonate_websocket_transport_class_init (ResonateWebsocketTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ResonateTransportClass *transport_class = RESONATE_TRANSPORT_CLASS (klass);

  shared_uri = g_uri_parse ("ws://localhost/", SOUP_HTTP_URI_FLAGS, NULL);

  object_class->dispose = resonate_websocket_transport_dispose;
  object_class->finalize = resonate_websocket_transport_finalize;

  transport_class->send = resonate_websocket_transport_send;
  transport_class->ping = resonate_websocket_transport_ping;
  transport_class->close = resonate_websocket_transport_close;
  transport_class->hang_up = resonate_websocket_transport_hang_up;
  transport_class->abort = resonate_websocket_transport_abort;
  transport_class->get_queued_bytes = resonate_websocket_transport_get_queued_bytes;
  transport_class->get_remote_address = resonate_websocket_transport_get_remote_address;
  transport_class->limits_changed = resonate_websocket_transport_limits_changed;
  transport_class->get_stream = resonate_websocket_transport_get_stream;
}

static void
resonate_websocket_transport_init (ResonateWebsocketTransport *self)
{
}

ResonateTransport *
resonate_websocket_transport_new (ResonateStream *stream)
{
  ResonateWebsocketTransport *self;

  g_return_val_if_fail (RESONATE_IS_STREAM (stream), NULL);

  self = g_object_new (RESONATE_TYPE_WEBSOCKET_TRANSPORT, NULL);
  self->stream = g_object_ref (stream);
  resonate_stream_upgrade (stream, &hooks, self);

  return RESONATE_TRANSPORT (self);
}
