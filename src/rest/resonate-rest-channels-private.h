/* resonate-rest-channels-private.h: GET /apps/{app}/channels, and one of them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-rest-private.h"

G_BEGIN_DECLS

void resonate_rest_channels (ResonateRequest *request);

void resonate_rest_channel (ResonateRequest *request);

G_END_DECLS
