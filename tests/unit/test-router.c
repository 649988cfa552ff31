/* test-router.c: which route a path finds
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-router-private.h"

static void
handler (ResonateExchange *exchange, gpointer user_data)
{
}

static void
assert_route (ResonateRouter *router, const char *method, const char *path, const char *expected)
{
  g_auto (ResonateRouteMatch) match = { 0 };
  ResonateRouteResult result = resonate_router_match (router, method, path, &match);
  g_autofree char *found = NULL;

  switch (result)
    {
    case RESONATE_ROUTE_FOUND:
      g_assert_true (match.handler == handler);
      found = g_strdup_printf ("%s %s %s", (char *) match.user_data,
                               (char *) g_hash_table_lookup (match.parameters, "app"),
                               (char *) g_hash_table_lookup (match.parameters, "channel"));
      break;

    case RESONATE_ROUTE_WRONG_METHOD:
      found = g_strdup (match.allow);
      break;

    case RESONATE_ROUTE_NOT_FOUND:
    default:
      break;
    }

  g_assert_cmpstr (found, ==, expected);
}

static ResonateRouter *
make_router (const char *prefix)
{
  ResonateRouter *router = resonate_router_new ();

  resonate_router_set_prefix (router, prefix);
  resonate_router_add (router, "GET", "/app/{app}", handler, (char *) "ws");
  resonate_router_add (router, "GET", "/apps/{app}/channels", handler, (char *) "list");
  resonate_router_add (router, "get", "/apps/{app}/channels/{channel}", handler, (char *) "one");
  resonate_router_add (router, "POST", "/apps/{app}/channels/{channel}", handler, (char *) "set");
  resonate_router_add (router, "POST", "/apps/{app}/events", handler, (char *) "events");
  resonate_router_add (router, "GET", "/up", handler, (char *) "up");

  return router;
}

static void
test_router_paths (void)
{
  g_autoptr (ResonateRouter) router = make_router (NULL);

  assert_route (router, "GET", "/up", "up (null) (null)");
  assert_route (router, "get", "//up//", "up (null) (null)");
  assert_route (router, "HEAD", "/up", "up (null) (null)");
  assert_route (router, "GET", "/apps/1/channels/a%2Fb", "one 1 a/b");
  assert_route (router, "GET", "/apps/1/channels/%C3%A9%20", "one 1 é ");
  assert_route (router, "POST", "/apps/1/channels/x", "set 1 x");
  assert_route (router, "GET", "/apps/1/channels/", "list 1 (null)");
  assert_route (router, "GET", "/app/%61", "ws a (null)");
}

static void
test_router_not_found (void)
{
  g_autoptr (ResonateRouter) router = make_router (NULL);
  static const char *const paths[] = { "/",
                                       "",
                                       "*",
                                       "/nope",
                                       "/UP",
                                       "/%75p",
                                       "/app",
                                       "/app/",
                                       "/app/a/b",
                                       "/apps//channels",
                                       "/apps/1/channels/a/b",
                                       "/apps/1/../1/channels",
                                       "/apps/1/channels/%ff",
                                       "/apps/1/channels/%00",
                                       "/apps/1/channels/%",
                                       "/apps/1/channels/%zz" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    assert_route (router, "GET", paths[i], NULL);
}

static void
test_router_wrong_method (void)
{
  g_autoptr (ResonateRouter) router = make_router (NULL);

  assert_route (router, "POST", "/up", "GET, HEAD");
  assert_route (router, "HEAD", "/apps/1/events", "POST");
  assert_route (router, "DELETE", "/apps/1/channels/x", "GET, HEAD, POST");
}

static void
test_router_prefix (void)
{
  static const char *const prefixes[] = { "ws", "/ws", "/ws/" };
  g_autoptr (ResonateRouter) deep = make_router ("/a/b");

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autoptr (ResonateRouter) router = make_router (prefixes[i]);

      g_assert_cmpstr (resonate_router_get_prefix (router), ==, "/ws");
      assert_route (router, "GET", "/ws/up", "up (null) (null)");
      assert_route (router, "GET", "/ws/app/k", "ws k (null)");
      assert_route (router, "GET", "/up", NULL);
      assert_route (router, "GET", "/wsup", NULL);
      assert_route (router, "GET", "/ws", NULL);
      assert_route (router, "GET", "//ws/up/", "up (null) (null)");
      assert_route (router, "GET", "/ws//up", NULL);
      assert_route (router, "GET", "/w/up", NULL);
      assert_route (router, "GET", "", NULL);
    }

  assert_route (deep, "GET", "/a/b/up", "up (null) (null)");
  assert_route (deep, "GET", "/a/up", NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/router/paths", test_router_paths);
  g_test_add_func ("/router/not-found", test_router_not_found);
  g_test_add_func ("/router/wrong-method", test_router_wrong_method);
  g_test_add_func ("/router/prefix", test_router_prefix);

  return g_test_run ();
}
