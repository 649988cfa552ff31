/* resonate-connection-list-private.h: the clients of one app
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-connection.h"

G_BEGIN_DECLS

typedef struct _ResonateConnectionList ResonateConnectionList;

ResonateConnectionList *resonate_connection_list_new (void);

void resonate_connection_list_free (ResonateConnectionList *self);

void resonate_connection_list_add (ResonateConnectionList *self, ResonateConnection *connection);

gboolean resonate_connection_list_remove (ResonateConnectionList *self,
                                          ResonateConnection *connection);

ResonateConnection *resonate_connection_list_lookup (ResonateConnectionList *self,
                                                     const char *socket_id);

unsigned int resonate_connection_list_count (ResonateConnectionList *self);

GPtrArray *resonate_connection_list_snapshot (ResonateConnectionList *self);

/* The first whose place is above @place, which is 0 at the beginning and then that of the one that
 * is returned; see resonate-directory-private.h. */
ResonateConnection *resonate_connection_list_after (ResonateConnectionList *self, uint64_t *place);

/* Which connections are known to be a user's; once for every subscription that says so. */
void resonate_connection_list_add_user (ResonateConnectionList *self,
                                        const char *user_id,
                                        ResonateConnection *connection);

void resonate_connection_list_remove_user (ResonateConnectionList *self,
                                           const char *user_id,
                                           ResonateConnection *connection);

GPtrArray *resonate_connection_list_snapshot_user (ResonateConnectionList *self,
                                                   const char *user_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateConnectionList, resonate_connection_list_free)

G_END_DECLS
