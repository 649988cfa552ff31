/* test-config.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config-fixture.h"

#include "config/resonate-app-private.h"
#include "config/resonate-config-file-private.h"
#include "config/resonate-config-sample-private.h"

static void
test_config_embedded (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (resonate_config_get_host (fixture->config)[0], ==, "0.0.0.0");
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 8080);
  g_assert_cmpstr (resonate_config_get_path (fixture->config), ==, "");
  g_assert_null (resonate_config_get_hostname (fixture->config));
  g_assert_null (resonate_config_get_tls_certificate (fixture->config));
  g_assert_null (resonate_config_get_trusted_proxies (fixture->config)[0]);
  g_assert_false (resonate_config_get_proxy_protocol (fixture->config));
  g_assert_false (resonate_config_get_permessage_deflate (fixture->config));
  g_assert_cmpuint (g_list_model_get_n_items (
                      G_LIST_MODEL (resonate_config_get_apps (fixture->config))),
                    ==, 0);

  g_object_set (fixture->config, "port", 9000, "path", "ws/", "trusted-proxies", NULL, NULL);
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 9000);
  g_assert_cmpstr (resonate_config_get_path (fixture->config), ==, "/ws");
  g_assert_nonnull (resonate_config_get_trusted_proxies (fixture->config));
}

static void
test_config_defaults (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) fresh = resonate_config_new ();
  g_autofree GParamSpec **properties = NULL;
  unsigned int n_properties;

  put_config (fixture, APP);
  load_well (fixture);

  /* What the table calls default, and what a new object has, are the same. */
  properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (fresh), &n_properties);
  for (unsigned int i = 0; i < n_properties; i++)
    {
      g_auto (GValue) loaded = G_VALUE_INIT;
      g_auto (GValue) made = G_VALUE_INIT;
      g_autofree char *loaded_text = NULL;
      g_autofree char *made_text = NULL;

      if ((properties[i]->flags & G_PARAM_WRITABLE) == 0)
        continue;

      g_object_get_property (G_OBJECT (fixture->config), properties[i]->name, &loaded);
      g_object_get_property (G_OBJECT (fresh), properties[i]->name, &made);
      loaded_text = g_strdup_value_contents (&loaded);
      made_text = g_strdup_value_contents (&made);
      g_test_message ("%s", properties[i]->name);
      g_assert_cmpstr (loaded_text, ==, made_text);
    }
}

static void
test_config_permessage_deflate (Fixture *fixture, gconstpointer data)
{
  put_config (fixture, "[server]\npermessage-deflate=true\n" APP);
  load_well (fixture);
  g_assert_true (resonate_config_get_permessage_deflate (fixture->config));

  put_config (fixture, "[server]\npermessage-deflate=false\n" APP);
  load_well (fixture);
  g_assert_false (resonate_config_get_permessage_deflate (fixture->config));
}

static void
test_config_sample (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sample = resonate_config_dup_sample ("7", "app-key", "app-secret");

  put_config (fixture, sample);
  load_well (fixture);

  g_assert_cmpstr (resonate_app_get_key (app (fixture, "7")), ==, "app-key");
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "7")), ==, "app-secret");
  g_assert_cmpuint (resonate_config_get_warnings (fixture->config)->len, ==, 0);
}

static void
test_config_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "[server]\nprot=1\n" APP, "2: [server] prot: there is no such key; did you mean ‘port’?" },
    { "[server]\nport=8o80\n" APP,
      "2: [server] port: ‘8o80’ is not a port: a whole number from 0 to 65535" },
    { "[server]\n\n# x\nport=1\n[server]\n",
      "5: [server] begins on line 1 already; put its keys there" },
    { "[server]\nport=1\nport=2\n",
      "3: [server] port: it stands on line 2 already; keep one of the two" },
    { "port=1\n", "1: port: a group comes first, such as [server]" },
    { "[server]\nsome secret\n",
      "2: neither a comment (#), a group ([server]) nor a value (port=8080)" },
    { "[server\n", "1: ‘[server’ is not a group: a name in brackets, such as [server]" },
    { "[redsi]\n", "1: [redsi]: there is no such group; the groups are [server], [cluster], "
                   "[redis] and, for each application, [app ID]" },
    { "[app]\n", "1: [app]: the group of an application names its id, such as [app 1001]" },
    { "[app a/b]\n",
      "1: [app a/b]: an id stands in URLs: it has no blanks and none of / ? # % [ ]" },
    { "[app 1]\nkey=a\nsecret=\\q\n",
      "3: [app 1] secret: a backslash is followed by s, n, t, r or another backslash" },
    { "[app 1]\nkey=a\nsecret=a\nsecret-file=b\n",
      "3: [app 1] secret: secret-file is given, too; keep one of the two" },
    { "[server]\ntls-key=k.pem\n" APP,
      "2: [server] tls-key: there is no tls-certificate that this could belong to; give "
      "tls-certificate, the PEM file with the certificate" },
    { APP "[app 2]\nkey=one\nsecret=x\n",
      "5: [app 2] key: The application ‘2’ has the key ‘one’, which is that of application ‘1’; a "
      "key belongs to one application only" },
    { "[server]\npermessage-deflate=maybe\n" APP,
      "2: [server] permessage-deflate: ‘maybe’ is not a boolean: true or false" },
    { "[server]\n\xff\n", "2: this is not text in UTF-8" },
    { "\n[ser[ver]\n", "2: [ser[ver]: there is no such group; the groups are [server], [cluster], "
                       "[redis] and, for each application, [app ID]" },
    { "[app a[b]\n",
      "1: [app a[b]: an id stands in URLs: it has no blanks and none of / ? # % [ ]" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = g_strconcat ("resonate.conf:", cases[i].message, NULL);
      g_autofree char *message = NULL;

      put_config (fixture, cases[i].text);
      message = load_badly (fixture);
      g_assert_cmpstr (message, ==, expected);
    }
}

static void
test_config_mistakes_that_key_files_have_no_line_for (Fixture *fixture, gconstpointer data)
{
  g_autofree char *encoding = NULL;
  g_autofree char *translation = NULL;
  g_autofree char *control = NULL;

  put_config (fixture, "[server]\nEncoding=latin1\n");
  encoding = load_badly (fixture);
  g_assert_true (g_str_has_prefix (encoding, "resonate.conf:2: [server] Encoding: there is no such "
                                             "key"));

  put_config (fixture, "[server]\nhostname[de]=x\n" APP);
  translation = load_badly (fixture);
  g_assert_true (g_str_has_prefix (translation, "resonate.conf:2: [server] hostname[de]: there is "
                                                "no such key"));

  put_config (fixture, "[server]\n[app \x01]\n");
  control = load_badly (fixture);
  g_assert_true (g_str_has_prefix (control, "resonate.conf:2: [app \x01]: an id stands in URLs"));

  /* White space that only editors of long ago put there is white space. */
  put_config (fixture, "\f[app 1]\r\t\nkey\f=\fone\f\r\r\nsecret=s\n");
  load_well (fixture);
  g_assert_cmpstr (resonate_app_get_key (app (fixture, "1")), ==, "one");
}

static void
test_config_incomplete_apps (Fixture *fixture, gconstpointer data)
{
  g_autofree char *none = NULL;
  g_autofree char *no_key = NULL;
  g_autofree char *no_secret = NULL;

  put_config (fixture, "[server]\n");
  none = load_badly (fixture);
  g_assert_nonnull (strstr (none, "resonatectl install"));

  put_config (fixture, "[app 1]\nsecret=x\n");
  no_key = load_badly (fixture);
  g_assert_nonnull (strstr (no_key, ":1: [app 1]: the application has no key"));

  put_config (fixture, "[app 1]\nkey=x\nsecret=\n");
  no_secret = load_badly (fixture);
  g_assert_nonnull (strstr (no_secret, ":1: [app 1]: the application has no secret"));
}

static void
test_config_hidden_mistake (Fixture *fixture, gconstpointer data)
{
  const char *const environment[] = { "REVERB_SERVER_PORT=1", NULL };
  g_autofree char *message = NULL;

  put_config (fixture, "[server]\nport=x\n" APP);
  resonate_config_set_environment (fixture->config, environment);
  message = load_badly (fixture);
  g_assert_true (g_str_has_prefix (message, "resonate.conf:2: [server] port: "));
}

static void
test_config_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  ResonateAppList *apps = resonate_config_get_apps (fixture->config);
  g_autofree char *message = NULL;

  put_config (fixture, "[server]\nport=1\n" APP);
  load_well (fixture);

  put_config (fixture, "[server]\nport=2\n" APP2 "[app 3]\nkey=three\n");
  message = load_badly (fixture);
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 1);
  g_assert_nonnull (resonate_app_list_get_by_id (apps, "1"));
  g_assert_null (resonate_app_list_get_by_id (apps, "2"));

  put_config (fixture, APP2);
  load_well (fixture);
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 8080);
  g_assert_true (resonate_config_get_apps (fixture->config) == apps);
  g_assert_null (resonate_app_list_get_by_id (apps, "1"));
  g_assert_nonnull (resonate_app_list_get_by_key (apps, "two"));
}

static void
test_config_missing_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = load_badly (fixture);

  g_assert_nonnull (strstr (message, "resonate.conf"));
}

static void
test_config_several_apps (Fixture *fixture, gconstpointer data)
{
  put_config (fixture, APP "max-connections=5\nallowed-origins=a.example;*.b.example\n" APP2
                           "cache-ttl=5min\naccept-client-events-from=none\n");
  load_well (fixture);

  g_assert_cmpint (resonate_app_get_max_connections (app (fixture, "1")), ==, 5);
  g_assert_cmpint (resonate_app_get_max_connections (app (fixture, "2")), ==, -1);
  g_assert_cmpstr (resonate_app_get_allowed_origins (app (fixture, "1"))[1], ==, "*.b.example");
  g_assert_cmpstr (resonate_app_get_allowed_origins (app (fixture, "2"))[0], ==, "*");
  g_assert_cmpint (resonate_app_get_cache_ttl (app (fixture, "2")), ==,
                   300 * (int64_t) G_USEC_PER_SEC);
  g_assert_cmpint (resonate_app_get_accept_client_events_from (app (fixture, "2")), ==,
                   RESONATE_CLIENT_EVENTS_NONE);
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "2")), ==, "s2");
}

static void
test_config_warnings (Fixture *fixture, gconstpointer data)
{
  put_config (fixture, "[server]\nsend-queue-size=8KiB\n" APP
                       "allowed-origins=https://a.example;b.example:3000;c.example;[::1]\n" APP2
                       "max-message-size=10\nallowed-origins=\n");
  g_assert_cmpint (g_chmod (fixture->file, 0644), ==, 0);
  load_well (fixture);

  g_assert_cmpuint (resonate_config_get_warnings (fixture->config)->len, ==, 6);
  g_assert_nonnull (strstr (warning (fixture, 0), "everybody on this machine can read the secret"));
  g_assert_nonnull (strstr (warning (fixture, 1), "a message of [app 1] may be longer than this"));
  g_assert_nonnull (strstr (warning (fixture, 2), "‘https://a.example’ can never match"));
  g_assert_nonnull (strstr (warning (fixture, 3), "‘b.example:3000’ can never match"));
  g_assert_nonnull (strstr (warning (fixture, 4), "no client can connect"));
  g_assert_nonnull (strstr (warning (fixture, 5), "10 bytes are less than"));
}

static void
test_config_proxy_protocol (Fixture *fixture, gconstpointer data)
{
  put_config (fixture, "[server]\nproxy-protocol=true\n" APP);
  load_well (fixture);
  g_assert_true (resonate_config_get_proxy_protocol (fixture->config));
  g_assert_cmpuint (resonate_config_get_warnings (fixture->config)->len, ==, 1);
  g_assert_nonnull (strstr (warning (fixture, 0), ":2: [server] proxy-protocol: whoever reaches"));

  put_config (fixture, "[server]\nproxy-protocol=true\ntrusted-proxies=127.0.0.1\n" APP);
  load_well (fixture);
  g_assert_true (resonate_config_get_proxy_protocol (fixture->config));
  g_assert_cmpuint (resonate_config_get_warnings (fixture->config)->len, ==, 0);
}

static void
test_config_odd_text (Fixture *fixture, gconstpointer data)
{
  static const char *const secrets[] = { "plain",   " blanks ", "tail\t", "back\\slash",
                                         "a=b#c;d", "ünï",      "[x]" };

  g_test_summary ("What we write, we read");

  for (size_t i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *escaped = resonate_config_file_dup_escaped (secrets[i]);
      g_autofree char *text = g_strdup_printf ("[app 1]\nkey=one\nsecret=%s\n", escaped);

      put_config (fixture, text);
      load_well (fixture);
      g_assert_cmpstr (resonate_app_get_secret (app (fixture, "1")), ==, secrets[i]);
    }

  put_config (fixture,
              "\r\n[server]\r\nport = 81 \r\n  # comment\r\n[app  1]\r\nkey=one\r\nsecret=s\r\n");
  load_well (fixture);
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 81);
  g_assert_cmpstr (resonate_app_get_secret (app (fixture, "1")), ==, "s");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/config/embedded", test_config_embedded);
  add ("/config/defaults", test_config_defaults);
  add ("/config/permessage-deflate", test_config_permessage_deflate);
  add ("/config/sample", test_config_sample);
  add ("/config/refusals", test_config_refusals);
  add ("/config/incomplete-apps", test_config_incomplete_apps);
  add ("/config/mistakes-that-key-files-have-no-line-for",
       test_config_mistakes_that_key_files_have_no_line_for);
  add ("/config/hidden-mistake", test_config_hidden_mistake);
  add ("/config/all-or-nothing", test_config_all_or_nothing);
  add ("/config/missing-file", test_config_missing_file);
  add ("/config/several-apps", test_config_several_apps);
  add ("/config/warnings", test_config_warnings);
  add ("/config/proxy-protocol", test_config_proxy_protocol);
  add ("/config/odd-text", test_config_odd_text);

#undef add

  return g_test_run ();
}
