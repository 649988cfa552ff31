/* resonate-life-private.h: when a client was last heard of
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-connection.h"

G_BEGIN_DECLS

void resonate_life_touch (ResonateConnection *connection);

void resonate_life_ask (ResonateConnection *connection);

void resonate_life_forget (ResonateConnection *connection);

G_END_DECLS
