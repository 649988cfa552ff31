/* resonate-exchange-upgrade.c: a request that becomes a WebSocket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-exchange-upgrade"

#include "config.h"

#include "resonate-exchange-parts-private.h"
#include "resonate-websocket-transport-private.h"

#define KEY_LENGTH 16

static gboolean
is_key (const char *key)
{
  g_autofree guchar *decoded = NULL;
  gsize length = 0;

  g_assert (key != NULL);

  /* Two keys arrive as one with a comma, and are of the wrong length. */
  if (strlen (key) != 4 * ((KEY_LENGTH + 2) / 3))
    return FALSE;

  decoded = g_base64_decode (key, &length);

  return length == KEY_LENGTH;
}

static void
refuse (ResonateExchange *exchange, guint status, const char *text)
{
  g_assert (RESONATE_IS_EXCHANGE (exchange));

  resonate_exchange_add_header (exchange, "Connection", "close");
  resonate_exchange_respond_text (exchange, status, text);
}

/* The checks, in the order and with the answers of the reference. */
static gboolean
check_handshake (ResonateExchange *exchange)
{
  const char *key = resonate_exchange_get_header (exchange, "Sec-WebSocket-Key");
  const char *version = resonate_exchange_get_header (exchange, "Sec-WebSocket-Version");
  SoupServerMessage *message = resonate_exchange_get_message (exchange);
  ResonateRequest *request = resonate_exchange_get_request (exchange);

  if (!g_str_equal (resonate_exchange_get_method (exchange), "GET"))
    {
      resonate_exchange_add_header (exchange, "Allow", "GET");
      refuse (exchange, 405, "405 Method Not Allowed");
    }
  else if (soup_server_message_get_http_version (message) != SOUP_HTTP_1_1)
    {
      resonate_exchange_add_header (exchange, "Upgrade", "websocket");
      refuse (exchange, 505, "505 HTTP Version Not Supported");
    }
  else if (g_bytes_get_size (resonate_exchange_get_body (exchange)) > 0)
    refuse (exchange, 400, "400 Bad Request");
  else if (!resonate_request_names_websocket (request))
    {
      resonate_exchange_add_header (exchange, "Upgrade", "websocket");
      refuse (exchange, 426, "426 Upgrade Required");
    }
  else if (!resonate_request_wants_upgrade (request))
    {
      resonate_exchange_add_header (exchange, "Upgrade", "websocket");
      refuse (exchange, 426, "426 Bad Request: \"Connection: Upgrade\" header required");
    }
  else if (key == NULL || *key == '\0')
    refuse (exchange, 400, "400 Bad Request: \"Sec-Websocket-Key\" header required");
  else if (!is_key (key))
    refuse (exchange, 400, "400 Bad Request: \"Sec-Websocket-Key\" header invalid");
  else if (g_strcmp0 (version, "13") != 0)
    {
      resonate_exchange_add_header (exchange, "Sec-WebSocket-Version", "13");
      refuse (exchange, 426, "426 Bad Request: Requested Websocket version unavailable");
    }
  else if (!resonate_exchange_may_upgrade (exchange))
    refuse (exchange, 503, "503 Service Unavailable");
  else
    return TRUE;

  return FALSE;
}

/* libsoup is shown no extensions: the only one is ours. */
static gboolean
accept_deflate (ResonateExchange *self)
{
  const char *offers = resonate_exchange_get_header (self, "Sec-WebSocket-Extensions");
  g_autofree char *accepted = NULL;

  if (offers != NULL && resonate_stream_can_deflate (resonate_exchange_get_stream (self)))
    accepted = resonate_deflate_negotiate (offers);
  if (accepted != NULL)
    resonate_exchange_add_header (self, "Sec-WebSocket-Extensions", accepted);

  return accepted != NULL;
}

/* The handshake is libsoup's, word for word. */
static GBytes *
write_head (SoupServerMessage *message)
{
  GString *head = g_string_sized_new (256);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  g_string_append (head, "HTTP/1.1 101 Switching Protocols\r\n");
  soup_message_headers_iter_init (&iter, soup_server_message_get_response_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      g_string_append (head, name);
      g_string_append (head, ": ");
      g_string_append (head, value);
      g_string_append (head, "\r\n");
    }
  g_string_append (head, "\r\n");

  return g_string_free_to_bytes (head);
}

/* From here on the socket is not libsoup's. Its own connection, the lane, lives on: the answer that
 * it writes on it goes nowhere, and it has another request to hear. */
static ResonateTransport *
switch_protocols (ResonateExchange *self, gboolean deflates)
{
  SoupServerMessage *message = resonate_exchange_get_message (self);
  ResonateStream *stream = resonate_exchange_get_stream (self);
  g_autoptr (GBytes) head = write_head (message);

  resonate_stream_send_head (stream, head);
  if (deflates)
    resonate_stream_set_deflates (stream);

  /* One that ends with its length: libsoup would end a connection behind any other. */
  soup_message_headers_clear (soup_server_message_get_response_headers (message));
  soup_message_headers_set_content_length (soup_server_message_get_response_headers (message), 0);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);

  return resonate_websocket_transport_new (stream);
}

void
resonate_exchange_upgrade (ResonateExchange *self,
                           ResonateUpgradeFunc func,
                           gpointer user_data,
                           GDestroyNotify destroy)
{
  g_autoptr (ResonateTransport) transport = NULL;
  SoupServerMessage *message;

  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (!resonate_exchange_is_answered (self));

  message = resonate_exchange_get_message (self);

  if (check_handshake (self) &&
      soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL) &&
      resonate_stream_is_http (resonate_exchange_get_stream (self)))
    {
      gboolean deflates = accept_deflate (self);

      resonate_exchange_add_header (self, "X-Powered-By", "Resonate");
      transport = switch_protocols (self, deflates);
      func (self, transport, user_data);
    }

  if (!resonate_exchange_is_answered (self))
    resonate_exchange_set_answered (self);
  if (destroy != NULL)
    destroy (user_data);
}
