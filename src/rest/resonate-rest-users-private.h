/* resonate-rest-users-private.h: who is on a presence channel, and sending a user away
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-rest-private.h"

G_BEGIN_DECLS

void resonate_rest_users (ResonateRequest *request);

void resonate_rest_terminate (ResonateRequest *request);

G_END_DECLS
