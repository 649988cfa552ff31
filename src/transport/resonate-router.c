/* resonate-router.c: which handler answers a method and a path
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-router"

#include "config.h"

#include <string.h>

#include "resonate-exchange-parts-private.h"
#include "resonate-router-private.h"

typedef struct
{
  const char *text;
  gsize length;
} Segment;

/* What is left of a path. */
typedef struct
{
  const char *at; /* (nullable): NULL behind the last segment */
  const char *end;
} Segments;

typedef struct
{
  char *method;
  char *pattern;
  ResonateRouteHandler handler;
  gpointer user_data;
} Route;

struct _ResonateRouter
{
  char *prefix;      /* empty, or a slash and the segments */
  GPtrArray *routes; /* (element-type Route) */
};

static void
route_free (gpointer data)
{
  Route *route = data;

  g_free (route->method);
  g_free (route->pattern);
  g_free (route);
}

/* Slashes around a path say nothing; one inside it is part of it, so `a//b` has an empty segment.
 */
static Segments
split (const char *path)
{
  const char *end;

  g_assert (path != NULL);

  while (*path == '/')
    path++;

  end = path + strlen (path);
  while (end > path && end[-1] == '/')
    end--;

  return (Segments){ end > path ? path : NULL, end };
}

static gboolean
next_segment (Segments *self, Segment *segment)
{
  const char *slash;

  if (self->at == NULL)
    return FALSE;

  slash = memchr (self->at, '/', self->end - self->at);
  *segment = (Segment){ self->at, (gsize) ((slash != NULL ? slash : self->end) - self->at) };
  self->at = slash != NULL ? slash + 1 : NULL;

  return TRUE;
}

static gboolean
is_parameter (Segment segment)
{
  return segment.length > 1 && segment.text[0] == '{' && segment.text[segment.length - 1] == '}';
}

static gboolean
segments_equal (Segment a, Segment b)
{
  return a.length == b.length && memcmp (a.text, b.text, a.length) == 0;
}

static gboolean
segments_match (const Route *route, Segments path)
{
  Segments pattern = split (route->pattern);
  Segment expected, segment;

  while (next_segment (&pattern, &expected))
    {
      if (!next_segment (&path, &segment))
        return FALSE;
      if (is_parameter (expected) ? segment.length == 0 : !segments_equal (expected, segment))
        return FALSE;
    }

  return path.at == NULL;
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
decode_parameters (const Route *route, Segments path)
{
  g_autoptr (GHashTable)
    parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Segments pattern = split (route->pattern);
  Segment name, segment;

  while (next_segment (&pattern, &name) && next_segment (&path, &segment))
    {
      g_autofree char *value = NULL;

      if (!is_parameter (name))
        continue;

      value = g_uri_unescape_segment (segment.text, segment.text + segment.length, NULL);
      if (value == NULL || !g_utf8_validate (value, -1, NULL))
        return NULL;

      g_hash_table_insert (parameters, g_strndup (name.text + 1, name.length - 2),
                           g_steal_pointer (&value));
    }

  return g_steal_pointer (&parameters);
}

static void
allow (GString **methods, const Route *route)
{
  g_assert (methods != NULL);

  if (*methods == NULL)
    *methods = g_string_new (NULL);
  else
    g_string_append (*methods, ", ");
  g_string_append (*methods, route->method);
  if (g_str_equal (route->method, "GET"))
    g_string_append (*methods, ", HEAD");
}

/* Passes the prefix. FALSE where the path does not begin with it. */
static gboolean
strip_prefix (ResonateRouter *self, Segments *path)
{
  Segments prefix = split (self->prefix);
  Segment expected, segment;

  while (next_segment (&prefix, &expected))
    {
      if (!next_segment (path, &segment) || !segments_equal (expected, segment))
        return FALSE;
    }

  return TRUE;
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
  g_clear_pointer (&self->prefix, g_free);
  g_free (self);
}

void
resonate_router_set_prefix (ResonateRouter *self, const char *prefix)
{
  Segments segments;

  g_return_if_fail (self != NULL);

  segments = split (prefix != NULL ? prefix : "");
  g_free (self->prefix);
  if (segments.at != NULL)
    self->prefix = g_strdup_printf ("/%.*s", (int) (segments.end - segments.at), segments.at);
  else
    self->prefix = g_strdup ("");
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
  route->pattern = g_strdup (pattern);
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
  g_autoptr (GString) methods = NULL;
  Segments rest;

  g_return_val_if_fail (self != NULL, RESONATE_ROUTE_NOT_FOUND);
  g_return_val_if_fail (method != NULL, RESONATE_ROUTE_NOT_FOUND);
  g_return_val_if_fail (path != NULL, RESONATE_ROUTE_NOT_FOUND);
  g_return_val_if_fail (match != NULL, RESONATE_ROUTE_NOT_FOUND);

  *match = (ResonateRouteMatch){ 0 };
  rest = split (path);
  if (!strip_prefix (self, &rest))
    return RESONATE_ROUTE_NOT_FOUND;

  for (guint i = 0; i < self->routes->len; i++)
    {
      const Route *route = g_ptr_array_index (self->routes, i);

      if (!segments_match (route, rest))
        continue;

      if (!method_matches (route, method))
        {
          allow (&methods, route);
          continue;
        }

      match->parameters = decode_parameters (route, rest);
      if (match->parameters == NULL)
        return RESONATE_ROUTE_NOT_FOUND;

      match->handler = route->handler;
      match->user_data = route->user_data;
      return RESONATE_ROUTE_FOUND;
    }

  if (methods == NULL)
    return RESONATE_ROUTE_NOT_FOUND;

  match->allow = g_string_free (g_steal_pointer (&methods), FALSE);

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
