/* fuzz-message.c: whatever clients say to each other, everybody is sent JSON and nothing is left
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "base/resonate-json-private.h"
#include "fake-clock.h"
#include "recording-gate.h"
#include "test-client.h"

#define N_CLIENTS 3

typedef struct
{
  ResonateApp *app;
  RecordingGate *gate; /* vouches for everybody: a fuzzer does not guess a signature */
  ResonateWheel *wheel;
  ResonateRealm *realm;
  TestClient *clients[N_CLIENTS];
  int64_t now_us;
} Stage;

static void
set_up (Stage *stage)
{
  stage->now_us = 0;
  fake_clock_set (NULL, stage->now_us);
  stage->wheel = resonate_wheel_new ();
  stage->app = resonate_app_new ("app-id", "app-key", "app-secret");
  g_object_set (stage->app, "subscription-count", TRUE, "max-message-size", (guint64) 0, NULL);
  stage->gate = recording_gate_new ();
  recording_gate_set_verdict (stage->gate, RESONATE_STAGE_AUTHENTICATE, RESONATE_VERDICT_HANDLED);
  stage->realm = resonate_realm_new (stage->app, RESONATE_GATE (stage->gate));
  stage->realm->wheel = stage->wheel;
  for (int i = 0; i < N_CLIENTS; i++)
    stage->clients[i] = test_client_open (stage->realm);
}

/* What a client may be sent: JSON, and nested one deeper than what it is relayed from at most. */
static void
check_sent (TestClient *client)
{
  GPtrArray *sent = memory_transport_get_sent (client->transport);

  for (unsigned int i = 0; i < sent->len; i++)
    {
      const char *text = sent->pdata[i];
      g_autoptr (GError) error = NULL;
      ResonateJsonValue value;

      g_assert_true (g_utf8_validate (text, -1, NULL));
      if (g_str_equal (text, "<ping>") ||
          resonate_json_scan (text, strlen (text), RESONATE_JSON_DEPTH_RELAYED, &value, &error))
        continue;
      g_assert_nonnull (strstr (error->message, "too deep"));
    }
}

static void
replace_client (Stage *stage, unsigned int n)
{
  test_client_leave (stage->clients[n]);
  while (recording_gate_is_waiting (stage->gate))
    recording_gate_resume (stage->gate, RESONATE_VERDICT_PASS);
  check_sent (stage->clients[n]);
  test_client_free (stage->clients[n]);
  stage->clients[n] = test_client_open (stage->realm);
}

/* A line is who does it, or a capital for what happens, and then the message. */
static void
perform (Stage *stage, const char *line, size_t length)
{
  unsigned int n = (unsigned char) line[0] % N_CLIENTS;
  g_autoptr (GBytes) message = NULL;

  switch (line[0])
    {
    case 'T':
      stage->now_us += 61 * (int64_t) G_USEC_PER_SEC;
      fake_clock_set (stage->wheel, stage->now_us);
      break;

    case 'W':
      recording_gate_set_verdict (stage->gate, RESONATE_STAGE_PREPARE, RESONATE_VERDICT_WAIT);
      break;

    case 'P':
      recording_gate_set_verdict (stage->gate, RESONATE_STAGE_PREPARE, RESONATE_VERDICT_PASS);
      if (recording_gate_is_waiting (stage->gate))
        recording_gate_resume (stage->gate, RESONATE_VERDICT_PASS);
      break;

    case 'X':
    case 'Y':
    case 'Z':
      replace_client (stage, n);
      break;

    default:
      message = g_bytes_new (line + 1, length - 1);
      memory_transport_inject_message (stage->clients[n]->transport, message, FALSE);
    }
}

static void
tear_down (Stage *stage)
{
  for (int i = 0; i < N_CLIENTS; i++)
    test_client_leave (stage->clients[i]);
  while (recording_gate_is_waiting (stage->gate))
    recording_gate_resume (stage->gate, RESONATE_VERDICT_PASS);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (stage->realm->channels)), ==, 0);
  for (int i = 0; i < N_CLIENTS; i++)
    {
      check_sent (stage->clients[i]);
      test_client_free (stage->clients[i]);
    }

  resonate_realm_free (stage->realm);
  resonate_wheel_free (stage->wheel);
  g_assert_finalize_object (stage->gate);
  g_assert_finalize_object (stage->app);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *at = (const char *) data;
  const char *end = at + size;
  Stage stage = { NULL };

  set_up (&stage);
  while (at < end)
    {
      const char *newline = memchr (at, '\n', end - at);
      size_t length = (newline != NULL ? newline : end) - at;

      if (length > 0)
        perform (&stage, at, length);
      at += length + 1;
    }
  tear_down (&stage);

  return 0;
}
