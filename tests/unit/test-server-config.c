/* test-server-config.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib/gstdio.h>

#include "base/resonate-error.h"
#include "config/resonate-config-private.h"
#include "server/resonate-server.h"
#include "tls-fixture.h"

typedef struct
{
  ResonateConfig *config;
  ResonateServer *server;
  TlsFiles files;
} Fixture;

static ResonateConfig *
make_config (const char *app_id)
{
  const char *const host[] = { "127.0.0.1", NULL };
  g_autoptr (ResonateApp) app = resonate_app_new (app_id, "app-key", "app-secret");
  ResonateConfig *config = resonate_config_new ();

  g_object_set (config, "host", host, "port", 0, NULL);
  g_assert_true (resonate_app_list_add (resonate_config_get_apps (config), app, NULL));

  return config;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  tls_files_init (&self->files);
  self->config = make_config ("1");
  if (data != NULL)
    g_object_set (self->config, "tls-certificate", self->files.cert_file, "tls-key",
                  self->files.key_file, NULL);
  self->server = resonate_server_new (self->config);
  resonate_server_start_async (self->server, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  resonate_server_start_finish (self->server, result, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->config);
  tls_files_clear (&self->files);
}

static GVariant *
apply (Fixture *self, ResonateConfig *next, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  resonate_server_apply_config_async (self->server, next, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);

  return resonate_server_apply_config_finish (self->server, result, error);
}

static void
assert_applies (Fixture *self, ResonateConfig *next, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) changes = apply (self, next, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_variant_print (changes, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

static RawClient *
connect_to (Fixture *self)
{
  g_auto (GStrv) uris = resonate_server_dup_uris (self->server);

  return raw_client_new ((guint16) g_ascii_strtoull (strrchr (uris[0], ':') + 1, NULL, 10));
}

static void
test_server_config_limits (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("1");
  g_autoptr (RawClient) client = NULL;

  g_object_set (next, "max-request-size", (uint64_t) 4, "path", "/ws", NULL);
  assert_applies (
    self, next, "[('server', 'path', 'needs-reload'), ('server', 'max-request-size', 'applied')]");
  g_assert_true (resonate_server_get_config (self->server) == self->config);
  g_assert_cmpuint (resonate_config_get_max_request_size (self->config), ==, 4);
  g_assert_cmpstr (resonate_config_get_path (self->config), ==, "");

  client = connect_to (self);
  raw_client_send (client, "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345", -1);
  raw_client_expect (client, "HTTP/1.1 413 ");
}

static void
test_server_config_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("1");

  if (data != NULL)
    g_object_set (next, "tls-certificate", self->files.cert_file, "tls-key", self->files.key_file,
                  NULL);
  assert_applies (self, next, "[]");
}

static void
test_server_config_apps (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("2");

  assert_applies (self, next, "[('app 2', '', 'applied'), ('app 1', '', 'applied')]");
  g_assert_null (resonate_server_get_channels (self->server, "1"));
  g_assert_nonnull (resonate_server_get_channels (self->server, "2"));
}

static void
test_server_config_certificate_renewed (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("1");
  g_autoptr (RawClient) before = connect_to (self);
  g_autoptr (RawClient) after = NULL;
  GTlsCertificate *peers[2];

  g_test_summary ("The names of the files are the same, what is in them is not");

  raw_client_start_tls (before);
  tls_files_renew (&self->files);
  g_object_set (next, "tls-certificate", self->files.cert_file, "tls-key", self->files.key_file,
                NULL);
  assert_applies (self, next, "[('server', 'tls-certificate', 'applied')]");
  assert_applies (self, next, "[]");

  after = connect_to (self);
  raw_client_start_tls (after);
  peers[0] = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (before->stream));
  peers[1] = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (after->stream));
  g_assert_false (g_tls_certificate_is_same (peers[0], peers[1]));
  raw_client_ask (before, "GET /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  g_assert_true (g_str_has_prefix (before->received->str, "HTTP/1.1 200 "));
}

static void
test_server_config_tls_is_switched_off_and_on (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) plain = make_config ("1");
  g_autoptr (ResonateConfig) next = make_config ("1");
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawClient) secure = NULL;

  assert_applies (self, plain,
                  "[('server', 'tls-certificate', 'applied'), ('server', 'tls-key', 'applied')]");
  client = connect_to (self);
  raw_client_send (client, "GET /up HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  raw_client_expect (client, "HTTP/1.1 200 ");

  g_object_set (next, "tls-certificate", self->files.cert_file, "tls-key", self->files.key_file,
                NULL);
  assert_applies (self, next,
                  "[('server', 'tls-certificate', 'applied'), ('server', 'tls-key', 'applied')]");
  secure = connect_to (self);
  raw_client_start_tls (secure);
}

static void
test_server_config_refused_as_a_whole (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("2");
  g_autoptr (GError) error = NULL;

  g_object_set (next, "tls-certificate", "/nonexistent.pem", "drain-timeout", (int64_t) 7, NULL);
  g_assert_null (apply (self, next, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent.pem"));
  g_assert_cmpint (resonate_config_get_drain_timeout (self->config), ==, 30 * G_USEC_PER_SEC);
  g_assert_nonnull (resonate_server_get_channels (self->server, "1"));
  g_assert_null (resonate_server_get_channels (self->server, "2"));
}

static void
test_server_config_one_at_a_time (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("1");
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GVariant) changes = NULL;
  g_autoptr (GError) error = NULL;

  resonate_server_apply_config_async (self->server, next, NULL, resonate_test_keep_result, &first);
  resonate_server_apply_config_async (self->server, next, NULL, resonate_test_keep_result, &second);
  resonate_test_wait_until (first != NULL && second != NULL);
  changes = resonate_server_apply_config_finish (self->server, first, &error);
  g_assert_no_error (error);
  g_assert_nonnull (changes);
  g_assert_null (resonate_server_apply_config_finish (self->server, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  assert_applies (self, next, "[]");
}

static void
test_server_config_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("2");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  resonate_server_apply_config_async (self->server, next, cancellable, resonate_test_keep_result,
                                      &result);
  g_cancellable_cancel (cancellable);
  resonate_test_wait_until (result != NULL);
  g_assert_null (resonate_server_apply_config_finish (self->server, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_nonnull (resonate_server_get_channels (self->server, "1"));
}

static void
test_server_config_stopped_meanwhile (Fixture *self, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = make_config ("2");
  g_autoptr (GAsyncResult) applied = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;

  resonate_server_apply_config_async (self->server, next, NULL, resonate_test_keep_result,
                                      &applied);
  resonate_server_stop_async (self->server, NULL, resonate_test_keep_result, &stopped);
  resonate_test_wait_until (applied != NULL && stopped != NULL);
  g_assert_null (resonate_server_apply_config_finish (self->server, applied, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE);
  g_clear_error (&error);

  g_assert_null (apply (self, next, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, tls, func) g_test_add (path, Fixture, tls, set_up, func, tear_down)

  add ("/server-config/limits", NULL, test_server_config_limits);
  add ("/server-config/nothing", NULL, test_server_config_nothing);
  add ("/server-config/nothing-with-tls", "tls", test_server_config_nothing);
  add ("/server-config/apps", NULL, test_server_config_apps);
  add ("/server-config/certificate-renewed", "tls", test_server_config_certificate_renewed);
  add ("/server-config/tls-is-switched-off-and-on", "tls",
       test_server_config_tls_is_switched_off_and_on);
  add ("/server-config/refused-as-a-whole", NULL, test_server_config_refused_as_a_whole);
  add ("/server-config/one-at-a-time", NULL, test_server_config_one_at_a_time);
  add ("/server-config/cancelled", NULL, test_server_config_cancelled);
  add ("/server-config/stopped-meanwhile", NULL, test_server_config_stopped_meanwhile);

#undef add

  return g_test_run ();
}
