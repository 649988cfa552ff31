/* test-server-cluster.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "base/resonate-error.h"
#include "fake-bus.h"
#include "front-fixture.h"
#include "node-bus.h"
#include "server/resonate-server-private.h"
#include "test-client.h"

#define EVENT "{\"event\":\"E\",\"data\":\"{}\",\"channel\":\"a\"}\n"

static ResonateServer *
start (ResonatePubSub *bus, ResonateWhenDegraded when_degraded)
{
  static const char *const hosts[] = { "127.0.0.1", NULL };
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autoptr (ResonateApp) app = resonate_app_new ("app-id", "app-key", "app-secret");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ResonateServer *server;

  g_object_set (config, "host", hosts, "port", 0, "cluster-when-degraded", when_degraded,
                "cluster-node-id", "web", NULL);
  g_assert_true (resonate_app_list_add (resonate_config_get_apps (config), app, NULL));
  server = resonate_server_new (config);
  resonate_server_set_pub_sub (server, bus);
  resonate_server_start_async (server, NULL, resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  resonate_server_start_finish (server, result, &error);
  g_assert_no_error (error);

  return server;
}

static TestClient *
join (ResonateServer *server)
{
  TestClient *client = test_client_open (
    resonate_realm_list_lookup (resonate_server_get_realms (server), "app-id"));

  test_client_subscribe (client, "a", NULL);
  g_free (memory_transport_take_log (client->transport));

  return client;
}

static gboolean
publish (ResonateServer *server, GError **error)
{
  const char *const channels[] = { "a", NULL };

  return resonate_server_publish (server, "app-id", channels, "E", "{}", NULL, error);
}

static void
test_server_cluster_two (void)
{
  g_autoptr (ResonatePubSub) bus = resonate_pub_sub_new_local ();
  ResonateServer *here = start (bus, RESONATE_WHEN_DEGRADED_SERVE);
  ResonateServer *there = start (bus, RESONATE_WHEN_DEGRADED_SERVE);
  TestClient *ada = join (here);
  TestClient *bob = join (there);
  g_autofree char *one = resonate_server_dup_node_id (here);
  g_autofree char *other = resonate_server_dup_node_id (there);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Two servers that share topics deliver as one");

  g_assert_true (publish (here, &error));
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  test_client_assert_sent (ada, EVENT);
  test_client_assert_sent (bob, EVENT);

  g_assert_true (g_str_has_prefix (one, "web-"));
  g_assert_cmpuint (strlen (one), ==, strlen ("web-01234567"));
  g_assert_cmpstr (one, !=, other);
  g_assert_cmpint (resonate_server_get_cluster_state (here), ==, RESONATE_CLUSTER_CONNECTED);

  test_client_free (ada);
  test_client_free (bob);
  g_assert_finalize_object (here);
  g_assert_finalize_object (there);
}

static void
count (GObject *object, GParamSpec *pspec, gpointer n)
{
  (*(unsigned int *) n)++;
}

static double
metric (ResonateServer *server, const char *name)
{
  g_autoptr (GVariant) metrics = resonate_server_dup_metrics (server);
  double value = -1;

  g_variant_lookup (metrics, name, "d", &value);

  return value;
}

static void
test_server_cluster_queries (void)
{
  g_autoptr (NodeBus) bus = node_bus_new ();
  ResonateServer *here = start (RESONATE_PUB_SUB (bus), RESONATE_WHEN_DEGRADED_SERVE);
  ResonateServer *there = start (RESONATE_PUB_SUB (bus), RESONATE_WHEN_DEGRADED_SERVE);
  TestClient *ada = join (here);
  TestClient *bob = join (there);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ResonateFindings *findings;

  g_test_summary ("What one of two servers is asked, both answer");

  resonate_gatherer_ask_async (here->gatherer, resonate_realm_list_lookup (here->realms, "app-id"),
                               resonate_question_new_connections (), NULL,
                               resonate_test_keep_result, &result);
  resonate_test_wait_until (result != NULL);
  findings = resonate_gatherer_ask_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (resonate_findings_get_size (findings), ==, 2);
  g_assert_cmpint (resonate_findings_get_missing (findings), ==, 0);
  g_assert_cmpfloat (metric (here, "resonate_cluster_questions_asked_total"), ==, 1);
  g_assert_cmpfloat (metric (there, "resonate_cluster_questions_heard_total"), ==, 1);

  resonate_findings_free (findings);
  test_client_free (ada);
  test_client_free (bob);
  g_assert_finalize_object (here);
  g_assert_finalize_object (there);
}

static void
test_server_cluster_away (void)
{
  FakeBus *bus = fake_bus_new ();
  ResonateServer *server;
  TestClient *ada;
  unsigned int n_notified = 0;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What a server does alone can be changed while it does");

  fake_bus_set_state (bus, RESONATE_TOPIC_ACTIVE);
  server = start (RESONATE_PUB_SUB (bus), RESONATE_WHEN_DEGRADED_SERVE);
  g_signal_connect (server, "notify::cluster-state", G_CALLBACK (count), &n_notified);
  ada = join (server);
  fake_bus_set_connected (bus, FALSE);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpint (resonate_server_get_cluster_state (server), ==, RESONATE_CLUSTER_DEGRADED);
  g_assert_cmpfloat (metric (server, "resonate_cluster_connected"), ==, 0);

  g_assert_true (publish (server, &error));
  test_client_assert_sent (ada, EVENT);
  g_assert_cmpfloat (metric (server, "resonate_cluster_events_alone_total"), ==, 1);
  g_assert_cmpfloat (metric (server, "resonate_cluster_losses_total"), ==, 1);

  g_object_set (resonate_server_get_config (server), "cluster-when-degraded",
                RESONATE_WHEN_DEGRADED_REFUSE, NULL);
  g_assert_false (publish (server, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  test_client_assert_sent (ada, "");

  fake_bus_set_connected (bus, TRUE);
  g_clear_error (&error);
  g_assert_true (publish (server, &error));
  fake_bus_flush (bus);
  test_client_assert_sent (ada, EVENT);
  g_assert_cmpfloat (metric (server, "resonate_envelopes_sent_total"), ==, 1);
  g_assert_cmpfloat (metric (server, "resonate_envelopes_received_total"), ==, 1);
  g_assert_cmpfloat (metric (server, "resonate_envelopes_dropped_forged_total"), ==, 0);

  test_client_free (ada);
  g_assert_finalize_object (server);
  fake_bus_assert_topics (bus, "");
  g_assert_finalize_object (bus);
}

static void
test_server_cluster_off (void)
{
  ResonateServer *server = start (NULL, RESONATE_WHEN_DEGRADED_SERVE);

  g_assert_cmpint (resonate_server_get_cluster_state (server), ==, RESONATE_CLUSTER_OFF);
  g_assert_null (resonate_server_dup_node_id (server));
  g_assert_cmpfloat (metric (server, "resonate_cluster_connected"), ==, -1);
  g_assert_finalize_object (server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-cluster/two", test_server_cluster_two);
  g_test_add_func ("/server-cluster/queries", test_server_cluster_queries);
  g_test_add_func ("/server-cluster/away", test_server_cluster_away);
  g_test_add_func ("/server-cluster/off", test_server_cluster_off);

  return g_test_run ();
}
