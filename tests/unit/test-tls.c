/* test-tls.c: a listener that speaks TLS
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "tls-fixture.h"

#include <malloc.h>

#include <glib/gstdio.h>

#include "transport/resonate-frame-private.h"

typedef struct
{
  FrontFixture http;
  TlsFiles files;
  guint16 port;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  /* A handshake takes its time under a sanitizer. */
  limits.header_timeout_us = 2 * G_USEC_PER_SEC;
  front_fixture_init (&self->http, &limits);
  tls_files_init (&self->files);
  self->port = tls_files_listen (&self->files, self->http.front);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  front_fixture_clear (&self->http);
  tls_files_clear (&self->files);
}

static RawClient *
open_client (Fixture *self)
{
  RawClient *client = raw_client_new (self->port);

  raw_client_start_tls (client);

  return client;
}

static void
test_tls_request (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  raw_client_send (client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (client, "{\"hello\":\"you\"}");
  g_string_truncate (client->received, 0);
  raw_client_ask (client, "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  g_assert_cmpuint (client->received->len, >, 4 * 1024 * 1024);
}

static void
test_tls_refusal (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);

  g_assert_true (
    g_str_has_suffix (raw_client_ask (client, "hello\r\n\r\n"), "{\"error\":\"Bad request.\"}"));
}

static void
test_tls_web_socket (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autofree char *payload = NULL;

  raw_client_upgrade (client);
  raw_client_send_frame (client, 0x81, "one", 3);
  g_assert_cmphex (raw_client_read_frame (client, &payload), ==, 0x81);
  g_assert_cmpstr (payload, ==, "one");

  resonate_transport_close (g_ptr_array_index (self->http.transports, 0), 4200, "Again");
  g_assert_cmpuint (raw_client_read_close (client), ==, 4200);
  raw_client_send_frame (client, 0x88, "\x10\x68", 2);
  resonate_test_wait_until (client->eof);
  g_assert_nonnull (strstr (self->http.log->str, "closed 4200 Again clean\n"));
}

/* Most clients leave like this: the end of the connection and no good-bye of TLS before it. */
static void
test_tls_last_word (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autofree char *payload = NULL;

  raw_client_upgrade (client);
  raw_client_send_frame (client, 0x81, "one", 3);
  raw_client_read_frame (client, &payload);
  raw_client_send_frame (client, 0x81, "last", 4);
  g_socket_shutdown (g_socket_connection_get_socket (client->connection), FALSE, TRUE, NULL);
  resonate_test_wait_until (strstr (self->http.log->str, "closed ") != NULL);
  g_assert_nonnull (strstr (self->http.log->str, "last"));
}

/* Together they are more than the queue may be, but nobody has tried to send the first. */
static void
test_tls_two_in_a_turn (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = open_client (self);
  g_autofree char *text = g_strnfill (700 * 1000, 'x');
  g_autoptr (GBytes) first = resonate_frame_new_text (text, 400 * 1000);
  g_autoptr (GBytes) second = resonate_frame_new_text (text, 700 * 1000);
  g_autofree char *payload = NULL;

  raw_client_upgrade (client);
  resonate_transport_send (g_ptr_array_index (self->http.transports, 0), first);
  resonate_transport_send (g_ptr_array_index (self->http.transports, 0), second);
  g_assert_null (strstr (self->http.log->str, "overflow"));
  raw_client_read_frame (client, &payload);
  g_clear_pointer (&payload, g_free);
  raw_client_read_frame (client, &payload);
  g_assert_cmpuint (strlen (payload), ==, 700 * 1000);
}

static GSubprocess *
open_process (Fixture *self)
{
  static const char upgrade[] =
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  g_autofree char *place = g_strdup_printf ("127.0.0.1:%u", self->port);
  guint n = self->http.transports->len;
  GSubprocess *openssl;
  g_autoptr (GError) error = NULL;

  openssl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, "openssl", "s_client", "-quiet", "-connect", place, NULL);
  g_assert_no_error (error);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (openssl), upgrade, strlen (upgrade), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  resonate_test_wait_until (self->http.transports->len == n + 1);

  return openssl;
}

/* GIO reads what the system trusts once, and must not copy it for each client. The clients are
 * other processes, so that what grows is the server. */
static void
test_tls_memory (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocess) first = open_process (self);
  gsize before = mallinfo2 ().uordblks;
  g_autoptr (GSubprocess) second = open_process (self);

  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + 1024 * 1024);

  g_subprocess_force_exit (first);
  g_subprocess_force_exit (second);
  resonate_test_wait_until (self->http.transports->len == 0);
}

/* Half a handshake does not stay, and neither does what is no TLS at all. */
static void
test_tls_deadline (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) half = raw_client_new (self->port);
  g_autoptr (RawClient) plain = raw_client_new (self->port);
  g_autoptr (RawClient) gone = raw_client_new (self->port);

  raw_client_send (half, "\x16\x03\x01\x02\x00\x01", 6);
  raw_client_send (gone, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  g_socket_shutdown (g_socket_connection_get_socket (gone->connection), FALSE, TRUE, NULL);
  resonate_test_wait_until (gone->eof);
  raw_client_send (plain, "GET / HTTP/1.1\r\n\r\n", -1);
  resonate_test_wait_until (half->eof && plain->eof);
}

static void
assert_version (Fixture *self, const char *option, const char *expected)
{
  g_autofree char *place = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_autoptr (GSubprocess) openssl = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  openssl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                G_SUBPROCESS_FLAGS_STDERR_MERGE,
                              &error, "openssl", "s_client", "-connect", place, option, "-cipher",
                              "DEFAULT@SECLEVEL=0", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (openssl, "", NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  g_subprocess_communicate_utf8_finish (openssl, result, &output, NULL, &error);
  g_assert_no_error (error);
  if (strstr (output, expected) == NULL)
    g_error ("openssl s_client %s said: %s", option, output);
}

static void
test_tls_versions (Fixture *self, gconstpointer data)
{
  assert_version (self, "-tls1_3", "New, TLSv1.3, Cipher is TLS_");
  assert_version (self, "-tls1_2", "New, TLSv1.2, Cipher is ECDHE");
  assert_version (self, "-tls1_1", "New, (NONE), Cipher is (NONE)");
  assert_version (self, "-tls1", "New, (NONE), Cipher is (NONE)");
}

static void
test_tls_bad_files (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (resonate_tls_load_certificate ("/nonexistent.pem", NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent.pem"));
  g_clear_error (&error);

  g_assert_null (resonate_tls_load_certificate (self->files.cert_file, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, self->files.cert_file));
  g_assert_nonnull (strstr (error->message, "no key"));
  g_clear_error (&error);

  g_assert_null (
    resonate_tls_load_certificate (self->files.cert_file, self->files.cert_file, NULL, &error));
  g_assert_nonnull (strstr (error->message, self->files.cert_file));
}

static void
test_tls_password (Fixture *self, gconstpointer data)
{
  g_autofree char *store = g_build_filename (self->files.folder, "store.p12", NULL);
  g_autofree char *password = g_build_filename (self->files.folder, "password", NULL);
  g_autofree char *command = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  command = g_strdup_printf ("openssl pkcs12 -export -in %s -inkey %s -out %s -passout pass:secret",
                             self->files.cert_file, self->files.key_file, store);
  g_spawn_command_line_sync (command, NULL, NULL, &status, NULL);
  g_assert_cmpint (status, ==, 0);
  g_file_set_contents (password, "secret\n", -1, NULL);
  certificate = resonate_tls_load_certificate (store, NULL, password, &error);
  g_assert_no_error (error);
  g_assert_nonnull (certificate);

  g_file_set_contents (password, "wrong\n", -1, NULL);
  g_assert_null (resonate_tls_load_certificate (store, NULL, password, &error));
  g_assert_nonnull (strstr (error->message, store));
  g_remove (store);
  g_remove (password);
}

static void
test_tls_handshake_that_fails_closes_the_socket_once (Fixture *self, gconstpointer data)
{
  g_test_summary ("The connection of GIO must not close a descriptor that the hub still watches");

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (RawClient) client = raw_client_new (self->port);

      /* A whole record with a ClientHello that ends after its version. */
      raw_client_send (client, "\x16\x03\x03\x00\x06\x01\x00\x00\x02\x03\x03", 11);
      resonate_test_wait_until (client->eof);
    }
  resonate_test_wait_until (resonate_front_get_n_streams (self->http.front) == 0);
}

static GTlsCertificate *
peer_of (RawClient *client)
{
  return g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (client->stream));
}

static void
test_tls_certificate_is_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) renewed = NULL;
  g_autoptr (GTlsCertificate) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RawClient) before = open_client (self);
  g_autoptr (RawClient) after = NULL;
  g_autofree char *payload = NULL;

  g_test_summary ("New handshakes have the new one, and who is there goes on");

  raw_client_upgrade (before);
  tls_files_renew (&self->files);
  renewed = resonate_tls_load_certificate (self->files.cert_file, self->files.key_file, NULL,
                                           &error);
  g_assert_no_error (error);
  resonate_front_set_certificate (self->http.front, renewed);
  g_assert_true (resonate_front_get_certificate (self->http.front) == renewed);
  after = open_client (self);
  g_assert_true (g_tls_certificate_is_same (peer_of (after), renewed));
  g_assert_false (g_tls_certificate_is_same (peer_of (before), renewed));

  raw_client_send_frame (before, 0x81, "on", 2);
  raw_client_read_frame (before, &payload);
  g_assert_cmpstr (payload, ==, "on");

  again = resonate_tls_load_certificate (self->files.cert_file, self->files.key_file, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (resonate_tls_certificates_differ (renewed, again));
  g_assert_true (resonate_tls_certificates_differ (renewed, NULL));
  g_assert_false (resonate_tls_certificates_differ (NULL, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/tls/request", test_tls_request);
  add ("/tls/refusal", test_tls_refusal);
  add ("/tls/web-socket", test_tls_web_socket);
  add ("/tls/last-word", test_tls_last_word);
  add ("/tls/two-in-a-turn", test_tls_two_in_a_turn);
  add ("/tls/memory", test_tls_memory);
  add ("/tls/deadline", test_tls_deadline);
  add ("/tls/versions", test_tls_versions);
  add ("/tls/bad-files", test_tls_bad_files);
  add ("/tls/password", test_tls_password);
  add ("/tls/handshake-that-fails-closes-the-socket-once",
       test_tls_handshake_that_fails_closes_the_socket_once);
  add ("/tls/certificate-is-replaced", test_tls_certificate_is_replaced);
#undef add

  return g_test_run ();
}
