/* echo-server.c: the transport floor and nothing above it: what comes is sent back
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-frame-private.h"
#include "transport/resonate-front-private.h"
#include "transport/resonate-transport-private.h"

#include <glib-unix.h>
#include <stdlib.h>

#define MAX_MESSAGE_SIZE (16 * 1024 * 1024)
#define SEND_QUEUE_SIZE  (64 * 1024 * 1024)
#define OVERLOADED       1013

typedef struct
{
  ResonateFront *front;
  GHashTable *transports; /* (element-type ResonateTransport) */
  gint64 max_message_size;
  gboolean is_stopping;
} EchoServer;

static void
on_message (ResonateTransport *transport, GBytes *payload, gboolean is_binary, gpointer user_data)
{
  gsize length;
  const void *bytes = g_bytes_get_data (payload, &length);
  guint opcode = is_binary ? RESONATE_FRAME_BINARY : RESONATE_FRAME_TEXT;
  g_autoptr (GBytes) frame = resonate_frame_new (opcode, bytes, length);

  resonate_transport_send (transport, frame);
}

/* An echo that is lost must not look like one that was never owed. */
static void
on_overflow (ResonateTransport *transport, gpointer user_data)
{
  resonate_transport_hang_up (transport, OVERLOADED, "Send queue is full");
}

static void
on_closed (
  ResonateTransport *transport, guint code, const char *reason, gboolean clean, gpointer user_data)
{
  EchoServer *self = user_data;

  g_hash_table_remove (self->transports, transport);
}

static const ResonateTransportListener listener = {
  .message = on_message,
  .overflow = on_overflow,
  .closed = on_closed,
};

static void
on_upgraded (ResonateExchange *exchange, ResonateTransport *transport, gpointer user_data)
{
  EchoServer *self = user_data;

  g_hash_table_add (self->transports, g_object_ref (transport));
  resonate_transport_set_max_message_size (transport, (guint64) self->max_message_size);
  resonate_transport_listen (transport, &listener, self);
}

static void
on_request (ResonateExchange *exchange, gpointer user_data)
{
  resonate_exchange_upgrade (exchange, on_upgraded, user_data, NULL);
}

static gboolean
on_terminate (gpointer user_data)
{
  EchoServer *self = user_data;

  self->is_stopping = TRUE;

  return G_SOURCE_CONTINUE;
}

static gboolean
parse_options (EchoServer *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "max-message-size", 0, 0, G_OPTION_ARG_INT64, &self->max_message_size,
      "The longest message that is sent back", "BYTES" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (self->max_message_size > 0)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--max-message-size must be 1 or more");
  return FALSE;
}

static gboolean
serve (EchoServer *self, GError **error)
{
  const ResonateFrontLimits limits = {
    .header_timeout_us = 10 * G_USEC_PER_SEC,
    .idle_timeout_us = 60 * G_USEC_PER_SEC,
    .max_request_size = 10000,
    .send_queue_size = SEND_QUEUE_SIZE,
  };
  g_auto (GStrv) uris = NULL;

  self->front = resonate_front_new (&limits);
  resonate_router_add (resonate_front_get_router (self->front), "GET", "/", on_request, self);
  if (!resonate_front_listen (self->front, "127.0.0.1", 0, NULL, error))
    return FALSE;

  uris = resonate_front_dup_uris (self->front);
  g_print ("Serving on %s\n", uris[0]);

  return TRUE;
}

int
main (int argc, char *argv[])
{
  EchoServer self = { .max_message_size = MAX_MESSAGE_SIZE };
  g_autoptr (GError) error = NULL;

  if (!parse_options (&self, &argc, &argv, &error))
    {
      g_printerr ("echo-server: %s\n", error->message);
      return EXIT_FAILURE;
    }

  self.transports = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_unix_signal_add (SIGTERM, on_terminate, &self);

  if (serve (&self, &error))
    while (!self.is_stopping)
      g_main_context_iteration (NULL, TRUE);
  else
    g_printerr ("echo-server: %s\n", error->message);

  /* Who goes without its owner is aborted, and gone a turn of the loop later. */
  g_hash_table_unref (self.transports);
  resonate_front_close (self.front);
  while (resonate_front_get_n_streams (self.front) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (self.front);

  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
