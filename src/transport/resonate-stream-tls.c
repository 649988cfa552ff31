/* resonate-stream-tls.c: a socket before TLS is up
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-tls"

#include "config.h"

#include "resonate-stream-parts-private.h"

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
 */

void
resonate_stream_end_handshake (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->is_shaking)
    resonate_handshakes_leave (self->shared->handshakes, self->remote_address);
  self->is_shaking = FALSE;
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ResonateStream) self = RESONATE_STREAM (user_data);
  GTlsConnection *tls = G_TLS_CONNECTION (source);

  resonate_stream_end_handshake (self);
  if (!g_tls_connection_handshake_finish (tls, result, NULL) ||
      g_tls_connection_get_protocol_version (tls) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    {
      resonate_stream_abort (self);
      return;
    }

  if (self->phase != RESONATE_STREAM_HANDSHAKE || self->is_aborted)
    return;

  /* From here on GIO waits for the socket. */
  resonate_hub_set (self->shared->hub, &self->watch, 0);
  self->is_tls = TRUE;
  g_set_object (&self->base, G_IO_STREAM (tls));
  self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->base));
  self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->base));
  resonate_stream_begin_http (self);
}

static void
shake_hands (ResonateStream *self)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;

  g_assert (RESONATE_IS_STREAM (self));

  connection = g_socket_connection_factory_create_connection (self->socket);
  tls = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);

  if (tls == NULL)
    {
      resonate_stream_abort (self);
      return;
    }

  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT,
                                    resonate_stream_get_cancellable (self), on_handshake,
                                    g_object_ref (self));
}

gboolean
resonate_stream_shake_hands (gpointer stream)
{
  ResonateStream *self = RESONATE_STREAM (stream);

  if (self->phase != RESONATE_STREAM_HANDSHAKE || self->is_aborted)
    return FALSE;

  self->is_shaking = TRUE;
  shake_hands (self);

  return TRUE;
}

/* A proxy speaks for many; everybody else for one. */
static void
ask_for_thread (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

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

  g_assert (RESONATE_IS_STREAM (self));

  resonate_stream_queue (self, bytes);
  resonate_stream_finish (self);
}

/* The source shall not be ready before that much is here: the bytes stay in the kernel for GIO to
 * read, and a source that is ready without being read from would spin. */
static void
wait_for (ResonateStream *self, gsize n)
{
  g_assert (RESONATE_IS_STREAM (self));

  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVLOWAT, (int) n, NULL);
}

static gboolean
on_hello (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (user_data));
  guint8 bytes[RECORD_HEADER + RECORD_MAX];
  gssize n = recv (g_socket_get_fd (self->socket), bytes, sizeof (bytes), MSG_PEEK | MSG_DONTWAIT);
  gsize size = 0;

  /* Woken a second time without all of it, there will be no more of it. */
  if (n >= HELLO_START && bytes[0] == RECORD_HANDSHAKE && bytes[RECORD_HEADER] == CLIENT_HELLO)
    {
      size = RECORD_HEADER + ((gsize) bytes[3] << 8 | bytes[4]);
      if (size <= sizeof (bytes) && (gsize) n < size && self->hello_size != size)
        {
          self->hello_size = size;
          wait_for (self, size);
          return G_SOURCE_CONTINUE;
        }
    }

  g_clear_pointer (&self->hello_source, g_source_unref);
  wait_for (self, 1);

  if (n < HELLO_START || (gsize) n < size || bytes[0] != RECORD_HANDSHAKE ||
      bytes[RECORD_HEADER] != CLIENT_HELLO)
    resonate_stream_abort (self);
  else if ((bytes[VERSION_OFFSET] << 8 | bytes[VERSION_OFFSET + 1]) < TLS_1_2)
    refuse_version (self);
  else
    ask_for_thread (self);

  return G_SOURCE_REMOVE;
}

void
resonate_stream_begin_tls (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  wait_for (self, HELLO_START);
  self->hello_source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->hello_source, G_SOURCE_FUNC (on_hello), self, NULL);
  g_source_attach (self->hello_source, g_main_context_get_thread_default ());
}
