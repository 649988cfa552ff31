/* test-journal.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "base/resonate-log-private.h"
#include "pusher/resonate-dispatcher-private.h"
#include "test-client.h"

/* What was written, with the fields that are the server's own before each line. */
static GString *written;

static GLogWriterOutput
record (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_has_prefix (fields[i].key, "RESONATE_"))
        g_string_append_printf (written, "%s=%s ", fields[i].key, (char *) fields[i].value);
    }

  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        g_string_append_printf (written, "%s\n", (char *) fields[i].value);
    }

  return G_LOG_WRITER_HANDLED;
}

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  g_string_truncate (written, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  resonate_log_set_traffic (FALSE);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

/* Compares what was written since the last look; in @lines `$` stands for the socket id. */
static void
assert_written (TestClient *client, const char *lines)
{
  g_autoptr (GString) expected = g_string_new (lines);

  if (client != NULL)
    g_string_replace (expected, "$", resonate_connection_get_socket_id (client->connection), 0);
  g_assert_cmpstr (written->str, ==, expected->str);
  g_string_truncate (written, 0);
}

static void
test_journal_refusals (Fixture *fixture, gconstpointer data)
{
  TestClient *client = test_client_open (fixture->realm);

  g_test_summary ("What was refused is told without being asked for, and without its body");

  test_client_send (client, "{\"event\":\"pusher:ping\"}");
  assert_written (client, "");
  test_client_send (client, "Hi");
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ "
                          "$: Refused with 4200: Invalid message format\n");
  memory_transport_inject_oversized (client->transport, 10001);
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ $: Refused with 4019: "
                          "max-message-size=10000 (app app-id) < 10001 bytes\n");
  test_client_free (client);
}

static void
test_journal_turned_away (Fixture *fixture, gconstpointer data)
{
  const char *patterns[] = { "example.org", NULL };
  TestClient *client;

  g_test_summary ("What a client wrote cannot pass for a line of its own");

  g_object_set (fixture->app, "allowed-origins", patterns, NULL);
  client = test_client_open_from (fixture->realm, "http://evil\nTurned away nobody");
  assert_written (NULL, "RESONATE_ADDRESS=192.0.2.1 Turned away 192.0.2.1 with 4009: "
                        "allowed-origins (app app-id) has no match for "
                        "http://evil\\nTurned away nobody\n");
  test_client_free (client);
}

static void
test_journal_traffic (Fixture *fixture, gconstpointer data)
{
  TestClient *client;

  resonate_log_set_traffic (TRUE);
  client = test_client_open (fixture->realm);
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ "
                          "$: Connection established from 192.0.2.1 (app app-id)\n");

  test_client_send (client,
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\",\"auth\":\"x\"}}");
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ $: Message received: "
                          "{\"event\":\"pusher:subscribe\",\"data\":"
                          "{\"channel\":\"a\",\"auth\":\"[redacted]\"}}\n");

  resonate_dispatcher_publish (fixture->realm, "E", "a", "{\"token\":1}", -1,
                               RESONATE_EVENT_DATA_FIRST, NULL);
  assert_written (client, "RESONATE_APP=app-id RESONATE_CHANNEL=a Broadcasting to a: "
                          "{\"event\":\"E\",\"data\":\"{\\\"token\\\":\\\"[redacted]\\\"}\","
                          "\"channel\":\"a\"}\n");

  test_client_leave (client);
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ $: Connection closed\n");
  test_client_free (client);
}

static void
test_journal_rate_limited_body (Fixture *fixture, gconstpointer data)
{
  TestClient *client;

  g_test_summary ("The body of a message that was dropped is not told");

  g_object_set (fixture->app, "rate-limiting-enabled", TRUE, "rate-limit-max-attempts", 1, NULL);
  client = test_client_open (fixture->realm);
  resonate_log_set_traffic (TRUE);

  test_client_send (client, "{\"event\":\"pusher:ping\"}");
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ "
                          "$: Message received: {\"event\":\"pusher:ping\"}\n");
  test_client_send (client, "{\"event\":\"pusher:ping\"}");
  assert_written (client, "RESONATE_APP=app-id RESONATE_SOCKET=$ $: Refused with 4301: "
                          "rate-limit-max-attempts=1 in 60 s (app app-id)\n");
  test_client_free (client);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  written = g_string_new (NULL);
  g_log_set_writer_func (record, NULL, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/journal/refusals", test_journal_refusals);
  add ("/journal/turned-away", test_journal_turned_away);
  add ("/journal/traffic", test_journal_traffic);
  add ("/journal/rate-limited-body", test_journal_rate_limited_body);

#undef add

  status = g_test_run ();
  g_string_free (written, TRUE);

  return status;
}
