/* test-redis-tls.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-fixture.h"
#include "redis-server.h"
#include "tls-fixture.h"

/* Modules of TLS are loaded with the first handshake, which takes its time under valgrind. */
#define TIMEOUT_US (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  TlsFiles files;
  RedisServer server;
  char *port; /* where it speaks TLS */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *client = data;

  tls_files_init (&fixture->files);
  fixture->port = g_strdup_printf ("%u", redis_server_find_port ());
  redis_server_init (&fixture->server, "--tls-port", fixture->port, "--tls-cert-file",
                     fixture->files.cert_file, "--tls-key-file", fixture->files.key_file,
                     "--tls-ca-cert-file", fixture->files.cert_file, "--tls-auth-clients", client,
                     NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  redis_server_clear (&fixture->server);
  tls_files_clear (&fixture->files);
  g_free (fixture->port);
}

static ResonateRedis *
start (Fixture *fixture, const char *host, const ResonateRedisOptions *options)
{
  g_autofree char *url = g_strdup_printf ("rediss://%s:%s/2", host, fixture->port);
  ResonateRedis *redis = redis_new (url, options);

  resonate_redis_start (redis);
  resonate_test_wait_until (resonate_redis_is_ready (redis) ||
                            resonate_redis_get_error (redis) != NULL);

  return redis;
}

static void
assert_refused (Fixture *fixture, const char *host, const ResonateRedisOptions *options)
{
  ResonateRedis *redis = start (fixture, host, options);

  g_assert_false (resonate_redis_is_ready (redis));
  g_assert_error (resonate_redis_get_error (redis), RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  g_test_message ("%s", resonate_redis_get_error (redis)->message);
  redis_finish (redis);
}

static void
test_redis_tls_believed (Fixture *fixture, gconstpointer data)
{
  ResonateRedisOptions options = RESONATE_REDIS_OPTIONS_INIT;
  g_autofree char *value = g_strnfill (1 << 20, 'x');
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  RedisAnswer answer = { 0 };
  ResonateRedis *redis;

  g_test_summary ("Over TLS, with a certificate that is believed, all is as it is without");

  options.ca_file = fixture->files.cert_file;
  options.connect_timeout_us = TIMEOUT_US;
  redis = start (fixture, "localhost", &options);
  g_assert_true (resonate_redis_is_ready (redis));
  redis_assert (redis, "OK", "SET", "k", value);
  redis_send (redis, &answer, "GET", "k");
  resonate_test_wait_until (answer.is_there);
  g_assert_true (g_strcmp0 (answer.text, value) == 0);
  redis_answer_clear (&answer);

  /* A server that is killed, and one that stands still: neither holds up who closes. */
  redis_server_kill (&fixture->server);
  resonate_test_wait_until (!resonate_redis_is_ready (redis));
  redis_server_start (&fixture->server);
  resonate_test_wait_until (resonate_redis_is_ready (redis));
  redis_server_freeze (&fixture->server, TRUE);
  redis_finish (redis);
  redis_server_freeze (&fixture->server, FALSE);
}

static void
test_redis_tls_not_believed (Fixture *fixture, gconstpointer data)
{
  ResonateRedisOptions options = RESONATE_REDIS_OPTIONS_INIT;

  g_test_summary ("A certificate that nobody signed, or for another host, is refused");

  assert_refused (fixture, "localhost", NULL);
  options.ca_file = fixture->files.cert_file;
  assert_refused (fixture, "127.0.0.1", &options);
  options.ca_file = "/nowhere/ca.pem";
  assert_refused (fixture, "localhost", &options);
}

static void
test_redis_tls_client (Fixture *fixture, gconstpointer data)
{
  ResonateRedisOptions options = RESONATE_REDIS_OPTIONS_INIT;
  ResonateRedis *redis;

  g_test_summary ("A server that asks for our certificate is shown it");

  options.ca_file = fixture->files.cert_file;
  assert_refused (fixture, "localhost", &options);
  options.cert_file = fixture->files.cert_file;
  options.key_file = fixture->files.key_file;
  options.connect_timeout_us = TIMEOUT_US;
  redis = start (fixture, "localhost", &options);
  g_assert_true (resonate_redis_is_ready (redis));
  redis_assert (redis, "PONG", "PING");
  redis_finish (redis);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/redis-tls/believed", Fixture, "no", set_up, test_redis_tls_believed, tear_down);
  g_test_add ("/redis-tls/not-believed", Fixture, "no", set_up, test_redis_tls_not_believed,
              tear_down);
  g_test_add ("/redis-tls/client", Fixture, "yes", set_up, test_redis_tls_client, tear_down);

  return g_test_run ();
}
