/* resonate-types.h: every public class, named before it is described
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateApp ResonateApp;
typedef struct _ResonateAppList ResonateAppList;
typedef struct _ResonateChannel ResonateChannel;
typedef struct _ResonateChannelList ResonateChannelList;
typedef struct _ResonateConfig ResonateConfig;
typedef struct _ResonateConnection ResonateConnection;
typedef struct _ResonateConsumer ResonateConsumer;
typedef struct _ResonateCounter ResonateCounter;
typedef struct _ResonateDelivery ResonateDelivery;
typedef struct _ResonateMessage ResonateMessage;
typedef struct _ResonatePubSub ResonatePubSub;
typedef struct _ResonateServer ResonateServer;
typedef struct _ResonateStore ResonateStore;
typedef struct _ResonateStreamLog ResonateStreamLog;
typedef struct _ResonateSubscription ResonateSubscription;
typedef struct _ResonateTable ResonateTable;
typedef struct _ResonateTablePage ResonateTablePage;
typedef struct _ResonateTableSchema ResonateTableSchema;
typedef struct _ResonateTopicSubscription ResonateTopicSubscription;

G_END_DECLS
