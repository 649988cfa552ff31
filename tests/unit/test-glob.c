/* test-glob.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <glib.h>

#include "base/resonate-glob-private.h"

static void
test_glob_match (void)
{
  static const struct
  {
    const char *pattern;
    const char *text;
    gboolean matches;
  } cases[] = {
    { "", "", TRUE },
    { "", "a", FALSE },
    { "a", "", FALSE },
    { "*", "", TRUE },
    { "*", "anything.at.all", TRUE },
    { "**", "", TRUE },
    { "example.com", "example.com", TRUE },
    { "example.com", "example.comx", FALSE },
    { "example.com", "xexample.com", FALSE },
    { "example.com", "exampleXcom", FALSE },
    { "*.example.com", "a.example.com", TRUE },
    { "*.example.com", "a.b.example.com", TRUE },
    { "*.example.com", ".example.com", TRUE },
    { "*.example.com", "example.com", FALSE },
    { "*bar.com", "evilbar.com", TRUE },
    { "a*", "a", TRUE },
    { "a*", "ba", FALSE },
    { "a*a", "a", FALSE },
    { "a*a", "aa", TRUE },
    { "a*b*c", "aXbYc", TRUE },
    { "a*b*c", "abbc", TRUE },
    { "a*b*c", "acb", FALSE },
    { "*ab*ab", "abab", TRUE },
    { "*ab*ab", "ab", FALSE },
    { "*ab", "aab", TRUE },
    { "a?c", "abc", FALSE },
    { "[a]", "a", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s ~ %s", cases[i].pattern, cases[i].text);
      g_assert_cmpint (resonate_glob_match (cases[i].pattern, cases[i].text), ==, cases[i].matches);
    }
}

/* Matchers that go back take 2^n steps here, so this one would never end. */
static void
test_glob_many_stars (void)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  g_autofree char *text = g_strnfill (10000, 'a');

  for (unsigned int i = 0; i < 2000; i++)
    g_string_append (pattern, "a*");
  g_assert_true (resonate_glob_match (pattern->str, text));

  g_string_append (pattern, "b");
  g_assert_false (resonate_glob_match (pattern->str, text));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/glob/match", test_glob_match);
  g_test_add_func ("/glob/many-stars", test_glob_many_stars);

  return g_test_run ();
}
