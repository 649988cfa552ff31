/* resonate-rest-private.h: the HTTP API for publishers
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../config/resonate-config.h"
#include "../pusher/resonate-realm-list-private.h"
#include "../transport/resonate-router-private.h"
#include "resonate-query-private.h"

G_BEGIN_DECLS

typedef struct _ResonateRest ResonateRest;

/* One signed request, after its signature was found good. */
typedef struct
{
  ResonateExchange *exchange;
  ResonateRealm *realm;
  ResonateQuery *query;
} ResonateRequest;

typedef void (*ResonateRestHandler) (ResonateRequest *request);

/* Says whether the server takes clients, and if not, why. */
typedef const char *(*ResonateReadyFunc) (gpointer user_data);

ResonateRest *resonate_rest_new (ResonateConfig *config,
                                 ResonateRealmList *realms,
                                 ResonateRouter *router,
                                 ResonateReadyFunc ready,
                                 gpointer user_data);

void resonate_rest_free (ResonateRest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRest, resonate_rest_free)

G_END_DECLS
