/* resonate-liveness-private.h: asks the silent, and lets the dead go
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-realm-private.h"

G_BEGIN_DECLS

void resonate_liveness_check (ResonateRealm *realm);

G_END_DECLS
