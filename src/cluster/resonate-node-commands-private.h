/* resonate-node-commands-private.h: what Redis does to a lease as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../redis/resonate-redis-command-private.h"

G_BEGIN_DECLS

/* `host-pid-` and eight digits, without a colon. */
char *resonate_node_make_id (void);

/* The id, a slash and eight digits. */
char *resonate_incarnation_new (const char *id);

char *resonate_incarnation_dup_id (const char *incarnation);

/* The reply is whether there is a lease now. @before: (nullable): the incarnation before, which has
 * lost its lease and not been cleaned up after. */
ResonateRedisCommand *resonate_node_command_take (const char *prefix,
                                                  const char *incarnation,
                                                  int64_t lease_us,
                                                  const char *before);

/* The reply is nil when the lease is lost; otherwise three lists of incarnations: those who have a
 * lease, those whose lease is over, and those whom somebody began to clean up after and did not end
 * it. */
ResonateRedisCommand *
resonate_node_command_renew (const char *prefix, const char *incarnation, int64_t lease_us);

/* The reply is whether another node is ours to clean up after. */
ResonateRedisCommand *
resonate_node_command_claim (const char *prefix, const char *incarnation, int64_t lease_us);

/* The reply is whether there was a lease to give back. */
ResonateRedisCommand *resonate_node_command_release (const char *prefix, const char *incarnation);

/* The reply is whether it has a lease, or is being cleaned up after. */
ResonateRedisCommand *resonate_node_command_look_up (const char *prefix, const char *incarnation);

/* What cleaning up ends with. */
ResonateRedisCommand *resonate_node_command_bury (const char *prefix, const char *incarnation);

G_END_DECLS
