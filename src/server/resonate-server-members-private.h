/* resonate-server-members-private.h: a server that knows the members of all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-metrics-private.h"
#include "resonate-server-private.h"

G_BEGIN_DECLS

/* All of these are for a server with a relay; without a Redis of its own they do nothing. */
void resonate_server_members_open (ResonateServer *self);

/* Once the realms know the relay: who is here may have been with another process before. */
void resonate_server_members_begin (ResonateServer *self);

void resonate_server_members_close (ResonateServer *self);

/* Everybody is gone: gives the lease back, so that nobody has to wait for its end. @done is called
 * later, within a second, if this returns %TRUE. */
gboolean resonate_server_members_leave (ResonateServer *self, void (*done) (ResonateServer *));

/*
 * For a server that another process goes on with
 */
void resonate_server_members_save (ResonateServer *self, GVariantBuilder *facts);

void resonate_server_members_restore (ResonateServer *self, GVariant *facts);

/* The other process has begun. */
void resonate_server_members_retire (ResonateServer *self);

void resonate_server_members_add_metrics (ResonateServer *self, ResonateMetrics *metrics);

G_END_DECLS
