/* test-config-value.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate.h"

#include "config/resonate-config-value-private.h"

/* A value as text becomes the value as we write it; NULL is a refusal. */
static const struct
{
  const char *group;
  const char *name;
  const char *text;
  const char *written;
} texts[] = {
  { "server", "port", "8080", "8080" },
  { "server", "port", " 8080 ", "8080" },
  { "server", "port", "0", "0" },
  { "server", "port", "65535", "65535" },
  { "server", "port", "65536", NULL },
  { "server", "port", "-1", NULL },
  { "server", "port", "8o80", NULL },
  { "server", "port", "", NULL },
  { "server", "port", "0x50", NULL },
  { "server", "port", "+80", NULL },
  { "server", "port", "unlimited", NULL },
  { "server", "port", "99999999999999999999999", NULL },
  { "server", "path", "ws", "/ws" },
  { "server", "path", "/ws/", "/ws" },
  { "server", "path", "/", "" },
  { "server", "path", "a//b", "/a/b" },
  { "server", "path", "/ws?x", NULL },
  { "server", "path", "/w\fs", NULL },
  { "server", "path", "/ws\n/", NULL },
  { "server", "path", "/wß", NULL },
  { "server", "drain-timeout", "30", "30s" },
  { "server", "drain-timeout", "30s", "30s" },
  { "server", "drain-timeout", "30 s", "30s" },
  { "server", "drain-timeout", "1500ms", "1500ms" },
  { "server", "drain-timeout", "2000ms", "2s" },
  { "server", "drain-timeout", "5min", "300s" },
  { "server", "drain-timeout", "2h", "7200s" },
  { "server", "drain-timeout", "1d", "86400s" },
  { "server", "drain-timeout", "0", "0s" },
  { "server", "drain-timeout", "-1", NULL },
  { "server", "drain-timeout", "30 parsecs", NULL },
  { "server", "drain-timeout", "9223372036854775807h", NULL },
  { "server", "header-timeout", "0", NULL },
  { "server", "auth-timestamp-grace", "0", "0s" },
  { "server", "auth-timestamp-grace", "-5", "0s" },
  { "server", "auth-timestamp-grace", "off", "0s" },
  { "server", "send-queue-size", "64KiB", "64KiB" },
  { "server", "send-queue-size", "64 kib", "64KiB" },
  { "server", "send-queue-size", "2048KiB", "2MiB" },
  { "server", "send-queue-size", "1GiB", "1GiB" },
  { "server", "send-queue-size", "5000", "5000" },
  { "server", "send-queue-size", "64KB", NULL },
  { "server", "send-queue-size", "1.5MiB", NULL },
  { "server", "host", "0.0.0.0;::", "0.0.0.0;::" },
  { "server", "host", " 127.0.0.1 ; ::1 ;", "127.0.0.1;::1" },
  { "server", "host", "localhost", "localhost" },
  { "server", "host", "", NULL },
  { "server", "host", "[::1]", NULL },
  { "server", "host", "127.0.0.1:8080", NULL },
  { "server", "host", "http://example.com", NULL },
  { "server", "trusted-proxies", "", "" },
  { "server", "trusted-proxies", "127.0.0.1;10.0.0.0/8;fd00::/8", "127.0.0.1;10.0.0.0/8;fd00::/8" },
  { "server", "trusted-proxies", "0.0.0.0/0;::/128", "0.0.0.0/0;::/128" },
  { "server", "trusted-proxies", "10.0.0.0/33", NULL },
  { "server", "trusted-proxies", "0.0.0.0/320", NULL },
  { "server", "trusted-proxies", "::/129", NULL },
  { "server", "trusted-proxies", "::/-1", NULL },
  { "server", "trusted-proxies", "0.0.0.0/4294967296", NULL },
  { "server", "trusted-proxies", "10.0.0.0/", NULL },
  { "server", "trusted-proxies", "proxy.example", NULL },
  { "app", "key", "app-key", "app-key" },
  { "app", "key", "app key", NULL },
  { "app", "key", "app/key", NULL },
  { "app", "key", "app[key]", NULL },
  { "app", "key", "app\vkey", NULL },
  { "app", "key", "", NULL },
  { "app", "secret", " with blanks ", " with blanks " },
  { "app", "allowed-origins", "a; b;", "a;b" },
  { "app", "max-connections", "unlimited", "unlimited" },
  { "app", "max-connections", "-1", "unlimited" },
  { "app", "max-connections", "-7", "unlimited" },
  { "app", "max-connections", "0", "0" },
  { "app", "max-message-size", "-1", "0" },
  { "app", "rate-limiting-enabled", "true", "true" },
  { "app", "rate-limiting-enabled", "YES", "true" },
  { "app", "rate-limiting-enabled", "1", "true" },
  { "app", "rate-limiting-enabled", "off", "false" },
  { "app", "rate-limiting-enabled", "maybe", NULL },
  { "app", "accept-client-events-from", "all", "all" },
  { "app", "accept-client-events-from", "members", "members" },
  { "app", "accept-client-events-from", "none", "none" },
  { "app", "accept-client-events-from", "ALL", "none" },
  { "app", "accept-client-events-from", "everybody", "none" },
  { "app", "send-queue-policy", "drop-oldest", "drop-oldest" },
  { "app", "send-queue-policy", "drop", NULL },
};

static void
test_config_value_text_to_text (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const ResonateConfigKey *key = resonate_config_keys_find (texts[i].group, texts[i].name);
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) again = G_VALUE_INIT;
      g_autofree char *written = NULL;
      g_autofree char *rewritten = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s=%s", texts[i].name, texts[i].text);
      g_assert_nonnull (key);
      if (!resonate_config_value_parse (key, texts[i].text, &value, &error))
        {
          g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
          g_assert_null (texts[i].written);
          continue;
        }

      written = resonate_config_value_format (key, &value);
      g_assert_cmpstr (written, ==, texts[i].written);

      /* What we write, we read, and write again. */
      g_assert_true (resonate_config_value_parse (key, written, &again, NULL));
      rewritten = resonate_config_value_format (key, &again);
      g_assert_cmpstr (rewritten, ==, written);
    }
}

static void
test_config_value_errors (void)
{
  static const struct
  {
    const char *group;
    const char *name;
    const char *text;
    const char *message;
  } cases[] = {
    { "server", "port", "8o80", "‘8o80’ is not a port: a whole number from 0 to 65535" },
    { "server", "send-queue-size", "1",
      "‘1’ is not a size: bytes, or a number with KiB, MiB or GiB, from 4KiB to 4GiB" },
    { "server", "header-timeout", "1ms",
      "‘1ms’ is not a duration: seconds, or a number with ms, s, min, h or d, from 10ms to 366d" },
    { "app", "send-queue-policy", "x", "‘x’ is not one of close, drop-oldest" },
    { "app", "rate-limit-terminate", "2", "‘2’ is not a boolean: true or false" },
    { "app", "max-connections", "many",
      "‘many’ is not a number: a whole number from 0 to 2147483647, or unlimited" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const ResonateConfigKey *key = resonate_config_keys_find (cases[i].group, cases[i].name);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      g_assert_false (resonate_config_value_parse (key, cases[i].text, &value, &error));
      g_assert_cmpstr (error->message, ==, cases[i].message);
      g_assert_false (G_IS_VALUE (&value));
    }
}

static void
test_config_value_defaults (void)
{
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *written = NULL;

      if (keys[i].fallback == NULL)
        continue;

      g_test_message ("%s=%s", keys[i].name, keys[i].fallback);
      g_assert_true (resonate_config_value_parse (&keys[i], keys[i].fallback, &value, NULL));
      written = resonate_config_value_format (&keys[i], &value);
      g_assert_cmpstr (written, ==, keys[i].fallback);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config-value/text-to-text", test_config_value_text_to_text);
  g_test_add_func ("/config-value/errors", test_config_value_errors);
  g_test_add_func ("/config-value/defaults", test_config_value_defaults);

  return g_test_run ();
}
