/* resonate-rest-event.c: one event in a body, for both endpoints that take events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-event"

#include "config.h"

#include "resonate-rest-event-private.h"

#include "../pusher/resonate-dispatcher-private.h"
#include "resonate-rest-body-private.h"

/*
 * resonate_rest_event_read:
 * @item: an object that was found valid: `name`, `data`, and perhaps `socket_id`
 *
 * Reads an event once, for however many channels it is.
 */
void
resonate_rest_event_read (ResonateRestEvent *self, const ResonateJsonValue *item)
{
  ResonateJsonValue data;

  resonate_json_get_member (item, "data", &data);
  self->name = resonate_rest_body_dup_member (item, "name");
  self->data = resonate_json_dup_string (&data, &self->data_length);
  self->except = resonate_rest_body_dup_member (item, "socket_id");
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
