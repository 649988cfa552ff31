/* fuzz-json.c: whatever the scanner accepts can be walked, decoded and shown
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "base/resonate-json-private.h"
#include "base/resonate-json-writer-private.h"
#include "base/resonate-log-private.h"

static void
check_string (const ResonateJsonValue *string)
{
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  ResonateJsonValue value;
  size_t length, length_again;

  text = resonate_json_dup_string (string, &length);
  g_assert_true (resonate_json_string_equals (string, text) == (strlen (text) == length));

  resonate_json_append_string (json, text, length);
  g_assert_true (resonate_json_scan (json->str, json->len, 0, &value, NULL));
  again = resonate_json_dup_string (&value, &length_again);
  g_assert_cmpmem (text, length, again, length_again);
}

static void
check_member (const ResonateJsonValue *object, const ResonateJsonValue *name)
{
  g_autofree char *text = NULL;
  ResonateJsonValue value;
  size_t length;

  text = resonate_json_dup_string (name, &length);
  if (strlen (text) == length)
    g_assert_true (resonate_json_get_member (object, text, &value));
}

/* Every value lies within its container, and is a document by itself. */
static void
check_value (const ResonateJsonValue *value, unsigned int room)
{
  ResonateJsonIter iter;
  ResonateJsonValue name, inner;

  g_assert_cmpuint (value->length, >, 0);

  if (value->kind == RESONATE_JSON_STRING)
    check_string (value);
  if (value->kind == RESONATE_JSON_NUMBER)
    (void) resonate_json_is_zero (value);
  if (value->kind != RESONATE_JSON_OBJECT && value->kind != RESONATE_JSON_ARRAY)
    return;

  g_assert_cmpuint (room, >, 0);
  resonate_json_iter_init (&iter, value);
  while (value->kind == RESONATE_JSON_OBJECT ? resonate_json_iter_next_member (&iter, &name, &inner)
                                             : resonate_json_iter_next_element (&iter, &inner))
    {
      g_assert_true (inner.text > value->text);
      g_assert_true (inner.text + inner.length < value->text + value->length);
      if (value->kind == RESONATE_JSON_OBJECT)
        {
          check_string (&name);
          check_member (value, &name);
        }
      check_value (&inner, room - 1);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autofree char *shown = NULL;
  g_autofree char *copy = NULL;
  ResonateJsonValue value, again;

  shown = resonate_log_redact (text, size);
  g_assert_true (g_utf8_validate (shown, -1, NULL));

  if (!resonate_json_scan (text, size, RESONATE_JSON_DEPTH_RELAYED, &value, NULL))
    return 0;

  g_assert_true (g_utf8_validate_len (text, size, NULL));
  check_value (&value, RESONATE_JSON_DEPTH_RELAYED);

  copy = resonate_json_dup_text (&value);
  g_assert_true (
    resonate_json_scan (copy, strlen (copy), RESONATE_JSON_DEPTH_RELAYED, &again, NULL));
  g_assert_cmpuint (again.length, ==, value.length);

  return 0;
}
