/* resonate-rest-events.c: POST /apps/{app}/events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-events"

#include "config.h"

#include "resonate-rest-events-private.h"

#include "../base/resonate-json-writer-private.h"
#include "resonate-rest-body-private.h"
#include "resonate-rest-event-private.h"
#include "resonate-rest-gather-private.h"
#include "../pusher/resonate-channel-info-private.h"
#include "resonate-validator-private.h"

static void
check_fields (ResonateValidator *validator, const ResonateRestFields *fields)
{
  const ResonateJsonValue *name = &fields->values[RESONATE_REST_NAME];
  const ResonateJsonValue *data = &fields->values[RESONATE_REST_DATA];
  const ResonateJsonValue *channels = &fields->values[RESONATE_REST_CHANNELS];
  const ResonateJsonValue *channel = &fields->values[RESONATE_REST_CHANNEL];

  resonate_validator_require (validator, name, "name");
  resonate_validator_check_string (validator, name, "name", "name");
  resonate_validator_require (validator, data, "data");
  resonate_validator_check_payload (validator, data, "data", "data");
  resonate_validator_require_without (validator, channels, "channels", "channel",
                                      resonate_validator_is_missing (channel));
  resonate_validator_check_array (validator, channels, "channels");
  resonate_validator_require_without (validator, channel, "channel", "channels",
                                      resonate_validator_is_missing (channels));
  resonate_validator_check_string (validator, channel, "channel", "channel");
  resonate_validator_check_string (validator, &fields->values[RESONATE_REST_SOCKET_ID], "socket_id",
                                   "socket id");
  resonate_validator_check_string (validator, &fields->values[RESONATE_REST_INFO], "info", "info");
}

/* Reads a list, or the values of an object, into names. A number is taken for its text; anything
 * else that is no string is the publisher's mistake. */
static gboolean
take_names (const ResonateJsonValue *channels, GPtrArray *names, char **problem)
{
  ResonateJsonIter iter;
  ResonateJsonValue key, value;
  unsigned int i = 0;

  resonate_json_iter_init (&iter, channels);
  while (channels->kind == RESONATE_JSON_OBJECT
           ? resonate_json_iter_next_member (&iter, &key, &value)
           : resonate_json_iter_next_element (&iter, &value))
    {
      if (resonate_validator_is_string (&value))
        g_ptr_array_add (names, resonate_json_dup_string (&value, NULL));
      else if (value.kind == RESONATE_JSON_NUMBER)
        g_ptr_array_add (names, resonate_json_dup_text (&value));
      else
        {
          *problem =
            g_strdup_printf ("{\"channels.%u\":[\"The channels.%u field must be a string.\"]}", i,
                             i);
          return FALSE;
        }
      i++;
    }

  return TRUE;
}

/* `channels` wins over `channel`, unless it is empty (decision 26). */
static GPtrArray *
list_channels (const ResonateRestFields *fields, char **problem)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const ResonateJsonValue *channels = &fields->values[RESONATE_REST_CHANNELS];

  if (resonate_validator_is_missing (channels))
    g_ptr_array_add (names, resonate_rest_fields_dup (fields, RESONATE_REST_CHANNEL));
  else if (!take_names (channels, names, problem))
    return NULL;

  return g_steal_pointer (&names);
}

static char *
describe (ResonateRequest *request, GPtrArray *channels, const char *info)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  ResonateInfo wanted = resonate_channel_info_parse (info);
  GString *out = g_string_new ("{\"channels\":{");

  for (unsigned int i = 0; i < channels->len; i++)
    {
      /* A name that is listed twice is described once. */
      if (!g_hash_table_add (seen, channels->pdata[i]))
        continue;

      resonate_json_append_name (out, channels->pdata[i]);
      resonate_channel_info_append (request->realm, channels->pdata[i], wanted, out);
    }
  g_string_append (out, "}}");

  return g_string_free (out, FALSE);
}

typedef struct
{
  GPtrArray *channels; /* (element-type utf8) */
  ResonateInfo wanted;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_ptr_array_unref (wish->channels);
  g_free (wish);
}

static void
tell (ResonateExchange *exchange, ResonateFindings *findings, gpointer user_data)
{
  const Wish *wish = user_data;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GString *out = g_string_new ("{\"channels\":{");

  for (unsigned int i = 0; i < wish->channels->len; i++)
    {
      if (!g_hash_table_add (seen, wish->channels->pdata[i]))
        continue;

      resonate_json_append_name (out, wish->channels->pdata[i]);
      resonate_findings_append_info (findings, wish->channels->pdata[i], wish->wanted, out);
    }
  g_string_append (out, "}}");

  resonate_exchange_respond_json (exchange, 200, g_string_free (out, FALSE));
  resonate_findings_free (findings);
}

/* The event is on its way; what the channels are like is asked of all nodes. */
static void
gather (ResonateRequest *request, GPtrArray *channels, const char *info)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->channels = g_ptr_array_ref (channels);
  wish->wanted = resonate_channel_info_parse (info);
  resonate_rest_gather (request, resonate_question_new_named (channels, wish->wanted), tell, wish,
                        wish_free);
}

static void
respond (ResonateRequest *request, GPtrArray *channels, const char *info)
{
  if (info == NULL)
    resonate_exchange_respond_json (request->exchange, 200, g_strdup ("{}"));
  else if (request->realm->gatherer != NULL)
    gather (request, channels, info);
  else
    resonate_exchange_respond_json (request->exchange, 200, describe (request, channels, info));
}

void
resonate_rest_events (ResonateRequest *request)
{
  g_autoptr (ResonateValidator) validator = resonate_validator_new ();
  g_autoptr (GPtrArray) channels = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *info = NULL;
  g_auto (ResonateRestEvent) event = { NULL };
  ResonateRestFields fields;
  ResonateJsonValue body;

  if (!resonate_rest_body_read (request, &body))
    return;

  resonate_rest_fields_read (&fields, &body);
  check_fields (validator, &fields);
  if (!resonate_validator_passes (validator))
    problem = resonate_validator_dup_json (validator);
  else
    channels = list_channels (&fields, &problem);
  if (channels == NULL)
    {
      resonate_exchange_respond_json (request->exchange, 422, g_steal_pointer (&problem));
      return;
    }

  resonate_rest_event_read (&event, &fields);
  for (unsigned int i = 0; i < channels->len; i++)
    resonate_rest_event_publish (&event, request, channels->pdata[i], RESONATE_EVENT_DATA_FIRST);

  info = resonate_rest_fields_dup (&fields, RESONATE_REST_INFO);
  respond (request, channels, info);
}
