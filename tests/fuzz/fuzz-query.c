/* fuzz-query.c: whatever a publisher asks with, both sides sign the same text
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "config/resonate-app-private.h"
#include "exchange-fixture.h"
#include "rest/resonate-rest-auth-private.h"
#include "test-client.h"

/* PHP reads no more pairs than this; what is added to a query has to be among them. */
#define MAX_PAIRS 1000

#define PATH     "/apps/app-id/channels"
#define BODY     "body"
#define BODY_MD5 "841a2d689ad86bd1611447453c22c6fc"

/* What is never signed, whatever a query says of it. */
static const char *const left_out[] = { "auth_signature", "body_md5",    "appId",
                                        "appKey",         "channelName", NULL };

static char *
dup_canonical (const char *text, const char *body_md5)
{
  g_autoptr (ResonateQuery) query = resonate_query_parse (text);
  GString *out = g_string_new (NULL);

  resonate_query_append_canonical (query, body_md5, out);

  return g_string_free (out, FALSE);
}

static void
assert_canonical (const char *text, const char *canonical)
{
  g_autofree char *found = dup_canonical (text, NULL);

  g_assert_cmpstr (found, ==, canonical);
}

static size_t
count_pairs (const char *text)
{
  size_t n = 1;

  for (; *text != '\0'; text++)
    n += *text == '&';

  return n;
}

/* Writes every byte as an escape, but for what separates pairs, and names from values. */
static char *
dup_escaped (const char *text)
{
  GString *out = g_string_new (NULL);
  gboolean in_value = FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '&' || (*text == '=' && !in_value))
        {
          in_value = *text == '=';
          g_string_append_c (out, *text);
        }
      else if (*text == '+')
        g_string_append (out, "%20");
      else if (*text == '%' && g_ascii_isxdigit (text[1]) && g_ascii_isxdigit (text[2]))
        {
          g_string_append_printf (out, "%%%c%c", g_ascii_toupper (text[1]),
                                  g_ascii_tolower (text[2]));
          text += 2;
        }
      else
        g_string_append_printf (out, "%%%02x", (guint8) *text);
    }

  return g_string_free (out, FALSE);
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Of a query in which nothing is special the canonical text is a sort, and NULL of any other. */
static char *
dup_sorted (const char *text, const char *body_md5)
{
  g_auto (GStrv) pairs = g_strsplit (text, "&", -1);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_free);

  if (g_strv_length (pairs) > MAX_PAIRS)
    return NULL;

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      size_t length = strspn (*pair, "_-" G_CSET_DIGITS G_CSET_A_2_Z G_CSET_a_2_z);
      g_autofree char *name = g_strndup (*pair, length);

      if (length == 0 || g_ascii_isdigit (*name) || (*pair)[length] != '=' ||
          strpbrk (*pair + length + 1, "%+") != NULL || g_hash_table_contains (names, name))
        return NULL;

      if (!g_strv_contains (left_out, name))
        g_ptr_array_add (sorted, g_strdup (*pair));
      g_hash_table_add (names, g_steal_pointer (&name));
    }
  if (body_md5 != NULL)
    g_ptr_array_add (sorted, g_strconcat ("body_md5=", body_md5, NULL));

  /* A name that begins as another does comes behind it, so `=` comes before all that is in one. */
  for (unsigned int i = 0; i < sorted->len; i++)
    *strchr (sorted->pdata[i], '=') = '\1';
  g_ptr_array_sort (sorted, compare_text);
  for (unsigned int i = 0; i < sorted->len; i++)
    *strchr (sorted->pdata[i], '\1') = '=';
  g_ptr_array_add (sorted, NULL);

  return g_strjoinv ("&", (char **) sorted->pdata);
}

/* Where no name is given twice the order of the pairs says nothing. */
static void
check_order (const char *text, const char *canonical)
{
  g_auto (GStrv) pairs = g_strsplit (text, "&", -1);
  unsigned int n = g_strv_length (pairs);
  g_autofree char *reversed = NULL;

  if (strpbrk (text, "%[") != NULL || n > MAX_PAIRS || count_pairs (canonical) != n)
    return;

  for (unsigned int i = 0; i < n / 2; i++)
    {
      char *pair = pairs[i];

      pairs[i] = pairs[n - 1 - i];
      pairs[n - 1 - i] = pair;
    }
  reversed = g_strjoinv ("&", pairs);
  assert_canonical (reversed, canonical);
}

static void
check_canonical (const char *text)
{
  g_autofree char *canonical = dup_canonical (text, NULL);
  g_autofree char *escaped = dup_escaped (text);
  g_autofree char *sorted = dup_sorted (text, NULL);
  g_autofree char *spaced = g_strconcat ("&&=x&", text, "&", NULL);
  g_autofree char *twice = g_strconcat (text, "&", text, NULL);

  /* A pair without `=` is given one. */
  g_assert_cmpuint (strlen (canonical), <=, strlen (text) + count_pairs (text));
  assert_canonical (escaped, canonical);
  check_order (text, canonical);
  if (sorted != NULL)
    g_assert_cmpstr (canonical, ==, sorted);
  if (count_pairs (spaced) <= MAX_PAIRS)
    assert_canonical (spaced, canonical);

  /* Of a name given twice the last counts; only a list may grow. */
  if (count_pairs (twice) <= MAX_PAIRS && strchr (text, '[') == NULL &&
      strstr (text, "%5b") == NULL && strstr (text, "%5B") == NULL)
    assert_canonical (twice, canonical);
}

/* What is left out can be read all the same, and changes nothing of what is signed. */
static void
check_left_out (const char *text)
{
  g_autofree char *canonical = dup_canonical (text, NULL);

  for (size_t i = 0; left_out[i] != NULL; i++)
    {
      g_autofree char *longer = g_strdup_printf ("%s&%s=1", text, left_out[i]);
      g_autoptr (ResonateQuery) query = resonate_query_parse (longer);

      if (count_pairs (longer) > MAX_PAIRS)
        return;

      g_assert_cmpstr (resonate_query_get (query, left_out[i]), ==, "1");
      g_assert_false (resonate_query_is_list (query, left_out[i]));
      assert_canonical (longer, canonical);
    }
}

/* The sum of the body that came is a pair of its own, without which the text is what it was. */
static void
check_body_md5 (const char *text)
{
  static const char pair[] = "body_md5=" BODY_MD5;
  g_autofree char *canonical = dup_canonical (text, NULL);
  g_autofree char *with_md5 = dup_canonical (text, BODY_MD5);
  g_autofree char *sorted = dup_sorted (text, BODY_MD5);
  g_autofree char *rest = NULL;
  const char *at = strstr (with_md5, pair);

  if (sorted != NULL)
    g_assert_cmpstr (with_md5, ==, sorted);
  if (strstr (canonical, pair) != NULL)
    return;

  g_assert_nonnull (at);
  if (at > with_md5)
    {
      g_assert_true (at[-1] == '&');
      rest = g_strdup_printf ("%.*s%s", (int) (at - with_md5 - 1), with_md5, at + strlen (pair));
    }
  else
    rest = g_strdup (at + strlen (pair) + (at[strlen (pair)] == '&'));
  g_assert_cmpstr (rest, ==, canonical);
}

static gboolean
is_admitted (ResonateRealm *realm, const char *text, const char *signature)
{
  g_autofree char *target = g_strdup_printf ("%s?%s&auth_signature=%s", PATH, text, signature);
  g_autoptr (ResonateExchange) exchange = exchange_fixture_new ("GET", target, BODY, strlen (BODY));
  g_autoptr (ResonateQuery) query = resonate_query_parse (resonate_exchange_get_query (exchange));
  g_autoptr (GError) error = NULL;
  ResonateRequest request = { exchange, realm, query };
  gboolean ok = resonate_rest_auth_check (&request, "/prefix", 0, &error);

  g_assert_true (ok == (error == NULL));

  return ok;
}

/* The publisher's half. */
static char *
dup_signature (ResonateRealm *realm, const char *text)
{
  g_autofree char *canonical = dup_canonical (text, BODY_MD5);
  g_autofree char *signed_text = g_strconcat ("GET\n" PATH "\n", canonical, NULL);

  return resonate_app_sign (realm->app, signed_text, -1);
}

/* What one side signs the other admits, and nothing else. */
static void
check_signature (const char *text)
{
  static ResonateRealm *realm;
  g_autofree char *signature = NULL;

  if (realm == NULL)
    {
      g_autoptr (ResonateApp) app = resonate_app_new ("app-id", "app-key", "app-secret");

      realm = resonate_realm_new (app, NULL);
    }
  if (count_pairs (text) >= MAX_PAIRS)
    return;

  signature = dup_signature (realm, text);
  g_assert_true (is_admitted (realm, text, signature));
  *signature = *signature == '0' ? '1' : '0';
  g_assert_false (is_admitted (realm, text, signature));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  check_canonical (text);
  check_left_out (text);
  check_body_md5 (text);
  check_signature (text);

  return 0;
}
