/* resonate-server-departure.c: how a server comes to its end: drained, or stopped
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-departure-private.h"

#include "../base/resonate-clock-private.h"

/* Going away (RFC 6455, 7.4.1). */
#define CLOSE_GOING_AWAY 1001

/* How long clients have to answer our close frame before they are cut off. A process that is told
 * to stop has no more time for them. */
#define CLOSING_US (1 * G_USEC_PER_SEC)

/* How often is looked whether everybody is gone. It goes on for seconds in the life of a server. */
#define LOOK_MS 20

typedef enum
{
  PHASE_DRAINING, /* clients may stay until they leave, or until the deadline */
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
  unsigned int n_forced;
  GSource *timer; /* (nullable): until it has begun */
};

/* The one place that moves from a phase to the next. */
static void
enter_closing (ResonateServerDeparture *self)
{
  self->phase = PHASE_CLOSING;
  self->deadline_us = resonate_clock_now_us () + CLOSING_US;
  resonate_realm_list_close_all (self->realms, CLOSE_GOING_AWAY, "Server shutting down");
  resonate_front_close (self->front);
}

static gboolean
on_look (gpointer user_data)
{
  ResonateServerDeparture *self = user_data;
  gboolean late = resonate_clock_now_us () >= self->deadline_us;

  if (self->phase == PHASE_DRAINING)
    {
      self->n_forced = resonate_realm_list_count_connections (self->realms);
      if (late || self->n_forced == 0)
        enter_closing (self);
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
  resonate_front_stop_accepting (self->front);
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
  g_clear_object (&self->front);
  g_free (self);
}

/* Accepts nobody, and waits for those who are there; who is still there after @timeout_us is
 * closed. */
void
resonate_server_departure_drain (ResonateServerDeparture *self, int64_t timeout_us)
{
  begin (self);
  self->phase = PHASE_DRAINING;
  self->deadline_us = resonate_clock_now_us () + timeout_us;
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
