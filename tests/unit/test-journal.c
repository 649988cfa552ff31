/* test-journal.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "base/resonate-log-private.h"
#include "pusher/resonate-dispatcher-private.h"
#include "pusher/resonate-journal-private.h"
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

/* Sends what is no message @n times, and forgets the lines that come of it. Returns how many. */
static guint
count_refusals (TestClient *client, guint n)
{
  guint lines = 0;

  for (guint i = 0; i < n; i++)
    test_client_send (client, "Hi");
  for (const char *c = written->str; *c != '\0'; c++)
    lines += *c == '\n';
  g_string_truncate (written, 0);

  return lines;
}

static void
test_journal_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateApp) other = resonate_app_new ("other", "other-key", "other-secret");
  ResonateRealm *other_realm = resonate_realm_new (other, NULL);
  TestClient *client = test_client_open (fixture->realm);
  TestClient *accomplice = test_client_open (fixture->realm);
  TestClient *bystander = test_client_open (other_realm);

  g_test_summary ("Who sends nonsense fills no disk, and hides nothing of another app");

  g_assert_cmpuint (count_refusals (client, 10), ==, 10);
  g_assert_cmpuint (count_refusals (client, 20), ==, 0);
  g_assert_cmpuint (count_refusals (accomplice, 5), ==, 0);
  g_assert_cmpuint (count_refusals (bystander, 1), ==, 1);

  /* What is left out is told every second. */
  resonate_journal_flush (fixture->realm);
  assert_written (NULL, "RESONATE_APP=app-id "
                        "Refused 25 more times, which are not listed (app app-id)\n");
  resonate_journal_flush (fixture->realm);
  assert_written (NULL, "");

  /* Or before the first line of the next one, in the order of things. */
  g_assert_cmpuint (count_refusals (client, 3), ==, 0);
  resonate_clock_set_for_test (2 * G_USEC_PER_SEC, 0);
  test_client_send (client, "Hi");
  assert_written (client, "RESONATE_APP=app-id "
                          "Refused 3 more times, which are not listed (app app-id)\n"
                          "RESONATE_APP=app-id RESONATE_SOCKET=$ "
                          "$: Refused with 4200: Invalid message format\n");

  test_client_free (bystander);
  test_client_free (accomplice);
  test_client_free (client);
  resonate_realm_free (other_realm);
}

static void
test_journal_last_count (Fixture *fixture, gconstpointer data)
{
  ResonateRealm *realm = resonate_realm_new (fixture->app, NULL);
  TestClient *client = test_client_open (realm);

  g_test_summary ("What was left out is told at the end, too");

  g_assert_cmpuint (count_refusals (client, 11), ==, 10);
  test_client_free (client);
  resonate_realm_free (realm);
  assert_written (NULL, "RESONATE_APP=app-id "
                        "Refused 1 more times, which are not listed (app app-id)\n");
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
  add ("/journal/bounded", test_journal_bounded);
  add ("/journal/last-count", test_journal_last_count);
  add ("/journal/turned-away", test_journal_turned_away);
  add ("/journal/traffic", test_journal_traffic);
  add ("/journal/rate-limited-body", test_journal_rate_limited_body);

#undef add

  status = g_test_run ();
  g_string_free (written, TRUE);

  return status;
}
