/* resonate-admission-private.h: may this connection be on that channel?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-intent-private.h"

G_BEGIN_DECLS

gboolean resonate_admission_check_name (ResonateIntent *intent, GError **error);

gboolean resonate_admission_authenticate (ResonateIntent *intent, GError **error);

gboolean resonate_admission_authorize (ResonateIntent *intent, GError **error);

G_END_DECLS
