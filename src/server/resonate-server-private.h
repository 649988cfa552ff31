/* resonate-server-private.h: what the parts of the server share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../pusher/resonate-gatherer-private.h"
#include "../pusher/resonate-realm-list-private.h"
#include "../pusher/resonate-attendance-private.h"
#include "../pusher/resonate-relay-private.h"
#include "../redis/resonate-redis-private.h"
#include "../rest/resonate-rest-private.h"
#include "../transport/resonate-front-private.h"
#include "resonate-server-departure-private.h"
#include "resonate-server.h"

G_BEGIN_DECLS

struct _ResonateServer
{
  GObject parent_instance;

  ResonateConfig *config;
  ResonateServerState state;
  gboolean is_outlived;       /* the last reference was dropped, from inside the main loop */
  gboolean reuse_port;        /* the next start binds beside whoever is there */
  GArray *sockets;            /* (element-type int): inherited, not yet listened on */
  GPtrArray *spare;           /* (element-type GSocket) (nullable): of the process before */
  gboolean has_given_sockets; /* it listens on those, and not on what is configured */
  int64_t started_at_us;      /* of the first that served these clients */
  int64_t drain_deadline_us;  /* 0: there is no drain */

  ResonateGate *gate;
  ResonateRealmList *realms;
  ResonatePubSub *pub_sub;        /* (nullable): what the program has it share with others */
  ResonateRelay *relay;           /* (nullable): while it is one of several */
  ResonateGatherer *gatherer;     /* (nullable): as long as the relay */
  ResonateRedis *redis;           /* (nullable): what carries the topics then */
  gboolean has_told_of_redis;     /* the log knows that it cannot be reached */
  ResonateNode *node;             /* (nullable): as long as there is that */
  ResonateAttendance *attendance; /* (nullable): likewise */
  GVariant *members_before;       /* (nullable): what the process before knew of them */
  GSource *farewell;              /* (nullable): while the lease is given back */
  void (*farewell_done) (ResonateServer *self);
  ResonateFront *front;               /* (nullable): unless stopped */
  ResonateRest *rest;                 /* (nullable): as long as the front */
  ResonateServerDeparture *departure; /* (nullable): while stopping or draining */
  GPtrArray *departing;               /* (element-type GTask): who waits for the end of it */
  GSource *timer;                     /* (nullable): while it serves */
  gboolean is_changing;               /* another configuration is on its way in */
  gboolean is_handing_over;           /* another process is asked to go on */
  gboolean is_handed_over;            /* another process has the clients, still or by now */
};

void resonate_server_set_state (ResonateServer *self, ResonateServerState state);

/* The two halves of a start: to have what is needed, and to serve. */
gboolean resonate_server_open (ResonateServer *self, GError **error);
void resonate_server_begin (ResonateServer *self);

void resonate_server_set_drain_deadline (ResonateServer *self, int64_t deadline_us);

void resonate_server_tear_down (ResonateServer *self);

ResonateRealmList *resonate_server_get_realms (ResonateServer *self);

ResonateRealm *
resonate_server_find_realm (ResonateServer *self, const char *app_id, GError **error);

G_END_DECLS
