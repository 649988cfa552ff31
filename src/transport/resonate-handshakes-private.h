/* resonate-handshakes-private.h: how many handshakes of TLS one address may have under way
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define RESONATE_HANDSHAKES_PER_ADDRESS 8

typedef struct _ResonateHandshakes ResonateHandshakes;

/* The turn of one that had to wait has come. FALSE when it has no use for it any more. */
typedef gboolean (*ResonateHandshakeFunc) (gpointer owner);

ResonateHandshakes *resonate_handshakes_new (ResonateHandshakeFunc func);

void resonate_handshakes_free (ResonateHandshakes *self);

gboolean resonate_handshakes_enter (ResonateHandshakes *self, const char *address, GObject *owner);

void resonate_handshakes_leave (ResonateHandshakes *self, const char *address);

/* Nobody's turn comes any more. */
void resonate_handshakes_close (ResonateHandshakes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateHandshakes, resonate_handshakes_free)

G_END_DECLS
