/* resonate-realm-list-private.h: the realms of all apps
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-realm-private.h"

G_BEGIN_DECLS

typedef struct _ResonateRealmList ResonateRealmList;

ResonateRealmList *resonate_realm_list_new (ResonateAppList *apps, ResonateGate *gate);

void resonate_realm_list_free (ResonateRealmList *self);

/* @wheel: (nullable): has the clients' time; not owned, and taken away before it goes */
void resonate_realm_list_set_wheel (ResonateRealmList *self, ResonateWheel *wheel);

/* @relay: (nullable): to the other nodes; not owned, and taken away before it goes */
void resonate_realm_list_set_relay (ResonateRealmList *self, ResonateRelay *relay);

ResonateRelay *resonate_realm_list_get_relay (ResonateRealmList *self);

/* @gatherer: (nullable): asks the other nodes; not owned, and taken away before it goes */
void resonate_realm_list_set_gatherer (ResonateRealmList *self, ResonateGatherer *gatherer);

/* Whether the gate is told of messages, of those who leave and why; of realms to come, too. */
void resonate_realm_list_set_tapped (ResonateRealmList *self, gboolean is_tapped);

ResonateRealm *resonate_realm_list_lookup (ResonateRealmList *self, const char *app_id);

ResonateRealm *resonate_realm_list_lookup_key (ResonateRealmList *self, const char *key);

/* (transfer full) (element-type ResonateConnection): of all apps. */
GPtrArray *resonate_realm_list_list_connections (ResonateRealmList *self);

/* (nullable): of whichever app. */
ResonateConnection *resonate_realm_list_find_connection (ResonateRealmList *self,
                                                         const char *socket_id);

/* (transfer container): those of apps that were taken away and still have clients, too. */
GPtrArray *resonate_realm_list_snapshot (ResonateRealmList *self);

unsigned int resonate_realm_list_count_connections (ResonateRealmList *self);

unsigned int resonate_realm_list_count_leaving (ResonateRealmList *self);

void resonate_realm_list_close_all (ResonateRealmList *self, int code, const char *reason);

void resonate_realm_list_abort_all (ResonateRealmList *self);

void resonate_realm_list_check (ResonateRealmList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRealmList, resonate_realm_list_free)

G_END_DECLS
