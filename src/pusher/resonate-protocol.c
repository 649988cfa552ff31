/* resonate-protocol.c: the frames of the server, byte for byte
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-protocol"

#include "config.h"

#include "resonate-protocol-private.h"

#include <string.h>

#include "../base/resonate-json-writer-private.h"
#include "../transport/resonate-frame-private.h"

/* Every server frame is `{"event":…,"data":…,"channel":…}` with what does not apply left out, in
 * this order (spec: Pusher protocol of Reverb, section 2). `data` is JSON in a string, except in
 * client events. */

#define CHANNEL ",\"channel\":"
#define DATA    ",\"data\":"
#define USER_ID ",\"user_id\":"

#define FRAME_SIZE 256 /* what most frames fit in */

static GBytes *
finish (GString *text)
{
  GBytes *frame;

  g_string_append_c (text, '}');
  frame = resonate_frame_new_text (text->str, text->len);
  g_string_free (text, TRUE);

  return frame;
}

static GString *
begin (const char *event)
{
  GString *text = g_string_sized_new (FRAME_SIZE);

  g_string_append (text, "{\"event\":");
  resonate_json_append_string (text, event, -1);

  return text;
}

/* @name is one of those above. */
static void
append_member (GString *text, const char *name, const char *value)
{
  g_string_append (text, name);
  resonate_json_append_string (text, value, -1);
}

static GBytes *
on_channel (const char *event, const char *data, const char *channel)
{
  GString *text = begin (event);

  if (data != NULL)
    append_member (text, DATA, data);
  append_member (text, CHANNEL, channel);

  return finish (text);
}

GBytes *
resonate_protocol_connection_established (const char *socket_id, int64_t activity_timeout_us)
{
  GString *text = begin ("pusher:connection_established");

  /* pusher-js takes a timeout of 0 for a broken handshake, so less than a second is one. */
  g_string_append_printf (text,
                          DATA "\"{\\\"socket_id\\\":\\\"%s\\\","
                               "\\\"activity_timeout\\\":%" G_GINT64_FORMAT "}\"",
                          socket_id, MAX (activity_timeout_us / G_USEC_PER_SEC, 1));

  return finish (text);
}

/* A frame that is always the same is made once, and shared. */
static GBytes *
once (GBytes **frame, const char *event)
{
  if (g_once_init_enter (frame))
    g_once_init_leave (frame, finish (begin (event)));

  return g_bytes_ref (*frame);
}

GBytes *
resonate_protocol_pong (void)
{
  static GBytes *frame;

  return once (&frame, "pusher:pong");
}

GBytes *
resonate_protocol_ping (void)
{
  static GBytes *frame;

  return once (&frame, "pusher:ping");
}

GBytes *
resonate_protocol_error (int code, const char *message)
{
  g_autoptr (GString) data = g_string_new ("{");
  GString *text = begin ("pusher:error");

  g_string_append_printf (data, "\"code\":%d,\"message\":", code);
  resonate_json_append_string (data, message, -1);
  g_string_append_c (data, '}');
  append_member (text, DATA, data->str);

  return finish (text);
}

GBytes *
resonate_protocol_subscription_succeeded (const char *channel, const char *data)
{
  return on_channel ("pusher_internal:subscription_succeeded", data, channel);
}

/* @member is the text that the application signed. */
GBytes *
resonate_protocol_member_added (const char *channel, const char *member)
{
  return on_channel ("pusher_internal:member_added", member, channel);
}

GBytes *
resonate_protocol_member_removed (const char *channel, const char *id_json)
{
  g_autofree char *data = g_strdup_printf ("{\"user_id\":%s}", id_json);

  return on_channel ("pusher_internal:member_removed", data, channel);
}

GBytes *
resonate_protocol_subscription_count (const char *channel, unsigned int count)
{
  g_autofree char *data = g_strdup_printf ("{\"subscription_count\":%u}", count);

  return on_channel ("pusher_internal:subscription_count", data, channel);
}

GBytes *
resonate_protocol_cache_miss (const char *channel)
{
  return on_channel ("pusher:cache_miss", NULL, channel);
}

/*
 * resonate_protocol_event:
 * @channel: (nullable): none for what is sent to one client alone
 * @data_length: in bytes, for a payload that may hold a NUL; -1 where it does not
 */
GBytes *
resonate_protocol_event (const char *event,
                         const char *channel,
                         const char *data,
                         gssize data_length,
                         ResonateEventOrder order)
{
  GString *text = begin (event);

  if (channel != NULL && order == RESONATE_EVENT_CHANNEL_FIRST)
    append_member (text, CHANNEL, channel);
  g_string_append (text, DATA);
  resonate_json_append_string (text, data, data_length);
  if (channel != NULL && order == RESONATE_EVENT_DATA_FIRST)
    append_member (text, CHANNEL, channel);

  return finish (text);
}

static void
append_text (GString *text, const char *name, const ResonateJsonValue *value)
{
  g_string_append (text, name);
  g_string_append_len (text, value->text, (gssize) value->length);
}

/*
 * resonate_protocol_relayed_event:
 * @event: a string, as another node wrote it
 * @data: (nullable): what goes out as it was written: a string, unless a client sent it
 * @user_id: (nullable): the client that sent it
 *
 * Makes of what another node says the frame that this node would have made of the event itself.
 */
GBytes *
resonate_protocol_relayed_event (const ResonateJsonValue *event,
                                 const char *channel,
                                 const ResonateJsonValue *data,
                                 const ResonateJsonValue *user_id,
                                 ResonateEventOrder order)
{
  const ResonateJsonValue null = { "null", strlen ("null"), RESONATE_JSON_NULL };
  GString *text = g_string_sized_new (FRAME_SIZE);

  append_text (text, "{\"event\":", event);
  if (order == RESONATE_EVENT_CHANNEL_FIRST)
    append_member (text, CHANNEL, channel);
  append_text (text, DATA, data != NULL ? data : &null);
  if (order == RESONATE_EVENT_DATA_FIRST)
    append_member (text, CHANNEL, channel);
  if (user_id != NULL)
    append_text (text, USER_ID, user_id);

  return finish (text);
}

/*
 * resonate_protocol_client_event:
 * @data: (nullable): goes out as the text it came in (decision A5)
 * @user_id_json: (nullable): the sender, as the application wrote its id
 */
GBytes *
resonate_protocol_client_event (const char *event,
                                const char *channel,
                                const ResonateJsonValue *data,
                                const char *user_id_json)
{
  GString *text = begin (event);

  append_member (text, CHANNEL, channel);
  g_string_append (text, DATA);
  if (data != NULL)
    g_string_append_len (text, data->text, data->length);
  else
    g_string_append (text, "null");

  if (user_id_json != NULL)
    {
      g_string_append (text, USER_ID);
      g_string_append (text, user_id_json);
    }

  return finish (text);
}
