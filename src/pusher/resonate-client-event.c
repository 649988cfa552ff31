/* resonate-client-event.c: events that clients send to each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-client-event"

#include "config.h"

#include "resonate-client-event-private.h"

#include <string.h>

#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-journal-private.h"
#include "resonate-message-private.h"
#include "resonate-protocol-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"
#include "resonate-relay-private.h"
#include "resonate-subscription-private.h"

static void
refuse (ResonateConnection *connection, int code, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (RESONATE_PUSHER_ERROR, code, text);

  resonate_refuse (connection, error);
}

/* `data` is an object, a list, null, a blank string, or is not there (spec: client events, 4.2). */
static gboolean
is_well_formed (ResonateMessage *message)
{
  const char *channel = resonate_message_get_channel (message);
  const ResonateJsonValue *data = resonate_message_get_data (message);
  g_autofree char *text = NULL;

  if (channel == NULL || resonate_message_is_blank (channel))
    return FALSE;
  if (data == NULL)
    return TRUE;

  switch (data->kind)
    {
    case RESONATE_JSON_NULL:
    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
      return TRUE;

    case RESONATE_JSON_STRING:
      text = resonate_json_dup_string (data, NULL);
      return resonate_message_is_blank (text);

    case RESONATE_JSON_FALSE:
    case RESONATE_JSON_TRUE:
    case RESONATE_JSON_NUMBER:
    default:
      return FALSE;
    }
}

static void
tell_tap (ResonateConnection *connection, ResonateMessage *message)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  char *data = resonate_message_dup_data (message);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, data != NULL ? strlen (data) : 0);

  resonate_gate_published (realm->gate, realm->app, connection,
                           resonate_message_get_channel (message),
                           resonate_message_get_event (message), bytes);
}

/* Delivers to who is here. */
static void
deliver (ResonateConnection *connection, ResonateMessage *message, const char *user_id_json)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  const char *name = resonate_message_get_channel (message);
  ResonateChannel *channel = resonate_channel_list_lookup (realm->channels, name);
  g_autoptr (GBytes) frame = NULL;

  frame = resonate_protocol_client_event (resonate_message_get_event (message), name,
                                          resonate_message_get_data (message), user_id_json);
  resonate_journal_published (realm->app, name, frame);
  if (channel != NULL)
    resonate_realm_send (realm, channel, frame, connection);
}

static void
relay (ResonateConnection *connection, ResonateMessage *message, ResonateSubscription *subscription)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  const ResonateMember *member = resonate_subscription_get_member (subscription);
  g_autofree char *kept = NULL;
  const char *user_id_json = member != NULL ? member->id_json : NULL;

  realm->counters.client_events++;
  if (G_UNLIKELY (realm->is_tapped))
    {
      /* Who is told may change who is there: the sender, too. */
      user_id_json = kept = g_strdup (user_id_json);
      tell_tap (connection, message);
    }

  /* Who sent it is what was signed, never what the message claims. */
  if (G_UNLIKELY (realm->relay != NULL) &&
      resonate_relay_publish_of_client (connection, resonate_message_get_event (message),
                                        resonate_message_get_channel (message),
                                        resonate_message_get_data (message), user_id_json))
    return;

  deliver (connection, message, user_id_json);
}

/*
 * resonate_client_event:
 *
 * Handles a message whose event is not the protocol's own. The rules are asked in the order in
 * which the reference asks them, and the first that is broken is the one that is answered.
 */
void
resonate_client_event (ResonateConnection *connection, ResonateMessage *message)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  const char *name = resonate_message_get_channel (message);
  ResonateSubscription *subscription = NULL;
  ResonateChannel *channel;

  if (!is_well_formed (message))
    {
      resonate_refuse_code (connection, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
      return;
    }

  /* Nobody claimed it: ignored without a word, as the reference does. */
  if (!g_str_has_prefix (resonate_message_get_event (message), "client-"))
    return;

  if (resonate_app_get_accept_client_events_from (realm->app) == RESONATE_CLIENT_EVENTS_NONE)
    {
      refuse (connection, RESONATE_PUSHER_ERROR_RATE_LIMIT,
              "The app does not have client messaging enabled.");
      return;
    }

  if (!g_str_has_prefix (name, "private-") && !g_str_has_prefix (name, "presence-"))
    {
      refuse (connection, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
              "Client events are only allowed on private and presence channels.");
      return;
    }

  channel = resonate_channel_list_lookup (realm->channels, name);
  if (channel != NULL)
    subscription = resonate_channel_lookup (channel, connection);
  if (subscription == NULL)
    {
      refuse (connection, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
              "The client is not a member of the specified channel.");
      return;
    }

  relay (connection, message, subscription);
}
