/* resonate-router-private.h: which handler answers a method and a path
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "resonate-exchange-private.h"

G_BEGIN_DECLS

typedef struct _ResonateRouter ResonateRouter;

typedef void (*ResonateRouteHandler) (ResonateExchange *exchange, gpointer user_data);

ResonateRouter *resonate_router_new (void);

void resonate_router_free (ResonateRouter *self);

/* What every path starts with: `ws`, `/ws` and `/ws/` are the same, NULL and empty are none. */
void resonate_router_set_prefix (ResonateRouter *self, const char *prefix);

/* Empty, or a slash and the prefix. */
const char *resonate_router_get_prefix (ResonateRouter *self);

/* @pattern is like `/apps/{app}/channels/{channel}`: each `{name}` is one whole segment. The first
 * route that was added and matches is the one that answers; GET answers HEAD as well. */
void resonate_router_add (ResonateRouter *self,
                          const char *method,
                          const char *pattern,
                          ResonateRouteHandler handler,
                          gpointer user_data);

/* Calls the handler, or answers 404 or 405 itself. */
void resonate_router_dispatch (ResonateRouter *self, ResonateExchange *exchange);

typedef enum
{
  RESONATE_ROUTE_FOUND,
  RESONATE_ROUTE_NOT_FOUND,
  RESONATE_ROUTE_WRONG_METHOD,
} ResonateRouteResult;

typedef struct
{
  ResonateRouteHandler handler;
  gpointer user_data;
  GHashTable *parameters; /* (element-type utf8 utf8) (owned) */
  char *allow;            /* (owned): the methods of the path, when the method is wrong */
} ResonateRouteMatch;

ResonateRouteResult resonate_router_match (ResonateRouter *self,
                                           const char *method,
                                           const char *path,
                                           ResonateRouteMatch *match);

void resonate_route_match_clear (ResonateRouteMatch *match);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRouter, resonate_router_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ResonateRouteMatch, resonate_route_match_clear)

G_END_DECLS
