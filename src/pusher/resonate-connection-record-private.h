/* resonate-connection-record-private.h: a client, put into words so that another process can go on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-transport-private.h"
#include "resonate-connection.h"
#include "resonate-realm-list-private.h"

G_BEGIN_DECLS

/* App, socket id, origin, when it came; when it was last heard, whether it was asked since, whether
 * it is asked with a control frame; the window of its rate limit and what was taken of it; its
 * channels in the order of joining, with its place there and what was signed of its user. */
#define RESONATE_CONNECTION_RECORD "(ssmsx(xbb)(xu)a(sums))"

/* (nullable): whose client @stream is, unless it is one that leaves or never was let in. */
ResonateConnection *resonate_connection_of_stream (ResonateStream *stream);

/* Whether nothing is being decided about what it has said. */
gboolean resonate_connection_is_movable (ResonateConnection *self);

/* (transfer floating) */
GVariant *resonate_connection_save (ResonateConnection *self);

/* Adds what was signed of its users to a RESONATE_ABSENT_RECORD. */
void resonate_connection_save_users (ResonateConnection *self, GVariantBuilder *builder);

/* (transfer none) (nullable): NULL, and @stream is left alone, when there is no such app, the id is
 * taken, or the record makes no sense. resonate_realm_list_put_in_order () has to follow. */
ResonateConnection *
resonate_connection_restore (ResonateRealmList *realms, ResonateStream *stream, GVariant *record);

/* The client goes on elsewhere: it is taken out of everything, and nobody is told. Its stream is
 * left to the caller. */
void resonate_connection_forget (ResonateConnection *self);

G_END_DECLS
