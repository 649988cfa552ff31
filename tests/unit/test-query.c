/* test-query.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>

#include "rest/resonate-query-private.h"

/* A query, and what PHP makes of it: parse_str (), ksort (), and lists joined by commas. */
static void
test_query_canonical (void)
{
  static const struct
  {
    const char *query, *canonical;
  } cases[] = {
    { NULL, "" },
    { "", "" },
    { "a", "a=" },
    { "a=", "a=" },
    { "=a", "" },
    { "&&=&a=1&", "a=1" },
    { "a=b=c", "a=b=c" },
    { "b=1&a=2&B=3&aa=4", "B=3&a=2&aa=4&b=1" },
    { "a=1&a=2", "a=2" },
    /* escapes, and what only looks like one */
    { "a+b=c+d", "a_b=c d" },
    { "%61=%41%2b%26%3D", "a=A+&=" },
    { "a=%&b=%4&c=%4g&d=%zz&e=%", "a=%&b=%4&c=%4g&d=%zz&e=%" },
    { "a=%C3%a9%ff", "a=\303\251\377" },
    { "a=x%00y&b%00c=1&%00d=2", "a=x&b=1" },
    { "a=%2541", "a=%41" },
    /* names */
    { "+a=1&%20%20b=2", "a=1&b=2" },
    { "a.b=1&c d=2&e[=3&f]=4&[g]=5", "_g]=5&a_b=1&c_d=2&e_=3&f]=4" },
    { "10=a&9=b&09=c&x=d", "09=c&9=b&10=a&x=d" },
    { "1234567890123456789=a&999999999999999999=b", "1234567890123456789=a&999999999999999999=b" },
    /* lists */
    { "a[]=1&a[]=2", "a=1,2" },
    { "a[k]=1&a[j]=2&a[k]=3", "a=3,2" },
    { "a[]=x&a[0]=y", "a=y" },
    { "a[b][c]=1&a[b]x=2", "a=2" },
    { "a%5B%5D=1&a%5b%5d=2", "a=1,2" },
    { "a.b[c.d]=1", "a_b=1" },
    { "a[]", "a=" },
    { "a[]=1&a=2", "a=2" },
    { "a=1&a[]=2&a[]=3", "a=2,3" },
    { "a[]=1&a=2&a[]=3", "a=3" },
    /* what is never signed, lists of that name included */
    { "auth_signature=1&body_md5=2&appId=3&appKey=4&channelName=5&z=6", "z=6" },
    { "body_md5[]=1&appId[x]=2&app_id=3", "app_id=3" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ResonateQuery) query = resonate_query_parse (cases[i].query);
      g_autoptr (GString) out = g_string_new ("> ");

      g_test_message ("%s", cases[i].query);
      resonate_query_append_canonical (query, NULL, out);
      g_assert_cmpstr (out->str + 2, ==, cases[i].canonical);
    }
}

static void
test_query_canonical_body (void)
{
  g_autoptr (ResonateQuery) query = resonate_query_parse ("z=1&body_md5=no&a=2&c=3");
  g_autoptr (ResonateQuery) none = resonate_query_parse (NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  g_test_summary ("The MD5 that counts is not the one in the query");

  resonate_query_append_canonical (query, "yes", out);
  g_string_append_c (out, '\n');
  resonate_query_append_canonical (query, NULL, out);
  g_string_append_c (out, '\n');
  resonate_query_append_canonical (none, "yes", out);

  g_assert_cmpstr (out->str, ==, "a=2&body_md5=yes&c=3&z=1\na=2&c=3&z=1\nbody_md5=yes");
}

static void
test_query_get (void)
{
  g_autoptr (ResonateQuery) query = resonate_query_parse ("a=1&b[]=2&c&a=3&d=4&d[]=5&e[]=6&e=7");

  g_assert_cmpstr (resonate_query_get (query, "a"), ==, "3");
  g_assert_cmpstr (resonate_query_get (query, "b"), ==, NULL);
  g_assert_cmpstr (resonate_query_get (query, "c"), ==, "");
  g_assert_cmpstr (resonate_query_get (query, "d"), ==, NULL);
  g_assert_cmpstr (resonate_query_get (query, "e"), ==, "7");
  g_assert_cmpstr (resonate_query_get (query, "f"), ==, NULL);

  g_assert_false (resonate_query_is_list (query, "a"));
  g_assert_true (resonate_query_is_list (query, "b"));
  g_assert_true (resonate_query_is_list (query, "d"));
  g_assert_false (resonate_query_is_list (query, "e"));
  g_assert_false (resonate_query_is_list (query, "f"));
}

static void
test_query_thousand (void)
{
  g_autoptr (GString) text = g_string_new ("&");
  g_autoptr (ResonateQuery) query = NULL;

  g_test_summary ("A thousand parameters are read, empty ones counted, and no more");

  for (unsigned int i = 1; i <= 1100; i++)
    g_string_append_printf (text, "p%u=%u&", i, i);
  query = resonate_query_parse (text->str);

  for (unsigned int i = 1; i <= 1100; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);

      g_assert_cmpstr (resonate_query_get (query, name), ==, i < 1000 ? name + 1 : NULL);
    }
}

static void
assert_canonical (const char *text, const char *canonical)
{
  g_autoptr (ResonateQuery) query = resonate_query_parse (text);
  g_autoptr (GString) out = g_string_new (NULL);

  g_test_message ("%s", text);
  resonate_query_append_canonical (query, NULL, out);
  g_assert_cmpstr (out->str, ==, canonical);
}

static void
test_query_numbers_are_sorted_by_value (void)
{
  assert_canonical ("10=a&9=b&0=c", "0=c&9=b&10=a");
  assert_canonical ("10=a&9=b&x=c", "9=b&10=a&x=c");
  assert_canonical ("010=a&9=b", "010=a&9=b");
}

static void
test_query_order_does_not_depend_on_how_it_was_sent (void)
{
  static const char *const sent[] = {
    "9=a&10=b&1a=c", "9=a&1a=c&10=b", "10=b&9=a&1a=c",
    "10=b&1a=c&9=a", "1a=c&9=a&10=b", "1a=c&10=b&9=a",
  };

  g_test_summary ("9 is less than 10, 10 less than 1a, and 1a less than 9");

  for (size_t i = 0; i < G_N_ELEMENTS (sent); i++)
    assert_canonical (sent[i], "9=a&1a=c&10=b");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/query/canonical", test_query_canonical);
  g_test_add_func ("/query/canonical-body", test_query_canonical_body);
  g_test_add_func ("/query/get", test_query_get);
  g_test_add_func ("/query/thousand", test_query_thousand);
  g_test_add_func ("/query/numbers-are-sorted-by-value", test_query_numbers_are_sorted_by_value);
  g_test_add_func ("/query/order-does-not-depend-on-how-it-was-sent",
                   test_query_order_does_not_depend_on_how_it_was_sent);

  return g_test_run ();
}
