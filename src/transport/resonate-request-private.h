/* resonate-request-private.h: one whole request, as it came
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-request-head-private.h"

G_BEGIN_DECLS

typedef struct _ResonateRequest ResonateRequest;

/* Copies the head out of @bytes. */
ResonateRequest *resonate_request_new (const ResonateRequestHead *head, const char *bytes);

void resonate_request_free (ResonateRequest *self);

/* Where the next bytes of the body go, and how many there are to come: 0 when it is whole. */
guint8 *resonate_request_get_space (ResonateRequest *self, gsize *left);

void resonate_request_add_body (ResonateRequest *self, gsize n);

/* In upper case. */
const char *resonate_request_get_method (ResonateRequest *self);

const char *resonate_request_get_target (ResonateRequest *self);

/* Whether `Upgrade` says websocket, and whether `Connection` says upgrade. */
gboolean resonate_request_names_websocket (ResonateRequest *self);
gboolean resonate_request_wants_upgrade (ResonateRequest *self);

/* All values of that name, joined by commas, or NULL. */
const char *resonate_request_get_header (ResonateRequest *self, const char *name);

GBytes *resonate_request_get_body (ResonateRequest *self);

/* Appends what libsoup is shown of it. */
void resonate_request_show (ResonateRequest *self, GByteArray *out);

/* What a refused request is answered with; the connection ends behind it. */
GBytes *resonate_request_refusal (guint status, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRequest, resonate_request_free)

G_END_DECLS
