/* test-front-limits.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "front-fixture.h"

#define GET "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

static void
set_up (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  front_fixture_init (self, &limits);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

static RawClient *
greeted (FrontFixture *self)
{
  RawClient *client = raw_client_new (self->port);

  raw_client_send (client, GET, -1);
  raw_client_expect (client, "{\"hello\":\"you\"}");

  return client;
}

static void
test_front_limits_count_who_is_there (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  RawClient *one = greeted (self), *two = greeted (self);
  g_autoptr (RawClient) third = NULL;
  g_autoptr (RawClient) fourth = NULL;
  g_autoptr (RawClient) fifth = NULL;

  g_test_summary ("A limit for an address counts those who came before there was one");

  limits.max_connections_per_address = 2;
  resonate_front_set_limits (self->front, &limits);
  third = raw_client_new (self->port);
  resonate_test_wait_until (third->eof);
  raw_client_send (one, GET, -1);
  raw_client_expect (one, "{\"hello\":\"you\"}");

  raw_client_free (one);
  raw_client_free (two);
  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 0);
  fourth = greeted (self);

  /* And nobody is counted, nor missed, when there is none any more. */
  limits.max_connections_per_address = 0;
  resonate_front_set_limits (self->front, &limits);
  fifth = greeted (self);
}

static void
test_front_limits_proxies (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  const char *const proxies[] = { "127.0.0.1", NULL };
  static const char request[] =
    "GET /echo/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.9.9\r\n\r\n";
  g_autoptr (RawClient) before = raw_client_new (self->port);
  g_autoptr (RawClient) after = NULL;

  g_test_summary ("Who comes from now on may be a proxy");

  raw_client_send (before, request, -1);
  raw_client_expect (before, " a 127.0.0.1 ");
  limits.trusted_proxies = (GStrv) proxies;
  resonate_front_set_limits (self->front, &limits);
  after = raw_client_new (self->port);
  raw_client_send (after, request, -1);
  raw_client_expect (after, " a 10.9.9.9 ");
}

static void
test_front_limits_web_sockets (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  g_autoptr (RawClient) one = raw_client_new (self->port);
  g_autoptr (RawClient) two = raw_client_new (self->port);

  raw_client_upgrade (one);
  limits.max_connections = 1;
  resonate_front_set_limits (self->front, &limits);
  raw_client_send (two,
                   "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                   "\r\n",
                   -1);
  raw_client_expect (two, "HTTP/1.1 503 ");
  g_assert_cmpuint (self->transports->len, ==, 1);
}

static void
test_front_limits_body (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  static const char request[] =
    "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678";
  g_autoptr (RawClient) client = raw_client_new (self->port);

  raw_client_send (client, request, -1);
  raw_client_expect (client, "12345678");
  g_string_truncate (client->received, 0);
  limits.max_request_size = 7;
  resonate_front_set_limits (self->front, &limits);
  raw_client_send (client, request, -1);
  raw_client_expect (client, "HTTP/1.1 413 ");
}

static char *
offer_compression (FrontFixture *self, RawClient **client)
{
  *client = raw_client_new (self->port);
  raw_client_send (*client,
                   "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                   -1);
  raw_client_expect (*client, "\r\n\r\n");

  return g_string_free (g_steal_pointer (&(*client)->received), FALSE);
}

static void
test_front_limits_compression (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();
  g_autoptr (RawClient) before = NULL;
  g_autoptr (RawClient) compressed = NULL;
  g_autoptr (RawClient) after = NULL;
  g_autofree char *head = NULL;
  g_autofree char *payload = NULL;

  g_test_summary ("Who has agreed to compression goes on with it when it is offered no more");

  head = offer_compression (self, &before);
  before->received = g_string_new (NULL);
  g_assert_null (strstr (head, "permessage-deflate"));
  g_clear_pointer (&head, g_free);

  limits.permessage_deflate = TRUE;
  resonate_front_set_limits (self->front, &limits);
  head = offer_compression (self, &compressed);
  compressed->received = g_string_new (NULL);
  g_assert_nonnull (strstr (head, "permessage-deflate"));
  g_clear_pointer (&head, g_free);

  limits.permessage_deflate = FALSE;
  resonate_front_set_limits (self->front, &limits);
  head = offer_compression (self, &after);
  after->received = g_string_new (NULL);
  g_assert_null (strstr (head, "permessage-deflate"));

  /* "Hello" as RFC 7692, 7.2.3.1 compresses it. */
  self->echoes = TRUE;
  raw_client_send_frame (compressed, 0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
  raw_client_read_frame (compressed, &payload);
  g_assert_cmpstr (self->log->str, ==, "text Hello\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, FrontFixture, NULL, set_up, func, tear_down)
  add ("/front-limits/count-who-is-there", test_front_limits_count_who_is_there);
  add ("/front-limits/proxies", test_front_limits_proxies);
  add ("/front-limits/web-sockets", test_front_limits_web_sockets);
  add ("/front-limits/body", test_front_limits_body);
  add ("/front-limits/compression", test_front_limits_compression);
#undef add

  return g_test_run ();
}
