/* resonate-rest-event.c: one event in a body, for both endpoints that take events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-event"

#include "config.h"

#include "resonate-rest-event-private.h"

#include "../pusher/resonate-dispatcher-private.h"

static const char *const names[RESONATE_REST_N_FIELDS] = {
  "name", "data", "channels", "channel", "socket_id", "info",
};

void
resonate_rest_fields_read (ResonateRestFields *self, const ResonateJsonValue *object)
{
  resonate_json_get_members (object, names, self->values, RESONATE_REST_N_FIELDS);
}

const char *
resonate_rest_field_get_name (ResonateRestField field)
{
  return names[field];
}

/* Returns the text of a field, or NULL when it is no string. */
char *
resonate_rest_fields_dup (const ResonateRestFields *self, ResonateRestField field)
{
  const ResonateJsonValue *value = &self->values[field];

  return value->kind == RESONATE_JSON_STRING ? resonate_json_dup_string (value, NULL) : NULL;
}

/*
 * resonate_rest_event_read:
 * @fields: found valid: `name`, `data`, and perhaps `socket_id`
 *
 * Reads an event once, for however many channels it is.
 */
void
resonate_rest_event_read (ResonateRestEvent *self, const ResonateRestFields *fields)
{
  self->name = resonate_rest_fields_dup (fields, RESONATE_REST_NAME);
  self->data = resonate_json_dup_string (&fields->values[RESONATE_REST_DATA], &self->data_length);
  self->except = resonate_rest_fields_dup (fields, RESONATE_REST_SOCKET_ID);
}

void
resonate_rest_event_clear (ResonateRestEvent *self)
{
  g_clear_pointer (&self->except, g_free);
  g_clear_pointer (&self->data, g_free);
  g_clear_pointer (&self->name, g_free);
}

void
resonate_rest_event_publish (const ResonateRestEvent *self,
                             ResonateRequest *request,
                             const char *channel,
                             ResonateEventOrder order)
{
  resonate_dispatcher_publish (request->realm, self->name, channel, self->data, self->data_length,
                               order, self->except);
}
