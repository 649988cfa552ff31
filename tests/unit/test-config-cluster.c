/* test-config-cluster.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config-fixture.h"

static void
test_config_cluster_defaults (Fixture *fixture, gconstpointer data)
{
  put_config (fixture, APP);
  load_well (fixture);

  g_assert_false (resonate_config_get_cluster_enabled (fixture->config));
  g_assert_cmpint (resonate_config_get_cluster_when_degraded (fixture->config), ==,
                   RESONATE_WHEN_DEGRADED_SERVE);
  assert_row (fixture, "cluster", "channel", "reverb", "default");
  assert_row (fixture, "cluster", "prefix", "resonate:", "default");
  assert_row (fixture, "cluster", "lease", "45s", "default");
  assert_row (fixture, "cluster", "heartbeat", "10s", "default");
  assert_row (fixture, "redis", "host", "127.0.0.1", "default");
  assert_row (fixture, "redis", "port", "6379", "default");
  assert_row (fixture, "redis", "database", "0", "default");
  assert_row (fixture, "redis", "timeout", "60s", "default");
}

static void
test_config_cluster_values (Fixture *fixture, gconstpointer data)
{
  const char *const environment[] = { "REVERB_SCALING_ENABLED=true",
                                      "REVERB_SCALING_CHANNEL=all",
                                      "REDIS_URL=redis://u:geheim@r:1",
                                      "REDIS_PASSWORD=geheim",
                                      "REDIS_DB=3",
                                      "RESONATE_CLUSTER_NODE_ID=web-1",
                                      NULL };

  g_test_summary ("The environment of the reference is understood, and secrets are not shown");

  put_config (fixture, "[cluster]\nwhen-degraded=refuse\nlease=60s\n" APP);
  resonate_config_set_environment (fixture->config, environment);
  load_well (fixture);

  g_assert_true (resonate_config_get_cluster_enabled (fixture->config));
  g_assert_cmpint (resonate_config_get_cluster_when_degraded (fixture->config), ==,
                   RESONATE_WHEN_DEGRADED_REFUSE);
  g_assert_cmpstr (resonate_config_get_redis_url (fixture->config), ==, "redis://u:geheim@r:1");
  g_assert_cmpstr (resonate_config_get_redis_password (fixture->config), ==, "geheim");
  assert_row (fixture, "cluster", "channel", "all", "environment REVERB_SCALING_CHANNEL");
  assert_row (fixture, "cluster", "node-id", "web-1", "environment RESONATE_CLUSTER_NODE_ID");
  assert_row (fixture, "redis", "url", "********", "environment REDIS_URL");
  assert_row (fixture, "redis", "password", "********", "environment REDIS_PASSWORD");
  assert_row (fixture, "redis", "database", "3", "environment REDIS_DB");
}

static void
test_config_cluster_secret_files (Fixture *fixture, gconstpointer data)
{
  g_free (put (fixture, "secret", "between us\n"));
  g_free (put (fixture, "password", "geheim\n"));
  put_config (fixture, "[cluster]\nsecret-file=secret\n[redis]\npassword-file=password\n" APP);
  load_well (fixture);

  g_assert_cmpstr (resonate_config_get_cluster_secret (fixture->config), ==, "between us");
  g_assert_cmpstr (resonate_config_get_redis_password (fixture->config), ==, "geheim");
}

static void
test_config_cluster_credentials (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_strdup_printf ("CREDENTIALS_DIRECTORY=%s", fixture->folder);
  const char *const environment[] = { folder, NULL };

  g_test_summary ("systemd gives the secrets, too");

  g_free (put (fixture, "cluster.secret", "between us"));
  g_free (put (fixture, "redis.password", "geheim"));
  put_config (fixture, APP);
  resonate_config_set_environment (fixture->config, environment);
  load_well (fixture);

  g_assert_cmpstr (resonate_config_get_cluster_secret (fixture->config), ==, "between us");
  g_assert_cmpstr (resonate_config_get_redis_password (fixture->config), ==, "geheim");
}

static void
test_config_cluster_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "[cluster]\nnode-id=a:b\n", "2: [cluster] node-id: it has letters, digits, - _ and . only" },
    { "[cluster]\nnode-id=0123456789012345678901234567890123456789012345678901234567890123456789\n",
      "2: [cluster] node-id: it is longer than 64 characters" },
    { "[cluster]\nlease=29s\n",
      "2: [cluster] lease: a lease is as long as three heartbeats, or longer" },
    { "[cluster]\nheartbeat=16s\n",
      "2: [cluster] heartbeat: a lease is as long as three heartbeats, or longer" },
    { "[cluster]\nwhen-degraded=panic\n",
      "2: [cluster] when-degraded: ‘panic’ is not one of serve, refuse" },
    { "[redis]\nport=0\n", "2: [redis] port: ‘0’ is not a port: a whole number from 1 to 65535" },
    { "[redis]\nhots=x\n", "2: [redis] hots: there is no such key; did you mean ‘host’?" },
    { "[redis]\npassword=a\npassword-file=b\n",
      "2: [redis] password: password-file is given, too; keep one of the two" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].text, APP, NULL);
      g_autofree char *expected = g_strconcat ("resonate.conf:", cases[i].message, NULL);
      g_autofree char *message = NULL;

      put_config (fixture, text);
      message = load_badly (fixture);
      g_assert_cmpstr (message, ==, expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/config-cluster/defaults", test_config_cluster_defaults);
  add ("/config-cluster/values", test_config_cluster_values);
  add ("/config-cluster/secret-files", test_config_cluster_secret_files);
  add ("/config-cluster/credentials", test_config_cluster_credentials);
  add ("/config-cluster/refusals", test_config_cluster_refusals);

#undef add

  return g_test_run ();
}
