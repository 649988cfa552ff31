/* resonate-rest-body-private.h: the JSON body of a request
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"
#include "resonate-rest-private.h"

G_BEGIN_DECLS

gboolean resonate_rest_body_read (ResonateRequest *request, ResonateJsonValue *body);

G_END_DECLS
