/* resonate-server-departure-private.h: how a server comes to its end: drained, or stopped
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

#include "../pusher/resonate-realm-list-private.h"
#include "../transport/resonate-front-private.h"

G_BEGIN_DECLS

typedef struct _ResonateServerDeparture ResonateServerDeparture;

/* Called once, from the main loop, when nobody is connected any more. */
typedef void (*ResonateDepartedFunc) (gpointer user_data);

ResonateServerDeparture *resonate_server_departure_new (ResonateFront *front,
                                                        ResonateRealmList *realms,
                                                        ResonateDepartedFunc departed,
                                                        gpointer user_data);

void resonate_server_departure_free (ResonateServerDeparture *self);

void resonate_server_departure_drain (ResonateServerDeparture *self, int64_t timeout_us);

/* How many a drain has closed, because they did not leave by themselves. */
unsigned int resonate_server_departure_get_n_forced (ResonateServerDeparture *self);

void resonate_server_departure_close (ResonateServerDeparture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateServerDeparture, resonate_server_departure_free)

G_END_DECLS
