/* resonate-attendance-parts-private.h: what the files of ResonateAttendance know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-attendance-private.h"

G_BEGIN_DECLS

/* Counted by references: what is under way outlives it. */
struct _ResonateAttendance
{
  grefcount references;
  ResonateRelay *relay; /* (nullable): NULL once it is over */
  ResonateNode *node;
  ResonateRoster *roster;
  GQueue unread; /* (element-type ResonateInterest): to be read as soon as it can be */
  unsigned int n_reads;
  GQueue doubts;      /* (element-type ResonateInterest): to be read in a while */
  int64_t settled_us; /* nobody is gone before that who was only not found */
  int64_t away_us;    /* since when Redis is away; 0 while it is there, or all has been told */
};

void resonate_attendance_unref (ResonateAttendance *self);

/* Whether a user has a socket on this node. */
gboolean resonate_attendance_has_here (ResonateInterest *interest, const char *user_id);

/* Tells who is here of a change of the replica, unless the user is here itself. */
void resonate_attendance_tell (const ResonateKnown *known, gboolean is_added, gpointer interest);

/*
 * In resonate-attendance-read.c
 */

/* How long what is under way may take to put right what looks wrong. */
#define RESONATE_ATTENDANCE_DOUBT_US ((int64_t) 5 * G_USEC_PER_SEC)

/* It is read in a while. */
void
resonate_attendance_doubt (ResonateAttendance *self, ResonateInterest *interest, int64_t in_us);

void resonate_attendance_check_doubts (ResonateAttendance *self);

/*
 * In resonate-attendance-envelope.c
 */

/* Returns the id of the app, and where in @topic the name of the channel begins. (nullable) */
char *
resonate_attendance_parse_topic (ResonateAttendance *self, const char *topic, const char **channel);

GBytes *resonate_attendance_announce (
  gpointer owner, const char *topic, gboolean is_added, const char *user_id, const char *data);

void resonate_attendance_hear (ResonateRealm *realm,
                               const char *channel,
                               const ResonateEnvelope *envelope,
                               gboolean is_own,
                               gpointer user_data);

G_END_DECLS
