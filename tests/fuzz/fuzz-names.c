/* fuzz-names.c: a channel and an event have one name, however they are said
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "base/resonate-json-private.h"
#include "base/resonate-json-writer-private.h"
#include "fuzz-input.h"
#include "pusher/resonate-channel-kind-private.h"
#include "pusher/resonate-channel-private.h"
#include "pusher/resonate-dispatcher-private.h"
#include "recording-gate.h"
#include "rest/resonate-validator-private.h"
#include "test-client.h"
#include "transport/resonate-router-private.h"

#define MAX_LENGTH       40 /* of a channel's name, in characters */
#define LONGEST_PREFIX   18 /* private-encrypted- */
#define ROUTE            "/apps/{app}/channels/{channel}"
#define PATH_BEFORE_NAME "/apps/app-id/channels/"

typedef struct
{
  char *text; /* may hold a NUL */
  size_t length;
  gboolean is_c_string;
} Name;

typedef struct
{
  ResonateApp *app;
  RecordingGate *gate; /* vouches for everybody */
  ResonateRealm *realm;
  TestClient *listener;
  TestClient *speaker;
} Stage;

static void
set_up (Stage *stage)
{
  stage->app = resonate_app_new ("app-id", "app-key", "app-secret");
  g_object_set (stage->app, "max-channel-name-length", MAX_LENGTH, NULL);
  stage->gate = recording_gate_new ();
  recording_gate_set_verdict (stage->gate, RESONATE_STAGE_AUTHENTICATE, RESONATE_VERDICT_HANDLED);
  stage->realm = resonate_realm_new (stage->app, RESONATE_GATE (stage->gate));
  stage->listener = test_client_open (stage->realm);
  stage->speaker = test_client_open (stage->realm);
}

static void
tear_down (Stage *stage)
{
  test_client_free (stage->speaker);
  test_client_free (stage->listener);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (stage->realm->channels)), ==, 0);
  resonate_realm_free (stage->realm);
  g_assert_finalize_object (stage->gate);
  g_assert_finalize_object (stage->app);
}

/* What the names of the kinds promise, said the other way round. */
static void
check_kind (const char *name)
{
  ResonateChannelKind kind = resonate_channel_kind_from_name (name);
  gboolean is_private = g_str_has_prefix (name, "private");
  gboolean is_presence = g_str_has_prefix (name, "presence");
  gboolean is_cache = g_str_has_prefix (name, "cache");
  g_autofree char *start = g_strndup (name, LONGEST_PREFIX);
  g_autofree char *longer = g_strconcat (name, "-cache-", NULL);

  g_assert_true (resonate_channel_kind_is_signed (kind) == (is_private || is_presence));
  g_assert_true (resonate_channel_kind_is_presence (kind) == is_presence);
  g_assert_true (resonate_channel_kind_is_cache (kind) ==
                 (is_cache || g_str_has_prefix (name, "private-cache-") ||
                  g_str_has_prefix (name, "presence-cache-")));
  g_assert_true ((kind == RESONATE_CHANNEL_PRIVATE_ENCRYPTED) ==
                 g_str_has_prefix (name, "private-encrypted-"));
  g_assert_true ((kind == RESONATE_CHANNEL_PUBLIC) == !(is_private || is_presence || is_cache));

  g_assert_cmpint (resonate_channel_kind_from_name (start), ==, kind);
  if (strlen (name) >= LONGEST_PREFIX)
    g_assert_cmpint (resonate_channel_kind_from_name (longer), ==, kind);
}

static void
check_validator (const Name *name)
{
  g_autoptr (GString) json = g_string_new ("{");
  ResonateJsonValue body, value;

  resonate_json_append_name (json, "name");
  resonate_json_append_string (json, name->text, (gssize) name->length);
  g_string_append_c (json, '}');

  g_assert_true (resonate_json_scan (json->str, json->len, 1, &body, NULL));
  g_assert_true (resonate_json_get_member (&body, "name", &value));
  g_assert_true (resonate_validator_is_string (&value) == name->is_c_string);
  g_assert_true (resonate_validator_is_missing (&value) ==
                 (strspn (name->text, " \t\n\r\v") == name->length));
}

static void
on_route (ResonateExchange *exchange, gpointer user_data)
{
}

/* The name in a path is the one that was meant, or the path leads nowhere. */
static void
check_path (const Name *name)
{
  ResonateRouter *router = resonate_router_new ();
  g_autofree char *escaped = g_uri_escape_bytes ((const guint8 *) name->text, name->length, NULL);
  g_autofree char *path = g_strconcat (PATH_BEFORE_NAME, escaped, NULL);
  g_autofree char *raw = g_strconcat (PATH_BEFORE_NAME, name->text, NULL);
  g_auto (ResonateRouteMatch) match = { 0 };
  g_auto (ResonateRouteMatch) raw_match = { 0 };
  ResonateRouteResult result;

  resonate_router_add (router, "GET", ROUTE, on_route, NULL);
  result = resonate_router_match (router, "GET", path, &match);
  if (name->length > 0 && name->is_c_string)
    {
      g_assert_cmpint (result, ==, RESONATE_ROUTE_FOUND);
      g_assert_cmpstr (g_hash_table_lookup (match.parameters, "channel"), ==, name->text);
    }
  else
    g_assert_cmpint (result, ==, RESONATE_ROUTE_NOT_FOUND);

  if (resonate_router_match (router, "GET", raw, &raw_match) == RESONATE_ROUTE_FOUND)
    g_assert_true (
      g_utf8_validate (g_hash_table_lookup (raw_match.parameters, "channel"), -1, NULL));
  resonate_router_free (router);
}

static void
send_message (TestClient *client, const char *event, const Name *name)
{
  g_autoptr (GString) json = g_string_new ("{");
  gboolean is_protocol = g_str_has_prefix (event, "pusher:");
  g_autoptr (GBytes) message = NULL;

  resonate_json_append_name (json, "event");
  resonate_json_append_string (json, event, -1);
  if (is_protocol)
    g_string_append (json, ",\"data\":{");
  resonate_json_append_name (json, "channel");
  resonate_json_append_string (json, name->text, (gssize) name->length);
  g_string_append (json, is_protocol ? "}}" : "}");

  message = g_bytes_new (json->str, json->len);
  memory_transport_inject_message (client->transport, message, FALSE);
}

static unsigned int
count_subscriptions (TestClient *client)
{
  return resonate_subscription_list_count (
    resonate_connection_get_subscriptions (client->connection));
}

/* What a client was sent from the frame with this number on. */
static unsigned int
count_from (TestClient *client, unsigned int first)
{
  return memory_transport_get_sent (client->transport)->len - first;
}

static unsigned int
count (TestClient *client)
{
  return count_from (client, 0);
}

static void
assert_frame (
  TestClient *client, unsigned int n, const char *event, const char *channel, const char *data)
{
  GPtrArray *sent = memory_transport_get_sent (client->transport);
  const char *text;
  ResonateJsonValue frame, value;

  g_assert_cmpuint (n, <, sent->len);
  text = sent->pdata[n];
  g_assert_true (resonate_json_scan (text, strlen (text), RESONATE_JSON_DEPTH_TREE, &frame, NULL));
  g_assert_true (resonate_json_get_member (&frame, "event", &value));
  g_assert_true (resonate_json_string_equals (&value, event));
  g_assert_true (resonate_json_get_member (&frame, "channel", &value));
  g_assert_true (resonate_json_string_equals (&value, channel));
  if (data != NULL)
    {
      g_assert_true (resonate_json_get_member (&frame, "data", &value));
      g_assert_true (resonate_json_string_equals (&value, data));
    }
}

/* Returns whether the name was accepted; if so the client is on that channel, and else on none. */
static gboolean
subscribe (Stage *stage, TestClient *client, const Name *name)
{
  gboolean good = name->is_c_string && *name->text != '#' &&
                  g_utf8_strlen (name->text, -1) <= MAX_LENGTH;
  unsigned int before = count (client);
  ResonateChannel *channel;

  send_message (client, "pusher:subscribe", name);
  if (!good)
    {
      g_assert_cmpuint (count_subscriptions (client), ==, 0);
      g_assert_cmpuint (count_from (client, before), ==, 1);
      return FALSE;
    }

  assert_frame (client, before, "pusher_internal:subscription_succeeded", name->text, NULL);
  channel = resonate_channel_list_lookup (stage->realm->channels, name->text);
  g_assert_nonnull (channel);
  g_assert_nonnull (resonate_channel_lookup (channel, client->connection));

  return TRUE;
}

/* What the application publishes arrives under both names, and is remembered where it should be. */
static void
check_publishing (Stage *stage, const char *channel, const char *event)
{
  ResonateChannelKind kind = resonate_channel_kind_from_name (channel);
  gboolean is_cache = resonate_channel_kind_is_cache (kind);
  unsigned int before = count (stage->listener);
  Name name = { (char *) channel, strlen (channel), TRUE };

  resonate_dispatcher_publish (stage->realm, event, channel, event, -1, RESONATE_EVENT_DATA_FIRST,
                               NULL);
  g_assert_cmpuint (count_from (stage->listener, before), ==, 1);
  assert_frame (stage->listener, before, event, channel, event);

  before = count (stage->speaker);
  g_assert_true (subscribe (stage, stage->speaker, &name));
  g_assert_cmpuint (count_from (stage->speaker, before), ==, is_cache ? 2 : 1);
  if (is_cache)
    assert_frame (stage->speaker, before + 1, event, channel, event);
}

/* What a client says to the others is relayed under these names and no others. */
static void
check_client_event (Stage *stage, const Name *channel, const char *event)
{
  unsigned int before = count (stage->listener);
  gboolean is_relayed = g_str_has_prefix (event, "client-") &&
                        (g_str_has_prefix (channel->text, "private-") ||
                         g_str_has_prefix (channel->text, "presence-"));

  /* The protocol's own events are no names. */
  if (g_str_has_prefix (event, "pusher:"))
    return;

  send_message (stage->speaker, event, channel);
  g_assert_cmpuint (count_from (stage->listener, before), ==, is_relayed ? 1 : 0);
  if (is_relayed)
    assert_frame (stage->listener, before, event, channel->text, NULL);
}

static void
check_channel (const Name *channel, const char *event)
{
  Stage stage;

  set_up (&stage);
  if (subscribe (&stage, stage.listener, channel))
    {
      check_publishing (&stage, channel->text, event);
      check_client_event (&stage, channel, event);
      send_message (stage.listener, "pusher:unsubscribe", channel);
      g_assert_cmpuint (count_subscriptions (stage.listener), ==, 0);
    }
  tear_down (&stage);
}

/* The first line is a channel, the rest an event. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *newline = size > 0 ? memchr (data, '\n', size) : NULL;
  size_t first = newline != NULL ? (size_t) (newline - data) : size;
  size_t second = newline != NULL ? first + 1 : size;
  size_t event_length;
  g_autofree char *event = fuzz_input_dup_text (data + second, size - second, &event_length);
  Name channel = { NULL };

  channel.text = fuzz_input_dup_text (data, first, &channel.length);
  channel.is_c_string = strlen (channel.text) == channel.length;

  check_kind (channel.text);
  check_validator (&channel);
  check_path (&channel);
  check_channel (&channel, event);
  g_free (channel.text);

  return 0;
}
