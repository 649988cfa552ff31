/* test-config-keys.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate.h"

#include "config/resonate-config-keys-private.h"
#include "config/resonate-config-sample-private.h"
#include "config/resonate-config-value-private.h"

/* What makes a row a good row, so that a new one cannot be half a row. */
static void
test_config_keys_rows (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autoptr (ResonateApp) app = resonate_app_new ("1", "key", "secret");
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      gboolean is_app = g_strcmp0 (keys[i].group, "app") == 0;
      GObjectClass *class = is_app ? G_OBJECT_GET_CLASS (app) : G_OBJECT_GET_CLASS (config);

      g_test_message ("[%s] %s", keys[i].group, keys[i].name);
      g_assert_cmpstr (resonate_config_group_get_kind (keys[i].group), ==, keys[i].group);
      g_assert_true (g_str_has_suffix (keys[i].help, "."));
      g_assert_true (resonate_config_keys_find (keys[i].group, keys[i].name) == &keys[i]);
      g_assert_cmpint (keys[i].choices != NULL, ==, keys[i].type == RESONATE_CONFIG_CHOICE);
      g_assert_cmpint (keys[i].min, <=, keys[i].max);

      if ((keys[i].flags & RESONATE_CONFIG_KEY_IDENTITY) == 0)
        g_assert_nonnull (
          g_object_class_find_property (class, resonate_config_key_get_property (&keys[i])));

      g_assert_true (g_hash_table_add (names, resonate_config_key_dup_environment (&keys[i])));
      if (keys[i].environment != NULL)
        g_assert_true (g_hash_table_add (names, g_strdup (keys[i].environment)));
    }
}

static gboolean
has_key (const char *property)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    if (g_strcmp0 (keys[i].group, "app") != 0 &&
        g_strcmp0 (resonate_config_key_get_property (&keys[i]), property) == 0)
      return TRUE;

  return FALSE;
}

/* Every property that can be set has its key: there is no option that only C can reach. */
static void
test_config_keys_properties (void)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autofree GParamSpec **properties = NULL;
  unsigned int n_properties;

  properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (config), &n_properties);
  for (unsigned int i = 0; i < n_properties; i++)
    {
      g_test_message ("%s", properties[i]->name);
      if ((properties[i]->flags & G_PARAM_WRITABLE) != 0)
        g_assert_true (has_key (properties[i]->name));
    }
}

static void
test_config_keys_environment (void)
{
  const ResonateConfigKey *key = resonate_config_keys_find ("app", "rate-limit-max-attempts");
  g_autofree char *name = resonate_config_key_dup_environment (key);

  g_assert_cmpstr (name, ==, "RESONATE_APP_RATE_LIMIT_MAX_ATTEMPTS");
  g_assert_cmpstr (key->environment, ==, "REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS");
}

static void
test_config_keys_hint (void)
{
  static const struct
  {
    const char *group;
    const char *name;
    const char *hint;
  } cases[] = {
    { "server", "prot", "did you mean ‘port’?" },
    { "server", "Port", "did you mean ‘port’?" },
    { "server", "max_request_size", "did you mean ‘max-request-size’?" },
    { "app", "allowed-origin", "did you mean ‘allowed-origins’?" },
    { "app", "ping_intervall", "did you mean ‘ping-interval’?" },
  };
  g_autofree char *far = resonate_config_keys_dup_hint ("server", "entirely-different");
  g_autofree char *huge = g_strnfill (100000, 'x');
  g_autofree char *huge_hint = resonate_config_keys_dup_hint ("server", huge);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hint = resonate_config_keys_dup_hint (cases[i].group, cases[i].name);

      g_assert_cmpstr (hint, ==, cases[i].hint);
    }

  g_assert_true (g_str_has_prefix (far, "the keys here are host, port, path, "));
  g_assert_null (strstr (far, "allowed-origins"));
  g_assert_cmpstr (huge_hint, ==, far);
}

static void
test_config_keys_sample_names_all (void)
{
  g_autofree char *sample = resonate_config_dup_sample (NULL, NULL, NULL);
  g_autofree char *manual = resonate_config_dup_manual ();
  g_auto (GStrv) lines = g_strsplit (sample, "\n", -1);
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      const char *fallback = keys[i].fallback != NULL ? keys[i].fallback : "";
      g_autofree char *line = g_strdup_printf ("#%s=%s", keys[i].name, fallback);
      g_autofree char *heading = g_strdup_printf ("\n%s\n    ", keys[i].name);

      g_assert_true (g_strv_contains ((const char *const *) lines, line));
      g_assert_nonnull (strstr (manual, heading));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config-keys/rows", test_config_keys_rows);
  g_test_add_func ("/config-keys/properties", test_config_keys_properties);
  g_test_add_func ("/config-keys/environment", test_config_keys_environment);
  g_test_add_func ("/config-keys/hint", test_config_keys_hint);
  g_test_add_func ("/config-keys/sample-names-all", test_config_keys_sample_names_all);

  return g_test_run ();
}
