/* resonate-rest-cluster.c: what publishers are told while other nodes are out of reach
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-cluster"

#include "config.h"

#include "resonate-rest-cluster-private.h"

#include "../base/resonate-json-writer-private.h"

/* On an answer of 200: it was done, and only here. */
#define WARNING_HEADER "Resonate-Warning"
#define WARNING        "This node only: the others cannot be reached."

/* Returns FALSE, and has answered, when publishers are sent away. */
gboolean
resonate_rest_check_cluster (ResonateExchange *exchange, ResonateRelay *relay)
{
  const char *problem = resonate_relay_explain (relay);

  if (problem == NULL)
    return TRUE;

  if (resonate_relay_is_refusing (relay))
    {
      resonate_exchange_respond_error (exchange, 503, problem);
      return FALSE;
    }

  resonate_exchange_add_header (exchange, WARNING_HEADER, WARNING);

  return TRUE;
}

/* A node that serves alone takes clients: if all were sent elsewhere there would be no elsewhere.
 * One that begins is another matter: the others are served where they are. */
void
resonate_rest_ready_in_cluster (ResonateExchange *exchange, ResonateRelay *relay)
{
  const char *problem = resonate_relay_explain (relay);
  GString *json;

  if (problem != NULL && (resonate_relay_is_refusing (relay) || !relay->has_been))
    {
      resonate_exchange_respond_error (exchange, 503, problem);
      return;
    }

  json = g_string_new ("{\"ready\":true");
  if (problem != NULL)
    {
      g_string_append (json, ",\"degraded\":");
      resonate_json_append_string (json, problem, -1);
    }
  g_string_append_c (json, '}');
  resonate_exchange_respond_json (exchange, 200, g_string_free (json, FALSE));
}
