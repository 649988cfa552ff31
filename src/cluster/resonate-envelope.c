/* resonate-envelope.c: the JSON that nodes exchange
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-envelope"

#include "config.h"

#include "resonate-envelope-private.h"

#include <string.h>

#include "../base/resonate-json-writer-private.h"

#define VERSION        "1"
#define TYPICAL_SIZE   512
#define LARGEST_NUMBER ((uint64_t) 1 << 53) /* what every reader of JSON takes for exact */

static const char *const types[RESONATE_ENVELOPE_N_TYPES] = {
  [RESONATE_ENVELOPE_MESSAGE] = "message",
  [RESONATE_ENVELOPE_TERMINATE] = "terminate",
  [RESONATE_ENVELOPE_METRICS] = "metrics",
  [RESONATE_ENVELOPE_PRESENCE] = "presence",
};

static const struct
{
  const char *name;
  const char *text;
} problems[RESONATE_ENVELOPE_N_PROBLEMS] = {
  [RESONATE_ENVELOPE_TOO_LONG] = { "too-long", "it is too long" },
  [RESONATE_ENVELOPE_NOT_JSON] = { "not-json", "it is not a JSON object" },
  [RESONATE_ENVELOPE_FOREIGN] = { "foreign", "it is of another version, or not one of ours" },
  [RESONATE_ENVELOPE_INCOMPLETE] = { "incomplete", "a member is missing or of the wrong type" },
  [RESONATE_ENVELOPE_UNSIGNED] = { "unsigned", "it is not signed" },
  [RESONATE_ENVELOPE_FORGED] = { "forged", "its signature is not ours" },
  [RESONATE_ENVELOPE_STALE] = { "stale", "it was signed at another time: are the clocks right?" },
  [RESONATE_ENVELOPE_REPLAYED] = { "replayed", "it was here before" },
  [RESONATE_ENVELOPE_CROWDED] = { "crowded", "too many nodes have spoken lately" },
  [RESONATE_ENVELOPE_UNKNOWN_APP] = { "unknown-app", "no application here has that id" },
  [RESONATE_ENVELOPE_MISPLACED] = { "misplaced", "it does not belong on its topic" },
  [RESONATE_ENVELOPE_LATE] = { "late", "it was delivered on this node alone before" },
};

const char *
resonate_envelope_problem_get_name (ResonateEnvelopeProblem problem)
{
  g_return_val_if_fail (problem < RESONATE_ENVELOPE_N_PROBLEMS, NULL);

  return problems[problem].name;
}

const char *
resonate_envelope_problem_explain (ResonateEnvelopeProblem problem)
{
  g_return_val_if_fail (problem < RESONATE_ENVELOPE_N_PROBLEMS, NULL);

  return problems[problem].text;
}

gboolean
resonate_envelope_is_node (const char *node, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isalnum (node[i]) && strchr ("-_.", node[i]) == NULL)
      return FALSE;

  return length > 0 && length <= RESONATE_ENVELOPE_MAX_NODE && memchr (node, '\0', length) == NULL;
}

/* Reads a whole number that is written as nothing but digits. */
static gboolean
take_number (const ResonateJsonValue *value, uint64_t *number)
{
  uint64_t sum = 0;

  if (value->text == NULL || value->kind != RESONATE_JSON_NUMBER)
    return FALSE;

  for (size_t i = 0; i < value->length; i++)
    {
      if (!g_ascii_isdigit (value->text[i]) || sum > LARGEST_NUMBER / 10)
        return FALSE;
      sum = sum * 10 + (uint64_t) (value->text[i] - '0');
    }

  *number = sum;

  return sum <= LARGEST_NUMBER;
}

static gboolean
is_of_kind (const ResonateJsonValue *value, ResonateJsonKind kind)
{
  return value->text != NULL && value->kind == kind;
}

/* What the reference makes has no version, no node and no number; what it says to all nodes is
 * understood as far as nothing has to be signed, and that is for the caller to judge. */
static gboolean
take_sender (ResonateEnvelope *self,
             const ResonateJsonValue *version,
             const ResonateJsonValue *seq,
             const ResonateJsonValue *time,
             ResonateEnvelopeProblem *problem)
{
  uint64_t number = 0;

  *problem = RESONATE_ENVELOPE_FOREIGN;
  if (version->text == NULL)
    {
      self->node = (ResonateJsonValue){ NULL };
      return self->type == RESONATE_ENVELOPE_TERMINATE || self->type == RESONATE_ENVELOPE_METRICS;
    }

  if (version->length != strlen (VERSION) || memcmp (version->text, VERSION, version->length) != 0)
    return FALSE;

  *problem = RESONATE_ENVELOPE_INCOMPLETE;
  if (!is_of_kind (&self->node, RESONATE_JSON_STRING) ||
      !resonate_envelope_is_node (self->node.text + 1, self->node.length - 2))
    return FALSE;

  if (time->text != NULL && !take_number (time, &number))
    return FALSE;
  self->time_us = (int64_t) number;

  return take_number (seq, &self->seq) && self->seq > 0;
}

static gboolean
take_type (ResonateEnvelope *self, const ResonateJsonValue *type)
{
  for (unsigned int i = 0; i < RESONATE_ENVELOPE_N_TYPES; i++)
    if (resonate_json_string_equals (type, types[i]))
      {
        self->type = (ResonateEnvelopeType) i;
        return TRUE;
      }

  return FALSE;
}

/*
 * resonate_envelope_parse:
 * @text: (array length=length): what came from a topic; nothing of it is trusted
 * @problem: (out): on failure, what is wrong
 *
 * Reads an envelope where it lies. Whether it is signed is not looked at.
 */
gboolean
resonate_envelope_parse (ResonateEnvelope *self,
                         const char *text,
                         size_t length,
                         ResonateEnvelopeProblem *problem)
{
  static const char *const names[] = { "v",   "type", "application", "node",
                                       "seq", "time", "payload",     "socket_id" };
  enum
  {
    V,
    TYPE,
    APPLICATION,
    NODE,
    SEQ,
    TIME,
    PAYLOAD,
    SOCKET_ID
  };
  ResonateJsonValue values[G_N_ELEMENTS (names)];
  ResonateJsonValue object;

  *self = (ResonateEnvelope){ 0 };
  *problem = RESONATE_ENVELOPE_TOO_LONG;
  if (length > RESONATE_ENVELOPE_MAX_SIZE)
    return FALSE;

  *problem = RESONATE_ENVELOPE_NOT_JSON;
  if (!resonate_json_scan (text, length, RESONATE_JSON_DEPTH_ENVELOPE, &object, NULL) ||
      object.kind != RESONATE_JSON_OBJECT)
    return FALSE;

  resonate_json_get_members (&object, names, values, G_N_ELEMENTS (names));
  *problem = RESONATE_ENVELOPE_INCOMPLETE;
  if (values[TYPE].text == NULL)
    return FALSE;

  *problem = RESONATE_ENVELOPE_FOREIGN;
  if (!take_type (self, &values[TYPE]))
    return FALSE;

  self->application = values[APPLICATION];
  self->node = values[NODE];
  self->payload = values[PAYLOAD];
  if (is_of_kind (&values[SOCKET_ID], RESONATE_JSON_STRING))
    self->socket_id = values[SOCKET_ID];
  if (!take_sender (self, &values[V], &values[SEQ], &values[TIME], problem))
    return FALSE;

  *problem = RESONATE_ENVELOPE_INCOMPLETE;

  return is_of_kind (&self->application, RESONATE_JSON_STRING) &&
         is_of_kind (&self->payload, RESONATE_JSON_OBJECT) &&
         (values[SOCKET_ID].text == NULL || values[SOCKET_ID].kind == RESONATE_JSON_NULL ||
          values[SOCKET_ID].kind == RESONATE_JSON_STRING);
}

/* Returns the text up to where the payload has to be. */
GString *
resonate_envelope_begin (ResonateEnvelopeType type,
                         const char *application,
                         const char *node,
                         uint64_t seq,
                         int64_t time_us)
{
  GString *text = g_string_sized_new (TYPICAL_SIZE);

  g_assert (resonate_envelope_is_node (node, strlen (node)));
  g_assert (seq > 0 && seq <= LARGEST_NUMBER);

  g_string_append (text, "{\"v\":" VERSION ",\"type\":\"");
  g_string_append (text, types[type]);
  g_string_append (text, "\",\"application\":");
  resonate_json_append_string (text, application, -1);
  g_string_append_printf (text,
                          ",\"node\":\"%s\",\"seq\":%" G_GUINT64_FORMAT
                          ",\"time\":%" G_GINT64_FORMAT ",\"payload\":",
                          node, seq, MAX (time_us, 0));

  return text;
}

/* @socket_id: who is left out, behind the payload */
void
resonate_envelope_append_socket_id (GString *text, const char *socket_id)
{
  g_string_append (text, ",\"socket_id\":");
  resonate_json_append_string (text, socket_id, -1);
}
