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

void
resonate_rest_users (ResonateRequest *request)
{
  const char *name = resonate_exchange_get_parameter (request->exchange, "channel");
  ResonateChannel *channel = resonate_channel_list_lookup (request->realm->channels, name);
  GString *out;

  if (channel == NULL)
    {
      resonate_exchange_respond_error (request->exchange, 404, "Channel not found.");
      return;
    }

  if (!resonate_channel_kind_is_presence (resonate_channel_get_kind (channel)))
    {
      resonate_exchange_respond_error (request->exchange, 400,
                                       "Users can only be retrieved for presence channels.");
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
