/* resonate-server-signals-private.h: what a server tells the program that embeds it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../pusher/resonate-gate-private.h"
#include "resonate-server.h"

G_BEGIN_DECLS

void resonate_server_signals_install (GType server_type);

void resonate_server_signals_emit_drained (ResonateServer *server, unsigned int n_forced);

void resonate_server_signals_emit_reconfigured (ResonateServer *server, GVariant *changes);

/* Whether it has to be asked again. */
gboolean resonate_server_signals_emit_handing_over (ResonateServer *server);

/* Whether the server may be asked for things by now. */
gboolean resonate_server_signals_emit_taking_over (ResonateServer *server);

#define RESONATE_TYPE_SERVER_SIGNALS (resonate_server_signals_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateServerSignals, resonate_server_signals, RESONATE, SERVER_SIGNALS, GObject)

ResonateGate *resonate_server_signals_new (ResonateServer *server);

G_END_DECLS
