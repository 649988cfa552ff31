/* resonate-relay.c: what this node and the others tell each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate"

#include "config.h"

#include "resonate-relay-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "../base/resonate-json-writer-private.h"
#include "resonate-attendance-private.h"
#include "resonate-channel-kind-private.h"
#include "resonate-connection-private.h"
#include "resonate-dispatcher-private.h"
#include "resonate-relayed-event-private.h"

/* An event is published on the topic of its channel and delivered when it comes back, as on every
 * other node: that makes one order for all. What this node alone can do it does at once: while the
 * bus is away, and for what did not come back in time. What comes back after that is not delivered
 * a second time, because nobody expects it any more. */

/* How long an event may take to come back. */
#define ECHO_TIMEOUT_US ((int64_t) 5 * G_USEC_PER_SEC)

#define DEGRADED "The cluster cannot be reached."

/*
 * What others say
 */

/* Returns FALSE when it is no event of that channel. */
static gboolean
deliver (ResonateInterest *interest, const ResonateEnvelope *envelope)
{
  ResonateRelayedEvent event;
  g_autoptr (GBytes) frame = NULL;
  g_autofree char *except = NULL;

  if (!resonate_relayed_event_parse (&event, &envelope->payload, interest->channel))
    return FALSE;

  if (envelope->socket_id.text != NULL)
    except = resonate_json_dup_c_string (&envelope->socket_id);
  frame = resonate_relayed_event_make_frame (&event, interest->channel);
  resonate_dispatcher_deliver (interest->realm, interest->channel, frame, !event.is_of_client,
                               except);

  return TRUE;
}

/* What this node has published, it delivers without it having come back. */
static void
deliver_alone (ResonateInterest *interest, GBytes *bytes)
{
  ResonateEnvelopeProblem problem;
  ResonateEnvelope envelope;
  size_t length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (interest->subscription == NULL ||
      !resonate_envelope_parse (&envelope, text, length, &problem))
    return;

  interest->realm->relay->counters.alone++;
  deliver (interest, &envelope);
}

static gboolean
is_of_realm (const ResonateEnvelope *envelope, ResonateRealm *realm)
{
  return resonate_json_string_equals (&envelope->application, resonate_app_get_id (realm->app));
}

static void
hear_event (ResonateInterest *interest, const ResonateEnvelope *envelope, gboolean is_own)
{
  ResonateRelay *self = interest->realm->relay;
  int64_t since_us;

  if (is_own && !resonate_echoes_take (self->echoes, envelope->seq, &since_us))
    {
      resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_LATE);
      return;
    }

  if (is_own)
    self->counters.lag_us = resonate_clock_now_us () - since_us;
  if (!deliver (interest, envelope))
    resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_MISPLACED);
}

/* Something was said on the topic of a channel. */
void
resonate_relay_hear (ResonateInterest *interest, GBytes *bytes)
{
  ResonateRelay *self = interest->realm->relay;
  ResonateEnvelope envelope;
  gboolean is_own;

  if (!resonate_envelope_codec_read (self->codec, interest->topic, bytes, &envelope))
    return;

  is_own = resonate_envelope_codec_is_own (self->codec, &envelope);
  if (!is_of_realm (&envelope, interest->realm))
    resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_UNKNOWN_APP);
  else if (envelope.type == RESONATE_ENVELOPE_MESSAGE)
    hear_event (interest, &envelope, is_own);
  else if (envelope.type == RESONATE_ENVELOPE_PRESENCE &&
           self->listeners[RESONATE_ENVELOPE_PRESENCE].func != NULL)
    self->listeners[RESONATE_ENVELOPE_PRESENCE]
      .func (interest->realm, interest->channel, &envelope, is_own,
             self->listeners[RESONATE_ENVELOPE_PRESENCE].user_data);
  else
    resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_MISPLACED);
}

/* The id is a string or, as some write it, a number. */
static gboolean
terminate (ResonateRealm *realm, const ResonateEnvelope *envelope)
{
  ResonateJsonValue user_id = { NULL };
  g_autofree char *id = NULL;

  if (!resonate_json_get_member (&envelope->payload, "user_id", &user_id))
    return FALSE;

  if (user_id.kind == RESONATE_JSON_STRING)
    id = resonate_json_dup_c_string (&user_id);
  else if (user_id.kind == RESONATE_JSON_NUMBER)
    id = resonate_json_dup_text (&user_id);
  if (id != NULL)
    resonate_dispatcher_terminate_user_here (realm, id);

  return id != NULL;
}

static void
hear_all (ResonateRelay *self, ResonateRealm *realm, const ResonateEnvelope *envelope)
{
  gboolean is_own = resonate_envelope_codec_is_own (self->codec, envelope);

  switch (envelope->type)
    {
    case RESONATE_ENVELOPE_TERMINATE:
      /* Who asked for it has done it here. */
      if (!is_own && !terminate (realm, envelope))
        resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_INCOMPLETE);
      break;

    case RESONATE_ENVELOPE_METRICS:
      if (self->listeners[envelope->type].func != NULL)
        self->listeners[envelope->type].func (realm, NULL, envelope, is_own,
                                              self->listeners[envelope->type].user_data);
      break;

    case RESONATE_ENVELOPE_MESSAGE:
    case RESONATE_ENVELOPE_PRESENCE:
    default:
      resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_MISPLACED);
      break;
    }
}

static void
on_message (ResonateTopicSubscription *subscription,
            GBytes *payload,
            const char *topic,
            const char *pattern,
            ResonateRelay *self)
{
  ResonateEnvelope envelope;
  ResonateRealm *realm;
  g_autofree char *app_id = NULL;

  if (!resonate_envelope_codec_read (self->codec, self->all_nodes, payload, &envelope))
    return;

  app_id = resonate_json_dup_c_string (&envelope.application);
  realm = app_id != NULL ? resonate_realm_list_lookup (self->realms, app_id) : NULL;
  if (realm != NULL)
    hear_all (self, realm, &envelope);
  else
    resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_UNKNOWN_APP);
}

static void
on_connected (ResonatePubSub *bus, GParamSpec *pspec, ResonateRelay *self)
{
  gboolean is_connected = resonate_pub_sub_get_is_connected (bus);
  g_autoptr (GPtrArray) realms = NULL;

  if (is_connected == self->is_connected)
    return;

  self->is_connected = is_connected;
  self->has_been |= is_connected;
  if (is_connected)
    return;

  /* First what was published before, then what will be. */
  self->counters.losses++;
  resonate_echoes_give_up (self->echoes, G_MAXINT64);
  realms = resonate_realm_list_snapshot (self->realms);
  for (unsigned int i = 0; i < realms->len; i++)
    resonate_interest_end_waiting (realms->pdata[i]);
}

/*
 * resonate_relay_new:
 * @bus: what all nodes share
 * @realms: must outlive the relay; the caller tells them of it
 */
ResonateRelay *
resonate_relay_new (ResonatePubSub *bus,
                    const ResonateRelaySettings *settings,
                    ResonateRealmList *realms)
{
  ResonateRelay *self;

  g_return_val_if_fail (RESONATE_IS_PUB_SUB (bus), NULL);

  self = g_new0 (ResonateRelay, 1);
  self->bus = g_object_ref (bus);
  self->is_connected = self->has_been = resonate_pub_sub_get_is_connected (bus);
  self->is_refusing = settings->is_refusing;
  self->codec = resonate_envelope_codec_new (settings->node, settings->secret);
  self->prefix = g_strdup (settings->prefix);
  self->all_nodes = g_strdup (settings->channel);
  self->realms = realms;
  self->echoes = resonate_echoes_new (deliver_alone);
  self->counters.lag_us = -1;
  self->subscription = resonate_pub_sub_subscribe (bus, self->all_nodes, RESONATE_TOPIC_EXACT);
  g_signal_connect (self->subscription, "message", G_CALLBACK (on_message), self);
  g_signal_connect (bus, "notify::is-connected", G_CALLBACK (on_connected), self);

  return self;
}

/* No realm may have it any more. */
void
resonate_relay_free (ResonateRelay *self)
{
  g_signal_handlers_disconnect_by_data (self->bus, self);
  g_signal_handlers_disconnect_by_data (self->subscription, self);
  resonate_topic_subscription_cancel (self->subscription);
  g_clear_object (&self->subscription);
  g_clear_pointer (&self->echoes, resonate_echoes_free);
  g_clear_pointer (&self->all_nodes, g_free);
  g_clear_pointer (&self->prefix, g_free);
  g_clear_pointer (&self->codec, resonate_envelope_codec_free);
  g_clear_object (&self->bus);
  g_free (self);
}

void
resonate_relay_listen (ResonateRelay *self,
                       ResonateEnvelopeType type,
                       ResonateRelayFunc func,
                       gpointer user_data)
{
  g_assert (type == RESONATE_ENVELOPE_METRICS || type == RESONATE_ENVELOPE_PRESENCE);

  self->listeners[type].func = func;
  self->listeners[type].user_data = user_data;
}

char *
resonate_relay_dup_topic (ResonateRelay *self, const char *app_id, const char *channel)
{
  GString *topic = g_string_new (self->prefix);

  /* The id must not reach into the name. */
  g_string_append (topic, RESONATE_RELAY_CHANNEL_TOPIC);
  for (const char *at = app_id; *at != '\0'; at++)
    if (strchr ("%:{}*", *at) != NULL)
      g_string_append_printf (topic, "%%%02X", (unsigned int) *at);
    else
      g_string_append_c (topic, *at);
  g_string_append_c (topic, ':');
  g_string_append (topic, channel);

  return g_string_free (topic, FALSE);
}

/* What has to be looked at every second. */
void
resonate_relay_check (ResonateRelay *self)
{
  resonate_echoes_give_up (self->echoes, resonate_clock_now_us () - ECHO_TIMEOUT_US);
  resonate_envelope_codec_check (self->codec);
  if (self->attendance != NULL)
    resonate_attendance_check (self->attendance);
}

/* Returns why this node is on its own, or NULL. */
const char *
resonate_relay_explain (ResonateRelay *self)
{
  return self->is_connected ? NULL : DEGRADED;
}

/*
 * What this node says
 */

/* Ends an envelope, and sends it where it is for. Returns FALSE when it is to be delivered here and
 * now; that is the case, too, where others get it and we do not know when we would. */
static gboolean
transmit (ResonateRealm *realm,
          const char *channel,
          GString *text,
          const char *except_socket,
          gboolean is_cached)
{
  ResonateRelay *self = realm->relay;
  ResonateInterest *interest = resonate_interest_lookup (realm, channel);
  gboolean is_heard = interest != NULL && resonate_interest_is_heard (interest);
  g_autofree char *unheard = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *topic;
  uint64_t seq;

  if (interest == NULL && is_cached)
    interest = resonate_interest_ensure (realm, channel);
  if (interest != NULL)
    topic = interest->topic;
  else
    topic = unheard = resonate_relay_dup_topic (self, resonate_app_get_id (realm->app), channel);

  bytes = resonate_envelope_codec_end (self->codec, text, topic, except_socket, &seq);
  if (g_bytes_get_size (bytes) > RESONATE_ENVELOPE_MAX_SIZE)
    {
      self->counters.alone++;
      return FALSE;
    }

  if (is_heard)
    resonate_echoes_expect (self->echoes, seq, interest, bytes);
  resonate_pub_sub_publish (self->bus, topic, bytes);

  return is_heard || interest == NULL;
}

/*
 * resonate_relay_publish:
 * @data: the payload, which goes out as the text of a string
 * @except_socket: (nullable): who is left out, on whichever node
 *
 * Publishes an event of the application for everybody on a channel of it.
 *
 * Returns: %FALSE when the caller has to deliver it to who is here
 */
gboolean
resonate_relay_publish (ResonateRealm *realm,
                        const char *event,
                        const char *channel,
                        const char *data,
                        gssize data_length,
                        ResonateEventOrder order,
                        const char *except_socket)
{
  ResonateRelay *self = realm->relay;
  ResonateChannelKind kind = resonate_channel_kind_from_name (channel);
  GString *text;

  if (!self->is_connected)
    {
      self->counters.alone++;
      return FALSE;
    }

  text = resonate_envelope_codec_begin (self->codec, RESONATE_ENVELOPE_MESSAGE,
                                        resonate_app_get_id (realm->app));
  resonate_relayed_event_append (text, event, channel, data, data_length, order);

  return transmit (realm, channel, text, except_socket, resonate_channel_kind_is_cache (kind));
}

/*
 * resonate_relay_publish_of_client:
 * @data: (nullable): as it was sent
 * @user_id_json: (nullable): the sender, as the application wrote its id
 *
 * The same for an event of a client, which is for everybody else.
 */
gboolean
resonate_relay_publish_of_client (ResonateConnection *sender,
                                  const char *event,
                                  const char *channel,
                                  const ResonateJsonValue *data,
                                  const char *user_id_json)
{
  ResonateRealm *realm = resonate_connection_get_realm (sender);
  ResonateRelay *self = realm->relay;
  GString *text;

  if (!self->is_connected)
    {
      self->counters.alone++;
      return FALSE;
    }

  text = resonate_envelope_codec_begin (self->codec, RESONATE_ENVELOPE_MESSAGE,
                                        resonate_app_get_id (realm->app));
  resonate_relayed_event_append_of_client (text, event, channel, data, user_id_json);

  return transmit (realm, channel, text, resonate_connection_get_socket_id (sender), FALSE);
}

/* Has all other nodes close the connections of a user. */
void
resonate_relay_terminate_user (ResonateRealm *realm, const char *user_id)
{
  ResonateRelay *self = realm->relay;
  g_autoptr (GBytes) bytes = NULL;
  GString *text;

  if (!self->is_connected)
    return;

  text = resonate_envelope_codec_begin (self->codec, RESONATE_ENVELOPE_TERMINATE,
                                        resonate_app_get_id (realm->app));
  g_string_append (text, "{\"user_id\":");
  resonate_json_append_string (text, user_id, -1);
  g_string_append_c (text, '}');
  bytes = resonate_envelope_codec_end (self->codec, text, self->all_nodes, NULL, NULL);
  resonate_pub_sub_publish (self->bus, self->all_nodes, bytes);
}
