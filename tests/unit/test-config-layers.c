/* test-config-layers.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config-fixture.h"

#include "config/resonate-app-private.h"

static void
test_config_precedence (Fixture *fixture, gconstpointer data)
{
  const char *const environment[] = { "RESONATE_SERVER_PATH=/env", "REVERB_SERVER_PORT=5",
                                      "REVERB_HOST=", NULL };
  g_autoptr (GError) error = NULL;

  put_config (fixture, "[server]\nport=1\npath=/file\nhostname=file\nmax-request-size=1KiB\n"
                       "drain-timeout=1\n" APP);
  g_free (put (fixture, "resonate.conf.d/10-a.conf", "[server]\nport=2\nhostname=a\n"));
  g_free (put (fixture, "resonate.conf.d/20-b.conf", "[server]\nport=3\n"));
  g_free (put (fixture, "resonate.conf.d/30-c.conf.bak", "nonsense"));
  fixture->env_file = put (fixture, ".env",
                           "REVERB_SERVER_PORT=4\nREVERB_DRAIN_TIMEOUT=4\n"
                           "REVERB_SERVER_PATH=/dotenv\n");
  resonate_config_set_environment (fixture->config, environment);
  g_assert_true (resonate_config_override (fixture->config, "server", "port", "6", &error));
  g_assert_no_error (error);
  load_well (fixture);

  assert_row (fixture, "server", "idle-timeout", "60s", "default");
  assert_row (fixture, "server", "max-request-size", "1KiB", "/resonate.conf:5");
  assert_row (fixture, "server", "hostname", "a", "/10-a.conf:3");
  assert_row (fixture, "server", "drain-timeout", "4s", "/.env:2 REVERB_DRAIN_TIMEOUT");
  assert_row (fixture, "server", "path", "/env", "environment RESONATE_SERVER_PATH");
  assert_row (fixture, "server", "port", "6", "option");
  assert_row (fixture, "app 1", "secret", "********", "/resonate.conf:9");
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 6);
}

static void
test_config_drop_ins_alone (Fixture *fixture, gconstpointer data)
{
  g_free (put (fixture, "resonate.conf.d/app.conf", APP));
  load_well (fixture);
  g_assert_cmpstr (resonate_app_get_key (app (fixture, "1")), ==, "one");
}

static void
test_config_laravel (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A Laravel .env alone is a configuration; what is not for us does not disturb");

  fixture->env_file =
    put (fixture, ".env",
         "APP_NAME=\"My App\"\nDB_PASSWORD='x # y'\nREDIS_HOST=127.0.0.1\nREDIS_PASSWORD=null\n"
         "REVERB_APP_ID=700\nREVERB_APP_KEY=\"k\"\nREVERB_APP_SECRET=s\n"
         "REVERB_HOST=\"localhost\"\nREVERB_PORT=443\nREVERB_SCHEME=https\n"
         "REVERB_APP_MAX_CONNECTIONS=null\nREVERB_APP_MAX_MESSAGE_SIZE=-1\n"
         "REVERB_APP_RATE_LIMITING_ENABLED=(true)\nREVERB_APP_ACCEPT_CLIENT_EVENTS_FROM=ALL\n"
         "REVERB_SCALING_ENABLED=true\nREVERB_SERVER_PATH=empty\n"
         "VITE_REVERB_APP_KEY=\"${REVERB_APP_KEY}\"\n");
  put_config (fixture, "[server]\n");
  load_well (fixture);

  g_assert_cmpstr (resonate_app_get_key (app (fixture, "700")), ==, "k");
  g_assert_cmpstr (resonate_config_get_hostname (fixture->config), ==, "localhost");
  g_assert_cmpint (resonate_app_get_max_connections (app (fixture, "700")), ==, -1);
  g_assert_cmpuint (resonate_app_get_max_message_size (app (fixture, "700")), ==, 0);
  g_assert_true (resonate_app_get_rate_limiting_enabled (app (fixture, "700")));
  g_assert_cmpint (resonate_app_get_accept_client_events_from (app (fixture, "700")), ==,
                   RESONATE_CLIENT_EVENTS_NONE);
  g_assert_cmpuint (resonate_config_get_warnings (fixture->config)->len, ==, 1);
  g_assert_nonnull (strstr (warning (fixture, 0), "‘ALL’ is not one of none, members, all"));
  g_assert_true (resonate_config_get_cluster_enabled (fixture->config));
  g_assert_null (resonate_config_get_redis_password (fixture->config));
}

static void
test_config_environment_app (Fixture *fixture, gconstpointer data)
{
  const char *const with_id[] = { "REVERB_APP_ID=2", "REVERB_APP_PING_INTERVAL=7",
                                  "RESONATE_APP_PING_INTERVAL=8", NULL };
  const char *const without_id[] = { "REVERB_APP_PING_INTERVAL=9", NULL };
  g_autofree char *several = NULL;
  g_autofree char *none = NULL;

  put_config (fixture, APP APP2);
  resonate_config_set_environment (fixture->config, with_id);
  load_well (fixture);
  g_assert_cmpint (resonate_app_get_ping_interval (app (fixture, "1")), ==, 60 * G_USEC_PER_SEC);
  g_assert_cmpint (resonate_app_get_ping_interval (app (fixture, "2")), ==, 8 * G_USEC_PER_SEC);

  resonate_config_set_environment (fixture->config, without_id);
  several = load_badly (fixture);
  g_assert_cmpstr (several, ==,
                   "environment REVERB_APP_PING_INTERVAL: there are several "
                   "applications; REVERB_APP_ID says which of them is meant");

  put_config (fixture, APP);
  load_well (fixture);
  g_assert_cmpint (resonate_app_get_ping_interval (app (fixture, "1")), ==, 9 * G_USEC_PER_SEC);

  put_config (fixture, "[server]\n");
  none = load_badly (fixture);
  g_assert_nonnull (strstr (none, "REVERB_APP_ID names one"));
}

static void
test_config_env_file_names_the_line_that_is_no_text (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = NULL;

  put_config (fixture, APP);
  fixture->env_file = put (fixture, ".env", "A=1\n\nB=\xe9\n");
  message = load_badly (fixture);
  g_assert_cmpstr (message, ==, ".env:3: this is not text in UTF-8");
}

static void
test_config_environment_errors (Fixture *fixture, gconstpointer data)
{
  const char *const bad[] = { "REVERB_SERVER_PORT=x", NULL };
  const char *const typo[] = { "RESONATE_SERVER_PROT=1", "RESONATE_OTHER=1", NULL };
  g_autofree char *message = NULL;

  put_config (fixture, APP);
  resonate_config_set_environment (fixture->config, bad);
  message = load_badly (fixture);
  g_assert_true (g_str_has_prefix (message, "environment REVERB_SERVER_PORT: [server] port: ‘x’"));

  resonate_config_set_environment (fixture->config, typo);
  load_well (fixture);
  g_assert_cmpuint (resonate_config_get_warnings (fixture->config)->len, ==, 1);
  g_assert_nonnull (strstr (warning (fixture, 0), "did you mean ‘port’?"));
}

static void
test_config_override_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) value = NULL;
  g_autoptr (GError) key = NULL;

  g_assert_false (resonate_config_override (fixture->config, "server", "port", "x", &value));
  g_assert_error (value, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_true (g_str_has_prefix (value->message, "option: [server] port: ‘x’ is not a port"));
  g_assert_false (resonate_config_override (fixture->config, "server", "x", "1", &key));
  g_assert_error (key, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
}

static void
test_config_secret_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *secret = put (fixture, "app-1.secret", "from-file\n");
  g_autofree char *variable = g_strdup_printf ("CREDENTIALS_DIRECTORY=%s/run", fixture->folder);
  const char *const environment[] = { variable, NULL };
  g_autofree char *missing_message = NULL;
  g_autofree char *empty_message = NULL;

  g_free (put (fixture, "run/app-2.secret", "from-systemd"));
  g_free (put (fixture, "empty", "\n"));
  put_config (fixture, "[app 1]\nkey=one\nsecret-file=app-1.secret\n[app 2]\nkey=two\n");
  resonate_config_set_environment (fixture->config, environment);
  load_well (fixture);
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "1")), ==, "from-file");
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "2")), ==, "from-systemd");
  assert_row (fixture, "app 1", "secret", "********", "/app-1.secret");
  assert_row (fixture, "app 1", "secret-file", secret, "/resonate.conf:3");
  assert_row (fixture, "app 2", "secret", "********", "/run/app-2.secret");

  put_config (fixture, "[app 1]\nkey=one\nsecret-file=nowhere\n");
  missing_message = load_badly (fixture);
  g_assert_true (g_str_has_prefix (missing_message, "resonate.conf:3: [app 1] secret-file: "));

  put_config (fixture, "[app 1]\nkey=one\nsecret-file=empty\n");
  empty_message = load_badly (fixture);
  g_assert_nonnull (strstr (empty_message, "is empty or no text"));
}

static void
test_config_secret_layers (Fixture *fixture, gconstpointer data)
{
  const char *const environment[] = { "REVERB_APP_SECRET=stronger", NULL };

  put_config (fixture, "[app 1]\nkey=one\nsecret-file=nowhere\n");
  resonate_config_set_environment (fixture->config, environment);
  load_well (fixture);
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "1")), ==, "stronger");

  resonate_config_set_environment (fixture->config, nothing);
  g_free (put (fixture, "resonate.conf.d/a.conf", "[app 1]\nsecret=drop-in\n"));
  load_well (fixture);
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "1")), ==, "drop-in");
}

static void
assert_previous (Fixture *fixture, const char *secret)
{
  load_well (fixture);
  g_assert_cmpstr (resonate_app_get_previous_secret (app (fixture, "1")), ==, secret);
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "1")), ==, "s1");
}

static void
test_config_previous_secret (Fixture *fixture, gconstpointer data)
{
  g_autofree char *credentials = g_strdup_printf ("CREDENTIALS_DIRECTORY=%s", fixture->folder);
  const char *const environment[] = { credentials, NULL };
  g_autofree char *message = NULL;

  put_config (fixture, APP);
  assert_previous (fixture, NULL);
  put_config (fixture, APP "previous-secret=old\n");
  assert_previous (fixture, "old");
  assert_row (fixture, "app 1", "previous-secret", "********", "resonate.conf:4");

  put_config (fixture, APP "previous-secret-file=old.secret\n");
  message = load_badly (fixture);
  g_assert_true (g_str_has_prefix (message, "resonate.conf:4: [app 1] previous-secret-file: "));
  g_free (put (fixture, "old.secret", "from a file\n"));
  assert_previous (fixture, "from a file");

  /* A stronger layer says it in the other way. */
  g_free (put (fixture, "resonate.conf.d/a.conf", "[app 1]\nprevious-secret=drop-in\n"));
  assert_previous (fixture, "drop-in");
  g_free (put (fixture, "resonate.conf.d/a.conf", ""));

  put_config (fixture, APP);
  g_free (put (fixture, "app-1.previous-secret", "of the service manager"));
  resonate_config_set_environment (fixture->config, environment);
  assert_previous (fixture, "of the service manager");
}

static void
test_config_previous_secret_is_the_secret (Fixture *fixture, gconstpointer data)
{
  put_config (fixture, APP "previous-secret=s1\n");
  load_well (fixture);
  g_assert_nonnull (strstr (warning (fixture, 0), ":4: [app 1] previous-secret: this is the"));
}

static void
test_config_secrets_are_not_kept (Fixture *fixture, gconstpointer data)
{
  const ResonateConfigSetting *setting;

  put_config (fixture, APP);
  load_well (fixture);

  setting = resonate_config_settings_get (fixture->config->settings, "app 1", "secret");
  g_assert_cmpstr (setting->value, ==, "*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/config-layers/precedence", test_config_precedence);
  add ("/config-layers/drop-ins-alone", test_config_drop_ins_alone);
  add ("/config-layers/laravel", test_config_laravel);
  add ("/config-layers/environment-app", test_config_environment_app);
  add ("/config-layers/env-file-names-the-line-that-is-no-text",
       test_config_env_file_names_the_line_that_is_no_text);
  add ("/config-layers/environment-errors", test_config_environment_errors);
  add ("/config-layers/override-errors", test_config_override_errors);
  add ("/config-layers/secret-files", test_config_secret_files);
  add ("/config-layers/secret-layers", test_config_secret_layers);
  add ("/config-layers/previous-secret", test_config_previous_secret);
  add ("/config-layers/previous-secret-is-the-secret", test_config_previous_secret_is_the_secret);
  add ("/config-layers/secrets-are-not-kept", test_config_secrets_are_not_kept);

#undef add

  return g_test_run ();
}
