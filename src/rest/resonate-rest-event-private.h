/* resonate-rest-event-private.h: one event in a body, for both endpoints that take events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"
#include "../pusher/resonate-protocol-private.h"
#include "resonate-rest-private.h"

G_BEGIN_DECLS

/* What an event may say. */
typedef enum
{
  RESONATE_REST_NAME,
  RESONATE_REST_DATA,
  RESONATE_REST_CHANNELS,
  RESONATE_REST_CHANNEL,
  RESONATE_REST_SOCKET_ID,
  RESONATE_REST_INFO,
  RESONATE_REST_N_FIELDS,
} ResonateRestField;

/* An object of a body, looked through once: a text of NULL where a field is not given. */
typedef struct
{
  ResonateJsonValue values[RESONATE_REST_N_FIELDS];
} ResonateRestFields;

typedef struct
{
  char *name;
  char *data;
  size_t data_length;
  char *except; /* (nullable) */
} ResonateRestEvent;

void resonate_rest_fields_read (ResonateRestFields *self, const ResonateJsonValue *object);

const char *resonate_rest_field_get_name (ResonateRestField field);

char *resonate_rest_fields_dup (const ResonateRestFields *self, ResonateRestField field);

void resonate_rest_event_read (ResonateRestEvent *self, const ResonateRestFields *fields);

void resonate_rest_event_clear (ResonateRestEvent *self);

void resonate_rest_event_publish (const ResonateRestEvent *self,
                                  ResonateRequest *request,
                                  const char *channel,
                                  ResonateEventOrder order);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ResonateRestEvent, resonate_rest_event_clear)

G_END_DECLS
