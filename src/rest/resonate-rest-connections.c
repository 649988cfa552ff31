/* resonate-rest-connections.c: GET /apps/{app}/connections
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-connections"

#include "config.h"

#include "resonate-rest-connections-private.h"

/* Open sockets, subscribed or not (decision 17). */
void
resonate_rest_connections (ResonateRequest *request)
{
  unsigned int n = resonate_connection_list_count (request->realm->connections);

  resonate_exchange_respond_json (request->exchange, 200,
                                  g_strdup_printf ("{\"connections\":%u}", n));
}
