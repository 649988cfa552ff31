/* fuzz-cluster-envelope.c: what comes from a topic is read as it is meant, or dropped and counted
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "cluster/resonate-envelope-codec-private.h"

#define TOPIC "resonate:ch:a:room"

static uint64_t
count_all (ResonateEnvelopeCodec *codec)
{
  const ResonateEnvelopeCounters *counters = resonate_envelope_codec_get_counters (codec);
  uint64_t n = counters->read;

  for (unsigned int i = 0; i < RESONATE_ENVELOPE_N_PROBLEMS; i++)
    n += counters->dropped[i];

  return n;
}

/* Every one that is looked at is counted, once. */
static gboolean
read_one (ResonateEnvelopeCodec *codec, GBytes *bytes, ResonateEnvelope *envelope)
{
  uint64_t before = count_all (codec);
  gboolean believed = resonate_envelope_codec_read (codec, TOPIC, bytes, envelope);

  g_assert_cmpuint (count_all (codec), ==, before + 1);

  return believed;
}

static void
check_string (JsonObject *object, const char *name, const ResonateJsonValue *value)
{
  g_autofree char *found = NULL;

  if (value->text == NULL)
    return;

  found = resonate_json_dup_string (value, NULL);
  g_assert_cmpstr (json_object_get_string_member (object, name), ==, found);
}

/* json-glib ends a string at a NUL, so it has nothing to say about a text that could hold one. */
static void
check_tree (const ResonateEnvelope *envelope, const char *text, size_t length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonParser) payload = json_parser_new ();
  JsonObject *object;

  if (g_strstr_len (text, (gssize) length, "\\u0000") != NULL)
    return;

  g_assert_true (json_parser_load_from_data (parser, text, (gssize) length, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  check_string (object, "application", &envelope->application);
  check_string (object, "socket_id", &envelope->socket_id);
  check_string (object, "node", &envelope->node);
  if (envelope->node.text != NULL)
    g_assert_cmpint (json_object_get_int_member (object, "seq"), ==, (gint64) envelope->seq);

  g_assert_true (json_parser_load_from_data (payload, envelope->payload.text,
                                             (gssize) envelope->payload.length, NULL));
  g_assert_true (
    json_node_equal (json_parser_get_root (payload), json_object_get_member (object, "payload")));
}

static void
read_without_secret (GBytes *bytes)
{
  g_autoptr (ResonateEnvelopeCodec) codec = resonate_envelope_codec_new ("reader", NULL);
  ResonateEnvelope envelope;
  size_t length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (read_one (codec, bytes, &envelope))
    check_tree (&envelope, text, length);
}

static GBytes *
wrap (ResonateEnvelopeCodec *codec, const ResonateJsonValue *payload)
{
  GString *text = resonate_envelope_codec_begin (codec, RESONATE_ENVELOPE_MESSAGE, "a");

  g_string_append_len (text, payload->text, (gssize) payload->length);

  return resonate_envelope_codec_end (codec, text, TOPIC, "1.2", NULL);
}

/* What one node signs the other believes once, and never with a byte of it changed. */
static void
exchange (const ResonateJsonValue *payload, ResonateEnvelopeCodec *reader)
{
  g_autoptr (ResonateEnvelopeCodec) writer = resonate_envelope_codec_new ("writer", "secret");
  g_autoptr (GBytes) bytes = wrap (writer, payload);
  g_autoptr (GBytes) forged = NULL;
  ResonateEnvelope envelope;
  size_t length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *changed = g_memdup2 (text, length);

  changed[(size_t) payload->text[payload->length / 2] * 7919 % length] ^= 4;
  forged = g_bytes_new (changed, length);
  g_assert_false (read_one (reader, forged, &envelope));

  g_assert_true (read_one (reader, bytes, &envelope));
  g_assert_cmpmem (envelope.payload.text, envelope.payload.length, payload->text, payload->length);
  g_assert_true (resonate_json_string_equals (&envelope.socket_id, "1.2"));
  g_assert_false (read_one (reader, bytes, &envelope));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ResonateEnvelopeCodec) reader = resonate_envelope_codec_new ("reader", "secret");
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  ResonateEnvelope envelope;
  ResonateJsonValue payload;

  read_without_secret (bytes);

  /* Nobody guesses the signature. */
  g_assert_false (read_one (reader, bytes, &envelope));
  if (resonate_json_scan ((const char *) data, size, RESONATE_JSON_DEPTH_RELAYED, &payload, NULL) &&
      payload.kind == RESONATE_JSON_OBJECT)
    exchange (&payload, reader);

  return 0;
}
