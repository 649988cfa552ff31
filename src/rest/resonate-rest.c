/* resonate-rest.c: the HTTP API for publishers
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest"

#include "config.h"

#include "resonate-rest-private.h"

#include <string.h>

#include "resonate-rest-auth-private.h"
#include "resonate-rest-batch-private.h"
#include "resonate-rest-channels-private.h"
#include "resonate-rest-cluster-private.h"
#include "resonate-rest-connections-private.h"
#include "resonate-rest-events-private.h"
#include "resonate-rest-health-private.h"
#include "resonate-rest-users-private.h"

/* One row per endpoint; what all of them have in common is done here before the handler is called.
 */
static const struct
{
  const char *method;
  const char *pattern;
  ResonateRestHandler handler;
} endpoints[] = {
  { "POST", "/apps/{app}/events", resonate_rest_events },
  { "POST", "/apps/{app}/batch_events", resonate_rest_batch },
  { "GET", "/apps/{app}/connections", resonate_rest_connections },
  { "GET", "/apps/{app}/channels", resonate_rest_channels },
  { "GET", "/apps/{app}/channels/{channel}", resonate_rest_channel },
  { "GET", "/apps/{app}/channels/{channel}/users", resonate_rest_users },
  { "POST", "/apps/{app}/users/{user}/terminate_connections", resonate_rest_terminate },
};

typedef struct
{
  ResonateRest *rest;
  ResonateRestHandler handler;
} Endpoint;

struct _ResonateRest
{
  ResonateConfig *config;
  ResonateRealmList *realms; /* (unowned): the server's, as is the router */
  ResonateRouter *router;    /* (unowned) */
  ResonateReadyFunc ready;
  gpointer user_data;
  Endpoint endpoints[G_N_ELEMENTS (endpoints)]; /* what the router is given as data */
};

static void
on_request (ResonateExchange *exchange, gpointer user_data)
{
  const Endpoint *endpoint = user_data;
  ResonateRest *self = endpoint->rest;
  const char *app_id = resonate_exchange_get_parameter (exchange, "app");
  g_autoptr (ResonateQuery) query = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  ResonateRequest request = { exchange };

  request.realm = resonate_realm_list_lookup (self->realms, app_id);
  if (request.realm == NULL)
    {
      message = g_strdup_printf ("No matching application for ID [%s].", app_id);
      resonate_exchange_respond_error (exchange, 404, message);
      return;
    }

  query = resonate_query_parse (resonate_exchange_get_query (exchange));
  request.query = query;
  if (!resonate_rest_auth_check (&request, resonate_router_get_prefix (self->router),
                                 resonate_config_get_auth_timestamp_grace (self->config), &error))
    {
      resonate_exchange_respond_error (exchange, 401, error->message);
      return;
    }

  /* Only whoever has the secret learns it (Pusher's HTTP API: 403, the app is disabled). */
  if (!resonate_app_get_enabled (request.realm->app))
    {
      message = g_strdup_printf ("The application [%s] is disabled.", app_id);
      resonate_exchange_respond_error (exchange, 403, message);
      return;
    }

  /* Those who change nothing are told what this node knows. */
  if (G_UNLIKELY (request.realm->relay != NULL) &&
      strcmp (resonate_exchange_get_method (exchange), "POST") == 0 &&
      !resonate_rest_check_cluster (exchange, request.realm->relay))
    return;

  endpoint->handler (&request);
}

static void
on_up (ResonateExchange *exchange, gpointer user_data)
{
  resonate_rest_up (exchange);
}

static void
on_ready (ResonateExchange *exchange, gpointer user_data)
{
  ResonateRest *self = user_data;
  ResonateRelay *relay = resonate_realm_list_get_relay (self->realms);
  const char *problem = self->ready (self->user_data);

  if (problem != NULL || relay == NULL)
    resonate_rest_ready (exchange, problem);
  else
    resonate_rest_ready_in_cluster (exchange, relay);
}

/*
 * resonate_rest_new:
 * @realms: must outlive the object
 * @router: must outlive the object
 *
 * Adds the endpoints to @router, which calls into the object from then on.
 */
ResonateRest *
resonate_rest_new (ResonateConfig *config,
                   ResonateRealmList *realms,
                   ResonateRouter *router,
                   ResonateReadyFunc ready,
                   gpointer user_data)
{
  ResonateRest *self;

  g_return_val_if_fail (RESONATE_IS_CONFIG (config), NULL);
  g_return_val_if_fail (realms != NULL && router != NULL && ready != NULL, NULL);

  self = g_new0 (ResonateRest, 1);
  self->config = g_object_ref (config);
  self->realms = realms;
  self->router = router;
  self->ready = ready;
  self->user_data = user_data;

  for (size_t i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      self->endpoints[i] = (Endpoint){ self, endpoints[i].handler };
      resonate_router_add (router, endpoints[i].method, endpoints[i].pattern, on_request,
                           &self->endpoints[i]);
    }
  resonate_router_add (router, "GET", "/up", on_up, self);
  resonate_router_add (router, "GET", "/ready", on_ready, self);

  return self;
}

void
resonate_rest_free (ResonateRest *self)
{
  g_clear_object (&self->config);
  g_free (self);
}
