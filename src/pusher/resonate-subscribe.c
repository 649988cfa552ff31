/* resonate-subscribe.c: from what a client asked for to a place in a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-subscribe"

#include "config.h"

#include "resonate-subscribe-private.h"

#include "resonate-admission-private.h"
#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-handler-private.h"
#include "resonate-interest-private.h"
#include "resonate-membership-private.h"
#include "resonate-presence-private.h"
#include "resonate-protocol-private.h"
#include "resonate-pusher-error.h"
#include "resonate-realm-private.h"
#include "resonate-refusal-private.h"
#include "resonate-tally-private.h"

/* A subscription goes through stages (decision 8): authenticate, authorize and prepare may each be
 * answered later by the gate, and freeze the connection meanwhile. The commit is one run of this
 * file without a pause: from joining to the last frame nothing of the channel can come in between,
 * so what is replayed there arrives before what is live. */

/* Behind those of the gate: on a node of many the topic of the channel is waited for, once. */
#define STAGE_TOPIC (RESONATE_STAGE_PREPARE + 1)

/* The answer, and the last event where the channel keeps one. */
static void
welcome (ResonateIntent *intent, ResonateChannel *channel)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  g_autoptr (GString) data = g_string_new (NULL);
  g_autoptr (GBytes) succeeded = NULL;
  g_autoptr (GBytes) cached = NULL;

  if (resonate_channel_kind_is_presence (intent->kind))
    resonate_presence_append_payload (channel,
                                      resonate_interest_get_replica (realm, intent->channel), data);
  else
    g_string_append (data, "{}");
  succeeded = resonate_protocol_subscription_succeeded (intent->channel, data->str);
  resonate_connection_send_frame (intent->connection, succeeded);

  if (resonate_channel_kind_is_cache (intent->kind))
    {
      cached = resonate_channel_cache_lookup (realm->cache, intent->channel);
      cached = cached != NULL ? g_bytes_ref (cached)
                              : resonate_protocol_cache_miss (intent->channel);
      resonate_connection_send_frame (intent->connection, cached);
    }
}

/* What the gate reserved while it authorized, it gives back. */
static void
roll_back (ResonateIntent *intent)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);

  if (intent->reserved)
    resonate_gate_rollback (realm->gate, intent);
  intent->reserved = FALSE;
}

/* Whoever was told of the joining may have ended it: then the end has been told already. */
static gboolean
is_joined (ResonateIntent *intent, ResonateChannel *channel)
{
  return resonate_channel_lookup (channel, intent->connection) != NULL;
}

static void
commit (ResonateIntent *intent)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);
  g_autoptr (ResonateChannel) channel = NULL;
  unsigned int before = resonate_subscription_list_count (
    resonate_connection_get_subscriptions (intent->connection));

  channel = resonate_membership_join (intent);
  if (!is_joined (intent, channel))
    {
      roll_back (intent);
      return;
    }

  welcome (intent, channel);
  resonate_gate_commit (realm->gate, intent);
  if (resonate_subscription_list_count (
        resonate_connection_get_subscriptions (intent->connection)) > before)
    resonate_tally_changed (realm, channel);

  if (!is_joined (intent, channel))
    return;

  resonate_connection_emit_subscribed (intent->connection, channel);
  resonate_gate_subscribed (realm->gate, intent->connection, channel);
}

static void
refuse (ResonateIntent *intent, const GError *error)
{
  roll_back (intent);
  resonate_refuse (intent->connection, error);
}

/* What the core itself has to say at a stage that the gate let pass. */
static gboolean
check_stage (ResonateIntent *intent, ResonateVerdict verdict, GError **error)
{
  switch ((ResonateStage) intent->stage)
    {
    case RESONATE_STAGE_AUTHENTICATE:
      return verdict == RESONATE_VERDICT_HANDLED || resonate_admission_authenticate (intent, error);

    case RESONATE_STAGE_AUTHORIZE:
      intent->reserved = TRUE;
      return resonate_admission_authorize (intent, error);

    case RESONATE_STAGE_PREPARE:
    default:
      return TRUE;
    }
}

static void
on_topic (gpointer user_data)
{
  g_autoptr (ResonateIntent) intent = user_data;

  resonate_handler_resume_subscribe (intent, RESONATE_VERDICT_PASS, NULL);
}

/* The first on a channel waits until this node hears it. */
static gboolean
wait_for_topic (ResonateIntent *intent)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);

  if (intent->stage > STAGE_TOPIC ||
      !resonate_interest_wait (realm, intent->channel, on_topic, intent))
    return FALSE;

  resonate_intent_ref (intent);
  resonate_backlog_freeze (resonate_connection_get_backlog (intent->connection));

  return TRUE;
}

/* Takes the intent from the stage it is at as far as it goes. */
static void
advance (ResonateIntent *intent)
{
  ResonateRealm *realm = resonate_connection_get_realm (intent->connection);

  while (intent->stage <= RESONATE_STAGE_PREPARE)
    {
      g_autoptr (GError) error = NULL;
      ResonateVerdict verdict = resonate_gate_stage (realm->gate, intent->stage, intent, &error);

      if (verdict == RESONATE_VERDICT_WAIT)
        {
          resonate_backlog_freeze (resonate_connection_get_backlog (intent->connection));
          return;
        }

      if (verdict == RESONATE_VERDICT_REFUSE || !check_stage (intent, verdict, &error))
        {
          refuse (intent, error);
          return;
        }

      intent->stage++;
    }

  /* Whoever is told that it is on a channel misses nothing from then on, wherever it is said. */
  if (G_UNLIKELY (realm->relay != NULL) && wait_for_topic (intent))
    return;

  commit (intent);
}

/*
 * resonate_subscribe:
 * @data: (nullable): the payload of `pusher:subscribe`
 */
void
resonate_subscribe (ResonateConnection *connection, const ResonateJsonValue *data)
{
  g_autoptr (ResonateIntent) intent = NULL;
  g_autoptr (GError) error = NULL;

  intent = resonate_intent_new (connection, data, &error);
  if (intent == NULL || !resonate_admission_check_name (intent, &error))
    {
      resonate_refuse (connection, error);
      return;
    }

  advance (intent);
}

/*
 * resonate_subscribe_continue:
 * @verdict: anything but %RESONATE_VERDICT_WAIT
 * @error: (nullable): with %RESONATE_VERDICT_REFUSE
 *
 * Goes on with an intent for which the gate had answered that it has to wait.
 */
void
resonate_subscribe_continue (ResonateIntent *intent, ResonateVerdict verdict, const GError *error)
{
  g_autoptr (GError) own_error = NULL;

  if (verdict == RESONATE_VERDICT_REFUSE)
    refuse (intent, error);
  else if (!check_stage (intent, verdict, &own_error) ||
           !resonate_admission_authorize (intent, &own_error))
    refuse (intent, own_error); /* another may have taken the last place meanwhile */
  else
    {
      intent->stage++;
      advance (intent);
    }
}

/*
 * resonate_subscribe_abandon:
 * @verdict: what the gate had to say in the end
 *
 * The client went while its intent waited.
 */
void
resonate_subscribe_abandon (ResonateIntent *intent, ResonateVerdict verdict)
{
  if (intent->stage == RESONATE_STAGE_AUTHORIZE && verdict != RESONATE_VERDICT_REFUSE)
    intent->reserved = TRUE;
  roll_back (intent);
}

/*
 * resonate_unsubscribe:
 * @data: (nullable): the payload of `pusher:unsubscribe`
 */
void
resonate_unsubscribe (ResonateConnection *connection, const ResonateJsonValue *data)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  g_autofree char *name = resonate_intent_dup_channel (data);
  ResonateChannel *channel;

  if (name == NULL)
    {
      resonate_refuse_code (connection, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
      return;
    }

  channel = resonate_channel_list_lookup (realm->channels, name);
  if (channel != NULL)
    resonate_membership_leave (connection, channel);
}
