/* resonate-rest-gather-private.h: requests that all nodes have to be asked for
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../pusher/resonate-gatherer-private.h"
#include "resonate-rest-private.h"

G_BEGIN_DECLS

/* How many nodes have not answered, in an answer that lacks what they have; `all` when there was
 * no bus to ask them over. */
#define RESONATE_REST_HEADER_MISSING "Resonate-Missing-Nodes"

/* Answers the exchange. @findings are taken. */
typedef void (*ResonateRestTellFunc) (ResonateExchange *exchange,
                                      ResonateFindings *findings,
                                      gpointer user_data);

/* Holds the exchange and calls @func when the nodes have answered, unless the client is gone. Takes
 * @question. */
void resonate_rest_gather (ResonateRequest *request,
                           ResonateQuestion *question,
                           ResonateRestTellFunc func,
                           gpointer user_data,
                           GDestroyNotify destroy);

/* Answers with all that was found between @opening and @closing, which is written in slices of the
 * loop. Takes @findings. */
void resonate_rest_tell_all (ResonateExchange *exchange,
                             ResonateFindings *findings,
                             const char *opening,
                             const char *closing);

G_END_DECLS
