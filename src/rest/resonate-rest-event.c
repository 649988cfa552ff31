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
 * resonate_rest_event_publish:
 * @item: an object that was found valid: `name`, `data`, and perhaps `socket_id`
 */
void
resonate_rest_event_publish (ResonateRequest *request,
                             const ResonateJsonValue *item,
                             const char *channel,
                             ResonateEventOrder order)
{
  g_autofree char *name = resonate_rest_body_dup_member (item, "name");
  g_autofree char *except = resonate_rest_body_dup_member (item, "socket_id");
  g_autofree char *text = NULL;
  ResonateJsonValue data;
  size_t length;

  resonate_json_get_member (item, "data", &data);
  text = resonate_json_dup_string (&data, &length);
  resonate_dispatcher_publish (request->realm, name, channel, text, length, order, except);
}
