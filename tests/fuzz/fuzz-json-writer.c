/* fuzz-json-writer.c: what is written is what PHP would write, and is read as the same again
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "base/resonate-json-private.h"
#include "base/resonate-json-writer-private.h"
#include "fuzz-input.h"

/* The longest that a byte of UTF-8 becomes: a control character. */
#define LONGEST_ESCAPE 6

static void
append_unit (GString *out, gunichar2 unit)
{
  static const char marks[] = "\"\\/\b\f\n\r\t";
  static const char names[] = "\"\\/bfnrt";
  const char *mark = unit != 0 && unit < 0x80 ? strchr (marks, unit) : NULL;

  if (mark != NULL)
    g_string_append_printf (out, "\\%c", names[mark - marks]);
  else if (unit >= ' ' && unit < 0x80)
    g_string_append_c (out, (char) unit);
  else
    g_string_append_printf (out, "\\u%04x", unit);
}

/* The other way to say what PHP does: every unit of UTF-16 by itself. */
static char *
dup_by_units (const char *text, size_t length)
{
  GString *out = g_string_new ("\"");
  const char *end = text + length;

  while (text < end)
    {
      size_t piece = strnlen (text, (size_t) (end - text));
      glong n_units;
      g_autofree gunichar2 *units = g_utf8_to_utf16 (text, (glong) piece, NULL, &n_units, NULL);

      for (glong i = 0; i < n_units; i++)
        append_unit (out, units[i]);
      text += piece;
      if (text < end)
        {
          append_unit (out, 0);
          text++;
        }
    }
  g_string_append_c (out, '"');

  return g_string_free (out, FALSE);
}

static void
check_string (const char *text, size_t length)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *expected = dup_by_units (text, length);
  g_autofree char *read = NULL;
  ResonateJsonValue value;
  size_t read_length;

  resonate_json_append_string (out, text, (gssize) length);
  g_assert_cmpstr (out->str, ==, expected);
  g_assert_cmpuint (out->len, <=, 2 + LONGEST_ESCAPE * length);
  for (size_t i = 0; i < out->len; i++)
    g_assert_true ((guint8) out->str[i] >= ' ' && (guint8) out->str[i] < 0x80);

  g_assert_true (resonate_json_scan (out->str, out->len, 0, &value, NULL));
  g_assert_cmpint (value.kind, ==, RESONATE_JSON_STRING);
  g_assert_cmpuint (value.length, ==, out->len);
  read = resonate_json_dup_string (&value, &read_length);
  g_assert_cmpmem (read, read_length, text, length);
}

/* A text that is cut between two characters is written as its halves are. */
static void
check_halves (const char *text, size_t length)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  size_t at = length / 2;

  while (at < length && (text[at] & 0xc0) == 0x80)
    at++;

  resonate_json_append_string (whole, text, (gssize) length);
  resonate_json_append_string (first, text, (gssize) at);
  resonate_json_append_string (second, text + at, (gssize) (length - at));

  g_string_truncate (first, first->len - 1);
  g_string_append (first, second->str + 1);
  g_assert_cmpstr (first->str, ==, whole->str);
}

static void
append_name (GString *out, const ResonateJsonValue *name)
{
  size_t length;
  g_autofree char *text = resonate_json_dup_string (name, &length);

  if (strlen (text) == length)
    {
      resonate_json_append_name (out, text);
      return;
    }

  /* No name of ours holds a NUL, so the writer has no call for one. */
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  resonate_json_append_string (out, text, (gssize) length);
  g_string_append_c (out, ':');
}

static void
append_value (GString *out, const ResonateJsonValue *value)
{
  gboolean is_object = value->kind == RESONATE_JSON_OBJECT;
  ResonateJsonIter iter;
  ResonateJsonValue name, inner;

  if (value->kind == RESONATE_JSON_STRING)
    {
      size_t length;
      g_autofree char *text = resonate_json_dup_string (value, &length);

      resonate_json_append_string (out, text, (gssize) length);
      return;
    }

  if (!is_object && value->kind != RESONATE_JSON_ARRAY)
    {
      g_string_append_len (out, value->text, (gssize) value->length);
      return;
    }

  g_string_append_c (out, is_object ? '{' : '[');
  resonate_json_iter_init (&iter, value);
  while (is_object ? resonate_json_iter_next_member (&iter, &name, &inner)
                   : resonate_json_iter_next_element (&iter, &inner))
    {
      if (is_object)
        append_name (out, &name);
      else if (out->str[out->len - 1] != '[')
        g_string_append_c (out, ',');
      append_value (out, &inner);
    }
  g_string_append_c (out, is_object ? '}' : ']');
}

static void
assert_same (const ResonateJsonValue *one, const ResonateJsonValue *two)
{
  gboolean is_object = one->kind == RESONATE_JSON_OBJECT;
  ResonateJsonIter iter_one, iter_two;
  ResonateJsonValue name_one, name_two, inner_one, inner_two;

  g_assert_cmpint (one->kind, ==, two->kind);
  if (one->kind == RESONATE_JSON_STRING)
    {
      size_t length_one, length_two;
      g_autofree char *text_one = resonate_json_dup_string (one, &length_one);
      g_autofree char *text_two = resonate_json_dup_string (two, &length_two);

      g_assert_cmpmem (text_one, length_one, text_two, length_two);
      return;
    }
  if (!is_object && one->kind != RESONATE_JSON_ARRAY)
    {
      g_assert_cmpmem (one->text, one->length, two->text, two->length);
      return;
    }

  resonate_json_iter_init (&iter_one, one);
  resonate_json_iter_init (&iter_two, two);
  while (is_object ? resonate_json_iter_next_member (&iter_one, &name_one, &inner_one)
                   : resonate_json_iter_next_element (&iter_one, &inner_one))
    {
      g_assert_true (is_object ? resonate_json_iter_next_member (&iter_two, &name_two, &inner_two)
                               : resonate_json_iter_next_element (&iter_two, &inner_two));
      if (is_object)
        assert_same (&name_one, &name_two);
      assert_same (&inner_one, &inner_two);
    }
  g_assert_true (iter_two.at >= iter_two.end);
}

/* A document that is read, written, read and written is the same from the first time on. */
static void
check_document (const char *text, size_t length)
{
  g_autoptr (GString) written = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  ResonateJsonValue value, read;

  if (!resonate_json_scan (text, length, RESONATE_JSON_DEPTH_RELAYED, &value, NULL))
    return;

  append_value (written, &value);
  g_assert_true (
    resonate_json_scan (written->str, written->len, RESONATE_JSON_DEPTH_RELAYED, &read, NULL));
  assert_same (&value, &read);

  append_value (again, &read);
  g_assert_cmpmem (again->str, again->len, written->str, written->len);
}

static void
check_error (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ResonateJsonValue body, message;

  resonate_json_append_error (out, text);
  g_assert_true (resonate_json_scan (out->str, out->len, 1, &body, NULL));
  g_assert_true (resonate_json_get_member (&body, "error", &message));
  g_assert_true (resonate_json_string_equals (&message, text));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  size_t length;
  g_autofree char *text = fuzz_input_dup_text (data, size, &length);

  check_string (text, length);
  check_halves (text, length);
  check_document ((const char *) data, size);
  check_error (text);

  return 0;
}
