/* resonate-peers-private.h: the nodes that have a lease, as of the last heartbeat
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-reply-private.h"

G_BEGIN_DECLS

typedef struct _ResonatePeers ResonatePeers;

ResonatePeers *resonate_peers_new (void);

void resonate_peers_free (ResonatePeers *self);

/* @incarnations: a list of them, instead of all before */
void resonate_peers_take (ResonatePeers *self, const ResonateRedisReply *incarnations);

gboolean resonate_peers_contains (ResonatePeers *self, const char *incarnation);

/* (transfer full): their ids, in no order */
char **resonate_peers_list (ResonatePeers *self);

G_END_DECLS
