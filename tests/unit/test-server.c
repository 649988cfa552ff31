/* test-server.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <unistd.h>

#include "base/resonate-error.h"
#include "config/resonate-app-list.h"
#include "config/resonate-config-private.h"
#include "front-fixture.h"
#include "server/resonate-server.h"

typedef struct
{
  ResonateConfig *config;
  ResonateServer *server;
  GString *log; /* what the server said, in order */
} Fixture;

static void
on_state (ResonateServer *server, GParamSpec *pspec, GString *log)
{
  static const char *const words[] = { "stopped ", "running ", "draining " };

  g_string_append (log, words[resonate_server_get_state (server)]);
}

static void
on_opened (ResonateServer *server, ResonateConnection *connection, GString *log)
{
  g_string_append (log, "opened ");
}

static void
on_closed (ResonateServer *server, ResonateConnection *connection, GString *log)
{
  g_string_append (log, "closed ");
}

static void
on_occupied (ResonateServer *server, ResonateApp *app, ResonateChannel *channel, GString *log)
{
  g_string_append_printf (log, "occupied:%s ", resonate_channel_get_name (channel));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static const char *const nothing[] = { NULL };
  static const char *const environment[] = { "REVERB_APP_ID=app-id", "REVERB_APP_KEY=app-key",
                                             "REVERB_APP_SECRET=app-secret", NULL };
  g_autoptr (GError) error = NULL;

  self->config = resonate_config_new ();
  resonate_config_set_environment (self->config, environment);
  resonate_config_override (self->config, "server", "host", "127.0.0.1", &error);
  g_assert_no_error (error);
  resonate_config_load (self->config, nothing, NULL, &error);
  g_assert_no_error (error);
  self->config->port = 0;

  self->log = g_string_new (NULL);
  self->server = resonate_server_new (self->config);
  g_signal_connect (self->server, "notify::state", G_CALLBACK (on_state), self->log);
  g_signal_connect (self->server, "opened", G_CALLBACK (on_opened), self->log);
  g_signal_connect (self->server, "closed", G_CALLBACK (on_closed), self->log);
  g_signal_connect (self->server, "occupied", G_CALLBACK (on_occupied), self->log);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->server != NULL)
    g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->config);
  g_string_free (self->log, TRUE);
}

static void
start (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  resonate_server_start_async (self->server, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  resonate_server_start_finish (self->server, result, &error);
  g_assert_no_error (error);
}

static void
assert_start_fails (Fixture *self, GQuark domain, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  resonate_server_start_async (self->server, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  g_assert_false (resonate_server_start_finish (self->server, result, &error));
  g_assert_error (error, domain, code);
}

static void
finish_stop (Fixture *self, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  resonate_test_wait_until (*result != NULL);
  g_assert_true (resonate_server_stop_finish (self->server, *result, &error));
  g_assert_no_error (error);
  g_clear_object (result);
}

static void
stop (Fixture *self)
{
  GAsyncResult *result = NULL;

  resonate_server_stop_async (self->server, NULL, resonate_test_keep_result, &result);
  finish_stop (self, &result);
}

static guint16
port (Fixture *self)
{
  g_auto (GStrv) uris = resonate_server_dup_uris (self->server);

  g_assert_nonnull (uris[0]);

  return (guint16) g_ascii_strtoull (strrchr (uris[0], ':') + 1, NULL, 10);
}

/* Connects with @key, and reads the first frame. */
static void
join_as (RawClient *client, const char *key, const char *greeting)
{
  g_autofree char *request = g_strdup_printf (
    "GET /app/%s?protocol=7 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    key);
  g_autofree char *payload = NULL;
  const char *end;

  raw_client_send (client, request, -1);
  raw_client_expect (client, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (client->received->str, "HTTP/1.1 101 "));
  end = strstr (client->received->str, "\r\n\r\n") + 4;
  g_string_erase (client->received, 0, end - client->received->str);
  raw_client_read_frame (client, &payload);
  g_assert_true (g_str_has_prefix (payload, greeting));
}

static RawClient *
connect_as (Fixture *self, const char *key, const char *greeting)
{
  RawClient *client = raw_client_new (port (self));

  join_as (client, key, greeting);

  return client;
}

#define ESTABLISHED \
  "{\"event\":\"pusher:connection_established\",\"data\":\"{\\\"socket_id\\\":\\\""

static void
send_text (RawClient *client, const char *text)
{
  raw_client_send_frame (client, 0x81, text, strlen (text));
}

static void
assert_text (RawClient *client, const char *text)
{
  g_autofree char *payload = NULL;

  raw_client_read_frame (client, &payload);
  g_assert_cmpstr (payload, ==, text);
}

/* Answers the close frame that came, as a client should. */
static void
assert_closes (RawClient *client, guint code)
{
  const guint8 payload[2] = { (guint8) (code >> 8), (guint8) code };

  g_assert_cmpuint (raw_client_read_close (client), ==, code);
  raw_client_send_frame (client, 0x88, payload, 2);
  resonate_test_wait_until (client->eof);
}

static void
test_server_serves (Fixture *self, gconstpointer data)
{
  const char *channels[] = { "a", "nobody", NULL };
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GError) error = NULL;

  start (self);
  client = connect_as (self, "app-key", ESTABLISHED);
  g_assert_cmpuint (resonate_server_get_n_connections (self->server), ==, 1);
  send_text (client, "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\"}}");
  assert_text (client, "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\","
                       "\"channel\":\"a\"}");
  g_assert_nonnull (
    resonate_channel_list_lookup (resonate_server_get_channels (self->server, "app-id"), "a"));

  g_assert_true (
    resonate_server_publish (self->server, "app-id", channels, "E", "{}", NULL, &error));
  g_assert_no_error (error);
  assert_text (client, "{\"event\":\"E\",\"data\":\"{}\",\"channel\":\"a\"}");

  g_clear_pointer (&client, raw_client_free);
  resonate_test_wait_until (resonate_server_get_n_connections (self->server) == 0);
  stop (self);
  g_assert_cmpstr (self->log->str, ==, "running opened occupied:a closed draining stopped ");
}

static void
test_server_unknown_app (Fixture *self, gconstpointer data)
{
  const char *channels[] = { "a", NULL };
  g_autoptr (RawClient) client = NULL;
  g_autoptr (GError) error = NULL;

  start (self);
  client = connect_as (self, "no-key",
                       "{\"event\":\"pusher:error\",\"data\":\"{\\\"code\\\":4001,"
                       "\\\"message\\\":\\\"Application does not exist\\\"}\"}");
  assert_closes (client, 4001);

  g_assert_false (resonate_server_publish (self->server, "zz", channels, "E", "{}", NULL, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNKNOWN_APP);
  g_assert_cmpint (resonate_server_terminate_user (self->server, "zz", "1", NULL), ==, -1);
  g_assert_null (resonate_server_get_channels (self->server, "zz"));
  stop (self);
  g_assert_cmpstr (self->log->str, ==, "running draining stopped ");
}

static void
keep_address (ResonateServer *server, ResonateConnection *connection, char **address)
{
  *address = g_strdup (resonate_connection_get_remote_address (connection));
}

static void
test_server_proxy_protocol (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  g_autofree char *address = NULL;

  g_object_set (self->config, "proxy-protocol", TRUE, NULL);
  g_signal_connect (self->server, "opened", G_CALLBACK (keep_address), &address);
  start (self);
  client = raw_client_new (port (self));
  raw_client_send (client, "PROXY TCP6 2001:db8::7 2001:db8::1 12345 443\r\n", -1);
  join_as (client, "app-key", ESTABLISHED);
  g_assert_cmpstr (address, ==, "2001:db8::7");

  g_clear_pointer (&client, raw_client_free);
  resonate_test_wait_until (resonate_server_get_n_connections (self->server) == 0);
  stop (self);
}

static void
test_server_starts_once (Fixture *self, gconstpointer data)
{
  start (self);
  assert_start_fails (self, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE);
  stop (self);
  stop (self);
  start (self);
  stop (self);
  g_assert_cmpstr (self->log->str, ==, "running draining stopped running draining stopped ");
}

static void
test_server_address_in_use (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocketListener) other = g_socket_listener_new ();

  g_test_summary ("A server that could not start is stopped, and may be started again");

  self->config->port = g_socket_listener_add_any_inet_port (other, NULL, NULL);
  assert_start_fails (self, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpint (resonate_server_get_state (self->server), ==, RESONATE_SERVER_STOPPED);

  g_socket_listener_close (other);
  self->config->port = 0;
  start (self);
  stop (self);
}

static void
test_server_stop_closes (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  GAsyncResult *result = NULL;

  start (self);
  client = connect_as (self, "app-key", ESTABLISHED);
  resonate_server_stop_async (self->server, NULL, resonate_test_keep_result, &result);
  assert_closes (client, 1001);
  finish_stop (self, &result);
  g_assert_cmpstr (self->log->str, ==, "running opened draining closed stopped ");
}

static void
test_server_drains (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  GAsyncResult *first = NULL, *second = NULL;

  g_test_summary ("A drain serves who is there, and ends when the last one has left");

  start (self);
  client = connect_as (self, "app-key", ESTABLISHED);
  resonate_server_drain_async (self->server, 60 * (int64_t) G_USEC_PER_SEC, NULL,
                               resonate_test_keep_result, &first);
  resonate_server_drain_async (self->server, 0, NULL, resonate_test_keep_result, &second);
  send_text (client, "{\"event\":\"pusher:ping\"}");
  assert_text (client, "{\"event\":\"pusher:pong\"}");
  g_assert_null (first);

  raw_client_send_frame (client, 0x88, "\x03\xe8", 2);
  finish_stop (self, &first);
  finish_stop (self, &second);
  g_assert_cmpstr (self->log->str, ==, "running opened draining closed stopped ");
}

static void
test_server_drain_times_out (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  GAsyncResult *result = NULL;

  start (self);
  client = connect_as (self, "app-key", ESTABLISHED);
  resonate_server_drain_async (self->server, 0, NULL, resonate_test_keep_result, &result);
  assert_closes (client, 4200);
  finish_stop (self, &result);
}

static void
test_server_stops_in_a_drain (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;
  GAsyncResult *drained = NULL, *stopped = NULL;

  start (self);
  client = connect_as (self, "app-key", ESTABLISHED);
  resonate_server_drain_async (self->server, 60 * (int64_t) G_USEC_PER_SEC, NULL,
                               resonate_test_keep_result, &drained);
  resonate_server_stop_async (self->server, NULL, resonate_test_keep_result, &stopped);
  assert_closes (client, 1001);
  finish_stop (self, &drained);
  finish_stop (self, &stopped);
}

static void
assert_listens_on (Fixture *self, const int *fds, size_t n_fds)
{
  size_t n_sockets = 99;
  g_autofree int *sockets = resonate_server_dup_sockets (self->server, &n_sockets);

  g_assert_cmpmem (sockets, n_sockets * sizeof (int), fds, n_fds * sizeof (int));
}

static void
test_server_inherits_a_socket (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket)
    socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (RawClient) client = NULL;
  int fd = dup (g_socket_get_fd (socket));

  g_assert_true (g_socket_bind (socket, address, TRUE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  resonate_server_add_socket (self->server, fd);
  assert_listens_on (self, NULL, 0);
  start (self);
  assert_listens_on (self, &fd, 1);
  client = connect_as (self, "app-key", ESTABLISHED);
  g_clear_pointer (&client, raw_client_free);
  stop (self);
  assert_listens_on (self, NULL, 0);
}

static void
test_server_app_taken_away (Fixture *self, gconstpointer data)
{
  ResonateAppList *apps = resonate_config_get_apps (self->config);
  g_autoptr (ResonateApp) app = resonate_app_new ("app-2", "key-2", "secret-2");
  g_autoptr (RawClient) client = NULL;
  g_autoptr (RawClient) other = NULL;

  g_test_summary ("Apps come and go while the server runs, and their clients with them");

  start (self);
  g_assert_true (resonate_app_list_add (apps, app, NULL));
  client = connect_as (self, "app-key", ESTABLISHED);
  other = connect_as (self, "key-2", ESTABLISHED);
  g_assert_true (resonate_app_list_remove (apps, "app-id"));
  assert_closes (client, 4001);
  g_assert_cmpuint (resonate_server_get_n_connections (self->server), ==, 1);
  g_clear_pointer (&other, raw_client_free);
  stop (self);
}

static void
test_server_dropped_while_it_runs (Fixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = NULL;

  g_test_summary ("A server that nobody wants any more takes its clients with it, and says so");

  start (self);
  client = connect_as (self, "app-key", ESTABLISHED);
  g_assert_finalize_object (g_steal_pointer (&self->server));
  g_assert_cmpstr (self->log->str, ==, "running opened closed ");
  resonate_test_wait_until (client->eof);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/server/serves", test_server_serves);
  add ("/server/unknown-app", test_server_unknown_app);
  add ("/server/proxy-protocol", test_server_proxy_protocol);
  add ("/server/starts-once", test_server_starts_once);
  add ("/server/address-in-use", test_server_address_in_use);
  add ("/server/stop-closes", test_server_stop_closes);
  add ("/server/drains", test_server_drains);
  add ("/server/drain-times-out", test_server_drain_times_out);
  add ("/server/stops-in-a-drain", test_server_stops_in_a_drain);
  add ("/server/inherits-a-socket", test_server_inherits_a_socket);
  add ("/server/app-taken-away", test_server_app_taken_away);
  add ("/server/dropped-while-it-runs", test_server_dropped_while_it_runs);

#undef add

  return g_test_run ();
}
