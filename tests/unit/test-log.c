/* test-log.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "base/resonate-json-private.h"
#include "base/resonate-log-private.h"

#define R "\"[redacted]\""

static void
test_log_redact (void)
{
  static const struct
  {
    const char *text, *shown;
  } cases[] = {
    { "{\"event\":\"pusher:ping\",\"data\":{}}", "{\"event\":\"pusher:ping\",\"data\":{}}" },
    { "{\"data\":{\"auth\":\"k:5e\",\"channel\":\"private-a\"}}",
      "{\"data\":{\"auth\":" R ",\"channel\":\"private-a\"}}" },
    { "{\"data\":{\"channel_data\":\"{}\",\"auth\":\"k:5e\"}}",
      "{\"data\":{\"channel_data\":" R ",\"auth\":" R "}}" },
    { "{\"token\":1,\"user_data\":{},\"secret\":[],\"shared_secret\":null,\"signature\":true,"
      "\"auth_signature\":\"x\"}",
      "{\"token\":" R ",\"user_data\":" R ",\"secret\":" R ",\"shared_secret\":" R
      ",\"signature\":" R ",\"auth_signature\":" R "}" },
    { "[1,[{\"a\":[{\"auth\":\"x\"}]}]]", "[1,[{\"a\":[{\"auth\":" R "}]}]]" },
    { "{\"\\u0061uth\":\"x\"}", "{\"\\u0061uth\":" R "}" },
    { "{\"author\":\"Ann\",\"Auth\":\"x\"}", "{\"author\":\"Ann\",\"Auth\":\"x\"}" },
    { "{\"auth\":\"x\",\"auth\":\"y\"}", "{\"auth\":" R ",\"auth\":" R "}" },
    { " { \"a\" : [ 1 , 2.0 ] } ", "{\"a\":[1,2.0]}" },
    { "[true,false,null,-1.5e3,\"\",\"é\"]", "[true,false,null,-1.5e3,\"\",\"é\"]" },
    { "5", "5" },
    { "\"text\"", "\"text\"" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = resonate_log_redact (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_log_redact_in_strings (void)
{
  static const struct
  {
    const char *text, *shown;
  } cases[] = {
    { "{\"data\":\"{\\\"auth\\\":\\\"x\\\",\\\"b\\\":1}\"}",
      "{\"data\":\"{\\\"auth\\\":\\\"[redacted]\\\",\\\"b\\\":1}\"}" },
    { "{\"data\":\"[{\\\"token\\\":5}]\"}", "{\"data\":\"[{\\\"token\\\":\\\"[redacted]\\\"}]\"}" },
    { "[\" {\\\"a\\\":{\\\"secret\\\":[]}} \"]",
      "[\"{\\\"a\\\":{\\\"secret\\\":\\\"[redacted]\\\"}}\"]" },
    /* a string in a string */
    { "[\"[\\\"{\\\\\\\"auth\\\\\\\":1}\\\"]\"]",
      "[\"[\\\"{\\\\\\\"auth\\\\\\\":\\\\\\\"[redacted]\\\\\\\"}\\\"]\"]" },
    { "{\"data\":\"plain text, 5\"}", "{\"data\":\"plain text, 5\"}" },
    { "{\"data\":\"5\"}", "{\"data\":\"5\"}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = resonate_log_redact (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

/* However it is wrapped, the one word must not come out. */
static void
test_log_redact_any_depth (void)
{
  for (unsigned int depth = 0; depth < RESONATE_JSON_DEPTH_RELAYED; depth++)
    {
      g_autoptr (GString) plain = g_string_new (NULL);
      g_autoptr (GString) quoted = g_string_new ("{\"data\":\"");
      g_autofree char *shown = NULL;
      g_autofree char *shown_quoted = NULL;

      for (unsigned int i = 0; i < depth; i++)
        g_string_append_c (plain, '[');
      g_string_append (quoted, plain->str);
      g_string_append (plain, "{\"auth\":\"hunter2\"}");
      g_string_append (quoted, "{\\\"auth\\\":\\\"hunter2\\\"}");
      for (unsigned int i = 0; i < depth; i++)
        {
          g_string_append_c (plain, ']');
          g_string_append_c (quoted, ']');
        }
      g_string_append (quoted, "\"}");

      shown = resonate_log_redact (plain->str, plain->len);
      g_assert_null (strstr (shown, "hunter2"));
      shown_quoted = resonate_log_redact (quoted->str, quoted->len);
      g_assert_null (strstr (shown_quoted, "hunter2"));
    }
}

static void
test_log_redact_damaged_string (void)
{
  static const char *const texts[] = {
    "{\"data\":\"{\\\"auth\\\":\\\"hunter2\\\"\"}",
    "{\"data\":\" [{\\\"auth\\\":\\\"hunter2\\\"}]]\"}",
    "{\"data\":\"{'auth':'hunter2'}\"}",
  };

  g_test_summary ("A string that nearly is JSON may hold what JSON would");

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *shown = resonate_log_redact (texts[i], strlen (texts[i]));

      g_assert_null (strstr (shown, "hunter2"));
    }
}

static void
test_log_not_json (void)
{
  static const struct
  {
    const char *text;
    size_t length;
    const char *shown;
  } cases[] = {
    { "", 0, "[0 bytes that are not JSON]" },
    { "Hi", 2, "[2 bytes that are not JSON]" },
    { "{\"auth\":\"x\"", 11, "[11 bytes that are not JSON]" },
    { "\"\xff\"", 3, "[3 bytes that are not JSON]" },
    { "{}\0", 3, "[3 bytes that are not JSON]" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = resonate_log_redact (cases[i].text, cases[i].length);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_log_cut (void)
{
  g_test_summary ("A long body is cut at 2 KiB and never inside a character");

  for (unsigned int shift = 0; shift < 4; shift++)
    {
      g_autoptr (GString) text = g_string_new ("[\"");
      g_autofree char *shown = NULL;
      size_t length;

      for (unsigned int i = 0; i < shift; i++)
        g_string_append_c (text, 'x');
      for (unsigned int i = 0; i < 1000; i++)
        g_string_append (text, "😀");
      g_string_append (text, "\"]");

      shown = resonate_log_redact (text->str, text->len);
      length = strlen (shown);
      g_assert_true (g_utf8_validate (shown, -1, NULL));
      g_assert_true (g_str_has_suffix (shown, "…"));
      g_assert_cmpuint (length, <=, 2048 + strlen ("…"));
      g_assert_cmpuint (length, >, 2048 - 4);
      g_assert_cmpmem (shown, length - strlen ("…"), text->str, length - strlen ("…"));
    }
}

static void
test_log_not_cut (void)
{
  g_autofree char *filling = g_strnfill (2048 - 4, 'x');
  g_autofree char *text = g_strdup_printf ("[\"%s\"]", filling);
  g_autofree char *shown = resonate_log_redact (text, strlen (text));

  g_assert_cmpuint (strlen (text), ==, 2048);
  g_assert_cmpstr (shown, ==, text);
}

static void
test_log_many_members (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":0");
  g_autofree char *shown = NULL;

  for (unsigned int i = 0; i < 5000; i++)
    g_string_append (text, ",\"auth\":\"hunter2\",\"b\":[]");
  g_string_append_c (text, '}');

  shown = resonate_log_redact (text->str, text->len);
  g_assert_cmpuint (strlen (shown), <=, 2048 + strlen ("…"));
  g_assert_null (strstr (shown, "hunter2"));
  g_assert_true (g_str_has_suffix (shown, "…"));
}

static void
test_log_traffic (void)
{
  g_assert_false (resonate_log_get_traffic ());
  resonate_log_set_traffic (TRUE);
  g_assert_true (resonate_log_get_traffic ());
  resonate_log_set_traffic (FALSE);
  g_assert_false (resonate_log_get_traffic ());
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/redact", test_log_redact);
  g_test_add_func ("/log/redact-in-strings", test_log_redact_in_strings);
  g_test_add_func ("/log/redact-any-depth", test_log_redact_any_depth);
  g_test_add_func ("/log/redact-damaged-string", test_log_redact_damaged_string);
  g_test_add_func ("/log/not-json", test_log_not_json);
  g_test_add_func ("/log/cut", test_log_cut);
  g_test_add_func ("/log/not-cut", test_log_not_cut);
  g_test_add_func ("/log/many-members", test_log_many_members);
  g_test_add_func ("/log/traffic", test_log_traffic);

  return g_test_run ();
}
