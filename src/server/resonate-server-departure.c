/* resonate-server-departure.c: how a server comes to its end: drained, or stopped
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-departure-private.h"

#include "../base/resonate-clock-private.h"
#include "../pusher/resonate-connection-private.h"
#include "../pusher/resonate-refusal-private.h"

/* Going away (RFC 6455, 7.4.1). */
#define CLOSE_GOING_AWAY 1001

/* Clients of the protocol come back at once, and find another server (spec: liveness, close codes).
 */
#define CLOSE_RECONNECT 4200

/* How long clients have to answer our close frame before they are cut off. A process that is told
 * to stop has no more time for them. */
#define CLOSING_US (1 * G_USEC_PER_SEC)

/* Of a drain: for so long at most, and for no more than one part in so many of its time, whoever
 * connects is told by `/ready`, and in answer to a handshake, that this is not the place. A probe
 * that only finds a closed door knows no more than that something is wrong. */
#define REFUSING_MAX_US (3 * G_USEC_PER_SEC)
#define REFUSING_PART   10

/* How often is looked whether everybody is gone. It goes on for seconds in the life of a server. */
#define LOOK_MS 20

typedef enum
{
  PHASE_DRAINING, /* clients may stay until they leave, or until it is their turn */
  PHASE_CLOSING,  /* they have been sent away; their sockets are waited for */
} Phase;

struct _ResonateServerDeparture
{
  ResonateFront *front;      /* (owned) */
  ResonateRealmList *realms; /* (unowned): the server's */
  ResonateDepartedFunc departed;
  gpointer user_data;

  Phase phase;
  int64_t deadline_us;

  int64_t timeout_us;      /* of the drain */
  gboolean is_shut;        /* nobody can connect */
  int64_t refusing_end_us; /* of its first part, in which who connects is told no */
  unsigned int n_at_first; /* who were there when it began */
  unsigned int n_forced;   /* whom we closed */
  GPtrArray *turns;        /* (element-type ResonateConnection) (nullable): the last is next */
  GSource *timer;          /* (nullable): until it has begun */
};

/* Who waits to be accepted would be reset. */
static void
shut_door (ResonateServerDeparture *self)
{
  resonate_front_take_waiting (self->front);
  resonate_front_stop_accepting (self->front);
  self->is_shut = TRUE;
}

/* The one place that moves from a phase to the next. */
static void
enter_closing (ResonateServerDeparture *self)
{
  shut_door (self);
  self->phase = PHASE_CLOSING;
  self->deadline_us = resonate_clock_now_us () + CLOSING_US;
  resonate_realm_list_close_all (self->realms, CLOSE_GOING_AWAY, "Server shutting down");
  resonate_front_close (self->front);
}

/* How many may be there now: all at first, none at the end, and in between on a straight line. */
static unsigned int
get_allowed (ResonateServerDeparture *self)
{
  int64_t left_us = self->deadline_us - resonate_clock_now_us ();

  if (left_us <= 0 || self->timeout_us <= 0)
    return 0;

  return (unsigned int) ((self->n_at_first * left_us + self->timeout_us - 1) / self->timeout_us);
}

/* Who was not there yet when they were listed has its turn last. */
static ResonateConnection *
take_next (ResonateServerDeparture *self)
{
  if (self->turns == NULL || self->turns->len == 0)
    {
      g_clear_pointer (&self->turns, g_ptr_array_unref);
      self->turns = resonate_realm_list_list_connections (self->realms);
    }

  return g_ptr_array_steal_index_fast (self->turns, self->turns->len - 1);
}

/* All at once would all come back at once. */
static void
close_in_turn (ResonateServerDeparture *self, unsigned int n)
{
  while (n > 0)
    {
      g_autoptr (ResonateConnection) next = take_next (self);

      /* It may have left by itself since it was listed. */
      if (!resonate_transport_is_open (resonate_connection_get_transport (next)))
        continue;

      resonate_close (next, CLOSE_RECONNECT, "Server is draining, reconnect");
      self->n_forced++;
      n--;
    }
}

static void
drain_on (ResonateServerDeparture *self)
{
  unsigned int n = resonate_realm_list_count_connections (self->realms);
  unsigned int allowed = get_allowed (self);

  /* Who was taken in at the last moment has until the next look to be answered. */
  if (!self->is_shut && (n == 0 || resonate_clock_now_us () >= self->refusing_end_us))
    {
      shut_door (self);
      return;
    }

  if (n > allowed)
    close_in_turn (self, n - allowed);
  if (resonate_realm_list_count_connections (self->realms) == 0)
    enter_closing (self);
}

static gboolean
on_look (gpointer user_data)
{
  ResonateServerDeparture *self = user_data;
  gboolean late = resonate_clock_now_us () >= self->deadline_us;

  if (self->phase == PHASE_DRAINING)
    {
      drain_on (self);
      return G_SOURCE_CONTINUE;
    }

  if (!late && resonate_front_get_n_streams (self->front) > 0)
    return G_SOURCE_CONTINUE;

  resonate_realm_list_abort_all (self->realms);
  self->departed (self->user_data);

  return G_SOURCE_REMOVE;
}

static void
begin (ResonateServerDeparture *self)
{
  resonate_front_refuse_handshakes (self->front);
  if (self->timer != NULL)
    return;

  self->timer = g_timeout_source_new (LOOK_MS);
  g_source_set_callback (self->timer, on_look, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/*
 * resonate_server_departure_new:
 * @realms: must outlive the object
 */
ResonateServerDeparture *
resonate_server_departure_new (ResonateFront *front,
                               ResonateRealmList *realms,
                               ResonateDepartedFunc departed,
                               gpointer user_data)
{
  ResonateServerDeparture *self = g_new0 (ResonateServerDeparture, 1);

  self->front = g_object_ref (front);
  self->realms = realms;
  self->departed = departed;
  self->user_data = user_data;

  return self;
}

void
resonate_server_departure_free (ResonateServerDeparture *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_pointer (&self->turns, g_ptr_array_unref);
  g_clear_object (&self->front);
  g_free (self);
}

/* Refuses whoever comes, and a little later accepts nobody any more. Closes those who are there one
 * after the other, the last after @timeout_us. */
void
resonate_server_departure_drain (ResonateServerDeparture *self, int64_t timeout_us)
{
  begin (self);
  self->phase = PHASE_DRAINING;
  self->deadline_us = resonate_clock_now_us () + timeout_us;
  self->timeout_us = timeout_us;
  self->refusing_end_us = resonate_clock_now_us () +
                          MIN (timeout_us / REFUSING_PART, REFUSING_MAX_US);
  self->n_at_first = resonate_realm_list_count_connections (self->realms);
}

unsigned int
resonate_server_departure_get_n_forced (ResonateServerDeparture *self)
{
  return self->n_forced;
}

/* Sends everybody away at once, in the middle of a drain too. A second time changes nothing. */
void
resonate_server_departure_close (ResonateServerDeparture *self)
{
  begin (self);
  if (self->phase != PHASE_CLOSING)
    enter_closing (self);
}
