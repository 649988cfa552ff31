/* resonate-router.c: which handler answers a method and a path
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-router"

#include "config.h"

#include "resonate-exchange-parts-private.h"
#include "resonate-router-private.h"

typedef struct
{
  char *method;
  GStrv segments;
  ResonateRouteHandler handler;
  gpointer user_data;
} Route;

struct _ResonateRouter
{
  char *prefix;
  GStrv prefix_segments;
  GPtrArray *routes; /* (element-type Route) */
};

static void
route_free (gpointer data)
{
  Route *route = data;

  g_free (route->method);
  g_strfreev (route->segments);
  g_free (route);
}

/* Slashes around a path say nothing; one inside it is part of it, so `a//b` has an empty segment.
 */
static GStrv
split (const char *path)
{
  g_autofree char *stripped = NULL;
  gsize length;

  g_assert (path != NULL);

  while (*path == '/')
    path++;

  length = strlen (path);
  while (length > 0 && path[length - 1] == '/')
    length--;

  stripped = g_strndup (path, length);

  return g_strsplit (stripped, "/", -1);
}

static gboolean
is_parameter (const char *segment)
{
  g_assert (segment != NULL);

  return segment[0] == '{' && g_str_has_suffix (segment, "}");
}

static gboolean
segments_match (const Route *route, const char *const *segments)
{
  guint i;

  g_assert (route != NULL);

  for (i = 0; route->segments[i] != NULL && segments[i] != NULL; i++)
    {
      if (is_parameter (route->segments[i]) ? *segments[i] == '\0'
                                            : g_strcmp0 (route->segments[i], segments[i]) != 0)
        return FALSE;
    }

  return route->segments[i] == NULL && segments[i] == NULL;
}

static gboolean
method_matches (const Route *route, const char *method)
{
  g_assert (route != NULL);

  return g_ascii_strcasecmp (route->method, method) == 0 ||
         (g_ascii_strcasecmp (method, "HEAD") == 0 && g_str_equal (route->method, "GET"));
}

/* NULL unless every parameter is text: a name with a NUL or in no encoding names nothing. */
static GHashTable *
decode_parameters (const Route *route, const char *const *segments)
{
  g_autoptr (GHashTable) parameters = NULL;

  g_assert (route != NULL);

  parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; route->segments[i] != NULL; i++)
    {
      g_autofree char *value = NULL;

      if (!is_parameter (route->segments[i]))
        continue;

      value = g_uri_unescape_string (segments[i], NULL);
      if (value == NULL || !g_utf8_validate (value, -1, NULL))
        return NULL;

      g_hash_table_insert (parameters,
                           g_strndup (route->segments[i] + 1, strlen (route->segments[i]) - 2),
                           g_steal_pointer (&value));
    }

  return g_steal_pointer (&parameters);
}

static void
allow (GString *methods, const Route *route)
{
  g_assert (methods != NULL);

  if (methods->len > 0)
    g_string_append (methods, ", ");
  g_string_append (methods, route->method);
  if (g_str_equal (route->method, "GET"))
    g_string_append (methods, ", HEAD");
}

/* What is left of a path behind the prefix, or NULL where it does not begin with it. */
static const char *const *
strip_prefix (ResonateRouter *self, GStrv segments)
{
  guint n = 0;

  g_assert (self != NULL);

  for (; self->prefix_segments != NULL && self->prefix_segments[n] != NULL; n++)
    {
      if (g_strcmp0 (self->prefix_segments[n], segments[n]) != 0)
        return NULL;
    }

  return (const char *const *) segments + n;
}

ResonateRouter *
resonate_router_new (void)
{
  ResonateRouter *self = g_new0 (ResonateRouter, 1);

  self->prefix = g_strdup ("");
  self->routes = g_ptr_array_new_with_free_func (route_free);

  return self;
}

void
resonate_router_free (ResonateRouter *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->routes, g_ptr_array_unref);
  g_clear_pointer (&self->prefix_segments, g_strfreev);
  g_clear_pointer (&self->prefix, g_free);
  g_free (self);
}

void
resonate_router_set_prefix (ResonateRouter *self, const char *prefix)
{
  g_autofree char *joined = NULL;

  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->prefix_segments, g_strfreev);
  g_clear_pointer (&self->prefix, g_free);

  self->prefix_segments = split (prefix != NULL ? prefix : "");
  joined = g_strjoinv ("/", self->prefix_segments);
  self->prefix = *joined != '\0' ? g_strconcat ("/", joined, NULL) : g_strdup ("");
  if (*joined == '\0')
    g_clear_pointer (&self->prefix_segments, g_strfreev);
}

const char *
resonate_router_get_prefix (ResonateRouter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->prefix;
}

void
resonate_router_add (ResonateRouter *self,
                     const char *method,
                     const char *pattern,
                     ResonateRouteHandler handler,
                     gpointer user_data)
{
  Route *route;

  g_return_if_fail (self != NULL);
  g_return_if_fail (method != NULL);
  g_return_if_fail (pattern != NULL);
  g_return_if_fail (handler != NULL);

  route = g_new0 (Route, 1);
  route->method = g_ascii_strup (method, -1);
  route->segments = split (pattern);
  route->handler = handler;
  route->user_data = user_data;
  g_ptr_array_add (self->routes, route);
}

/* @match is filled in full, whatever the result; clear it. */
ResonateRouteResult
resonate_router_match (ResonateRouter *self,
                       const char *method,
                       const char *path,
                       ResonateRouteMatch *match)
{
  g_autoptr (GString) methods = g_string_new (NULL);
  g_auto (GStrv) segments = NULL;
  const char *const *rest;

  g_return_val_if_fail (self != NULL, RESONATE_ROUTE_NOT_FOUND);
  g_return_val_if_fail (method != NULL, RESONATE_ROUTE_NOT_FOUND);
  g_return_val_if_fail (path != NULL, RESONATE_ROUTE_NOT_FOUND);
  g_return_val_if_fail (match != NULL, RESONATE_ROUTE_NOT_FOUND);

  *match = (ResonateRouteMatch){ 0 };
  segments = split (path);
  rest = strip_prefix (self, segments);

  for (guint i = 0; rest != NULL && i < self->routes->len; i++)
    {
      const Route *route = g_ptr_array_index (self->routes, i);

      if (!segments_match (route, rest))
        continue;

      if (!method_matches (route, method))
        {
          allow (methods, route);
          continue;
        }

      match->parameters = decode_parameters (route, rest);
      if (match->parameters == NULL)
        return RESONATE_ROUTE_NOT_FOUND;

      match->handler = route->handler;
      match->user_data = route->user_data;
      return RESONATE_ROUTE_FOUND;
    }

  if (methods->len == 0)
    return RESONATE_ROUTE_NOT_FOUND;

  match->allow = g_strdup (methods->str);

  return RESONATE_ROUTE_WRONG_METHOD;
}

void
resonate_route_match_clear (ResonateRouteMatch *match)
{
  g_return_if_fail (match != NULL);

  g_clear_pointer (&match->parameters, g_hash_table_unref);
  g_clear_pointer (&match->allow, g_free);
}

void
resonate_router_dispatch (ResonateRouter *self, ResonateExchange *exchange)
{
  g_auto (ResonateRouteMatch) match = { 0 };

  g_return_if_fail (self != NULL);
  g_return_if_fail (RESONATE_IS_EXCHANGE (exchange));

  switch (resonate_router_match (self, resonate_exchange_get_method (exchange),
                                 resonate_exchange_get_path (exchange), &match))
    {
    case RESONATE_ROUTE_FOUND:
      resonate_exchange_set_parameters (exchange, match.parameters);
      match.handler (exchange, match.user_data);
      break;

    case RESONATE_ROUTE_WRONG_METHOD:
      resonate_exchange_add_header (exchange, "Allow", match.allow);
      resonate_exchange_respond_error (exchange, 405, "Method not allowed.");
      break;

    case RESONATE_ROUTE_NOT_FOUND:
    default:
      resonate_exchange_respond_error (exchange, 404, "Not found.");
      break;
    }
}
