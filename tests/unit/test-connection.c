/* test-connection.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "test-client.h"

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  TestClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 1700000000000000);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->client = test_client_open (fixture->realm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_client_free (fixture->client);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static void
test_connection_facts (Fixture *fixture, gconstpointer data)
{
  ResonateConnection *connection = fixture->client->connection;
  g_autoptr (ResonateApp) app = NULL;
  g_autofree char *socket_id = NULL;
  g_autofree char *address = NULL;
  g_autofree char *origin = NULL;

  g_assert_cmpint (resonate_connection_get_opened_at (connection), ==, 1700000000000000);

  g_object_get (connection, "app", &app, "socket-id", &socket_id, "remote-address", &address,
                "origin", &origin, NULL);
  g_assert_true (app == fixture->app);
  g_assert_cmpstr (socket_id, ==, resonate_connection_get_socket_id (connection));
  g_assert_cmpstr (address, ==, "192.0.2.1");
  g_assert_cmpstr (origin, ==, "http://localhost");
}

static void
test_connection_socket_ids_differ (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      TestClient *client = test_client_new (fixture->realm);
      const char *socket_id = resonate_connection_get_socket_id (client->connection);
      guint64 first = g_ascii_strtoull (socket_id, NULL, 10);

      g_assert_cmpuint (first, >=, 1);
      g_assert_cmpuint (first, <=, 1000000000);
      g_assert_true (g_hash_table_add (seen, g_strdup (socket_id)));
      test_client_free (client);
    }
}

static void
test_connection_send (Fixture *fixture, gconstpointer data)
{
  resonate_connection_send (fixture->client->connection, "plugin-event", NULL,
                            "{\"hello\":\"world\"}");
  resonate_connection_send (fixture->client->connection, "plugin-event", "a", "");
  test_client_assert_sent (
    fixture->client, "{\"event\":\"plugin-event\",\"data\":\"{\\\"hello\\\":\\\"world\\\"}\"}\n"
                     "{\"event\":\"plugin-event\",\"data\":\"\",\"channel\":\"a\"}\n");
}

static void
on_closed (ResonateConnection *connection, unsigned int *n)
{
  (*n)++;
}

static void
test_connection_close (Fixture *fixture, gconstpointer data)
{
  ResonateConnection *connection = fixture->client->connection;
  unsigned int n_closed = 0;

  g_test_summary ("Who is closed is sent nothing more, and is gone when the client says so");

  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), &n_closed);
  resonate_connection_close (connection, 4000, "Enough");
  resonate_connection_close (connection, 4001, "Again");
  test_client_assert_closed (fixture->client, 4000, "Enough");
  resonate_connection_send (connection, "late", NULL, "{}");
  test_client_send (fixture->client, "{\"event\":\"pusher:ping\"}");
  test_client_assert_sent (fixture->client, "");

  test_client_leave (fixture->client);
  g_assert_cmpuint (n_closed, ==, 1);
}

static void
test_connection_outlives_its_client (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) channels = NULL;

  g_test_summary ("Whoever keeps a reference keeps the facts, not the client");

  test_client_subscribe (fixture->client, "a", NULL);
  test_client_leave (fixture->client);
  channels = resonate_connection_dup_channels (fixture->client->connection);
  g_assert_cmpuint (g_strv_length (channels), ==, 0);
  g_assert_cmpstr (resonate_connection_get_remote_address (fixture->client->connection), ==,
                   "192.0.2.1");
  resonate_connection_close (fixture->client->connection, 4000, "Too late");
  test_client_assert_closed (fixture->client, 0, NULL);
}

static void
test_connection_cancellable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable)
    cancellable = g_object_ref (resonate_connection_get_cancellable (fixture->client->connection));

  g_assert_true (resonate_connection_get_cancellable (fixture->client->connection) == cancellable);
  test_client_leave (fixture->client);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/connection/facts", test_connection_facts);
  add ("/connection/socket-ids-differ", test_connection_socket_ids_differ);
  add ("/connection/send", test_connection_send);
  add ("/connection/close", test_connection_close);
  add ("/connection/outlives-its-client", test_connection_outlives_its_client);
  add ("/connection/cancellable", test_connection_cancellable);

#undef add

  return g_test_run ();
}
