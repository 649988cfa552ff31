/* resonate-rest-health-private.h: is it up, and does it take clients?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-rest-private.h"

G_BEGIN_DECLS

void resonate_rest_up (ResonateExchange *exchange);

void resonate_rest_ready (ResonateExchange *exchange, const char *problem);

G_END_DECLS
