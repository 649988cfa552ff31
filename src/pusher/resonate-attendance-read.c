/* resonate-attendance-read.c: reading who is on a presence channel, on all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-attendance"

#include "config.h"

#include "resonate-attendance-parts-private.h"

#include "../base/resonate-clock-private.h"

/* How many channels are read at a time. */
#define MAX_READS 8

static gboolean
is_settled (ResonateAttendance *self)
{
  return resonate_node_is_registered (self->node) && resonate_clock_now_us () >= self->settled_us;
}

void
resonate_attendance_doubt (ResonateAttendance *self, ResonateInterest *interest, int64_t in_us)
{
  int64_t at_us = resonate_clock_now_us () + in_us;

  if (interest->is_doubted)
    {
      interest->doubted_us = MIN (interest->doubted_us, at_us);
      return;
    }

  interest->is_doubted = TRUE;
  interest->doubted_us = at_us;
  g_queue_push_tail (&self->doubts, resonate_interest_ref (interest));
}

/* While others may not have come back yet, who is not found is not gone. */
static gboolean
keeps (const ResonateKnown *known, gpointer user_data)
{
  ResonateInterest *interest = user_data;

  return resonate_attendance_has_here (interest, known->member->id) ||
         !is_settled (interest->realm->relay->attendance);
}

/* @member: (nullable): NULL where the replica has it */
static void
free_member (gpointer member)
{
  if (member != NULL)
    resonate_member_free (member);
}

static GPtrArray *
take_users (GPtrArray *texts)
{
  GPtrArray *users = g_ptr_array_new_with_free_func (free_member);

  for (unsigned int i = 0; i < texts->len; i++)
    {
      g_autoptr (ResonateMember) member = resonate_member_parse (texts->pdata[i], NULL);

      if (member != NULL && member->id != NULL)
        g_ptr_array_add (users, g_steal_pointer (&member));
    }

  return users;
}

/* What an answer is for. */
typedef struct
{
  ResonateAttendance *attendance; /* (owned) */
  ResonateInterest *interest;     /* (owned) */
} Reading;

static void
reading_free (Reading *self)
{
  resonate_interest_unref (self->interest);
  resonate_attendance_unref (self->attendance);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static void read_some (ResonateAttendance *self);

/* The interest may be over, and all of this with it. */
static void
on_read (GPtrArray *texts, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  ResonateAttendance *self = reading->attendance;
  ResonateInterest *interest = reading->interest;

  self->n_reads--;
  if (self->relay == NULL)
    return;

  if (interest->subscription != NULL && texts == NULL)
    {
      resonate_replica_abandon_reading (interest->replica);
      resonate_attendance_doubt (self, interest, RESONATE_ATTENDANCE_DOUBT_US);
    }
  else if (interest->subscription != NULL)
    {
      g_autoptr (GPtrArray) users = take_users (texts);

      unsigned int n_kept;

      n_kept = resonate_replica_end_reading (interest->replica, users, keeps,
                                             resonate_attendance_tell, interest);
      if (n_kept > 0 && self->relay != NULL && !is_settled (self))
        resonate_attendance_doubt (self, interest, self->settled_us - resonate_clock_now_us ());
    }

  if (interest->subscription != NULL && interest->is_read_again)
    resonate_attendance_refresh (interest);
  if (interest->subscription != NULL)
    resonate_interest_tell (interest);
  if (self->relay != NULL)
    read_some (self);
}

static void
read_some (ResonateAttendance *self)
{
  while (self->n_reads < MAX_READS && !g_queue_is_empty (&self->unread))
    {
      g_autoptr (ResonateInterest) interest = g_queue_pop_head (&self->unread);
      Reading *reading;

      interest->is_unread = FALSE;
      if (interest->subscription == NULL)
        continue;
      if (!resonate_node_is_registered (self->node))
        {
          /* It is read when there is a lease again; whoever waits has waited long enough. */
          resonate_interest_tell (interest);
          continue;
        }

      reading = g_new0 (Reading, 1);
      g_ref_count_inc (&self->references);
      reading->attendance = self;
      reading->interest = resonate_interest_ref (interest);
      interest->is_read_again = FALSE;
      self->n_reads++;
      resonate_replica_begin_reading (interest->replica);
      resonate_roster_read (self->roster, interest->topic, on_read, reading);
    }
}

/* Returns whether there will be an answer. */
gboolean
resonate_attendance_refresh (ResonateInterest *interest)
{
  ResonateAttendance *self = interest->realm->relay->attendance;

  if (self == NULL || !resonate_node_is_registered (self->node))
    return FALSE;

  if (resonate_replica_is_reading (interest->replica))
    {
      interest->is_read_again = TRUE;
      return TRUE;
    }

  if (!interest->is_unread)
    {
      interest->is_unread = TRUE;
      g_queue_push_tail (&self->unread, resonate_interest_ref (interest));
      read_some (self);
    }

  return TRUE;
}

void
resonate_attendance_check_doubts (ResonateAttendance *self)
{
  int64_t now_us = resonate_clock_now_us ();

  for (unsigned int n = self->doubts.length; n > 0; n--)
    {
      g_autoptr (ResonateInterest) interest = g_queue_pop_head (&self->doubts);

      if (interest->subscription != NULL && interest->doubted_us > now_us)
        {
          g_queue_push_tail (&self->doubts, g_steal_pointer (&interest));
          continue;
        }

      interest->is_doubted = FALSE;
      if (interest->subscription != NULL)
        resonate_attendance_refresh (interest);
    }
}
