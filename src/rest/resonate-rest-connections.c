/* resonate-rest-connections.c: GET /apps/{app}/connections
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-connections"

#include "config.h"

#include "resonate-rest-connections-private.h"

#include "resonate-rest-gather-private.h"

static void
respond (ResonateExchange *exchange, unsigned int n)
{
  resonate_exchange_respond_json (exchange, 200, g_strdup_printf ("{\"connections\":%u}", n));
}

static void
tell (ResonateExchange *exchange, ResonateFindings *findings, gpointer user_data)
{
  respond (exchange, resonate_findings_get_size (findings));
  resonate_findings_free (findings);
}

/* Open sockets, subscribed or not (decision 17). */
void
resonate_rest_connections (ResonateRequest *request)
{
  if (request->realm->gatherer != NULL)
    resonate_rest_gather (request, resonate_question_new_connections (), tell, NULL, NULL);
  else
    respond (request->exchange, resonate_connection_list_count (request->realm->connections));
}
