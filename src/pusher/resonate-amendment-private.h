/* resonate-amendment-private.h: what a change of an app means to the clients that are there
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-realm-private.h"

G_BEGIN_DECLS

/* @property of the realm's app has another value. */
void resonate_amend (ResonateRealm *realm, const char *property);

/* What a transport has to know of the app's limits. */
void resonate_amend_transport (ResonateConnection *connection);

G_END_DECLS
