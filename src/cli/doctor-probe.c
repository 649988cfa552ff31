/* doctor-probe.c: a visit to a server, as a browser makes it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "../base/resonate-random-private.h"
#include "doctor-probe.h"

#define STATUS_LINE   "HTTP/1.1 "
#define TIMEOUT_S     10
#define MAX_HEADERS   100
#define MAX_LINE      8192
#define MAX_BODY      512
#define MAX_GREETING  (64 * 1024)
#define MAGIC         "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define OPCODE_TEXT   0x81
#define LENGTH_IS_U16 126

void
doctor_probe_free (DoctorProbe *self)
{
  g_free (self->server);
  g_free (self->body);
  g_free (self->greeting);
  g_clear_object (&self->certificate);
  g_free (self);
}

/* A browser would go away; we want to see the rest, too, and tell of it. */
static gboolean
on_certificate (GTlsConnection *tls,
                GTlsCertificate *certificate,
                GTlsCertificateFlags problems,
                gpointer user_data)
{
  DoctorProbe *self = user_data;

  self->problems = problems;

  return TRUE;
}

static void
on_event (GSocketClient *client,
          GSocketClientEvent event,
          GSocketConnectable *connectable,
          GIOStream *stream,
          gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (stream, "accept-certificate", G_CALLBACK (on_certificate), user_data);
}

static GSocketConnection *
connect_to (DoctorProbe *self, GUri *uri, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  gboolean is_tls = strcmp (g_uri_get_scheme (uri), "https") == 0;
  g_autoptr (GSocketConnectable)
    address = g_network_address_new (g_uri_get_host (uri), (guint16) g_uri_get_port (uri));
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, TIMEOUT_S);
  g_socket_client_set_tls (client, is_tls);
  g_signal_connect (client, "event", G_CALLBACK (on_event), self);
  connection = g_socket_client_connect (client, address, NULL, error);

  if (connection != NULL && is_tls)
    {
      GIOStream *stream = g_tcp_wrapper_connection_get_base_io_stream (
        G_TCP_WRAPPER_CONNECTION (connection));

      g_set_object (&self->certificate,
                    g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (stream)));
    }

  return connection;
}

static gboolean
send_handshake (GIOStream *stream,
                GUri *uri,
                const char *path,
                const char *origin,
                const char *nonce,
                GError **error)
{
  gboolean is_literal = strchr (g_uri_get_host (uri), ':') != NULL;
  g_autofree char *text = g_strdup_printf (
    "GET %s HTTP/1.1\r\nHost: %s%s%s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nOrigin: %s\r\n"
    "User-Agent: resonatectl/%s\r\n\r\n",
    path, is_literal ? "[" : "", g_uri_get_host (uri), is_literal ? "]" : "", g_uri_get_port (uri),
    nonce, origin, PACKAGE_VERSION);

  return g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text),
                                    NULL, NULL, error);
}

static gboolean
is_answer_to (const char *nonce, const char *answer)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  size_t length = sizeof digest;
  g_autofree char *expected = NULL;

  g_checksum_update (checksum, (const guchar *) nonce, -1);
  g_checksum_update (checksum, (const guchar *) MAGIC, -1);
  g_checksum_get_digest (checksum, digest, &length);
  expected = g_base64_encode (digest, length);

  return strcmp (expected, answer) == 0;
}

/* `Wed, 25 Nov 2026 16:47:32 GMT` has all that GLib can be told in another order. */
static void
take_date (DoctorProbe *self, const char *value)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  g_autofree char *text = NULL;
  g_autoptr (GDateTime) date = NULL;
  const char *month;

  if (g_strv_length (words) != 6 || strlen (words[2]) != 3)
    return;

  month = strstr (months, words[2]);
  if (month == NULL)
    return;

  text = g_strdup_printf ("%s-%02d-%sT%sZ", words[3], (int) (month - months) / 3 + 1, words[1],
                          words[4]);
  date = g_date_time_new_from_iso8601 (text, NULL);
  if (date == NULL)
    return;

  self->has_date = TRUE;
  self->ahead_us = g_date_time_to_unix (date) * G_USEC_PER_SEC - g_get_real_time ();
}

static void
take_header (DoctorProbe *self, const char *line, const char *nonce)
{
  const char *colon = strchr (line, ':');
  g_autofree char *name = colon != NULL ? g_strndup (line, (size_t) (colon - line)) : NULL;
  g_autofree char *value = colon != NULL ? g_strstrip (g_strdup (colon + 1)) : NULL;

  if (name == NULL)
    return;

  if (g_ascii_strcasecmp (name, "Date") == 0)
    take_date (self, value);
  else if (g_ascii_strcasecmp (name, "Via") == 0)
    self->has_via = TRUE;
  else if (g_ascii_strcasecmp (name, "Server") == 0 && self->server == NULL)
    self->server = g_steal_pointer (&value);
  else if (g_ascii_strcasecmp (name, "Sec-WebSocket-Accept") == 0)
    self->is_valid = is_answer_to (nonce, value);
}

/* Without its end: a newline, and the return before it. */
static char *
read_line (GDataInputStream *input, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) problem = NULL;

  while (line->len < MAX_LINE)
    {
      guint8 byte = g_data_input_stream_read_byte (input, NULL, &problem);

      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }

      if (byte == '\n')
        {
          if (line->len > 0 && line->str[line->len - 1] == '\r')
            g_string_truncate (line, line->len - 1);
          return g_string_free (g_steal_pointer (&line), FALSE);
        }
      g_string_append_c (line, (char) byte);
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the answer has no end"));

  return NULL;
}

static gboolean
read_head (DoctorProbe *self, GDataInputStream *input, const char *nonce, GError **error)
{
  g_autofree char *line = read_line (input, error);

  if (line == NULL)
    return FALSE;

  if (g_str_has_prefix (line, "HTTP/1.") && strlen (line) > strlen (STATUS_LINE))
    self->status = (int) g_ascii_strtoull (line + strlen (STATUS_LINE), NULL, 10);
  if (self->status < 100 || self->status > 999)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the answer is not HTTP"));
      return FALSE;
    }

  for (int i = 0; i < MAX_HEADERS; i++)
    {
      g_autofree char *header = read_line (input, error);

      if (header == NULL)
        return FALSE;
      if (*header == '\0')
        return TRUE;
      take_header (self, header, nonce);
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the answer has no end"));

  return FALSE;
}

/* The first frame is a whole message: the server speaks first, and briefly. */
static gboolean
read_greeting (DoctorProbe *self, GInputStream *input, GError **error)
{
  guint8 head[4];
  size_t length, got;

  if (!g_input_stream_read_all (input, head, 2, &got, NULL, error))
    return FALSE;

  length = got == 2 ? head[1] : 0;
  if (length == LENGTH_IS_U16 && g_input_stream_read_all (input, head + 2, 2, &got, NULL, error))
    length = (size_t) head[2] << 8 | head[3];

  if (got != 2 || head[0] != OPCODE_TEXT || length > MAX_GREETING)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the first frame is no message"));
      return FALSE;
    }

  self->greeting = g_malloc0 (length + 1);

  return g_input_stream_read_all (input, self->greeting, length, &got, NULL, error);
}

/*
 * doctor_probe_visit:
 * @uri: http or https, with a port
 * @path: what is asked for
 *
 * Does the handshake of a WebSocket and waits for the first message. An answer that is no WebSocket
 * is no error.
 */
DoctorProbe *
doctor_probe_visit (GUri *uri, const char *path, const char *origin, GError **error)
{
  g_autoptr (DoctorProbe) self = g_new0 (DoctorProbe, 1);
  g_autoptr (GSocketConnection) connection = connect_to (self, uri, error);
  g_autoptr (GDataInputStream) input = NULL;
  g_autofree char *nonce = NULL;
  guint8 random[16];
  size_t got;

  if (connection == NULL)
    return NULL;

  resonate_random_bytes (random, sizeof random);
  nonce = g_base64_encode (random, sizeof random);
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  if (!send_handshake (G_IO_STREAM (connection), uri, path, origin, nonce, error) ||
      !read_head (self, input, nonce, error))
    return NULL;

  if (self->status == 101)
    {
      if (!read_greeting (self, G_INPUT_STREAM (input), error))
        return NULL;
    }
  else
    {
      /* One that keeps the connection open ends with the time; what is there is enough. */
      self->body = g_malloc0 (MAX_BODY + 1);
      g_socket_set_timeout (g_socket_connection_get_socket (connection), 1);
      g_input_stream_read_all (G_INPUT_STREAM (input), self->body, MAX_BODY, &got, NULL, NULL);
    }

  return g_steal_pointer (&self);
}
