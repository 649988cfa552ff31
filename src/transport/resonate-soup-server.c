/* resonate-soup-server.c: a libsoup server without a door of its own
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-soup-server"

#include "config.h"

#include "resonate-soup-server-private.h"

#include <gio/gunixsocketaddress.h>

#include "../base/resonate-error.h"

/* HTTP/2 of libsoup passes by the guard, and has no other switch. */
gboolean
resonate_soup_server_check_environment (GError **error)
{
  if (g_getenv ("SOUP_SERVER_HTTP2") == NULL)
    return TRUE;

  g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                       "SOUP_SERVER_HTTP2 is set in the environment: unset it");

  return FALSE;
}

/* SoupServer keeps connections alive only while it has a listener. This one has a random name in no
 * file system, refuses whoever finds it, and waits in a context that is never iterated. */
static void
add_anchor (SoupServer *server, GMainContext *parking)
{
  g_autofree char *name = g_uuid_string_random ();
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) anchor = NULL;
  g_autoptr (GError) error = NULL;

  address = g_unix_socket_address_new_with_type (name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  anchor = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                         &error);

  g_main_context_push_thread_default (parking);
  if (anchor == NULL || !g_socket_bind (anchor, address, FALSE, &error) ||
      !g_socket_listen (anchor, &error) || !g_socket_shutdown (anchor, TRUE, FALSE, &error) ||
      !soup_server_listen_socket (server, anchor, 0, &error))
    g_debug ("Connections will not be kept alive: %s", error->message);
  g_main_context_pop_thread_default (parking);
}

SoupServer *
resonate_soup_server_new (GMainContext *parking, SoupServerCallback callback, gpointer user_data)
{
  SoupServer *server = NULL;

  g_return_val_if_fail (parking != NULL, NULL);
  g_return_val_if_fail (callback != NULL, NULL);

  server = soup_server_new ("server-header", "Resonate", NULL);
  soup_server_remove_websocket_extension (server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_handler (server, NULL, callback, user_data, NULL);
  add_anchor (server, parking);

  return server;
}
