/* resonate-rest-health.c: is it up, and does it take clients?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-health"

#include "config.h"

#include "resonate-rest-health-private.h"

/* The process answers: that is all this says. */
void
resonate_rest_up (ResonateExchange *exchange)
{
  resonate_exchange_respond_json (exchange, 200, g_strdup ("{\"health\":\"OK\"}"));
}

/*
 * resonate_rest_ready:
 * @problem: (nullable): why a load balancer should send clients elsewhere
 */
void
resonate_rest_ready (ResonateExchange *exchange, const char *problem)
{
  if (problem != NULL)
    resonate_exchange_respond_error (exchange, 503, problem);
  else
    resonate_exchange_respond_json (exchange, 200, g_strdup ("{\"ready\":true}"));
}
