/* resonate.h: the only header to include
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define RESONATE_INSIDE

#include "base/resonate-enums.h"
#include "base/resonate-error.h"
#include "base/resonate-log.h"
#include "base/resonate-types.h"
#include "base/resonate-version-macros.h"
#include "cluster/resonate-consumer.h"
#include "cluster/resonate-delivery.h"
#include "cluster/resonate-pub-sub.h"
#include "cluster/resonate-store-error.h"
#include "cluster/resonate-stream-log.h"
#include "cluster/resonate-topic-subscription.h"
#include "cluster/resonate-counter.h"
#include "cluster/resonate-store-error.h"
#include "cluster/resonate-store.h"
#include "cluster/resonate-table-page.h"
#include "cluster/resonate-table-schema.h"
#include "cluster/resonate-table.h"
#include "config/resonate-app-list.h"
#include "config/resonate-app.h"
#include "config/resonate-config.h"
#include "pusher/resonate-channel.h"
#include "pusher/resonate-channel-list.h"
#include "pusher/resonate-connection.h"
#include "pusher/resonate-message.h"
#include "pusher/resonate-pusher-error.h"
#include "pusher/resonate-subscription.h"
#include "server/resonate-server.h"
#include "resonate-enum-types.h"

#undef RESONATE_INSIDE
