/* resonate-log.c: what is told to whoever runs the server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-log"

#include "config.h"

#include "resonate-log-private.h"

#include <string.h>

#include "resonate-json-private.h"
#include "resonate-json-writer-private.h"

#define REDACTED "\"[redacted]\""

/* A body of a megabyte would bury the log that it is shown in. */
#define SHOWN_MAX 2048

/* Bodies are shown when the administrator asked for them; the hot path reads one flag. */
static gboolean traffic_shown;

/**
 * resonate_log_set_traffic:
 * @shown: whether to show it
 *
 * Sets whether the servers of this process write what clients send and are sent to the log, at
 * debug level and without signatures, tokens and secrets. It is off at first, and costs nothing
 * then.
 *
 * Since: 1.0
 */
void
resonate_log_set_traffic (gboolean shown)
{
  traffic_shown = shown;
}

/**
 * resonate_log_get_traffic:
 *
 * Gets whether the servers of this process write what clients send and are sent to the log.
 *
 * Returns: %TRUE if they do
 *
 * Since: 1.0
 */
gboolean
resonate_log_get_traffic (void)
{
  return traffic_shown;
}

static gboolean
is_secret (const ResonateJsonValue *name)
{
  static const char *const secrets[] = { "auth",   "channel_data",  "token",     "user_data",
                                         "secret", "shared_secret", "signature", "auth_signature" };

  for (size_t i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      if (resonate_json_string_equals (name, secrets[i]))
        return TRUE;
    }

  return FALSE;
}

static void append_redacted (GString *out, const ResonateJsonValue *value, unsigned int depth);

static void
append_object (GString *out, const ResonateJsonValue *object, unsigned int depth)
{
  ResonateJsonIter iter;
  ResonateJsonValue name, value;

  g_string_append_c (out, '{');
  resonate_json_iter_init (&iter, object);
  while (out->len < SHOWN_MAX && resonate_json_iter_next_member (&iter, &name, &value))
    {
      if (out->str[out->len - 1] != '{')
        g_string_append_c (out, ',');
      g_string_append_len (out, name.text, name.length);
      g_string_append_c (out, ':');
      if (is_secret (&name))
        g_string_append (out, REDACTED);
      else
        append_redacted (out, &value, depth + 1);
    }
  g_string_append_c (out, '}');
}

static void
append_array (GString *out, const ResonateJsonValue *array, unsigned int depth)
{
  ResonateJsonIter iter;
  ResonateJsonValue value;

  g_string_append_c (out, '[');
  resonate_json_iter_init (&iter, array);
  while (out->len < SHOWN_MAX && resonate_json_iter_next_element (&iter, &value))
    {
      if (out->str[out->len - 1] != '[')
        g_string_append_c (out, ',');
      append_redacted (out, &value, depth + 1);
    }
  g_string_append_c (out, ']');
}

static char *
describe_refused (size_t length)
{
  return g_strdup_printf ("[%" G_GSIZE_FORMAT " bytes that are not JSON]", (gsize) length);
}

/* `data` often is JSON in a string, and the secrets are in there: also when it was damaged, so a
 * string that begins like a container is read or not shown. */
static void
append_string (GString *out, const ResonateJsonValue *string, unsigned int depth)
{
  g_autofree char *decoded = NULL;
  g_autofree char *refused = NULL;
  g_autoptr (GString) inner = NULL;
  ResonateJsonValue value;
  size_t length, space;

  decoded = resonate_json_dup_string (string, &length);
  space = strspn (decoded, " \t\r\n");
  if (decoded[space] != '{' && decoded[space] != '[')
    {
      g_string_append_len (out, string->text, string->length);
      return;
    }

  if (!resonate_json_scan (decoded, length, RESONATE_JSON_DEPTH_RELAYED, &value, NULL))
    {
      refused = describe_refused (length);
      resonate_json_append_string (out, refused, -1);
      return;
    }

  inner = g_string_new (NULL);
  append_redacted (inner, &value, depth + 1);
  resonate_json_append_string (out, inner->str, inner->len);
}

static void
append_redacted (GString *out, const ResonateJsonValue *value, unsigned int depth)
{
  /* Nobody reads that deep, and a stack has an end. */
  if (depth > RESONATE_JSON_DEPTH_TREE)
    g_string_append (out, "\"[deep]\"");
  else if (value->kind == RESONATE_JSON_OBJECT)
    append_object (out, value, depth);
  else if (value->kind == RESONATE_JSON_ARRAY)
    append_array (out, value, depth);
  else if (value->kind == RESONATE_JSON_STRING)
    append_string (out, value, depth);
  else
    g_string_append_len (out, value->text, value->length);
}

/*
 * resonate_log_redact:
 *
 * Makes a message fit to be logged: signatures, tokens, secrets and presence data are replaced at
 * any depth, in `data` strings too; what is not JSON is not shown at all; the rest is cut at 2 KiB.
 */
char *
resonate_log_redact (const char *text, size_t length)
{
  g_autoptr (GString) out = NULL;
  ResonateJsonValue value;
  const char *end;

  if (!resonate_json_scan (text, length, RESONATE_JSON_DEPTH_RELAYED, &value, NULL))
    return describe_refused (length);

  out = g_string_new (NULL);
  append_redacted (out, &value, 0);
  if (out->len > SHOWN_MAX)
    {
      g_string_truncate (out, SHOWN_MAX);
      if (!g_utf8_validate_len (out->str, out->len, &end))
        g_string_truncate (out, end - out->str);
      g_string_append (out, "…");
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}
