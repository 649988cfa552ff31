/* test-redis-url.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis/resonate-redis-url-private.h"

#include "base/resonate-error.h"

static ResonateRedisUrl *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ResonateRedisUrl *url = resonate_redis_url_parse (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (url);

  return url;
}

static const ResonateRedisHost *
host (const ResonateRedisUrl *url, unsigned int i)
{
  g_assert_cmpuint (i, <, url->hosts->len);

  return url->hosts->pdata[i];
}

static void
assert_one (
  const char *text, gboolean use_tls, const char *name, guint16 port, unsigned int database)
{
  g_autoptr (ResonateRedisUrl) url = parse (text);

  g_test_message ("%s", text);
  g_assert_cmpint (url->kind, ==, RESONATE_REDIS_ONE);
  g_assert_cmpint (url->use_tls, ==, use_tls);
  g_assert_cmpuint (url->hosts->len, ==, 1);
  g_assert_cmpstr (host (url, 0)->host, ==, name);
  g_assert_cmpuint (host (url, 0)->port, ==, port);
  g_assert_cmpuint (url->database, ==, database);
}

static void
test_redis_url_one (void)
{
  g_test_summary ("One server, by address or Unix socket, with and without TLS (cases 164 to 166)");

  assert_one ("redis://127.0.0.1:6379/0", FALSE, "127.0.0.1", 6379, 0);
  assert_one ("rediss://prod-cache:6380", TRUE, "prod-cache", 6380, 0);
  assert_one ("tls://secure.redis:6380/3", TRUE, "secure.redis", 6380, 3);
  assert_one ("redis://localhost", FALSE, "localhost", 6379, 0);
  assert_one ("REDIS://localhost/", FALSE, "localhost", 6379, 0);
  assert_one ("redis://[::1]:7000/2", FALSE, "::1", 7000, 2);
  assert_one ("redis://[fe80::1]", FALSE, "fe80::1", 6379, 0);
  assert_one ("redis://host?db=15", FALSE, "host", 6379, 15);
  assert_one ("unix:///run/redis/redis.sock", FALSE, "/run/redis/redis.sock", 0, 0);
  assert_one ("unix:///run/redis.sock?db=4", FALSE, "/run/redis.sock", 0, 4);
}

static void
assert_credentials (const char *text, const char *user, const char *password)
{
  g_autoptr (ResonateRedisUrl) url = parse (text);
  g_autofree char *shown = resonate_redis_url_to_string (url);

  g_assert_cmpstr (url->user, ==, user);
  g_assert_cmpstr (url->password, ==, password);
  if (password != NULL)
    g_assert_null (strstr (shown, password));
}

static void
test_redis_url_credentials (void)
{
  g_test_summary ("User and password are percent-decoded, and not shown (case 167)");

  assert_credentials ("redis://:supersecret@host", NULL, "supersecret");
  assert_credentials ("redis://bob:supersecret@host:1", "bob", "supersecret");
  assert_credentials ("redis://b%40b:p%3Aa%2Fs%25s@host", "b@b", "p:a/s%s");
  assert_credentials ("redis://bob:with:colon@host", "bob", "with:colon");
  assert_credentials ("redis://bob:with@at@host", "bob", "with@at");
  assert_credentials ("unix://:supersecret@/run/redis.sock", NULL, "supersecret");
  assert_credentials ("redis://:@host", NULL, NULL);
}

static void
test_redis_url_many (void)
{
  g_autoptr (ResonateRedisUrl) sentinel = parse ("redis+sentinel://u:p@a,b:26380,[::1]/mymaster/2");
  g_autoptr (ResonateRedisUrl) cluster = parse ("rediss+cluster://a:7000,b");
  g_autofree char *text = resonate_redis_url_to_string (sentinel);
  g_autofree char *other = resonate_redis_url_to_string (cluster);

  g_test_summary ("Sentinels have a name for the master, a cluster has seeds");

  g_assert_cmpint (sentinel->kind, ==, RESONATE_REDIS_SENTINEL);
  g_assert_cmpuint (sentinel->hosts->len, ==, 3);
  g_assert_cmpuint (host (sentinel, 0)->port, ==, 26379);
  g_assert_cmpuint (host (sentinel, 1)->port, ==, 26380);
  g_assert_cmpstr (host (sentinel, 2)->host, ==, "::1");
  g_assert_cmpstr (sentinel->master_name, ==, "mymaster");
  g_assert_cmpuint (sentinel->database, ==, 2);
  g_assert_cmpstr (text, ==, "redis+sentinel://a:26379,b:26380,[::1]:26379/mymaster?db=2");

  g_assert_cmpint (cluster->kind, ==, RESONATE_REDIS_CLUSTER);
  g_assert_true (cluster->use_tls);
  g_assert_cmpuint (host (cluster, 1)->port, ==, 6379);
  g_assert_cmpstr (other, ==, "rediss+cluster://a:7000,b:6379");
}

static void
test_redis_url_refused (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "mysql://host", "unsupported scheme “mysql”" }, /* 168 */
    { "://broken", "no scheme" },                     /* 169 */
    { "redis://", "the host is missing" },            /* 170 */
    { "", "no scheme" },
    { "127.0.0.1:6379", "no scheme" },
    { "redis://:6379", "the host is missing" },
    { "redis://host:0", "no number from 1 to 65535" },
    { "redis://host:65536", "no number from 1 to 65535" },
    { "redis://host:", "no number from 1 to 65535" },
    { "redis://host:6379x", "no number from 1 to 65535" },
    { "redis://::1", "in brackets" },
    { "redis://[::1", "lacks its" },
    { "redis://[host]", "no IPv6 address" },
    { "redis://a,b", "several hosts" },
    { "redis://host/x", "database is no number" },
    { "redis://host/-1", "database is no number" },
    { "redis://host?db=", "database is no number" },
    { "redis://host?timeout=3", "db=NUMBER" },
    { "redis://host#x", "no meaning" },
    { "redis://bob@host", "no password" },
    { "redis://bob:@host", "no password" },
    { "redis://:a%zz@host", "hexadecimal" },
    { "unix://run/redis.sock", "absolute path" },
    { "unix://", "absolute path" },
    { "unix:///", "absolute path" },
    { "redis+sentinel://a,b", "the name that the sentinels" },
    { "redis+sentinel://a,,b/m", "the host is missing" },
    { "redis+cluster://a/1", "no database but 0" },
  };

  g_test_summary ("What is wrong is named, and what would be right");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (resonate_redis_url_parse (cases[i].text, &error));
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
      g_test_message ("%s: %s", cases[i].text, error->message);
      g_assert_nonnull (strstr (error->message, cases[i].words));
    }
}

static void
test_redis_url_never_shows_a_password (void)
{
  static const char *const cases[] = {
    "redis://:se/cret@host",
    "redis://bob:secret/@host:x",
    "redis://bob:secret#@host",
    "redis://secret@host",
    "secret",
    "secret://",
    "redis://:secret%@host",
    "redis://bob:secret@[host",
    "redis://bob:secret@host:secret",
    "redis://bob:secret@host/secret",
    "redis://:6379/secret",
    "bob:secret@host",
    "bob:secret://@host",
    "redis://:sec?ret=@host",
  };

  g_test_summary ("No piece of the URL that might be a password is in a message");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (resonate_redis_url_parse (cases[i], &error));
      g_test_message ("%s: %s", cases[i], error->message);
      if (!g_str_has_prefix (cases[i], "secret:"))
        g_assert_null (strstr (error->message, "secret"));
      g_assert_null (strstr (error->message, "cret@"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/redis-url/one", test_redis_url_one);
  g_test_add_func ("/redis-url/credentials", test_redis_url_credentials);
  g_test_add_func ("/redis-url/many", test_redis_url_many);
  g_test_add_func ("/redis-url/refused", test_redis_url_refused);
  g_test_add_func ("/redis-url/never-shows-a-password", test_redis_url_never_shows_a_password);

  return g_test_run ();
}
