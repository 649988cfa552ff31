/* resonate-stream-tls.c: a socket before TLS is up
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-tls"

#include "config.h"

#include "resonate-stream-parts-private.h"
#include "resonate-tls-records-private.h"

#include <sys/socket.h>

/* RFC 8446, 4.1.2 and 5.1: a record of type handshake, in it a ClientHello with its version. */
#define RECORD_HEADER    5
#define RECORD_HANDSHAKE 22
#define RECORD_MAX       (16 * 1024)
#define CLIENT_HELLO     1
#define VERSION_OFFSET   9
#define HELLO_START      11
#define TLS_1_2          0x0303

/*
 * GIO gives each handshake a thread, and has few. So a thread is asked for when the whole of the
 * first record is here: half a handshake costs a descriptor until the deadline, and no more. And
 * GIO has no way to say which versions are old; the first record tells.
 *
 * From there on the hub waits for the socket, as it does for a plain one, and what GIO is asked for
 * it is asked without waiting.
 */

static void
end_handshake (ResonateStream *self)
{
  if (self->tls->is_shaking)
    resonate_handshakes_leave (self->shared->handshakes, self->remote_address);
  self->tls->is_shaking = FALSE;
}

void
resonate_stream_end_tls (ResonateStream *self)
{
  ResonateStreamTls *tls = self->tls;

  g_assert (RESONATE_IS_STREAM (self));

  if (tls == NULL)
    return;

  end_handshake (self);
  self->tls = NULL;
  g_clear_object (&tls->stream);
  g_clear_object (&tls->socket);
  g_clear_object (&tls->certificate);
  g_free (tls);
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ResonateStream) self = RESONATE_STREAM (user_data);
  g_autoptr (ResonateTlsRecords) records = NULL;
  GTlsConnection *connection = G_TLS_CONNECTION (source);
  ResonateStreamTls *tls = self->tls;
  gboolean done = g_tls_connection_handshake_finish (connection, result, NULL);

  /* The socket may have been closed meanwhile. */
  if (tls == NULL)
    return;

  end_handshake (self);
  if (!done || self->phase != RESONATE_STREAM_HANDSHAKE || self->is_aborted ||
      g_tls_connection_get_protocol_version (connection) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    {
      resonate_stream_close (self);
      return;
    }

  g_object_get (connection, "base-io-stream", &records, NULL);
  resonate_tls_records_end_handshake (records);
  g_set_object (&tls->stream, G_IO_STREAM (connection));
  tls->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (tls->stream));
  tls->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (tls->stream));
  resonate_stream_begin_http (self);
}

static void
shake_hands (ResonateStream *self)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (ResonateTlsRecords) records = resonate_tls_records_new (self->tls->socket);
  g_autoptr (GIOStream) stream = NULL;

  stream = g_tls_server_connection_new (G_IO_STREAM (records), self->tls->certificate, NULL);

  if (stream == NULL)
    {
      resonate_stream_abort (self);
      return;
    }

  /* No client is asked for a certificate. GIO would copy all that the system trusts to check one
   * with: four megabytes, for each connection and as long as it lasts. */
  g_tls_connection_set_database (G_TLS_CONNECTION (stream), NULL);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (stream), protocols);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (stream), G_PRIORITY_DEFAULT,
                                    resonate_stream_get_cancellable (self), on_handshake,
                                    g_object_ref (self));
}

gboolean
resonate_stream_shake_hands (gpointer stream)
{
  ResonateStream *self = RESONATE_STREAM (stream);

  if (self->phase != RESONATE_STREAM_HANDSHAKE || self->is_aborted)
    return FALSE;

  self->tls->is_shaking = TRUE;
  shake_hands (self);

  return TRUE;
}

/* A proxy speaks for many; everybody else for one. */
static void
ask_for_thread (ResonateStream *self)
{
  if (self->is_trusted)
    shake_hands (self);
  else if (resonate_handshakes_enter (self->shared->handshakes, self->remote_address,
                                      G_OBJECT (self)))
    resonate_stream_shake_hands (self);
}

static void
refuse_version (ResonateStream *self)
{
  /* Alert, fatal, protocol_version: a client can say what is wrong. */
  static const guint8 alert[] = { 21, 3, 1, 0, 2, 2, 70 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (alert, sizeof (alert));

  resonate_stream_queue (self, bytes);
  resonate_stream_finish (self);
}

/* The bytes stay in the kernel, for GIO to read. */
void
resonate_stream_tls_hello (ResonateStream *self)
{
  const guint8 *bytes = self->shared->scratch;
  gssize n;
  gsize size;

  g_assert (RESONATE_IS_STREAM (self));

  if (self->tls->has_hello || self->is_aborted)
    return;

  n = resonate_stream_read (self, self->shared->scratch, RECORD_HEADER + RECORD_MAX, MSG_PEEK);
  if (n < HELLO_START)
    {
      if (n == 0 || self->is_half_closed || (n > 0 && bytes[0] != RECORD_HANDSHAKE))
        resonate_stream_abort (self);
      return;
    }

  size = RECORD_HEADER + ((gsize) bytes[3] << 8 | bytes[4]);
  if (bytes[0] != RECORD_HANDSHAKE || bytes[RECORD_HEADER] != CLIENT_HELLO ||
      size > RECORD_HEADER + RECORD_MAX || ((gsize) n < size && self->is_half_closed))
    resonate_stream_abort (self);
  else if ((bytes[VERSION_OFFSET] << 8 | bytes[VERSION_OFFSET + 1]) < TLS_1_2)
    refuse_version (self);
  else if ((gsize) n >= size)
    {
      self->tls->has_hello = TRUE;
      ask_for_thread (self);
    }
}

void
resonate_stream_begin_tls (ResonateStream *self)
{
  g_autoptr (GError) error = NULL;

  g_assert (RESONATE_IS_STREAM (self));

  self->tls->socket = g_socket_new_from_fd (self->watch.fd, &error);
  if (self->tls->socket == NULL)
    {
      g_debug ("Cannot begin TLS: %s", error->message);
      resonate_stream_abort (self);
      return;
    }

  g_socket_set_blocking (self->tls->socket, FALSE);
  resonate_hub_watch (self->shared->hub, &self->watch);
}
