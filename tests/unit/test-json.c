/* test-json.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <json-glib/json-glib.h>

#include "base/resonate-json-private.h"
#include "base/resonate-json-writer-private.h"

static ResonateJsonValue
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ResonateJsonValue value;

  resonate_json_scan (text, strlen (text), RESONATE_JSON_DEPTH_RELAYED, &value, &error);
  g_assert_no_error (error);

  return value;
}

static void
assert_text (const ResonateJsonValue *value, const char *text)
{
  g_assert_cmpmem (value->text, value->length, text, strlen (text));
}

/* What a walk meets, value by value. */
static void
walk (GString *out, const ResonateJsonValue *value)
{
  ResonateJsonIter iter;
  ResonateJsonValue name, inner;
  gboolean first = TRUE;

  if (value->kind != RESONATE_JSON_OBJECT && value->kind != RESONATE_JSON_ARRAY)
    {
      g_string_append_len (out, value->text, value->length);
      return;
    }

  g_string_append_c (out, value->kind == RESONATE_JSON_OBJECT ? '{' : '[');
  resonate_json_iter_init (&iter, value);
  while (value->kind == RESONATE_JSON_OBJECT ? resonate_json_iter_next_member (&iter, &name, &inner)
                                             : resonate_json_iter_next_element (&iter, &inner))
    {
      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      if (value->kind == RESONATE_JSON_OBJECT)
        {
          g_assert_cmpint (name.kind, ==, RESONATE_JSON_STRING);
          g_string_append_len (out, name.text, name.length);
          g_string_append_c (out, ':');
        }
      walk (out, &inner);
    }
  g_string_append_c (out, value->kind == RESONATE_JSON_OBJECT ? '}' : ']');
  g_assert_true (first == resonate_json_is_empty (value));
}

static void
test_json_walk (void)
{
  static const struct
  {
    const char *text, *met;
  } cases[] = {
    { "{}", "{}" },
    { " [ ] ", "[]" },
    { "\t[ 1 , 2.50 ,-3e7\n]", "[1,2.50,-3e7]" },
    { "{ \"a\" : true , \"b\":[ false,null ] }", "{\"a\":true,\"b\":[false,null]}" },
    { "[\"]\",\"}\",\"\\\"]\",\"\\\\\"]", "[\"]\",\"}\",\"\\\"]\",\"\\\\\"]" },
    { "{\"}\":{\"]\":[\"{\"]}}", "{\"}\":{\"]\":[\"{\"]}}" },
    { "[[[[]]],[{}],{\"\":{}}]", "[[[[]]],[{}],{\"\":{}}]" },
    { "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}" },
    { "5", "5" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateJsonValue value = parse (cases[i].text);
      g_autoptr (GString) met = g_string_new (NULL);

      walk (met, &value);
      g_assert_cmpstr (met->str, ==, cases[i].met);
    }
}

static void
test_json_get_member (void)
{
  ResonateJsonValue object = parse (
    "{\"a\":1,\"b\":{\"c\":2},\"\\u0061\\/\":3,\"a\\u0000\":4,\"\":5}");
  ResonateJsonValue array = parse ("[\"a\"]");
  ResonateJsonValue value = { NULL };

  g_assert_true (resonate_json_get_member (&object, "a", &value));
  assert_text (&value, "1");
  g_assert_true (resonate_json_get_member (&object, "b", &value));
  assert_text (&value, "{\"c\":2}");
  g_assert_true (resonate_json_get_member (&value, "c", &value));
  assert_text (&value, "2");
  g_assert_true (resonate_json_get_member (&object, "a/", &value));
  assert_text (&value, "3");
  g_assert_true (resonate_json_get_member (&object, "", &value));
  assert_text (&value, "5");

  value.kind = RESONATE_JSON_NULL;
  g_assert_false (resonate_json_get_member (&object, "c", &value));
  g_assert_false (resonate_json_get_member (&object, "A", &value));
  g_assert_false (resonate_json_get_member (&array, "a", &value));
  g_assert_cmpint (value.kind, ==, RESONATE_JSON_NULL);
}

static void
test_json_last_member_wins (void)
{
  ResonateJsonValue object = parse ("{\"a\":1,\"b\":2,\"\\u0061\":3,\"A\":4}");
  ResonateJsonValue value;

  g_assert_true (resonate_json_get_member (&object, "a", &value));
  assert_text (&value, "3");
}

static void
test_json_string_equals (void)
{
  static const struct
  {
    const char *json, *text;
    gboolean equal;
  } cases[] = {
    { "\"auth\"", "auth", TRUE },
    { "\"\\u0061uth\"", "auth", TRUE },
    { "\"\"", "", TRUE },
    { "\"é\"", "é", TRUE },
    { "\"\\u00e9\"", "é", TRUE },
    { "\"\\u00E9\"", "é", TRUE },
    { "\"\\ud83d\\ude00\"", "😀", TRUE },
    { "\"auth\\u0000\"", "auth", FALSE },
    { "\"\\u0000\"", "", FALSE },
    { "\"aut\"", "auth", FALSE },
    { "\"authx\"", "auth", FALSE },
    { "\"Auth\"", "auth", FALSE },
    { "5", "5", FALSE },
    { "null", "null", FALSE },
    { "[\"a\"]", "a", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateJsonValue value = parse (cases[i].json);

      g_test_message ("%s", cases[i].json);
      g_assert_true (resonate_json_string_equals (&value, cases[i].text) == cases[i].equal);
    }
}

static void
test_json_dup_string (void)
{
  static const struct
  {
    const char *json, *bytes;
    size_t length;
  } cases[] = {
    { "\"\"", "", 0 },
    { "\"plain\"", "plain", 5 },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8 },
    { "\"\\\\u0041\"", "\\u0041", 6 },
    { "\"a\\u0000b\"", "a\0b", 3 },
    { "\"\\u0000\\u0000\"", "\0\0", 2 },
    { "\"\\u007f\\u0080\"", "\x7f\xc2\x80", 3 },
    { "\"\\u07ff\\u0800\"", "\xdf\xbf\xe0\xa0\x80", 5 },
    { "\"\\ud7ff\\ue000\\uffff\"", "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 9 },
    { "\"\\ud800\\udc00\"", "\xf0\x90\x80\x80", 4 },
    { "\"\\udbff\\udfff!\"", "\xf4\x8f\xbf\xbf!", 5 },
    { "\"é😀\\u00e9\"", "é😀é", 8 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateJsonValue value = parse (cases[i].json);
      g_autofree char *text = NULL;
      size_t length = 99;

      g_test_message ("%s", cases[i].json);
      text = resonate_json_dup_string (&value, &length);
      g_assert_cmpmem (text, length, cases[i].bytes, cases[i].length);
      g_assert_cmpint (text[length], ==, '\0');
    }
}

static void
test_json_dup_c_string (void)
{
  static const struct
  {
    const char *json, *text;
  } cases[] = {
    { "\"\"", "" },
    { "\"plain\"", "plain" },
    { "\"\\\\u0000\"", "\\u0000" },
    { "\"\\u00000\"", NULL },
    { "\"\\\\\\u0000\"", NULL },
    { "\"\\u0001\\n\\u000a\"", "\x01\n\n" },
    { "\"a\\u0000\"", NULL },
    { "5", NULL },
    { "null", NULL },
  };

  g_test_summary ("A string with a NUL is none that C could use");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateJsonValue value = parse (cases[i].json);
      g_autofree char *text = resonate_json_dup_c_string (&value);

      g_assert_cmpstr (text, ==, cases[i].text);
      if (value.kind == RESONATE_JSON_STRING)
        g_assert_true (resonate_json_string_has_nul (&value) == (cases[i].text == NULL));
    }
}

static void
test_json_dup_text (void)
{
  ResonateJsonValue object = parse ("{\"data\": { \"a\" : 1.0 } }");
  ResonateJsonValue data;
  g_autofree char *text = NULL;

  g_test_summary ("A client's JSON travels as the text it sent");

  g_assert_true (resonate_json_get_member (&object, "data", &data));
  text = resonate_json_dup_text (&data);
  g_assert_cmpstr (text, ==, "{ \"a\" : 1.0 }");
}

static void
test_json_is_zero (void)
{
  static const struct
  {
    const char *json;
    gboolean zero;
  } cases[] = {
    { "0", TRUE },       { "-0", TRUE },       { "0.00", TRUE },  { "0e7", TRUE },
    { "-0.0E-9", TRUE }, { "1", FALSE },       { "10", FALSE },   { "-1", FALSE },
    { "0.1", FALSE },    { "0.001e3", FALSE }, { "1e-3", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateJsonValue value = parse (cases[i].json);

      g_test_message ("%s", cases[i].json);
      g_assert_true (resonate_json_is_zero (&value) == cases[i].zero);
    }
}

static const char *const atoms[] = {
  "0",          "-0",
  "7",          "-12.5",
  "1e25",       "12345678901234567890",
  "null",       "true",
  "false",      "\"\"",
  "\"a\"",      "\"\\ud83d\\ude00\"",
  "\"é\\\\\"",  "\"\\u0000 x\"",
  "\"[{,:}]\"", "\"\\\"\\/\\n\"",
  "\"😀\"",      "\"\\u00e9\"",
};

static void
generate (GString *out, GRand *rand, unsigned int depth)
{
  static const char *const spaces[] = { "", "", "", " ", "\n\t", " \r " };
  unsigned int shape = g_rand_int_range (rand, 0, depth > 6 ? 2 : 5);
  unsigned int n = g_rand_int_range (rand, 0, 4);

#define space()    g_string_append (out, spaces[g_rand_int_range (rand, 0, G_N_ELEMENTS (spaces))])
#define atom(from) g_string_append (out, atoms[g_rand_int_range (rand, from, G_N_ELEMENTS (atoms))])

  space ();
  if (shape < 2)
    atom (0);
  else
    {
      g_string_append_c (out, shape == 2 ? '[' : '{');
      space ();
      for (unsigned int i = 0; i < n; i++)
        {
          if (shape != 2)
            {
              space ();
              atom (9);
              space ();
              g_string_append_c (out, ':');
            }
          generate (out, rand, depth + 1);
          if (i + 1 < n)
            g_string_append_c (out, ',');
        }
      g_string_append_c (out, shape == 2 ? ']' : '}');
    }
  space ();

#undef atom
#undef space
}

/* json-glib reads all that we accept, and then sees the same as we do in what we walked. */
static void
assert_like_json_glib (const char *text, size_t length, const ResonateJsonValue *value)
{
  g_autoptr (JsonParser) theirs = json_parser_new_immutable ();
  g_autoptr (JsonParser) ours = json_parser_new_immutable ();
  g_autoptr (GString) met = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  walk (met, value);
  json_parser_load_from_data (theirs, text, length, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (ours, met->str, met->len, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_equal (json_parser_get_root (theirs), json_parser_get_root (ours)));
}

static void
test_json_generated (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (unsigned int i = 0; i < 400; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      ResonateJsonValue value;

      generate (text, rand, 0);
      value = parse (text->str);
      assert_like_json_glib (text->str, text->len, &value);
    }
}

static void
test_json_mutated (void)
{
  static const char bytes[] = "\"\\{}[]:,0-e.u tn\x01\x80\xc3";
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  g_test_summary ("Of a text that was damaged, either all can be walked or nothing is accepted");

  for (unsigned int i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) met = g_string_new (NULL);
      g_autofree char *block = NULL;
      ResonateJsonValue value;
      gssize at;

      generate (text, rand, 3);
      at = g_rand_int_range (rand, 0, text->len);
      if (i % 3 == 0)
        g_string_truncate (text, at);
      else if (i % 3 == 1)
        g_string_erase (text, at, 1);
      else
        text->str[at] = bytes[g_rand_int_range (rand, 0, sizeof bytes)];

      block = g_memdup2 (text->str, text->len);
      if (block == NULL ||
          !resonate_json_scan (block, text->len, RESONATE_JSON_DEPTH_RELAYED, &value, NULL))
        continue;

      g_assert_true (g_utf8_validate_len (block, text->len, NULL));
      walk (met, &value);
      g_assert_true (
        resonate_json_scan (met->str, met->len, RESONATE_JSON_DEPTH_RELAYED, &value, NULL));
    }
}

/* What is written is read back, whatever it was. */
static void
test_json_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());

  for (unsigned int i = 0; i < 2000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) json = g_string_new (NULL);
      g_autofree char *back = NULL;
      ResonateJsonValue value;
      size_t length;

      for (int n = g_rand_int_range (rand, 0, 20); n > 0; n--)
        {
          gunichar c = g_rand_int_range (rand, 0, 2) ? g_rand_int_range (rand, 0, 0x110000)
                                                     : g_rand_int_range (rand, 0, 0x100);

          if (c == 0)
            g_string_append_c (text, '\0');
          else if (g_unichar_validate (c))
            g_string_append_unichar (text, c);
        }

      resonate_json_append_string (json, text->str, text->len);
      value = parse (json->str);
      back = resonate_json_dup_string (&value, &length);
      g_assert_cmpmem (back, length, text->str, text->len);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/walk", test_json_walk);
  g_test_add_func ("/json/get-member", test_json_get_member);
  g_test_add_func ("/json/last-member-wins", test_json_last_member_wins);
  g_test_add_func ("/json/string-equals", test_json_string_equals);
  g_test_add_func ("/json/dup-string", test_json_dup_string);
  g_test_add_func ("/json/dup-c-string", test_json_dup_c_string);
  g_test_add_func ("/json/dup-text", test_json_dup_text);
  g_test_add_func ("/json/is-zero", test_json_is_zero);
  g_test_add_func ("/json/generated", test_json_generated);
  g_test_add_func ("/json/mutated", test_json_mutated);
  g_test_add_func ("/json/round-trip", test_json_round_trip);

  return g_test_run ();
}
