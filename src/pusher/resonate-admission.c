/* resonate-admission.c: may this connection be on that channel?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-admission"

#include "config.h"

#include "resonate-admission-private.h"

#include <string.h>

#include "../config/resonate-app-private.h"
#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-interest-private.h"
#include "resonate-pusher-error.h"
#include "resonate-realm-private.h"

/* Names that start with this are the server's own (decision 11). */
#define RESERVED_PREFIX "#"

/* The rules that cost nothing and need no secret. */
gboolean
resonate_admission_check_name (ResonateIntent *intent, GError **error)
{
  ResonateApp *app = resonate_connection_get_app (intent->connection);
  unsigned int max = resonate_app_get_max_channel_name_length (app);

  if (g_str_has_prefix (intent->channel, RESERVED_PREFIX))
    {
      g_set_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
                   "Channel name is reserved");
      return FALSE;
    }

  if (max > 0 && (unsigned long) g_utf8_strlen (intent->channel, -1) > max)
    {
      g_set_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
                   "Channel name is longer than %u characters", max);
      return FALSE;
    }

  return TRUE;
}

/* Checks the signature of the kinds that have one. `auth` is `key:signature`; the key before the
 * first colon is not looked at, and need not be there (spec: channels, 3.2). */
gboolean
resonate_admission_authenticate (ResonateIntent *intent, GError **error)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  g_autoptr (GString) text = NULL;
  const char *signature;

  if (!resonate_channel_kind_is_signed (intent->kind))
    return TRUE;

  text = g_string_new (resonate_connection_get_socket_id (intent->connection));
  g_string_append_printf (text, ":%s", intent->channel);
  if (intent->channel_data != NULL)
    g_string_append_printf (text, ":%s", intent->channel_data);

  signature = intent->auth != NULL ? strchr (intent->auth, ':') : NULL;
  signature = signature != NULL ? signature + 1 : intent->auth;

  if (signature == NULL || !resonate_app_verify (realm->app, text->str, text->len, signature))
    {
      g_set_error_literal (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
                           resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_UNAUTHORIZED));
      return FALSE;
    }

  return TRUE;
}

/* @channel: (nullable): while nobody here is on it; others may be on other nodes */
static gboolean
is_full (ResonateIntent *intent, ResonateChannel *channel, unsigned int max)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  ResonateReplica *replica = resonate_interest_get_replica (realm, intent->channel);
  const char *user_id = intent->member->id;

  if (channel != NULL && resonate_channel_has_user (channel, user_id))
    return FALSE;
  if (replica != NULL)
    return resonate_replica_lookup (replica, user_id) == NULL &&
           resonate_replica_get_size (replica) >= max;

  return channel != NULL && resonate_channel_get_user_count (channel) >= max;
}

/* A user who is there already brings no new member, however full the channel is. */
static gboolean
check_presence (ResonateIntent *intent, ResonateChannel *channel, GError **error)
{
  ResonateApp *app = resonate_connection_get_app (intent->connection);
  unsigned int max_members = resonate_app_get_max_presence_members (app);
  uint64_t max_size = resonate_app_get_max_presence_user_info_size (app);
  const ResonateMember *member = intent->member;

  if (member == NULL)
    return TRUE;

  if (max_size > 0 && member->info_json != NULL && strlen (member->info_json) > max_size)
    {
      g_set_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_RATE_LIMIT,
                   "Presence user_info is longer than %" G_GUINT64_FORMAT " bytes", max_size);
      return FALSE;
    }

  if (max_members > 0 && member->id != NULL && is_full (intent, channel, max_members))
    {
      g_set_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_OVER_CAPACITY,
                   "Presence channel is limited to %u members", max_members);
      return FALSE;
    }

  return TRUE;
}

/* Checks the limits of the app. */
gboolean
resonate_admission_authorize (ResonateIntent *intent, GError **error)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  unsigned int max = resonate_app_get_max_subscriptions_per_connection (realm->app);
  ResonateChannel *channel = resonate_channel_list_lookup (realm->channels, intent->channel);
  gboolean again = channel != NULL && resonate_channel_lookup (channel, intent->connection) != NULL;

  if (max > 0 && !again &&
      resonate_subscription_list_count (
        resonate_connection_get_subscriptions (intent->connection)) >= max)
    {
      g_set_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_SUBSCRIPTION_LIMIT,
                   "Subscription limit of %u reached", max);
      return FALSE;
    }

  return !resonate_channel_kind_is_presence (intent->kind) ||
         check_presence (intent, channel, error);
}
