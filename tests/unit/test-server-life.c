/* test-server-life.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/resonate-error.h"
#include "front-fixture.h"
#include "server/resonate-server.h"

typedef struct
{
  ResonateConfig *config;
  ResonateServer *server;
} Fixture;

static ResonateApp *
find_app (Fixture *fixture, const char *id)
{
  return resonate_app_list_get_by_id (resonate_config_get_apps (fixture->config), id);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const hosts[] = { "127.0.0.1", NULL };
  static const char *const ids[] = { "one", "two" };

  fixture->config = resonate_config_new ();
  g_object_set (fixture->config, "host", hosts, "port", 0, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (ResonateApp) app = resonate_app_new (ids[i], ids[i], "secret");

      resonate_app_list_add (resonate_config_get_apps (fixture->config), app, NULL);
    }
  fixture->server = resonate_server_new (fixture->config);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->server != NULL)
    g_assert_finalize_object (fixture->server);
  g_assert_finalize_object (fixture->config);
}

static gboolean
start (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  resonate_server_start_async (fixture->server, NULL, resonate_test_keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  return resonate_server_start_finish (fixture->server, result, error);
}

static void
stop (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  resonate_server_stop_async (fixture->server, NULL, resonate_test_keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  resonate_server_stop_finish (fixture->server, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (resonate_server_get_state (fixture->server), ==, RESONATE_SERVER_STOPPED);
}

static void
start_well (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  start (fixture, &error);
  g_assert_no_error (error);
}

static RawClient *
connect_to (Fixture *fixture, const char *key)
{
  g_auto (GStrv) uris = resonate_server_dup_uris (fixture->server);
  g_autofree char *request = NULL;
  RawClient *client = raw_client_new ((guint16) atoi (strrchr (uris[0], ':') + 1));

  request = g_strdup_printf ("GET /app/%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                             key);
  raw_client_send (client, request, -1);
  raw_client_expect (client, "connection_established");

  return client;
}

static void
test_server_life_starts_again (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 2; i++)
    {
      RawClient *client;

      start_well (fixture);
      client = connect_to (fixture, "one");
      g_assert_cmpuint (resonate_server_get_n_connections (fixture->server), ==, 1);
      raw_client_free (client);
      stop (fixture);
      g_assert_cmpuint (resonate_server_get_n_connections (fixture->server), ==, 0);
    }
}

static void
test_server_life_own_context (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  RawClient *client;

  g_test_summary ("All that a server does, it does in the context in which it was started");

  g_main_context_push_thread_default (context);
  start_well (fixture);
  stop (fixture);
  g_main_context_pop_thread_default (context);

  g_assert_false (g_main_context_pending (context));
  start_well (fixture);
  client = connect_to (fixture, "one");
  raw_client_free (client);
  stop (fixture);
}

static void
test_server_life_with_clients (Fixture *fixture, gconstpointer data)
{
  RawClient *client;

  g_test_summary ("A server that goes away cuts its clients off");

  start_well (fixture);
  client = connect_to (fixture, "one");
  g_assert_finalize_object (g_steal_pointer (&fixture->server));
  resonate_test_wait_until (client->eof);
  raw_client_free (client);
}

static void
drop (Fixture *fixture)
{
  g_clear_object (&fixture->server);
}

static void
test_server_life_dropped_by_a_handler (Fixture *fixture, gconstpointer signal)
{
  static const char subscribe[] = "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\"}}";
  static const char unsubscribe[] =
    "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"a\"}}";
  RawClient *client;

  g_test_summary ("A handler that drops the last reference returns to a server that is there");

  start_well (fixture);
  g_signal_connect_swapped (fixture->server, signal, G_CALLBACK (drop), fixture);
  client = connect_to (fixture, "one");
  raw_client_send_frame (client, 0x81, subscribe, strlen (subscribe));
  raw_client_send_frame (client, 0x81, unsubscribe, strlen (unsubscribe));
  raw_client_send_frame (client, 0x88, "\x03\xe8", 2);
  resonate_test_wait_until (client->eof);
  raw_client_free (client);
  resonate_test_wait_until (fixture->server == NULL);

  /* Weak pointers go when it is dropped; the configuration is ours alone when it is gone. */
  resonate_test_wait_until (G_OBJECT (fixture->config)->ref_count == 1);
}

static void
remove_two (ResonateServer *server, ResonateConnection *connection, Fixture *fixture)
{
  if (find_app (fixture, "two") != NULL)
    resonate_app_list_remove (resonate_config_get_apps (fixture->config), "two");
}

static void
test_server_life_apps_go_together (Fixture *fixture, gconstpointer data)
{
  RawClient *one, *two;

  g_test_summary ("Who hears that an app's client is gone may take another app away");

  start_well (fixture);
  g_signal_connect (fixture->server, "closed", G_CALLBACK (remove_two), fixture);
  one = connect_to (fixture, "one");
  two = connect_to (fixture, "two");

  resonate_app_list_remove (resonate_config_get_apps (fixture->config), "one");
  g_assert_cmpuint (resonate_server_get_n_connections (fixture->server), ==, 0);
  g_assert_null (find_app (fixture, "two"));
  raw_client_expect (one, "Application does not exist");
  raw_client_expect (two, "Application does not exist");

  raw_client_free (one);
  raw_client_free (two);
  stop (fixture);
}

static void
test_server_life_takes_sockets_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int good = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int bad = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_test_summary ("A socket that was taken is not closed a second time");

  g_assert_cmpint (listen (good, 1), ==, 0);
  resonate_server_add_socket (fixture->server, good);
  resonate_server_add_socket (fixture->server, bad);
  start (fixture, &error);
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);

  /* The number is free again, and now belongs to somebody else. */
  g_assert_cmpint (dup2 (STDERR_FILENO, good), ==, good);
  g_assert_finalize_object (g_steal_pointer (&fixture->server));
  g_assert_cmpint (fcntl (good, F_GETFD), !=, -1);
  g_assert_cmpint (fcntl (bad, F_GETFD), ==, -1);
  close (good);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/server-life/starts-again", test_server_life_starts_again);
  add ("/server-life/own-context", test_server_life_own_context);
  add ("/server-life/with-clients", test_server_life_with_clients);
  add ("/server-life/apps-go-together", test_server_life_apps_go_together);
  add ("/server-life/takes-sockets-once", test_server_life_takes_sockets_once);

#undef add

#define add(signal)                                                                 \
  g_test_add ("/server-life/dropped-by-a-handler/" signal, Fixture, signal, set_up, \
              test_server_life_dropped_by_a_handler, tear_down)

  add ("opened");
  add ("occupied");
  add ("subscribed");
  add ("vacated");
  add ("unsubscribed");
  add ("closed");

#undef add

  return g_test_run ();
}
