/* resonate-subscription.h: one connection's place in one channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_SUBSCRIPTION (resonate_subscription_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateSubscription, resonate_subscription, RESONATE, SUBSCRIPTION, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateConnection *resonate_subscription_get_connection (ResonateSubscription *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_subscription_get_socket_id (ResonateSubscription *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_subscription_get_user_id (ResonateSubscription *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_subscription_get_user_info (ResonateSubscription *self);

G_END_DECLS
