/* resonate-realm-record-private.h: what the apps remember, put into words for another process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-realm-list-private.h"

G_BEGIN_DECLS

/* Of each app its id, its channels in the order in which they came to be, the last event of its
 * cache channels (channel, frame, and when it is forgotten), and what was counted. */
#define RESONATE_REALMS_RECORD "a(sasa(sayx)at)"

/* Users who may be on a presence channel by nobody else: app, channel, what was signed. */
#define RESONATE_ABSENT_RECORD "a(sss)"

/* Tells now what would be told in a second. */
void resonate_realm_list_settle (ResonateRealmList *self);

/* (transfer floating) */
GVariant *resonate_realm_list_save (ResonateRealmList *self);

/* What is of an app that is not served is left out. */
void resonate_realm_list_restore (ResonateRealmList *self, GVariant *record);

/* All clients are restored: everything is in the order of before, and channels that nobody came to
 * are forgotten. */
void resonate_realm_list_put_in_order (ResonateRealmList *self);

/* The clients have their time again. */
void resonate_realm_list_resume (ResonateRealmList *self);

/* Those who stayed with the other process are gone for those who are here. */
void resonate_realm_list_announce_absent (ResonateRealmList *self, GVariant *record);

/* Nobody is told: who is here is another's. */
void resonate_realm_list_forget_all (ResonateRealmList *self);

G_END_DECLS
