/* resonate-rest-users.c: who is on a presence channel, and sending a user away
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-users"

#include "config.h"

#include "resonate-rest-users-private.h"

#include "../pusher/resonate-channel-kind-private.h"
#include "../pusher/resonate-dispatcher-private.h"
#include "../pusher/resonate-presence-private.h"
#include "resonate-rest-gather-private.h"

static void
refuse_unknown (ResonateExchange *exchange)
{
  resonate_exchange_respond_error (exchange, 404, "Channel not found.");
}

static void
refuse_kind (ResonateExchange *exchange)
{
  resonate_exchange_respond_error (exchange, 400,
                                   "Users can only be retrieved for presence channels.");
}

static void
tell (ResonateExchange *exchange, ResonateFindings *findings, gpointer user_data)
{
  if (!resonate_findings_is_occupied (findings))
    refuse_unknown (exchange);
  else if (!GPOINTER_TO_INT (user_data))
    refuse_kind (exchange);
  else
    {
      resonate_rest_tell_all (exchange, findings, "{\"users\":[", "]}");
      return;
    }

  resonate_findings_free (findings);
}

/* Whether a channel of another kind exists is asked, too: it decides what is wrong. */
static void
gather_users (ResonateRequest *request, const char *name)
{
  ResonateChannelKind kind = resonate_channel_kind_from_name (name);
  gboolean is_presence = resonate_channel_kind_is_presence (kind);

  resonate_rest_gather (request,
                        is_presence ? resonate_question_new_users (name)
                                    : resonate_question_new_channel (name, 0),
                        tell, GINT_TO_POINTER (is_presence), NULL);
}

void
resonate_rest_users (ResonateRequest *request)
{
  const char *name = resonate_exchange_get_parameter (request->exchange, "channel");
  ResonateChannel *channel;
  GString *out;

  if (request->realm->gatherer != NULL)
    {
      gather_users (request, name);
      return;
    }

  channel = resonate_channel_list_lookup (request->realm->channels, name);
  if (channel == NULL)
    {
      refuse_unknown (request->exchange);
      return;
    }

  if (!resonate_channel_kind_is_presence (resonate_channel_get_kind (channel)))
    {
      refuse_kind (request->exchange);
      return;
    }

  out = g_string_new ("{\"users\":");
  resonate_presence_append_users (channel, out);
  g_string_append_c (out, '}');
  resonate_exchange_respond_json (request->exchange, 200, g_string_free (out, FALSE));
}

/* The answer is the same whether or not the user was there. */
void
resonate_rest_terminate (ResonateRequest *request)
{
  const char *user_id = resonate_exchange_get_parameter (request->exchange, "user");

  resonate_dispatcher_terminate_user (request->realm, user_id);
  resonate_exchange_respond_json (request->exchange, 200, g_strdup ("{}"));
}
