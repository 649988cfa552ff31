/* test-protocol.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "pusher/resonate-protocol-private.h"
#include "transport/resonate-frame-private.h"

/* Compares the payload of @frame, and frees it. */
static void
assert_frame (GBytes *frame, const char *text)
{
  g_autofree char *payload = NULL;
  const char *bytes;
  gsize length;

  bytes = resonate_frame_peek_payload (frame, &length);
  payload = g_strndup (bytes, length);
  g_assert_cmpstr (payload, ==, text);
  g_bytes_unref (frame);
}

static void
test_protocol_connection (void)
{
  assert_frame (resonate_protocol_connection_established ("1234.5678", 30 * G_USEC_PER_SEC),
                "{\"event\":\"pusher:connection_established\",\"data\":"
                "\"{\\\"socket_id\\\":\\\"1234.5678\\\",\\\"activity_timeout\\\":30}\"}");
  assert_frame (resonate_protocol_pong (), "{\"event\":\"pusher:pong\"}");
  assert_frame (resonate_protocol_ping (), "{\"event\":\"pusher:ping\"}");
}

static void
test_protocol_activity_timeout_is_never_zero (void)
{
  g_test_summary ("pusher-js throws when the timeout is 0");

  assert_frame (resonate_protocol_connection_established ("1.2", G_USEC_PER_SEC - 1),
                "{\"event\":\"pusher:connection_established\",\"data\":"
                "\"{\\\"socket_id\\\":\\\"1.2\\\",\\\"activity_timeout\\\":1}\"}");
  assert_frame (resonate_protocol_connection_established ("1.2", 0),
                "{\"event\":\"pusher:connection_established\",\"data\":"
                "\"{\\\"socket_id\\\":\\\"1.2\\\",\\\"activity_timeout\\\":1}\"}");
}

static void
test_protocol_error (void)
{
  assert_frame (resonate_protocol_error (4200, "Invalid message format"),
                "{\"event\":\"pusher:error\",\"data\":"
                "\"{\\\"code\\\":4200,\\\"message\\\":\\\"Invalid message format\\\"}\"}");
  assert_frame (resonate_protocol_error (4009, "a/\"é"),
                "{\"event\":\"pusher:error\",\"data\":"
                "\"{\\\"code\\\":4009,\\\"message\\\":\\\"a\\\\\\/\\\\\\\"\\\\u00e9\\\"}\"}");
}

static void
test_protocol_subscription (void)
{
  assert_frame (resonate_protocol_subscription_succeeded ("test-channel", "{}"),
                "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\","
                "\"channel\":\"test-channel\"}");
  assert_frame (
    resonate_protocol_subscription_succeeded (
      "presence-room", "{\"presence\":{\"count\":2,\"ids\":[\"1\",\"2\"],\"hash\":"
                       "{\"1\":{\"name\":\"Joe\"},\"2\":{\"name\":\"Bob\"}}}}"),
    "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{\\\"presence\\\":"
    "{\\\"count\\\":2,\\\"ids\\\":[\\\"1\\\",\\\"2\\\"],\\\"hash\\\":{\\\"1\\\":"
    "{\\\"name\\\":\\\"Joe\\\"},\\\"2\\\":{\\\"name\\\":\\\"Bob\\\"}}}}\","
    "\"channel\":\"presence-room\"}");
}

static void
test_protocol_channel_is_never_dropped (void)
{
  g_test_summary ("The reference loses a channel that PHP takes for false");

  assert_frame (
    resonate_protocol_subscription_succeeded ("", "{}"),
    "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\",\"channel\":\"\"}");
  assert_frame (resonate_protocol_cache_miss ("0"),
                "{\"event\":\"pusher:cache_miss\",\"channel\":\"0\"}");
}

static void
test_protocol_members (void)
{
  assert_frame (resonate_protocol_member_added (
                  "presence-room", "{\"user_id\":\"2\",\"user_info\":{\"name\":\"Bob\"}}"),
                "{\"event\":\"pusher_internal:member_added\",\"data\":\"{\\\"user_id\\\":\\\"2\\\","
                "\\\"user_info\\\":{\\\"name\\\":\\\"Bob\\\"}}\",\"channel\":\"presence-room\"}");
  assert_frame (resonate_protocol_member_removed ("presence-room", "\"2\""),
                "{\"event\":\"pusher_internal:member_removed\",\"data\":"
                "\"{\\\"user_id\\\":\\\"2\\\"}\",\"channel\":\"presence-room\"}");
  assert_frame (resonate_protocol_member_removed ("presence-room", "3"),
                "{\"event\":\"pusher_internal:member_removed\",\"data\":"
                "\"{\\\"user_id\\\":3}\",\"channel\":\"presence-room\"}");
  assert_frame (resonate_protocol_subscription_count ("presence-room", 42),
                "{\"event\":\"pusher_internal:subscription_count\",\"data\":"
                "\"{\\\"subscription_count\\\":42}\",\"channel\":\"presence-room\"}");
}

static void
test_protocol_cache_miss (void)
{
  assert_frame (resonate_protocol_cache_miss ("cache-news"),
                "{\"event\":\"pusher:cache_miss\",\"channel\":\"cache-news\"}");
}

static void
test_protocol_event (void)
{
  assert_frame (resonate_protocol_event ("App\\Events\\TestEvent", "test-channel",
                                         "{\"foo\":\"bar\"}", -1, RESONATE_EVENT_DATA_FIRST),
                "{\"event\":\"App\\\\Events\\\\TestEvent\",\"data\":\"{\\\"foo\\\":\\\"bar\\\"}\","
                "\"channel\":\"test-channel\"}");
  assert_frame (resonate_protocol_event ("NewEvent", "test-channel", "{\"some\":\"data\"}", -1,
                                         RESONATE_EVENT_CHANNEL_FIRST),
                "{\"event\":\"NewEvent\",\"channel\":\"test-channel\","
                "\"data\":\"{\\\"some\\\":\\\"data\\\"}\"}");
  assert_frame (resonate_protocol_event ("e", "c/é", "raw \"string\" 😀", -1,
                                         RESONATE_EVENT_DATA_FIRST),
                "{\"event\":\"e\",\"data\":\"raw \\\"string\\\" \\ud83d\\ude00\","
                "\"channel\":\"c\\/\\u00e9\"}");
  assert_frame (resonate_protocol_event ("plugin-event", NULL, "{\"a\":1}", -1,
                                         RESONATE_EVENT_DATA_FIRST),
                "{\"event\":\"plugin-event\",\"data\":\"{\\\"a\\\":1}\"}");
  assert_frame (resonate_protocol_event ("e", NULL, "", -1, RESONATE_EVENT_CHANNEL_FIRST),
                "{\"event\":\"e\",\"data\":\"\"}");
}

static void
test_protocol_client_event (void)
{
  static const struct
  {
    const char *data; /* (nullable) */
    const char *user_id_json;
    const char *rest;
  } cases[] = {
    { "{\"a\":1}", NULL, "{\"a\":1}}" },
    { "{\"a\":1}", "\"1\"", "{\"a\":1},\"user_id\":\"1\"}" },
    { "{\"a\":1}", "1", "{\"a\":1},\"user_id\":1}" },
    { NULL, NULL, "null}" },
    { "\"\"", NULL, "\"\"}" },
    { "[1.0,12345678901234567890,{}]", NULL, "[1.0,12345678901234567890,{}]}" },
    { "{\"url\":\"a/b\",\"é\":\"\\u00e9\"}", NULL, "{\"url\":\"a/b\",\"é\":\"\\u00e9\"}}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected =
        g_strconcat ("{\"event\":\"client-typing\",\"channel\":\"presence-room\",\"data\":",
                     cases[i].rest, NULL);
      ResonateJsonValue data;

      if (cases[i].data != NULL)
        g_assert_true (resonate_json_scan (cases[i].data, strlen (cases[i].data), 8, &data, NULL));
      assert_frame (resonate_protocol_client_event ("client-typing", "presence-room",
                                                    cases[i].data != NULL ? &data : NULL,
                                                    cases[i].user_id_json),
                    expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/connection", test_protocol_connection);
  g_test_add_func ("/protocol/activity-timeout-is-never-zero",
                   test_protocol_activity_timeout_is_never_zero);
  g_test_add_func ("/protocol/error", test_protocol_error);
  g_test_add_func ("/protocol/subscription", test_protocol_subscription);
  g_test_add_func ("/protocol/channel-is-never-dropped", test_protocol_channel_is_never_dropped);
  g_test_add_func ("/protocol/members", test_protocol_members);
  g_test_add_func ("/protocol/cache-miss", test_protocol_cache_miss);
  g_test_add_func ("/protocol/event", test_protocol_event);
  g_test_add_func ("/protocol/client-event", test_protocol_client_event);

  return g_test_run ();
}
