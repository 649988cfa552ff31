/* test-json-writer.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <glib.h>

#include "base/resonate-json-writer-private.h"

/* What PHP's json_encode () writes for the same string. */
static void
test_json_writer_string (void)
{
  static const struct
  {
    const char *text;
    gssize length;
    const char *json;
  } cases[] = {
    { "", -1, "\"\"" },
    { "plain", -1, "\"plain\"" },
    { "a/b//", -1, "\"a\\/b\\/\\/\"" },
    { "\"\\", -1, "\"\\\"\\\\\"" },
    { "\b\t\n\f\r", -1, "\"\\b\\t\\n\\f\\r\"" },
    { "\x01\x07\x0b\x0e\x1b\x1f", -1, "\"\\u0001\\u0007\\u000b\\u000e\\u001b\\u001f\"" },
    { "a\0b", 3, "\"a\\u0000b\"" },
    { "\0", 1, "\"\\u0000\"" },
    { "<>&'\x7f", -1, "\"<>&'\x7f\"" },
    { "é", -1, "\"\\u00e9\"" },
    { "\xc2\x80", -1, "\"\\u0080\"" },
    { "ÿĀ€", -1, "\"\\u00ff\\u0100\\u20ac\"" },
    { "\xe2\x80\xa8\xe2\x80\xa9", -1, "\"\\u2028\\u2029\"" },
    { "\xef\xbf\xbf", -1, "\"\\uffff\"" },
    { "\xf0\x90\x80\x80", -1, "\"\\ud800\\udc00\"" },
    { "😀", -1, "\"\\ud83d\\ude00\"" },
    { "\xf4\x8f\xbf\xbf", -1, "\"\\udbff\\udfff\"" },
    { "aéb/c😀d", -1, "\"a\\u00e9b\\/c\\ud83d\\ude00d\"" },
    { "App\\Events\\TestEvent", -1, "\"App\\\\Events\\\\TestEvent\"" },
    { "cut here", 3, "\"cut\"" },
    { "nothing", 0, "\"\"" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      g_test_message ("%s", cases[i].json);
      resonate_json_append_string (out, cases[i].text, cases[i].length);
      g_assert_cmpstr (out->str, ==, cases[i].json);
    }
}

static void
test_json_writer_every_ascii (void)
{
  g_test_summary ("Of ASCII, 34 characters and three marks are escaped and no other");

  for (char c = 0; c >= 0; c++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      gboolean escaped;

      resonate_json_append_string (out, &c, 1);
      escaped = out->str[1] == '\\';
      g_assert_true (escaped == (c < 0x20 || c == '"' || c == '\\' || c == '/'));
      g_assert_true (escaped || (out->len == 3 && out->str[1] == c));
      if (c == G_MAXINT8)
        break;
    }
}

static void
test_json_writer_every_byte_at_every_place (void)
{
  g_test_summary (
    "Bytes that are no UTF-8 become something, but never more than was made room for");

  for (unsigned int byte = 0; byte < 256; byte++)
    {
      for (size_t place = 0; place < 20; place++)
        {
          char text[] = "aaaaaaaaaaaaaaaaaaaa";
          g_autoptr (GString) whole = g_string_new (NULL);
          g_autoptr (GString) alone = g_string_new (NULL);
          g_autofree char *joined = NULL;

          text[place] = (char) byte;
          resonate_json_append_string (whole, text, 20);
          g_assert_cmpuint (strlen (whole->str), ==, whole->len);
          if (byte >= 0x80)
            continue;

          resonate_json_append_string (alone, text + place, 1);
          joined = g_strdup_printf ("\"%.*s%.*s%s\"", (int) place, text, (int) alone->len - 2,
                                    alone->str + 1, text + place + 1);
          g_assert_cmpstr (whole->str, ==, joined);
        }
    }
}

static void
test_json_writer_double (void)
{
  g_autoptr (GString) inner = g_string_new ("{");
  g_autoptr (GString) outer = g_string_new (NULL);

  g_test_summary ("The data of a frame is encoded twice");

  resonate_json_append_name (inner, "name");
  resonate_json_append_string (inner, "Joe/é", -1);
  g_string_append_c (inner, '}');
  g_assert_cmpstr (inner->str, ==, "{\"name\":\"Joe\\/\\u00e9\"}");

  resonate_json_append_string (outer, inner->str, inner->len);
  g_assert_cmpstr (outer->str, ==, "\"{\\\"name\\\":\\\"Joe\\\\\\/\\\\u00e9\\\"}\"");
}

static void
test_json_writer_name (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_test_summary ("Names bring their comma, except the first of an object");

  g_string_append_c (out, '{');
  resonate_json_append_name (out, "a");
  g_string_append (out, "1");
  resonate_json_append_name (out, "b/");
  g_string_append_c (out, '{');
  resonate_json_append_name (out, "");
  resonate_json_append_string (out, "{", -1);
  resonate_json_append_name (out, "d");
  g_string_append (out, "[]}");
  resonate_json_append_name (out, "e");
  g_string_append (out, "{}}");

  g_assert_cmpstr (out->str, ==, "{\"a\":1,\"b\\/\":{\"\":\"{\",\"d\":[]},\"e\":{}}");
}

static void
test_json_writer_error (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  resonate_json_append_error (out, "No matching application for ID [a/\"é].");
  g_assert_cmpstr (out->str, ==,
                   "{\"error\":\"No matching application for ID [a\\/\\\"\\u00e9].\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-writer/string", test_json_writer_string);
  g_test_add_func ("/json-writer/every-ascii", test_json_writer_every_ascii);
  g_test_add_func ("/json-writer/every-byte-at-every-place",
                   test_json_writer_every_byte_at_every_place);
  g_test_add_func ("/json-writer/double", test_json_writer_double);
  g_test_add_func ("/json-writer/name", test_json_writer_name);
  g_test_add_func ("/json-writer/error", test_json_writer_error);

  return g_test_run ();
}
