/* resonate-relayed-event.c: what an envelope says of an event
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-relayed-event"

#include "config.h"

#include "resonate-relayed-event-private.h"

#include "../base/resonate-json-writer-private.h"

/* The payloads are those of the reference: an event of `/events` names a list of channels, one of a
 * batch or of a client names a channel. What a client said is marked, because it is data and not
 * text, and no channel remembers it. */
#define EVENT     "{\"event\":"
#define CHANNELS  ",\"channels\":["
#define CHANNEL   ",\"channel\":"
#define DATA      ",\"data\":"
#define USER_ID   ",\"user_id\":"
#define OF_CLIENT ",\"client\":true"

static void
begin (GString *out, const char *event, const char *channel, ResonateEventOrder order)
{
  g_string_append (out, EVENT);
  resonate_json_append_string (out, event, -1);
  g_string_append (out, order == RESONATE_EVENT_DATA_FIRST ? CHANNELS : CHANNEL);
  resonate_json_append_string (out, channel, -1);
  if (order == RESONATE_EVENT_DATA_FIRST)
    g_string_append_c (out, ']');
  g_string_append (out, DATA);
}

/* Appends the payload for an event of the application. */
void
resonate_relayed_event_append (GString *out,
                               const char *event,
                               const char *channel,
                               const char *data,
                               gssize data_length,
                               ResonateEventOrder order)
{
  begin (out, event, channel, order);
  resonate_json_append_string (out, data, data_length);
  g_string_append_c (out, '}');
}

/*
 * resonate_relayed_event_append_of_client:
 * @data: (nullable): as it was sent
 * @user_id_json: (nullable): the sender, as the application wrote its id
 */
void
resonate_relayed_event_append_of_client (GString *out,
                                         const char *event,
                                         const char *channel,
                                         const ResonateJsonValue *data,
                                         const char *user_id_json)
{
  begin (out, event, channel, RESONATE_EVENT_CHANNEL_FIRST);
  if (data != NULL)
    g_string_append_len (out, data->text, (gssize) data->length);
  else
    g_string_append (out, "null");

  if (user_id_json != NULL)
    {
      g_string_append (out, USER_ID);
      g_string_append (out, user_id_json);
    }
  g_string_append (out, OF_CLIENT "}");
}

static gboolean
is_list_of (const ResonateJsonValue *list, const char *channel)
{
  ResonateJsonIter iter;
  ResonateJsonValue first, more;

  if (list->text == NULL || list->kind != RESONATE_JSON_ARRAY)
    return FALSE;

  resonate_json_iter_init (&iter, list);

  return resonate_json_iter_next_element (&iter, &first) &&
         resonate_json_string_equals (&first, channel) &&
         !resonate_json_iter_next_element (&iter, &more);
}

static gboolean
is_id (const ResonateJsonValue *value)
{
  return value->text == NULL || value->kind == RESONATE_JSON_STRING ||
         value->kind == RESONATE_JSON_NUMBER;
}

/*
 * resonate_relayed_event_parse:
 * @payload: an object
 * @channel: whose topic it came from, and which it must be for
 */
gboolean
resonate_relayed_event_parse (ResonateRelayedEvent *self,
                              const ResonateJsonValue *payload,
                              const char *channel)
{
  static const char *const names[] = {
    "event", "channels", "channel", "data", "user_id", "client"
  };
  ResonateJsonValue values[G_N_ELEMENTS (names)];

  resonate_json_get_members (payload, names, values, G_N_ELEMENTS (names));
  self->event = values[0];
  self->data = values[3];
  self->user_id = values[4];
  self->is_of_client = values[5].text != NULL && values[5].kind == RESONATE_JSON_TRUE;
  self->order = values[1].text != NULL ? RESONATE_EVENT_DATA_FIRST : RESONATE_EVENT_CHANNEL_FIRST;

  if (self->event.text == NULL || self->event.kind != RESONATE_JSON_STRING ||
      !is_id (&self->user_id))
    return FALSE;

  if (self->order == RESONATE_EVENT_DATA_FIRST
        ? !is_list_of (&values[1], channel)
        : values[2].text == NULL || !resonate_json_string_equals (&values[2], channel))
    return FALSE;

  return self->is_of_client || (self->data.text != NULL && self->data.kind == RESONATE_JSON_STRING);
}

/* Nothing is decoded that is written again as it was. */
GBytes *
resonate_relayed_event_make_frame (const ResonateRelayedEvent *self, const char *channel)
{
  return resonate_protocol_relayed_event (&self->event, channel,
                                          self->data.text != NULL ? &self->data : NULL,
                                          self->user_id.text != NULL && self->is_of_client
                                            ? &self->user_id
                                            : NULL,
                                          self->order);
}
