/* fuzz-rest-body.c: any bytes as the body of what publishes events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "exchange-fixture.h"
#include "recording-gate.h"
#include "rest/resonate-rest-batch-private.h"
#include "rest/resonate-rest-events-private.h"
#include "rest/resonate-validator-private.h"
#include "test-client.h"

/* Where the one client is. */
static const char *const channels[] = { "a", "private-a", "presence-a", "cache-a", NULL };

typedef struct
{
  ResonateApp *app;
  RecordingGate *gate;
  ResonateRealm *realm;
  TestClient *client;
} Stage;

typedef struct
{
  unsigned int status;
  char *json;
  GPtrArray *frames; /* (element-type utf8): what the client was sent */
} Answer;

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->frames, g_ptr_array_unref);
  g_clear_pointer (&self->json, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
set_up (Stage *stage)
{
  stage->app = resonate_app_new ("app-id", "app-key", "app-secret");
  stage->gate = recording_gate_new ();
  recording_gate_set_verdict (stage->gate, RESONATE_STAGE_AUTHENTICATE, RESONATE_VERDICT_HANDLED);
  stage->realm = resonate_realm_new (stage->app, RESONATE_GATE (stage->gate));
  stage->client = test_client_open (stage->realm);
  for (size_t i = 0; channels[i] != NULL; i++)
    test_client_subscribe (stage->client, channels[i], NULL);
}

static void
tear_down (Stage *stage)
{
  test_client_free (stage->client);
  resonate_realm_free (stage->realm);
  g_assert_finalize_object (stage->gate);
  g_assert_finalize_object (stage->app);
}

static Answer
publish (Stage *stage, ResonateRestHandler handler, const char *body, size_t length)
{
  g_autoptr (ResonateExchange)
    exchange = exchange_fixture_new ("POST", "/apps/app-id/events", body, length);
  g_autofree char *text = NULL;
  g_autofree char *old = memory_transport_take_log (stage->client->transport);
  g_autoptr (ResonateQuery) query = resonate_query_parse (NULL);
  ResonateRequest request = { exchange, stage->realm, query };
  GPtrArray *sent = memory_transport_get_sent (stage->client->transport);
  unsigned int before = sent->len;
  Answer answer;

  handler (&request);
  text = exchange_fixture_dup_answer (exchange);
  answer.status = (unsigned int) g_ascii_strtoull (text, NULL, 10);
  answer.json = g_strdup (text + 4);
  answer.frames = g_ptr_array_new_with_free_func (g_free);
  for (unsigned int i = before; i < sent->len; i++)
    g_ptr_array_add (answer.frames, g_strdup (sent->pdata[i]));

  return answer;
}

static ResonateJsonValue
read_object (const char *json)
{
  ResonateJsonValue value;

  g_assert_true (
    resonate_json_scan (json, strlen (json), RESONATE_JSON_DEPTH_RELAYED, &value, NULL));
  g_assert_cmpint (value.kind, ==, RESONATE_JSON_OBJECT);

  return value;
}

static ResonateJsonValue
get_string (const ResonateJsonValue *object, const char *name)
{
  ResonateJsonValue value;

  g_assert_true (resonate_json_get_member (object, name, &value));
  g_assert_cmpint (value.kind, ==, RESONATE_JSON_STRING);

  return value;
}

static void
assert_same_string (const ResonateJsonValue *one,
                    const ResonateJsonValue *two,
                    const char *name,
                    const char *name_two)
{
  ResonateJsonValue string_one = get_string (one, name);
  ResonateJsonValue string_two = get_string (two, name_two);
  size_t length_one, length_two;
  g_autofree char *text_one = resonate_json_dup_string (&string_one, &length_one);
  g_autofree char *text_two = resonate_json_dup_string (&string_two, &length_two);

  g_assert_cmpmem (text_one, length_one, text_two, length_two);
}

/* Of every refusal the words are Laravel's: one list of one message for each attribute. */
static void
check_complaints (const char *json)
{
  ResonateJsonValue root = read_object (json);
  ResonateJsonValue name, list, message;
  ResonateJsonIter iter, inner;
  unsigned int n = 0;

  resonate_json_iter_init (&iter, &root);
  for (; resonate_json_iter_next_member (&iter, &name, &list); n++)
    {
      g_autofree char *text = NULL;

      g_assert_cmpint (list.kind, ==, RESONATE_JSON_ARRAY);
      resonate_json_iter_init (&inner, &list);
      g_assert_true (resonate_json_iter_next_element (&inner, &message));
      text = resonate_json_dup_string (&message, NULL);
      g_assert_true (g_str_has_prefix (text, "The ") && g_str_has_suffix (text, "."));
      g_assert_false (resonate_json_iter_next_element (&inner, &message));
    }
  g_assert_cmpuint (n, >, 0);
}

/* What is no object is 400; what is one is taken, or refused by name, and then nobody hears it. */
static void
check_answer (const Answer *answer, gboolean is_object)
{
  (void) read_object (answer->json);

  if (!is_object)
    g_assert_cmpuint (answer->status, ==, 400);
  else if (answer->status == 422)
    check_complaints (answer->json);
  else
    g_assert_cmpuint (answer->status, ==, 200);

  g_assert_true (answer->status == 200 || answer->frames->len == 0);
}

/* How many of the channels that a body lists are the client's. */
static unsigned int
count_channels (const ResonateJsonValue *body)
{
  ResonateJsonValue list = { NULL };
  ResonateJsonValue name, value;
  ResonateJsonIter iter;
  unsigned int n = 0;

  resonate_json_get_member (body, "channels", &list);
  if (resonate_validator_is_missing (&list))
    {
      g_assert_true (resonate_json_get_member (body, "channel", &list));
      for (size_t i = 0; channels[i] != NULL; i++)
        n += resonate_json_string_equals (&list, channels[i]);
      return n;
    }

  resonate_json_iter_init (&iter, &list);
  while (list.kind == RESONATE_JSON_OBJECT ? resonate_json_iter_next_member (&iter, &name, &value)
                                           : resonate_json_iter_next_element (&iter, &value))
    for (size_t i = 0; channels[i] != NULL; i++)
      n += resonate_json_string_equals (&value, channels[i]);

  return n;
}

static void
check_frames (const Answer *answer, const ResonateJsonValue *body)
{
  g_assert_cmpuint (answer->frames->len, ==, count_channels (body));

  for (unsigned int i = 0; i < answer->frames->len; i++)
    {
      ResonateJsonValue frame = read_object (answer->frames->pdata[i]);
      ResonateJsonValue channel = get_string (&frame, "channel");
      g_autofree char *name = resonate_json_dup_string (&channel, NULL);

      g_assert_true (g_strv_contains (channels, name));
      assert_same_string (&frame, body, "event", "name");
      assert_same_string (&frame, body, "data", "data");
    }
}

/* An event alone in a batch is the same event, as far as a batch knows the ways to say one. */
static void
check_batch_of_one (Stage *stage, const ResonateJsonValue *body, const Answer *alone)
{
  g_autofree char *batch = g_strdup_printf ("{\"batch\":[%.*s]}", (int) body->length, body->text);
  g_auto (Answer) answer = { 0 };
  ResonateJsonValue value;

  if (!resonate_json_scan (batch, strlen (batch), RESONATE_JSON_DEPTH_TREE, &value, NULL) ||
      resonate_json_get_member (body, "channels", &value))
    return;

  answer = publish (stage, resonate_rest_batch, batch, strlen (batch));
  check_answer (&answer, TRUE);
  g_assert_cmpuint (answer.status, ==, alone->status);
  if (answer.status == 200)
    check_frames (&answer, body);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  ResonateJsonValue body;
  gboolean is_object = resonate_json_scan (text, size, RESONATE_JSON_DEPTH_TREE, &body, NULL) &&
                       body.kind == RESONATE_JSON_OBJECT;
  g_auto (Answer) events = { 0 };
  g_auto (Answer) batch = { 0 };
  Stage stage;

  set_up (&stage);
  events = publish (&stage, resonate_rest_events, text, size);
  check_answer (&events, is_object);
  if (is_object)
    {
      if (events.status == 200)
        check_frames (&events, &body);
      check_batch_of_one (&stage, &body, &events);
    }

  batch = publish (&stage, resonate_rest_batch, text, size);
  check_answer (&batch, is_object);
  for (unsigned int i = 0; i < batch.frames->len; i++)
    (void) read_object (batch.frames->pdata[i]);
  tear_down (&stage);

  return 0;
}
