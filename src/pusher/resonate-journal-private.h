/* resonate-journal-private.h: what the protocol writes to the log
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../transport/resonate-transport-private.h"
#include "resonate-connection.h"
#include "resonate-realm-private.h"

G_BEGIN_DECLS

void resonate_journal_opened (ResonateConnection *connection);

void resonate_journal_closed (ResonateConnection *connection);

void resonate_journal_received (ResonateConnection *connection, GBytes *text);

void resonate_journal_published (ResonateApp *app, const char *channel, GBytes *frame);

void resonate_journal_refused (ResonateConnection *connection, int code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/* Tells how many refusals were not told, if any. To be called every second. */
void resonate_journal_flush (ResonateRealm *realm);

void resonate_journal_turned_away (ResonateTransport *transport, int code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

G_END_DECLS
