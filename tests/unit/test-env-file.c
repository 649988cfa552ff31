/* test-env-file.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate.h"

#include "config/resonate-env-file-private.h"

static const char *const environment[] = { "OUTSIDE=from-outside", NULL };

static void
test_env_file_values (void)
{
  static const struct
  {
    const char *text;
    const char *value; /* of X; NULL when there is none */
  } cases[] = {
    { "X=plain", "plain" },
    { "X = plain \n", "plain" },
    { "export X=plain", "plain" },
    { "X=plain # comment", "plain" },
    { "X=plain#comment", "plain" },
    { "#X=plain", NULL },
    { "X", NULL },
    { "X=", "" },
    { "X=\"\"", "" },
    { "X=\"a b # c\" # comment", "a b # c" },
    { "X='a \"b\" $c \\n'", "a \"b\" $c \\n" },
    { "X=\"a\\nb\\\"c\\\\d\\$e\"", "a\nb\"c\\d$e" },
    { "X=\"two\nlines\"", "two\nlines" },
    { "X=1\nX=2", "2" },
    { "X=1\r\nY=2\r\n", "1" },
    { "A=in\nX=${A}side", "inside" },
    { "A=in\nX=\"<${A}>\"", "<in>" },
    { "A=in\nX='${A}'", "${A}" },
    { "A=in\nX=\"\\${A}\"", "${A}" },
    { "X=${OUTSIDE}", "from-outside" },
    { "OUTSIDE=inside\nX=${OUTSIDE}", "from-outside" },
    { "X=${NOWHERE}", "${NOWHERE}" },
    { "X=${", "${" },
    { "X=$A", "$A" },
    { "X=base64:ab/c+d==", "base64:ab/c+d==" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray)
        entries = resonate_env_file_parse (".env", cases[i].text, environment, &error);
      const ResonateEnvEntry *entry;

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      entry = resonate_env_file_find (entries, "X");
      g_assert_cmpstr (entry != NULL ? entry->value : NULL, ==, cases[i].value);
    }
}

static void
test_env_file_errors (void)
{
  static const struct
  {
    const char *text;
    const char *start;
  } cases[] = {
    { "A=1\nX=a b", ".env:2: " },
    { "A=1\n\nX=\"open", ".env:3: " },
    { "X=\"a\\q\"", ".env:1: " },
    { "X Y", ".env:1: " },
    { "=1", ".env:1: " },
    { "X-Y=1", ".env:1: " },
    { "X=\"a\nb\" c\nY=1", ".env:2: " },
    { "X='a", ".env:1: " },
    { "A=1\nexport #X=1", ".env:2: " },
    { "export =1", ".env:1: " },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray)
        entries = resonate_env_file_parse (".env", cases[i].text, environment, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_null (entries);
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
      g_assert_true (g_str_has_prefix (error->message, cases[i].start));
    }
}

static void
test_env_file_export_of_nothing_is_no_nameless_entry (void)
{
  g_autoptr (GPtrArray)
    entries = resonate_env_file_parse (".env", "export \nexport\t\r\n", environment, NULL);

  g_assert_cmpuint (entries->len, ==, 2);
  g_assert_cmpuint (resonate_env_file_find (entries, "export")->number, ==, 2);
  g_assert_null (resonate_env_file_find (entries, ""));
}

static void
test_env_file_references_do_not_double_for_ever (void)
{
  g_autoptr (GString) text = g_string_new ("A=0123456789\n");
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Forty lines that would be ten terabytes are refused where they are a mebibyte");

  for (unsigned int i = 0; i < 20; i++)
    g_string_append (text, "A=${A}${A}\nA=\"${A}${A}\"\n");

  entries = resonate_env_file_parse (".env", text->str, environment, &error);
  g_assert_null (entries);
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_cmpstr (error->message, ==,
                   ".env:17: what ${…} stands for comes to more than 1 MiB by now");
}

static void
test_env_file_line_numbers (void)
{
  g_autoptr (GPtrArray)
    entries = resonate_env_file_parse (".env", "# one\nA=1\nB=\"x\ny\"\nC=3", environment, NULL);

  g_assert_cmpuint (resonate_env_file_find (entries, "A")->number, ==, 2);
  g_assert_cmpuint (resonate_env_file_find (entries, "B")->number, ==, 3);
  g_assert_cmpuint (resonate_env_file_find (entries, "C")->number, ==, 5);
}

static void
test_env_file_conversions (void)
{
  static const struct
  {
    const char *value;
    const char *converted;
  } cases[] = {
    { NULL, NULL },
    { "", NULL },
    { "true", "true" },
    { "(true)", "true" },
    { "TRUE", "true" },
    { "(false)", "false" },
    { "null", NULL },
    { "(null)", NULL },
    { "empty", NULL },
    { "(Empty)", NULL },
    { "\"a\"", "a" },
    { "'a'", "a" },
    { "\"a'", "\"a'" },
    { "\"", "\"" },
    { "\"\"", NULL },
    { "60", "60" },
    { "nullable", "nullable" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *converted = resonate_env_dup_converted (cases[i].value);

      g_test_message ("%s", cases[i].value);
      g_assert_cmpstr (converted, ==, cases[i].converted);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/env-file/values", test_env_file_values);
  g_test_add_func ("/env-file/errors", test_env_file_errors);
  g_test_add_func ("/env-file/export-of-nothing-is-no-nameless-entry",
                   test_env_file_export_of_nothing_is_no_nameless_entry);
  g_test_add_func ("/env-file/references-do-not-double-for-ever",
                   test_env_file_references_do_not_double_for_ever);
  g_test_add_func ("/env-file/line-numbers", test_env_file_line_numbers);
  g_test_add_func ("/env-file/conversions", test_env_file_conversions);

  return g_test_run ();
}
