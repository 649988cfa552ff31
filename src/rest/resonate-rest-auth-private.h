/* resonate-rest-auth-private.h: is this request signed with the app's secret?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-rest-private.h"

G_BEGIN_DECLS

gboolean resonate_rest_auth_check (ResonateRequest *request,
                                   const char *prefix,
                                   int64_t grace_us,
                                   GError **error);

G_END_DECLS
