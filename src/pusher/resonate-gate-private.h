/* resonate-gate-private.h: what the protocol asks before it acts, and tells when it has
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "resonate-channel.h"
#include "resonate-connection.h"
#include "resonate-intent-private.h"
#include "resonate-message.h"

G_BEGIN_DECLS

typedef enum
{
  RESONATE_VERDICT_PASS,    /* go on */
  RESONATE_VERDICT_HANDLED, /* the gate did it; nothing more is to be done or said */
  RESONATE_VERDICT_REFUSE,  /* no, and the error says why */
  RESONATE_VERDICT_WAIT,    /* the verdict comes later; the connection is frozen meanwhile */
} ResonateVerdict;

/* The stages in which a subscription may be stopped, in this order (decision 8). What comes after
 * them, the commit, never waits. */
typedef enum
{
  RESONATE_STAGE_AUTHENTICATE, /* HANDLED: the gate vouches; PASS: the signature is checked */
  RESONATE_STAGE_AUTHORIZE,    /* may reserve something; rolled back if the rest fails */
  RESONATE_STAGE_PREPARE,      /* may read what the commit will send */
} ResonateStage;

#define RESONATE_TYPE_GATE (resonate_gate_get_type ())

G_DECLARE_INTERFACE (ResonateGate, resonate_gate, RESONATE, GATE, GObject)

/* Every slot is optional. A slot that answers WAIT calls resonate_handler_resume () or
 * resonate_handler_resume_subscribe () once, later: also when the connection's cancellable was
 * cancelled meanwhile, because that is when what was reserved is rolled back. */
struct _ResonateGateInterface
{
  GTypeInterface g_iface;

  ResonateVerdict (*intercept) (ResonateGate *self,
                                ResonateConnection *connection,
                                ResonateMessage *message,
                                GError **error);
  ResonateVerdict (*stage) (ResonateGate *self,
                            ResonateStage stage,
                            ResonateIntent *intent,
                            GError **error);
  void (*commit) (ResonateGate *self, ResonateIntent *intent);
  void (*rollback) (ResonateGate *self, ResonateIntent *intent);

  void (*opened) (ResonateGate *self, ResonateConnection *connection);
  void (*subscribed) (ResonateGate *self, ResonateConnection *connection, ResonateChannel *channel);
  void (*unsubscribed) (ResonateGate *self,
                        ResonateConnection *connection,
                        ResonateChannel *channel);
  void (*closed) (ResonateGate *self, ResonateConnection *connection);

  /* Of these there are many, so they are told only while the realm is tapped. */
  void (*left) (ResonateGate *self,
                ResonateConnection *connection,
                unsigned int code,
                const char *reason);
  void (*received) (ResonateGate *self, ResonateConnection *connection, ResonateMessage *message);
  void (*published) (ResonateGate *self,
                     ResonateApp *app,
                     ResonateConnection *sender,
                     const char *channel,
                     const char *event,
                     GBytes *data);

  void (*occupied) (ResonateGate *self, ResonateApp *app, ResonateChannel *channel);
  void (*vacated) (ResonateGate *self, ResonateApp *app, ResonateChannel *channel);
  void (*member_added) (ResonateGate *self,
                        ResonateApp *app,
                        ResonateChannel *channel,
                        const char *user_id);
  void (*member_removed) (ResonateGate *self,
                          ResonateApp *app,
                          ResonateChannel *channel,
                          const char *user_id);
};

/* All of these take a NULL gate, which lets everything pass and wants to know nothing. */
ResonateVerdict resonate_gate_intercept (ResonateGate *self,
                                         ResonateConnection *connection,
                                         ResonateMessage *message,
                                         GError **error);

ResonateVerdict resonate_gate_stage (ResonateGate *self,
                                     ResonateStage stage,
                                     ResonateIntent *intent,
                                     GError **error);

void resonate_gate_commit (ResonateGate *self, ResonateIntent *intent);

void resonate_gate_rollback (ResonateGate *self, ResonateIntent *intent);

void resonate_gate_opened (ResonateGate *self, ResonateConnection *connection);

void resonate_gate_subscribed (ResonateGate *self,
                               ResonateConnection *connection,
                               ResonateChannel *channel);

void resonate_gate_unsubscribed (ResonateGate *self,
                                 ResonateConnection *connection,
                                 ResonateChannel *channel);

void resonate_gate_closed (ResonateGate *self, ResonateConnection *connection);

void resonate_gate_left (ResonateGate *self,
                         ResonateConnection *connection,
                         unsigned int code,
                         const char *reason);

void resonate_gate_received (ResonateGate *self,
                             ResonateConnection *connection,
                             ResonateMessage *message);

/* @sender: (nullable): the client, unless it is the application */
void resonate_gate_published (ResonateGate *self,
                              ResonateApp *app,
                              ResonateConnection *sender,
                              const char *channel,
                              const char *event,
                              GBytes *data);

void resonate_gate_occupied (ResonateGate *self, ResonateApp *app, ResonateChannel *channel);

void resonate_gate_vacated (ResonateGate *self, ResonateApp *app, ResonateChannel *channel);

void resonate_gate_member_added (ResonateGate *self,
                                 ResonateApp *app,
                                 ResonateChannel *channel,
                                 const char *user_id);

void resonate_gate_member_removed (ResonateGate *self,
                                   ResonateApp *app,
                                   ResonateChannel *channel,
                                   const char *user_id);

G_END_DECLS
