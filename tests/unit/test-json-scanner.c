/* test-json-scanner.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "base/resonate-error.h"
#include "base/resonate-json-private.h"

/* A scanner that reads one byte too far is seen by the address sanitizer and by valgrind, because
 * what it is given lies in a block of exactly its size. */
static gboolean
scan (
  const char *text, size_t length, unsigned int max_depth, ResonateJsonValue *value, GError **error)
{
  g_autofree char *block = g_memdup2 (text, length);
  ResonateJsonValue found;
  gboolean ok;

  ok = resonate_json_scan (block, length, max_depth, &found, error);
  if (ok && value != NULL)
    {
      value->text = text + (found.text - block);
      value->length = found.length;
      value->kind = found.kind;
    }

  return ok;
}

static void
test_json_scanner_accepts (void)
{
  static const struct
  {
    const char *text;
    const char *document; /* without the white space around it */
    ResonateJsonKind kind;
  } cases[] = {
    { "null", "null", RESONATE_JSON_NULL },
    { "true", "true", RESONATE_JSON_TRUE },
    { "false", "false", RESONATE_JSON_FALSE },
    { "0", "0", RESONATE_JSON_NUMBER },
    { "-0", "-0", RESONATE_JSON_NUMBER },
    { "1.0", "1.0", RESONATE_JSON_NUMBER },
    { "1E2", "1E2", RESONATE_JSON_NUMBER },
    { "0e+7", "0e+7", RESONATE_JSON_NUMBER },
    { "-12.50e-3", "-12.50e-3", RESONATE_JSON_NUMBER },
    { "12345678901234567890", "12345678901234567890", RESONATE_JSON_NUMBER },
    { "\"\"", "\"\"", RESONATE_JSON_STRING },
    { "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", RESONATE_JSON_STRING },
    { "\"\\u0000\\uABCD\\uabcd\"", "\"\\u0000\\uABCD\\uabcd\"", RESONATE_JSON_STRING },
    { "\"\\ud83d\\uDE00\"", "\"\\ud83d\\uDE00\"", RESONATE_JSON_STRING },
    { "\"é€😀\x7f\"", "\"é€😀\x7f\"", RESONATE_JSON_STRING },
    { "\"\xf4\x8f\xbf\xbf\"", "\"\xf4\x8f\xbf\xbf\"", RESONATE_JSON_STRING },
    { "[]", "[]", RESONATE_JSON_ARRAY },
    { "{}", "{}", RESONATE_JSON_OBJECT },
    { " \t\r\n{} \t\r\n", "{}", RESONATE_JSON_OBJECT },
    { "[ 1 , [ ] , { } ]", "[ 1 , [ ] , { } ]", RESONATE_JSON_ARRAY },
    { "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}", RESONATE_JSON_OBJECT },
    { " { \"a\" : { \"\" : [ null ] } } ", "{ \"a\" : { \"\" : [ null ] } }",
      RESONATE_JSON_OBJECT },
    { "[[[]],{\"a\":[{}]}]", "[[[]],{\"a\":[{}]}]", RESONATE_JSON_ARRAY },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      ResonateJsonValue value = { NULL };

      g_test_message ("%s", cases[i].text);
      scan (cases[i].text, strlen (cases[i].text), RESONATE_JSON_DEPTH_RELAYED, &value, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (value.text, value.length, cases[i].document, strlen (cases[i].document));
      g_assert_cmpint (value.kind, ==, cases[i].kind);
    }
}

static void
assert_refuses (const char *text, size_t length, const char *problem, size_t byte)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  g_autofree char *start = g_strndup (text, MIN (length, 60));
  g_autofree char *shown = g_strescape (start, NULL);

  g_test_message ("%s", shown);
  message = g_strdup_printf ("Not JSON: %s at byte %" G_GSIZE_FORMAT, problem, byte);
  g_assert_false (scan (text, length, RESONATE_JSON_DEPTH_RELAYED, NULL, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX);
  g_assert_cmpstr (error->message, ==, message);
}

/* Every refusal, and the byte it names: that number is what a client is told. */
static const struct
{
  const char *text;
  const char *problem;
  size_t byte;
} refused[] = {
  { "", "the end of the text", 0 },
  { " \n", "the end of the text", 2 },
  { "Hi", "no value", 0 },
  { "\xef\xbb\xbf{}", "no value", 0 },
  { "\v1", "no value", 0 },
  { "nul", "no value", 0 },
  { "True", "no value", 0 },
  { "NaN", "no value", 0 },
  { "-Infinity", "no value", 1 },
  { "undefined", "no value", 0 },
  { "nullx", "something after the end of the document", 4 },
  { "{} {}", "something after the end of the document", 3 },
  { "{},", "something after the end of the document", 2 },
  { "1 2", "something after the end of the document", 2 },
  { "+1", "no value", 0 },
  { "-", "no value", 1 },
  { ".5", "no value", 0 },
  { "1.", "no value", 2 },
  { "1.e5", "no value", 2 },
  { "1e", "no value", 2 },
  { "1e+", "no value", 3 },
  { "01", "something after the end of the document", 1 },
  { "-01", "something after the end of the document", 2 },
  { "0x10", "something after the end of the document", 1 },
  { "[1,]", "no value", 3 },
  { "[,1]", "no value", 1 },
  { "[1 2]", "neither a comma nor the end of the container", 3 },
  { "[1", "the end of the text", 2 },
  { "[", "the end of the text", 1 },
  { "]", "no value", 0 },
  { "[1}", "neither a comma nor the end of the container", 2 },
  { "[01]", "neither a comma nor the end of the container", 2 },
  { "{\"a\":1]", "neither a comma nor the end of the container", 6 },
  { "{", "no member name", 1 },
  { "}", "no value", 0 },
  { "{\"a\":1,}", "no member name", 7 },
  { "{,}", "no member name", 1 },
  { "{'a':1}", "no member name", 1 },
  { "{a:1}", "no member name", 1 },
  { "{1:1}", "no member name", 1 },
  { "{\"a\" 1}", "no colon after a member name", 5 },
  { "{\"a\"}", "no colon after a member name", 4 },
  { "{\"a\":}", "no value", 5 },
  { "{\"a\":1 \"b\":2}", "neither a comma nor the end of the container", 7 },
  { "{\"event\":\"pusher:ping\"", "the end of the text", 22 },
  { "'a'", "no value", 0 },
  { "// c\n1", "no value", 0 },
  { "\"a", "an unfinished string", 2 },
  { "\"", "an unfinished string", 1 },
  { "\"\\", "an unfinished escape", 2 },
  { "\"\\x41\"", "an unknown escape", 2 },
  { "\"\\'\"", "an unknown escape", 2 },
  { "\"\\u12\"", "an unfinished \\u escape", 3 },
  { "\"\\u12g4\"", "a \\u escape without four hexadecimal digits", 3 },
  { "\"\\u 123\"", "a \\u escape without four hexadecimal digits", 3 },
  { "\"\\ud800\"", "a lone surrogate", 7 },
  { "\"\\udc00\"", "a lone surrogate", 7 },
  { "\"\\ud800\\n\"", "a lone surrogate", 7 },
  { "\"\\ud800\\ud800\"", "a lone surrogate", 13 },
  { "\"\\ud800\\u0041\"", "a lone surrogate", 13 },
  { "\"\\ud800\\u00", "an unfinished \\u escape", 9 },
  { "\"a\tb\"", "a control character in a string", 2 },
  { "\"\x1f\"", "a control character in a string", 1 },
  { "\"a\nb\"", "a control character in a string", 2 },
};

static void
test_json_scanner_refuses (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_refuses (refused[i].text, strlen (refused[i].text), refused[i].problem, refused[i].byte);
}

static void
test_json_scanner_refuses_what_is_not_utf8 (void)
{
  static const struct
  {
    const char *text;
    size_t byte;
  } cases[] = {
    { "\"\x80\"", 1 },                         /* a continuation without a start */
    { "\"a\xff\"", 2 },                        /* never in UTF-8 */
    { "\"\xc3\"", 1 },                         /* cut short by the quote */
    { "\"\xe2\x82", 1 },                       /* cut short by the end */
    { "\"\xc0\xaf\"", 1 },                     /* overlong */
    { "\"\xe0\x80\xaf\"", 1 },                 /* overlong */
    { "\"\xed\xa0\x80\"", 1 },                 /* a surrogate */
    { "\"\xf4\x90\x80\x80\"", 1 },             /* above U+10FFFF */
    { "\"\xf8\x88\x80\x80\x80\"", 1 },         /* five bytes */
    { "{\"\xc3\xa9\":\"\xc3\xa9\xc3(\"}", 9 }, /* a good one before it */
    { "{\"a\\n\xff\":1}", 5 },                 /* in a name, behind an escape */
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refuses (cases[i].text, strlen (cases[i].text), "bytes that are not UTF-8",
                    cases[i].byte);

  assert_refuses ("\xc3\xa9", 2, "no value", 0);
}

static void
test_json_scanner_nul (void)
{
  g_test_summary ("A NUL byte is a byte like any other that does not belong there");

  assert_refuses ("\0", 1, "no value", 0);
  assert_refuses ("{}\0", 3, "something after the end of the document", 2);
  assert_refuses ("1\0", 2, "something after the end of the document", 1);
  assert_refuses ("[1\0]", 4, "neither a comma nor the end of the container", 2);
  assert_refuses ("\"a\0b\"", 5, "a control character in a string", 2);
  assert_refuses ("\"\\\0\"", 4, "an unknown escape", 2);
  assert_refuses ("{\0\"a\":1}", 8, "no member name", 1);
}

static void
test_json_scanner_nothing (void)
{
  g_autoptr (GError) error = NULL;
  ResonateJsonValue value;

  g_test_summary ("An empty GBytes has no address: nothing at all is refused like nothing");

  g_assert_false (resonate_json_scan (NULL, 0, 1, &value, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX);
}

/* @depth containers, alternately arrays and objects when @mixed. */
static GString *
nest (unsigned int depth, gboolean mixed)
{
  GString *text = g_string_new (NULL);

  for (unsigned int i = 0; i < depth; i++)
    g_string_append (text, mixed && i % 2 == 1 && i + 1 < depth ? "{\"a\":" : "[");
  for (unsigned int i = depth; i > 0; i--)
    g_string_append_c (text, mixed && (i - 1) % 2 == 1 && i < depth ? '}' : ']');

  return text;
}

static void
test_json_scanner_depth (void)
{
  static const struct
  {
    unsigned int depth, max_depth;
    gboolean passes;
  } cases[] = {
    { 0, 0, TRUE },
    { 1, 0, FALSE },
    { 1, 1, TRUE },
    { 2, 1, FALSE },
    { 8, 8, TRUE },
    { 9, 8, FALSE },
    { 64, 64, TRUE },
    { 65, 64, FALSE },
    { 511, RESONATE_JSON_DEPTH_RELAYED, TRUE },
    { 512, RESONATE_JSON_DEPTH_RELAYED, FALSE },
  };

  for (size_t i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean mixed = i % 2;
      g_autoptr (GString) text = nest (cases[i / 2].depth, mixed);
      g_autoptr (GError) error = NULL;

      if (cases[i / 2].depth == 0)
        g_string_assign (text, "5");

      g_test_message ("%u of %u, mixed: %d", cases[i / 2].depth, cases[i / 2].max_depth, mixed);
      scan (text->str, text->len, cases[i / 2].max_depth, NULL, &error);
      if (cases[i / 2].passes)
        g_assert_no_error (error);
      else
        g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX);
    }
}

static void
test_json_scanner_depth_is_not_count (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (GError) error = NULL;

  g_test_summary ("Containers side by side are not deep");

  for (unsigned int i = 0; i < 2000; i++)
    g_string_append (text, i % 2 ? "[[]]," : "{\"a\":{}},");
  g_string_append (text, "0]");

  g_assert_true (scan (text->str, text->len, 3, NULL, &error));
  g_assert_false (scan (text->str, text->len, 2, NULL, NULL));
}

static void
test_json_scanner_hundred_thousand_brackets (void)
{
  g_autoptr (GString) brackets = g_string_new (NULL);
  g_autoptr (GString) braces = g_string_new (NULL);

  for (unsigned int i = 0; i < 100000; i++)
    {
      g_string_append_c (brackets, '[');
      g_string_append (braces, "{\"\":");
    }

  assert_refuses (brackets->str, brackets->len, "nesting that is too deep", 511);
  assert_refuses (braces->str, braces->len, "nesting that is too deep", 511 * 4);
}

static void
test_json_scanner_every_byte_at_every_place (void)
{
  g_test_summary ("Text is looked at eight bytes at a time: no place among them is overlooked");

  for (unsigned int byte = 0; byte < 256; byte++)
    {
      gboolean ok = !(byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x80);

      for (unsigned int place = 1; place <= 20; place++)
        {
          char text[] = "\"aaaaaaaaaaaaaaaaaaaa\"";
          ResonateJsonValue value;

          text[place] = (char) byte;
          if (byte == '\\')
            text[place + 1] = 'x';
          g_assert_true (scan (text, strlen ("\"\"") + 20, 0, &value, NULL) == ok);
          g_assert_true (!ok || value.length == strlen ("\"\"") + 20);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-scanner/accepts", test_json_scanner_accepts);
  g_test_add_func ("/json-scanner/refuses", test_json_scanner_refuses);
  g_test_add_func ("/json-scanner/refuses-what-is-not-utf8",
                   test_json_scanner_refuses_what_is_not_utf8);
  g_test_add_func ("/json-scanner/nul", test_json_scanner_nul);
  g_test_add_func ("/json-scanner/nothing", test_json_scanner_nothing);
  g_test_add_func ("/json-scanner/depth", test_json_scanner_depth);
  g_test_add_func ("/json-scanner/depth-is-not-count", test_json_scanner_depth_is_not_count);
  g_test_add_func ("/json-scanner/hundred-thousand-brackets",
                   test_json_scanner_hundred_thousand_brackets);
  g_test_add_func ("/json-scanner/every-byte-at-every-place",
                   test_json_scanner_every_byte_at_every_place);

  return g_test_run ();
}
