/* resonate-liveness-private.h: asks the silent, and lets the dead go
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-connection.h"

G_BEGIN_DECLS

/* The client was heard of: it came, or sent a message, a pong, any control frame. */
void resonate_liveness_touch (ResonateConnection *connection);

/* Sets the timer anew: the interval of the app has changed, or another process set the facts. */
void resonate_liveness_rearm (ResonateConnection *connection);

/* The client is gone. */
void resonate_liveness_forget (ResonateConnection *connection);

G_END_DECLS
