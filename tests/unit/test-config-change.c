/* test-config-change.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config-fixture.h"

#include <string.h>

#include "config/resonate-app-private.h"
#include "config/resonate-config-change-private.h"

static ResonateConfig *
load_another (Fixture *fixture, const char *text)
{
  ResonateConfig *another = resonate_config_new ();
  const char *const files[] = { fixture->file, NULL };
  g_autoptr (GError) error = NULL;

  put_config (fixture, text);
  resonate_config_set_environment (another, nothing);
  resonate_config_load (another, files, NULL, &error);
  g_assert_no_error (error);

  return another;
}

/* One change a line. */
static char *
read_changes (GVariant *changes)
{
  GString *text = g_string_new (NULL);
  GVariantIter iter;
  const char *group;
  const char *key;
  const char *effect;

  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &group, &key, &effect))
    g_string_append_printf (text, "[%s] %s: %s\n", group, key, effect);

  return g_string_free (text, FALSE);
}

static void
assert_changes (Fixture *fixture, ResonateConfig *next, const char *expected)
{
  g_autoptr (GVariant) changes = resonate_config_compare (fixture->config, next);
  g_autofree char *text = read_changes (changes);

  g_assert_cmpstr (g_variant_get_type_string (changes), ==, "a(sss)");
  g_assert_cmpstr (text, ==, expected);
}

static void
take (Fixture *fixture, ResonateConfig *next)
{
  g_autoptr (GPtrArray) changes = resonate_config_list_changes (fixture->config, next);

  resonate_config_take (fixture->config, next, changes);
}

static void
test_config_change_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) same = NULL;

  g_test_summary ("What is said in another way, or of what is the default, is no change");

  put_config (fixture, "[server]\nhost=127.0.0.1\nidle-timeout=60s\n" APP APP2);
  load_well (fixture);
  same = load_another (fixture, "[server]\nhost=127.0.0.1\nidle-timeout=1min\n" APP2
                                "max-channel-name-length=255\n" APP);
  assert_changes (fixture, same, "");
}

static void
test_config_change_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = NULL;

  put_config (fixture, "[server]\n" APP);
  load_well (fixture);
  next = load_another (fixture, "[server]\nhost=::1\nport=1\npath=/ws\nhostname=a.example\n"
                                "trusted-proxies=127.0.0.1\ndrain-timeout=7\n" APP);
  assert_changes (fixture, next,
                  "[server] host: needs-reload\n[server] port: needs-reload\n"
                  "[server] path: needs-reload\n[server] hostname: applied\n"
                  "[server] drain-timeout: applied\n[server] trusted-proxies: applied\n");

  take (fixture, next);
  g_assert_cmpuint (resonate_config_get_port (fixture->config), ==, 8080);
  g_assert_cmpstr (resonate_config_get_path (fixture->config), ==, "");
  g_assert_cmpstr (resonate_config_get_hostname (fixture->config), ==, "a.example");
  g_assert_cmpstr (resonate_config_get_trusted_proxies (fixture->config)[0], ==, "127.0.0.1");
  g_assert_cmpint (resonate_config_get_drain_timeout (fixture->config), ==, 7 * G_USEC_PER_SEC);

  /* What is still to come is said again. */
  assert_changes (fixture, next,
                  "[server] host: needs-reload\n[server] port: needs-reload\n"
                  "[server] path: needs-reload\n");
}

static void
test_config_change_app (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = NULL;
  g_autoptr (ResonateApp) before = NULL;

  put_config (fixture, APP);
  load_well (fixture);
  before = g_object_ref (app (fixture, "1"));
  next = load_another (fixture, "[app 1]\nkey=one\nsecret=new\nprevious-secret=s1\nenabled=false\n"
                                "max-connections=5\nallowed-origins=a.example;b.example\n");
  assert_changes (fixture, next,
                  "[app 1] secret: applied\n[app 1] previous-secret: applied\n"
                  "[app 1] enabled: applied\n[app 1] allowed-origins: applied\n"
                  "[app 1] max-connections: applied\n");

  take (fixture, next);
  assert_changes (fixture, next, "");
  g_assert_true (app (fixture, "1") == before);
  g_assert_cmpstr (resonate_app_get_secret (before), ==, "new");
  g_assert_cmpstr (resonate_app_get_previous_secret (before), ==, "s1");
  g_assert_false (resonate_app_get_enabled (before));
  g_assert_cmpint (resonate_app_get_max_connections (before), ==, 5);
  g_assert_cmpstr (resonate_app_get_allowed_origins (before)[1], ==, "b.example");
}

static void
test_config_change_file_of_a_secret (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) same = NULL;
  g_autoptr (ResonateConfig) other = NULL;

  g_test_summary ("The secret counts, not where it is written");

  put_config (fixture, APP);
  load_well (fixture);
  g_free (put (fixture, "secret", "s1\n"));
  same = load_another (fixture, "[app 1]\nkey=one\nsecret-file=secret\n");
  assert_changes (fixture, same, "");

  g_free (put (fixture, "secret", "changed\n"));
  other = load_another (fixture, "[app 1]\nkey=one\nsecret-file=secret\n");
  assert_changes (fixture, other, "[app 1] secret: applied\n");
}

static void
test_config_change_apps (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = NULL;
  ResonateAppList *apps = resonate_config_get_apps (fixture->config);

  put_config (fixture, APP APP2);
  load_well (fixture);
  next = load_another (fixture, APP2 "[app 3]\nkey=three\nsecret=s3\n");
  assert_changes (fixture, next, "[app 3] : applied\n[app 1] : applied\n");

  take (fixture, next);
  assert_changes (fixture, next, "");
  g_assert_true (resonate_config_get_apps (fixture->config) == apps);
  g_assert_null (resonate_app_list_get_by_id (apps, "1"));
  g_assert_cmpstr (resonate_app_get_key (app (fixture, "3")), ==, "three");
}

static void
test_config_change_keys_change_places (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = NULL;
  ResonateAppList *apps = resonate_config_get_apps (fixture->config);

  g_test_summary ("A key may pass from one app to another, and to one that is new");

  put_config (fixture, APP APP2);
  load_well (fixture);
  next = load_another (fixture, "[app 1]\nkey=two\nsecret=s1\nmax-connections=3\n"
                                "[app 2]\nkey=three\nsecret=s2\n[app 3]\nkey=one\nsecret=s3\n");
  assert_changes (fixture, next, "[app 1] key: applied\n[app 2] key: applied\n[app 3] : applied\n");

  take (fixture, next);
  assert_changes (fixture, next, "");
  g_assert_cmpstr (resonate_app_get_id (resonate_app_list_get_by_key (apps, "two")), ==, "1");
  g_assert_cmpstr (resonate_app_get_id (resonate_app_list_get_by_key (apps, "one")), ==, "3");
  g_assert_cmpint (resonate_app_get_max_connections (app (fixture, "1")), ==, 3);
}

static void
test_config_change_every_key_is_compared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) next = resonate_config_new ();
  g_autoptr (ResonateApp) present = resonate_app_new ("1", "one", "s1");
  g_autoptr (ResonateApp) other = resonate_app_new ("1", "one", "s1");
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  g_test_summary ("A number that is one more is a change, whichever it is");

  resonate_app_list_add (resonate_config_get_apps (fixture->config), present, NULL);
  resonate_app_list_add (resonate_config_get_apps (next), other, NULL);
  for (size_t i = 0; i < n_keys; i++)
    {
      gboolean is_app = strcmp (keys[i].group, "app") == 0;
      GObject *object = is_app ? G_OBJECT (other) : G_OBJECT (next);
      const char *property = resonate_config_key_get_property (&keys[i]);
      const char *effect = resonate_config_key_get_effect (&keys[i]);
      g_autofree char *expected = NULL;
      int64_t value;

      if (keys[i].type != RESONATE_CONFIG_DURATION)
        continue;

      g_object_get (object, property, &value, NULL);
      g_object_set (object, property, value + 1, NULL);
      expected = g_strdup_printf ("[%s] %s: %s\n", is_app ? "app 1" : keys[i].group, keys[i].name,
                                  effect);
      assert_changes (fixture, next, expected);
      take (fixture, next);
      if (g_str_equal (effect, "needs-reload"))
        g_object_set (object, property, value, NULL);
      assert_changes (fixture, next, "");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

  add ("/config-change/nothing", test_config_change_nothing);
  add ("/config-change/server", test_config_change_server);
  add ("/config-change/app", test_config_change_app);
  add ("/config-change/file-of-a-secret", test_config_change_file_of_a_secret);
  add ("/config-change/apps", test_config_change_apps);
  add ("/config-change/keys-change-places", test_config_change_keys_change_places);
  add ("/config-change/every-key-is-compared", test_config_change_every_key_is_compared);

#undef add

  return g_test_run ();
}
