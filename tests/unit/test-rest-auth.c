/* test-rest-auth.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "base/resonate-clock-private.h"
#include "config/resonate-app-private.h"
#include "config/resonate-config-private.h"
#include "rest-fixture.h"

#define PATH   "/apps/app-id/channels"
#define EVENTS "/apps/app-id/events"
#define BODY \
  "{\"name\":\"NewEvent\",\"channel\":\"test-channel\",\"data\":\"{\\\"some\\\":\\\"data\\\"}\"}"
#define GOOD    "200 {\"channels\":{}}"
#define INVALID "401 {\"error\":\"Authentication signature invalid.\"}"
#define NO_TIME "401 {\"error\":\"Authentication timestamp missing or invalid.\"}"
#define TOO_FAR "401 {\"error\":\"Authentication timestamp out of range.\"}"

static void
set_up (RestFixture *self, gconstpointer prefix)
{
  rest_fixture_init (self, prefix);
}

static void
tear_down (RestFixture *self, gconstpointer prefix)
{
  rest_fixture_clear (self);
}

static void
assert_answer (
  RestFixture *self, const char *method, const char *target, const char *body, const char *answer)
{
  g_autofree char *got = rest_fixture_ask (self, method, target, body);

  g_test_message ("%s %s", method, target);
  g_assert_cmpstr (got, ==, answer);
}

/* The request is `GET PATH?@query&auth_signature=` of what @canonical says. */
static void
assert_canonical (RestFixture *self, const char *query, const char *canonical, const char *answer)
{
  g_autofree char *text = g_strconcat ("GET\n" PATH "\n", canonical, NULL);
  g_autofree char *signature = resonate_app_sign (self->realm->app, text, -1);
  g_autofree char *target = g_strconcat (PATH "?", query, "&auth_signature=", signature, NULL);

  assert_answer (self, "GET", target, NULL, answer);
}

static void
test_rest_auth_vectors (RestFixture *self, gconstpointer prefix)
{
  g_test_summary ("The signatures that were recorded from the reference");

  assert_answer (self, "POST",
                 EVENTS "?auth_key=app-key&auth_timestamp=1700000000&auth_version=1.0"
                        "&body_md5=6f2bc7101f3dd1b200be448074f61ddb&auth_signature="
                        "9be1bd93be8f5c8d53af431f3f1dd6daa7753ae5e6cb7f486c06924b531c1355",
                 BODY, "200 {}");
  assert_answer (self, "GET",
                 PATH "?auth_key=app-key&auth_timestamp=1700000000&auth_version=1.0"
                      "&filter_by_prefix=presence-&info=user_count,subscription_count"
                      "&auth_signature="
                      "588fbe1cbc96a79509ea04babd1a58ef6aff37cb8da22ddb5dbe2dfb1cfcedf2",
                 NULL, GOOD);
}

static void
test_rest_auth_body (RestFixture *self, gconstpointer prefix)
{
  g_autofree char *query = rest_fixture_sign (self, "POST", EVENTS, NULL, BODY);
  g_autofree char *target = g_strconcat (EVENTS "?", query, NULL);
  g_autofree char *channels = g_strconcat (PATH "?", query, NULL);
  g_autofree char *empty = rest_fixture_sign (self, "GET", PATH, NULL, NULL);
  g_autofree char *claimed = g_strconcat (PATH "?", empty,
                                          "&body_md5=00000000000000000000000000000000", NULL);

  g_test_summary ("What a request says of its body is not believed");

  assert_answer (self, "POST", target, BODY, "200 {}");
  assert_answer (self, "POST", target, BODY " ", INVALID);
  assert_answer (self, "POST", target, NULL, INVALID);
  assert_answer (self, "GET", channels, NULL, INVALID);
  assert_answer (self, "GET", claimed, NULL, GOOD);
}

static void
test_rest_auth_replayed_elsewhere (RestFixture *self, gconstpointer prefix)
{
  g_autofree char *events = rest_fixture_sign (self, "GET", EVENTS, NULL, NULL);
  g_autofree char *post = rest_fixture_sign (self, "POST", PATH, NULL, NULL);
  g_autofree char *more = rest_fixture_sign (self, "GET", PATH, NULL, NULL);
  g_autofree char *on_channels = g_strconcat (PATH "?", events, NULL);
  g_autofree char *as_get = g_strconcat (PATH "?", post, NULL);
  g_autofree char *with_more = g_strconcat (PATH "?", more, "&info=user_count", NULL);

  assert_answer (self, "GET", on_channels, NULL, INVALID);
  assert_answer (self, "GET", as_get, NULL, INVALID);
  assert_answer (self, "GET", with_more, NULL, INVALID);
}

static void
test_rest_auth_every_endpoint (RestFixture *self, gconstpointer prefix)
{
  static const struct
  {
    const char *method, *path, *body;
  } cases[] = {
    { "POST", EVENTS, "{}" },
    { "POST", "/apps/app-id/batch_events", "{}" },
    { "GET", "/apps/app-id/connections", NULL },
    { "GET", PATH, NULL },
    { "GET", PATH "/a", NULL },
    { "GET", PATH "/presence-a/users", NULL },
    { "POST", "/apps/app-id/users/1/terminate_connections", "{}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *forged =
        g_strconcat (cases[i].path, "?auth_timestamp=1700000000&auth_signature=deadbeef", NULL);

      assert_answer (self, cases[i].method, cases[i].path, cases[i].body, INVALID);
      assert_answer (self, cases[i].method, forged, cases[i].body, INVALID);
    }
}

static void
test_rest_auth_apps (RestFixture *self, gconstpointer prefix)
{
  rest_fixture_assert (self, "GET", "/apps/zz/channels", NULL, NULL,
                       "404 {\"error\":\"No matching application for ID [zz].\"}");
  rest_fixture_assert (self, "GET", "/apps/APP-ID/channels", NULL, NULL,
                       "404 {\"error\":\"No matching application for ID [APP-ID].\"}");
  rest_fixture_assert (self, "GET", "/apps/a%2F%22%C3%A9/channels", NULL, NULL,
                       "404 {\"error\":\"No matching application for ID [a\\/\\\"\\u00e9].\"}");
}

static void
test_rest_auth_previous_secret (RestFixture *self, gconstpointer prefix)
{
  const char *now = "auth_timestamp=1700000000";
  g_autofree char *query = rest_fixture_sign (self, "GET", PATH, NULL, NULL);
  g_autofree char *old = g_strconcat (PATH "?", query, NULL);

  g_test_summary ("A secret is changed, and no request is refused meanwhile");

  resonate_app_set_secret (self->realm->app, "new-secret", "app-secret");
  assert_answer (self, "GET", old, NULL, GOOD);
  assert_canonical (self, now, now, GOOD);

  resonate_app_set_secret (self->realm->app, "new-secret", NULL);
  assert_answer (self, "GET", old, NULL, INVALID);
  assert_canonical (self, now, now, GOOD);
}

static void
test_rest_auth_app_is_disabled (RestFixture *self, gconstpointer prefix)
{
  g_test_summary ("403 for whoever has the secret, and 401 for everybody else as ever");

  g_object_set (self->realm->app, "enabled", FALSE, NULL);
  rest_fixture_assert (self, "GET", PATH, NULL, NULL,
                       "403 {\"error\":\"The application [app-id] is disabled.\"}");
  assert_answer (self, "GET", PATH, NULL, INVALID);
}

static void
test_rest_auth_canonical (RestFixture *self, gconstpointer prefix)
{
  static const struct
  {
    const char *query, *canonical;
  } cases[] = {
    /* sorted by bytes, whatever order they came in */
    { "b=2&auth_timestamp=1700000000&a=1&B=3", "B=3&a=1&auth_timestamp=1700000000&b=2" },
    /* decoded, and not encoded again */
    { "auth_timestamp=1700000000&x=a%26b+c%C3%A9", "auth_timestamp=1700000000&x=a&b cé" },
    { "auth_timestamp=1700000000&x=a%3db=c", "auth_timestamp=1700000000&x=a=b=c" },
    { "auth_timestamp=1700000000&x=100%", "auth_timestamp=1700000000&x=100%" },
    /* lists are joined, and the last of two counts */
    { "auth_timestamp=1700000000&foo[]=a&foo[]=b", "auth_timestamp=1700000000&foo=a,b" },
    { "auth_timestamp=1700000000&foo%5B%5D=a", "auth_timestamp=1700000000&foo=a" },
    { "auth_timestamp=1&x=1&auth_timestamp=1700000000&x=2", "auth_timestamp=1700000000&x=2" },
    { "auth_timestamp=1700000000&x[k]=1&x[k]=2", "auth_timestamp=1700000000&x=2" },
    /* names as PHP has them */
    { "auth_timestamp=1700000000&a.b=1&c%20d=2", "a_b=1&auth_timestamp=1700000000&c_d=2" },
    { "auth_timestamp=1700000000&10=a&9=b", "9=b&10=a&auth_timestamp=1700000000" },
    { "auth_timestamp=1700000000&empty=&bare", "auth_timestamp=1700000000&bare=&empty=" },
    { "&&auth_timestamp=1700000000&=x&", "auth_timestamp=1700000000" },
    /* these are never signed */
    { "auth_timestamp=1700000000&appId=1&appKey=2&channelName=3&body_md5=4",
      "auth_timestamp=1700000000" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_canonical (self, cases[i].query, cases[i].canonical, GOOD);
}

static void
test_rest_auth_thousand_parameters (RestFixture *self, gconstpointer prefix)
{
  g_autoptr (GString) read = g_string_new ("GET\n" PATH "\nauth_timestamp=1700000000&x=");
  g_autoptr (GString) sent = g_string_new (PATH "?auth_timestamp=1700000000&auth_signature=");
  g_autofree char *signature = NULL;

  g_test_summary ("PHP reads a thousand parameters, of a list too, and no more");

  /* Two are the timestamp and the signature. */
  for (int i = 0; i < 998; i++)
    g_string_append (read, i > 0 ? ",a" : "a");
  signature = resonate_app_sign (self->realm->app, read->str, -1);
  g_string_append (sent, signature);
  for (int i = 0; i < 1200; i++)
    g_string_append (sent, i < 998 ? "&x[]=a" : "&x[]=b");

  assert_answer (self, "GET", sent->str, NULL, GOOD);
}

static void
test_rest_auth_signature_forms (RestFixture *self, gconstpointer prefix)
{
  g_autofree char *query = rest_fixture_sign (self, "GET", PATH, NULL, NULL);
  char *signature = strstr (query, "auth_signature=") + strlen ("auth_signature=");
  g_autofree char *upper = NULL;
  g_autofree char *list = NULL;

  list = g_strdup_printf (PATH "?auth_timestamp=1700000000&auth_signature[]=%s", signature);
  assert_answer (self, "GET", list, NULL, INVALID);

  for (char *at = signature; *at != '\0'; at++)
    *at = g_ascii_toupper (*at);
  upper = g_strconcat (PATH "?", query, NULL);
  assert_answer (self, "GET", upper, NULL, INVALID);
}

static void
test_rest_auth_timestamp (RestFixture *self, gconstpointer prefix)
{
  static const struct
  {
    const char *timestamp;
    const char *answer;
  } cases[] = {
    { "1700000000", GOOD },
    { "1699999400", GOOD },
    { "1700000600", GOOD },
    { "1699999399", TOO_FAR },
    { "1700000601", TOO_FAR },
    { "0", TOO_FAR },
    { "99999999999999999999999", TOO_FAR },
    { "", NO_TIME },
    { "not-a-timestamp", NO_TIME },
    { "-1700000000", NO_TIME },
    { "1700000000.0", NO_TIME },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *query = g_strconcat ("auth_timestamp=", cases[i].timestamp, NULL);

      assert_canonical (self, query, query, cases[i].answer);
    }

  assert_canonical (self, "a=1", "a=1", NO_TIME);
  self->config->auth_timestamp_grace = 0;
  assert_canonical (self, "a=1", "a=1", GOOD);
  assert_canonical (self, "auth_timestamp=5", "auth_timestamp=5", GOOD);
}

static void
test_rest_auth_prefix (RestFixture *self, gconstpointer prefix)
{
  g_autofree char *without = rest_fixture_sign (self, "GET", PATH, NULL, NULL);
  g_autofree char *with = rest_fixture_sign (self, "GET", "/ws" PATH, NULL, NULL);
  g_autofree char *one = g_strconcat ("/ws" PATH "?", without, NULL);
  g_autofree char *two = g_strconcat ("/ws" PATH "?", with, NULL);
  g_autofree char *none = g_strconcat (PATH "?", without, NULL);

  g_test_summary ("Publishers sign the path with the prefix or without it");

  assert_answer (self, "GET", one, NULL, GOOD);
  assert_answer (self, "GET", two, NULL, GOOD);
  assert_answer (self, "GET", none, NULL, "404 {\"error\":\"Not found.\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, prefix, func) g_test_add (path, RestFixture, prefix, set_up, func, tear_down)

  add ("/rest-auth/vectors", NULL, test_rest_auth_vectors);
  add ("/rest-auth/body", NULL, test_rest_auth_body);
  add ("/rest-auth/replayed-elsewhere", NULL, test_rest_auth_replayed_elsewhere);
  add ("/rest-auth/every-endpoint", NULL, test_rest_auth_every_endpoint);
  add ("/rest-auth/apps", NULL, test_rest_auth_apps);
  add ("/rest-auth/previous-secret", NULL, test_rest_auth_previous_secret);
  add ("/rest-auth/app-is-disabled", NULL, test_rest_auth_app_is_disabled);
  add ("/rest-auth/canonical", NULL, test_rest_auth_canonical);
  add ("/rest-auth/thousand-parameters", NULL, test_rest_auth_thousand_parameters);
  add ("/rest-auth/signature-forms", NULL, test_rest_auth_signature_forms);
  add ("/rest-auth/timestamp", NULL, test_rest_auth_timestamp);
  add ("/rest-auth/prefix", "ws", test_rest_auth_prefix);

#undef add

  return g_test_run ();
}
