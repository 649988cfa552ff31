/* resonate-exchange-private.h: one HTTP request and its answer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "resonate-transport-private.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_EXCHANGE (resonate_exchange_get_type ())

G_DECLARE_FINAL_TYPE (ResonateExchange, resonate_exchange, RESONATE, EXCHANGE, GObject)

/* @transport is the caller's to keep: without a reference taken here it is aborted on return. */
typedef void (*ResonateUpgradeFunc) (ResonateExchange *exchange,
                                     ResonateTransport *transport,
                                     gpointer user_data);

const char *resonate_exchange_get_method (ResonateExchange *self);

/* As it was sent: neither decoded nor normalised, without the query, with any prefix. */
const char *resonate_exchange_get_path (ResonateExchange *self);

/* As it was sent, without the `?`; NULL when there is none. */
const char *resonate_exchange_get_query (ResonateExchange *self);

/* What `{name}` of the route matched, percent-decoded; never invalid UTF-8. */
const char *resonate_exchange_get_parameter (ResonateExchange *self, const char *name);

const char *resonate_exchange_get_header (ResonateExchange *self, const char *name);

GBytes *resonate_exchange_get_body (ResonateExchange *self);

const char *resonate_exchange_get_remote_address (ResonateExchange *self);

void resonate_exchange_add_header (ResonateExchange *self, const char *name, const char *value);

/* Each request is answered once, by one of these. A handler that returns without an answer must
 * have called hold (); the answer then comes later and ends the hold. */
void
resonate_exchange_respond (ResonateExchange *self, guint status, const char *type, GBytes *body);

/* Takes @json. */
void resonate_exchange_respond_json (ResonateExchange *self, guint status, char *json);

void resonate_exchange_respond_error (ResonateExchange *self, guint status, const char *message);

void resonate_exchange_respond_text (ResonateExchange *self, guint status, const char *text);

void resonate_exchange_hold (ResonateExchange *self);

gboolean resonate_exchange_is_answered (ResonateExchange *self);

/* Cancelled when the client is gone before it was answered; an answer is then dropped quietly. */
GCancellable *resonate_exchange_get_cancellable (ResonateExchange *self);

/* Answers 101 and calls @func, or answers what is wrong with the handshake and never calls it. */
void resonate_exchange_upgrade (ResonateExchange *self,
                                ResonateUpgradeFunc func,
                                gpointer user_data,
                                GDestroyNotify destroy);

G_END_DECLS
