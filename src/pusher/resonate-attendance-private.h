/* resonate-attendance-private.h: the members of presence channels, over all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../cluster/resonate-roster-private.h"
#include "resonate-interest-private.h"
#include "resonate-relay-private.h"
#include "resonate-replica-private.h"

G_BEGIN_DECLS

/* A user is a member while it has a socket on any node. The roster is told of those that are here,
 * and tells all nodes who came first and who went last; each keeps a replica of the channels that
 * somebody here is on. Clients are told what changes in the union of that and who is here. */
/* It is the relay's listener for presence from then on, and has to be freed before it. */
ResonateAttendance *resonate_attendance_new (ResonateRelay *relay, ResonateNode *node);

void resonate_attendance_free (ResonateAttendance *self);

ResonateRoster *resonate_attendance_get_roster (ResonateAttendance *self);

/*
 * For those who come and go here: @channel has changed already
 */

/* @is_added: the user was not here before. Returns whether that is news for who is here. */
gboolean resonate_attendance_join (ResonateRealm *realm,
                                   ResonateChannel *channel,
                                   const char *socket_id,
                                   const ResonateMember *member,
                                   gboolean is_added);

/* @is_removed: the user is not here any more. Returns whether that is news now; it may be later. */
gboolean resonate_attendance_leave (ResonateRealm *realm,
                                    ResonateChannel *channel,
                                    const char *socket_id,
                                    const char *user_id,
                                    gboolean is_removed);

/*
 * For the interest in a presence channel
 */
void resonate_attendance_begin (ResonateInterest *interest);

/* What the replica has may be old. Returns whether it will be read. */
gboolean resonate_attendance_refresh (ResonateInterest *interest);

/* What has to be looked at every second. */
void resonate_attendance_check (ResonateAttendance *self);

/*
 * For a server that another process goes on with
 */

/* App, channel, and what each known member said of itself. */
#define RESONATE_ATTENDANCE_RECORD "a(ssas)"

/* (transfer floating) */
GVariant *resonate_attendance_save (ResonateAttendance *self);

/* Who is here has been restored, and was with @incarnation. */
void
resonate_attendance_restore (ResonateAttendance *self, GVariant *record, const char *incarnation);

G_END_DECLS
