/* test-app.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate.h"

#include "config/resonate-app-private.h"
#include "config/resonate-config-keys-private.h"
#include "config/resonate-config-value-private.h"

static void
test_app_defaults (void)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");

  g_assert_cmpstr (resonate_app_get_id (app), ==, "1001");
  g_assert_cmpstr (resonate_app_get_key (app), ==, "app-key");
  g_assert_cmpstr (resonate_app_get_secret (app), ==, "app-secret");
  g_assert_cmpstr (resonate_app_get_allowed_origins (app)[0], ==, "*");
  g_assert_cmpint (resonate_app_get_ping_interval (app), ==, 60 * G_USEC_PER_SEC);
  g_assert_cmpint (resonate_app_get_activity_timeout (app), ==, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (resonate_app_get_max_connections (app), ==, -1);
  g_assert_cmpuint (resonate_app_get_max_message_size (app), ==, 10000);
  g_assert_cmpuint (resonate_app_get_max_channel_name_length (app), ==, 255);
  g_assert_cmpuint (resonate_app_get_max_subscriptions_per_connection (app), ==, 250);
  g_assert_cmpuint (resonate_app_get_max_presence_members (app), ==, 0);
  g_assert_cmpuint (resonate_app_get_max_presence_user_info_size (app), ==, 0);
  g_assert_cmpint (resonate_app_get_accept_client_events_from (app), ==,
                   RESONATE_CLIENT_EVENTS_MEMBERS);
  g_assert_false (resonate_app_get_rate_limiting_enabled (app));
  g_assert_cmpuint (resonate_app_get_rate_limit_max_attempts (app), ==, 60);
  g_assert_cmpuint (resonate_app_get_rate_limit_decay_seconds (app), ==, 60);
  g_assert_false (resonate_app_get_rate_limit_terminate (app));
  g_assert_cmpint (resonate_app_get_cache_ttl (app), ==, 1800 * (int64_t) G_USEC_PER_SEC);
  g_assert_false (resonate_app_get_subscription_count (app));
  g_assert_cmpint (resonate_app_get_send_queue_policy (app), ==, RESONATE_SEND_QUEUE_POLICY_CLOSE);
}

/* The table and the properties each have defaults; nobody should find out that they differ. */
static void
test_app_defaults_are_those_of_the_table (void)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);
  unsigned int n_seen = 0;

  for (size_t i = 0; i < n_keys; i++)
    {
      g_auto (GValue) read = G_VALUE_INIT;
      g_auto (GValue) parsed = G_VALUE_INIT;
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      if (g_strcmp0 (keys[i].group, "app") != 0 ||
          (keys[i].flags & RESONATE_CONFIG_KEY_IDENTITY) != 0)
        continue;

      g_test_message ("%s", keys[i].name);
      g_assert_true (resonate_config_value_parse (&keys[i], keys[i].fallback, &parsed, &error));
      g_assert_no_error (error);

      /* Read as the type the table has, so that it is written the same way. */
      g_value_init (&read, G_VALUE_TYPE (&parsed));
      g_object_get_property (G_OBJECT (app), keys[i].name, &read);
      text = resonate_config_value_format (&keys[i], &read);
      g_assert_cmpstr (text, ==, keys[i].fallback);
      n_seen++;
    }

  g_assert_cmpuint (n_seen, ==, 18);
}

static void
test_app_properties (void)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");
  const char *const origins[] = { "a.example", "*.b.example", NULL };
  g_auto (GStrv) read = NULL;
  ResonateSendQueuePolicy policy;

  g_object_set (app, "allowed-origins", origins, "max-message-size", (uint64_t) 5000000000,
                "rate-limit-terminate", TRUE, "send-queue-policy",
                RESONATE_SEND_QUEUE_POLICY_DROP_OLDEST, "max-connections", 0, NULL);
  g_object_get (app, "allowed-origins", &read, "send-queue-policy", &policy, NULL);

  g_assert_true (g_strv_equal ((const char *const *) read, origins));
  g_assert_cmpint (policy, ==, RESONATE_SEND_QUEUE_POLICY_DROP_OLDEST);
  g_assert_cmpuint (resonate_app_get_max_message_size (app), ==, 5000000000);
  g_assert_true (resonate_app_get_rate_limit_terminate (app));
  g_assert_cmpint (resonate_app_get_max_connections (app), ==, 0);

  g_object_set (app, "allowed-origins", NULL, NULL);
  g_assert_nonnull (resonate_app_get_allowed_origins (app));
  g_assert_null (resonate_app_get_allowed_origins (app)[0]);
  g_assert_false (resonate_app_allows_origin (app, "http://a.example"));
}

static void
test_app_secret_is_no_property (void)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");

  g_assert_null (g_object_class_find_property (G_OBJECT_GET_CLASS (app), "secret"));
}

static void
assert_accepts (ResonateApp *app, const char *secret, gboolean accepted)
{
  g_autoptr (ResonateSigner) signer = resonate_signer_new (secret);
  g_autofree char *signature = resonate_signer_sign (signer, "1.1:private-a", -1);

  g_assert_cmpint (resonate_app_verify (app, "1.1:private-a", -1, signature), ==, accepted);
}

static void
test_app_secret_is_rotated (void)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "old");
  g_autoptr (ResonateSigner) signer = resonate_signer_new ("new");
  g_autofree char *expected = resonate_signer_sign (signer, "text", -1);
  g_autofree char *signature = NULL;

  assert_accepts (app, "old", TRUE);
  assert_accepts (app, "new", FALSE);

  resonate_app_set_secret (app, "new", resonate_app_get_secret (app));
  assert_accepts (app, "old", TRUE);
  assert_accepts (app, "new", TRUE);
  assert_accepts (app, "other", FALSE);
  signature = resonate_app_sign (app, "text", -1);
  g_assert_cmpstr (signature, ==, expected);

  resonate_app_set_secret (app, resonate_app_get_secret (app), NULL);
  assert_accepts (app, "old", FALSE);
  assert_accepts (app, "new", TRUE);
  g_assert_null (resonate_app_get_previous_secret (app));
}

static void
test_app_without_a_secret_accepts_nothing (void)
{
  g_autoptr (ResonateApp) app = g_object_new (RESONATE_TYPE_APP, "id", "1", "key", "k", NULL);

  assert_accepts (app, "", FALSE);
  g_assert_null (resonate_app_sign (app, "text", -1));
}

static void
test_app_origins (void)
{
  static const struct
  {
    const char *pattern;
    const char *origin;
    gboolean allowed;
  } cases[] = {
    { "*", NULL, TRUE },
    { "*", "nonsense", TRUE },
    { "example.com", NULL, FALSE },
    { "example.com", "", FALSE },
    { "example.com", "null", FALSE },
    { "example.com", "example.com", FALSE },
    { "example.com", "http://example.com", TRUE },
    { "example.com", "https://example.com:8443/path?q#f", TRUE },
    { "example.com", "https://user:secret@example.com", TRUE },
    { "example.com", "https://example.com@evil.com", FALSE },
    { "example.com", "https://evil.com/example.com", FALSE },
    { "example.com", "https://evil.com#@example.com", FALSE },
    { "example.com", "https://a.example.com", FALSE },
    { "example.com", "https://EXAMPLE.com", TRUE },
    { "Example.COM", "https://example.com", TRUE },
    { "bar.com", "//bar.com", TRUE },
    { "bar.com", "http:bar.com", FALSE },
    { "bar.com", "://bar.com", FALSE },
    { "bar.com", "http://", FALSE },
    { "bar.com", "http://bar.com:99999", FALSE },
    { "bar.com", "http://bar.com:x", FALSE },
    { "bar.com", "http://bar.com:", TRUE },
    { "bar.com", "http://bar.com\nx", FALSE },
    { "*.example.com", "https://a.b.example.com", TRUE },
    { "*.example.com", "https://example.com", FALSE },
    { "*bar.com", "https://evilbar.com", TRUE },
    { "[::1]", "http://[::1]:8080", TRUE },
    { "[::1]", "http://[::1", FALSE },
    { "[::1]", "http://[::1]x", FALSE },
    { "https://example.com", "https://example.com", FALSE },
    { "localhost:3000", "http://localhost:3000", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");
      const char *const origins[] = { "nobody.example", cases[i].pattern, NULL };

      g_test_message ("%s ~ %s", cases[i].pattern, cases[i].origin);
      g_object_set (app, "allowed-origins", origins, NULL);
      g_assert_cmpint (resonate_app_allows_origin (app, cases[i].origin), ==, cases[i].allowed);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/defaults", test_app_defaults);
  g_test_add_func ("/app/defaults-are-those-of-the-table",
                   test_app_defaults_are_those_of_the_table);
  g_test_add_func ("/app/properties", test_app_properties);
  g_test_add_func ("/app/secret-is-no-property", test_app_secret_is_no_property);
  g_test_add_func ("/app/secret-is-rotated", test_app_secret_is_rotated);
  g_test_add_func ("/app/without-a-secret-accepts-nothing",
                   test_app_without_a_secret_accepts_nothing);
  g_test_add_func ("/app/origins", test_app_origins);

  return g_test_run ();
}
