/* test-rest-cluster.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-bus.h"
#include "pusher/resonate-relay-private.h"
#include "rest-fixture.h"

#define EVENT   "{\"name\":\"E\",\"data\":\"{}\",\"channel\":\"a\"}"
#define AWAY    "{\"error\":\"The cluster cannot be reached.\"}"
#define NO_USER "/apps/app-id/users/7/terminate_connections"

typedef struct
{
  RestFixture rest;
  FakeBus *bus;
  ResonateRelay *relay;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer is_refusing)
{
  const ResonateRelaySettings settings = { "here", NULL, "resonate:", "reverb",
                                           is_refusing != NULL };

  rest_fixture_init (&fixture->rest, "");
  fixture->bus = fake_bus_new ();
  fake_bus_set_state (fixture->bus, RESONATE_TOPIC_ACTIVE);
  fixture->relay = resonate_relay_new (RESONATE_PUB_SUB (fixture->bus), &settings,
                                       fixture->rest.realms);
  resonate_realm_list_set_relay (fixture->rest.realms, fixture->relay);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  resonate_realm_list_set_relay (fixture->rest.realms, NULL);
  resonate_relay_free (fixture->relay);
  rest_fixture_clear (&fixture->rest);
  fake_bus_lose (fixture->bus);
  g_assert_finalize_object (fixture->bus);
}

static void
assert_ready (Fixture *fixture, const char *answer)
{
  g_autofree char *found = rest_fixture_ask (&fixture->rest, "GET", "/ready", NULL);

  g_assert_cmpstr (found, ==, answer);
}

static void
test_rest_cluster_serves (Fixture *fixture, gconstpointer data)
{
  assert_ready (fixture, "200 {\"ready\":true}");
  rest_fixture_assert (&fixture->rest, "POST", "/apps/app-id/events", NULL, EVENT, "200 {}");
  g_assert_cmpuint (fake_bus_flush (fixture->bus), ==, 1);

  fake_bus_set_connected (fixture->bus, FALSE);
  assert_ready (fixture, "200 {\"ready\":true,\"degraded\":\"The cluster cannot be reached.\"}");
  rest_fixture_assert (&fixture->rest, "POST", "/apps/app-id/events", NULL, EVENT, "200 {}");
  rest_fixture_assert (&fixture->rest, "POST", NO_USER, NULL, NULL, "200 {}");
  g_assert_cmpuint (fake_bus_flush (fixture->bus), ==, 0);

  fixture->rest.problem = "The server is draining.";
  assert_ready (fixture, "503 {\"error\":\"The server is draining.\"}");
}

static void
test_rest_cluster_refuses (Fixture *fixture, gconstpointer data)
{
  assert_ready (fixture, "200 {\"ready\":true}");
  rest_fixture_assert (&fixture->rest, "POST", "/apps/app-id/events", NULL, EVENT, "200 {}");

  fake_bus_set_connected (fixture->bus, FALSE);
  assert_ready (fixture, "503 " AWAY);
  rest_fixture_assert (&fixture->rest, "POST", "/apps/app-id/events", NULL, EVENT, "503 " AWAY);
  rest_fixture_assert (&fixture->rest, "POST", "/apps/app-id/batch_events", NULL,
                       "{\"batch\":[" EVENT "]}", "503 " AWAY);
  rest_fixture_assert (&fixture->rest, "POST", NO_USER, NULL, NULL, "503 " AWAY);

  g_test_message ("what this node knows it still says");
  rest_fixture_assert (&fixture->rest, "GET", "/apps/app-id/channels", NULL, NULL,
                       "200 {\"channels\":{}}");

  fake_bus_set_connected (fixture->bus, TRUE);
  assert_ready (fixture, "200 {\"ready\":true}");
  rest_fixture_assert (&fixture->rest, "POST", "/apps/app-id/events", NULL, EVENT, "200 {}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/rest-cluster/serves", Fixture, NULL, set_up, test_rest_cluster_serves, tear_down);
  g_test_add ("/rest-cluster/refuses", Fixture, "refuse", set_up, test_rest_cluster_refuses,
              tear_down);

  return g_test_run ();
}
