/* resonate-server-cluster.c: a server that is one of several
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-cluster-private.h"

#include <string.h>
#include <unistd.h>

#include "../base/resonate-random-private.h"
#include "../cluster/resonate-redis-pub-sub-private.h"
#include "resonate-server-members-private.h"
#include "resonate-server-private.h"

/* What is behind the name of a node, so that no process is taken for one before it. */
#define NONCE_LENGTH 8

/* The longest name in front of it. */
#define MAX_NAME 64

/*
 * Who this is
 */

/* A name of a host may have what the id of a node has not. */
static char *
dup_host (void)
{
  g_autofree char *host = g_strndup (g_get_host_name (), MAX_NAME - strlen ("-4294967295"));

  for (char *at = host; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_.", *at) == NULL)
      *at = '-';

  return g_strdup_printf ("%s-%u", host, (unsigned int) getpid ());
}

static char *
dup_node (ResonateConfig *config)
{
  const char *name = resonate_config_get_cluster_node_id (config);
  g_autofree char *own = name == NULL ? dup_host () : NULL;
  g_autofree char *nonce = resonate_random_text ("0123456789abcdef", NONCE_LENGTH);

  return g_strdup_printf ("%s-%s", own != NULL ? own : name, nonce);
}

/*
 * Where Redis is
 */
static void
append_escaped (GString *url, const char *text)
{
  g_autofree char *escaped = g_uri_escape_string (text, NULL, FALSE);

  g_string_append (url, escaped);
}

static char *
dup_url (ResonateConfig *config)
{
  const char *user = resonate_config_get_redis_username (config);
  const char *password = resonate_config_get_redis_password (config);
  const char *host = resonate_config_get_redis_host (config);
  GString *url = g_string_new ("redis://");

  if (resonate_config_get_redis_url (config) != NULL)
    {
      g_string_assign (url, resonate_config_get_redis_url (config));
      return g_string_free (url, FALSE);
    }

  if (user != NULL)
    append_escaped (url, user);
  if (password != NULL)
    {
      g_string_append_c (url, ':');
      append_escaped (url, password);
    }
  if (user != NULL || password != NULL)
    g_string_append_c (url, '@');

  g_string_append_printf (url, strchr (host, ':') != NULL ? "[%s]:%u/%u" : "%s:%u/%u", host,
                          resonate_config_get_redis_port (config),
                          resonate_config_get_redis_database (config));

  return g_string_free (url, FALSE);
}

/* Redis itself tells of every attempt at debug level; what a node is without it, it says once. */
static void
on_transition (ResonateRedis *redis, int from, int to, ResonateServer *self)
{
  const GError *error = resonate_redis_get_error (redis);

  if (to == RESONATE_REDIS_READY)
    g_message ("Redis connection established");
  else if (from == RESONATE_REDIS_READY || (to == RESONATE_REDIS_WAIT && !self->has_told_of_redis))
    g_message ("Redis cannot be reached, this node serves its own clients: %s",
               error != NULL ? error->message : "the connection is lost");
  self->has_told_of_redis = to != RESONATE_REDIS_READY &&
                            (self->has_told_of_redis || to == RESONATE_REDIS_WAIT ||
                             from == RESONATE_REDIS_READY);
}

static ResonatePubSub *
open_redis (ResonateServer *self, GError **error)
{
  ResonateRedisOptions options = RESONATE_REDIS_OPTIONS_INIT;
  g_autofree char *url = dup_url (self->config);

  options.command_timeout_us = resonate_config_get_redis_timeout (self->config);
  self->redis = resonate_redis_new (url, &options, error);
  explicit_bzero (url, strlen (url));
  if (self->redis == NULL)
    {
      g_prefix_error (error, "[redis]: ");
      return NULL;
    }

  self->has_told_of_redis = FALSE;
  g_signal_connect (self->redis, "transition", G_CALLBACK (on_transition), self);
  resonate_redis_start (self->redis);

  /* The names have their prefix already: one of them has none. */
  return resonate_redis_pub_sub_new (self->redis, "");
}

/*
 * Being one of several
 */
static void
on_connected (ResonatePubSub *bus, GParamSpec *pspec, ResonateServer *self)
{
  resonate_server_notify_cluster_state (self);
}

static void
on_when_degraded (ResonateConfig *config, GParamSpec *pspec, ResonateServer *self)
{
  self->relay->is_refusing = resonate_config_get_cluster_when_degraded (config) ==
                             RESONATE_WHEN_DEGRADED_REFUSE;
}

static void
join (ResonateServer *self, ResonatePubSub *bus)
{
  ResonateConfig *config = self->config;
  g_autofree char *node = dup_node (config);
  const ResonateRelaySettings settings = {
    .node = node,
    .secret = resonate_config_get_cluster_secret (config),
    .prefix = resonate_config_get_cluster_prefix (config),
    .channel = resonate_config_get_cluster_channel (config),
    .is_refusing = resonate_config_get_cluster_when_degraded (config) ==
                   RESONATE_WHEN_DEGRADED_REFUSE,
  };

  self->relay = resonate_relay_new (bus, &settings, self->realms);
  resonate_server_members_open (self);
  resonate_realm_list_set_relay (self->realms, self->relay);
  self->gatherer = resonate_gatherer_new (self->relay, NULL);
  g_signal_connect (bus, "notify::is-connected", G_CALLBACK (on_connected), self);
  g_signal_connect (config, "notify::cluster-when-degraded", G_CALLBACK (on_when_degraded), self);
  resonate_server_notify_cluster_state (self);
}

gboolean
resonate_server_cluster_open (ResonateServer *self, GError **error)
{
  g_autoptr (ResonatePubSub) bus = NULL;

  if (self->pub_sub != NULL)
    bus = g_object_ref (self->pub_sub);
  else if (resonate_config_get_cluster_enabled (self->config))
    {
      bus = open_redis (self, error);
      if (bus == NULL)
        return FALSE;
    }

  if (bus != NULL)
    join (self, bus);

  return TRUE;
}

void
resonate_server_cluster_begin (ResonateServer *self)
{
  if (self->relay == NULL)
    return;

  resonate_realm_list_set_relay (self->realms, self->relay);
  resonate_server_members_begin (self);
}

void
resonate_server_cluster_close (ResonateServer *self)
{
  g_autoptr (ResonatePubSub) bus = NULL;

  if (self->relay == NULL)
    return;

  bus = g_object_ref (self->relay->bus);
  g_signal_handlers_disconnect_by_func (bus, on_connected, self);
  g_signal_handlers_disconnect_by_func (self->config, on_when_degraded, self);
  g_clear_pointer (&self->gatherer, resonate_gatherer_free);
  resonate_realm_list_set_relay (self->realms, NULL);
  resonate_server_members_close (self);
  g_clear_pointer (&self->relay, resonate_relay_free);
  g_clear_object (&bus);
  if (self->redis != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->redis, self);
      resonate_redis_close (self->redis);
    }
  g_clear_object (&self->redis);
  resonate_server_notify_cluster_state (self);
}

/*
 * What it looks like
 */
static const struct
{
  ResonateMetric metric;
  size_t offset; /* of ResonateRelayCounters */
} relay_metrics[] = {
#define COUNTER(name, field, help)                                       \
  {                                                                      \
    { name, TRUE, help }, G_STRUCT_OFFSET (ResonateRelayCounters, field) \
  }
  COUNTER ("resonate_cluster_events_alone",
           alone,
           "Events that reached the clients of this node and of no other."),
  COUNTER ("resonate_cluster_losses", losses, "How often the other nodes went out of reach."),
  COUNTER ("resonate_cluster_gaps",
           gaps,
           "Topics of channels in which something may have been missed."),
#undef COUNTER
};

static const struct
{
  ResonateMetric metric;
  size_t offset; /* of ResonateGathererCounters */
} gatherer_metrics[] = {
#define COUNTER(name, field, help)                                          \
  {                                                                         \
    { name, TRUE, help }, G_STRUCT_OFFSET (ResonateGathererCounters, field) \
  }
  COUNTER ("resonate_cluster_questions_asked", asked, "Questions to all nodes."),
  COUNTER ("resonate_cluster_questions_heard", heard, "Questions of other nodes."),
  COUNTER ("resonate_cluster_questions_refused",
           refused,
           "Questions of other nodes that were not answered, because of too many others."),
  COUNTER ("resonate_cluster_answers", answers, "Answers of other nodes, their parts counted."),
  COUNTER ("resonate_cluster_answers_missing",
           unanswered,
           "Nodes that did not answer in time, or not to the end."),
  COUNTER ("resonate_cluster_answers_foreign", foreign, "Answers that name another application."),
  COUNTER ("resonate_cluster_answers_unknown",
           unknown,
           "Answers to nothing that was asked, or too late."),
  COUNTER ("resonate_cluster_answers_surplus",
           surplus,
           "Answers of more nodes than there are, after the last part, or too long."),
  COUNTER ("resonate_cluster_answers_malformed", malformed, "What is no question and no answer."),
#undef COUNTER
};

static const ResonateMetric connected_metric = { "resonate_cluster_connected", FALSE,
                                                 "1 while the other nodes can be reached." };
static const ResonateMetric lag_metric = {
  "resonate_cluster_lag_seconds", FALSE,
  "How long the latest event of this node took to come back to it."
};
static const ResonateMetric pending_metric = { "resonate_cluster_events_pending", FALSE,
                                               "Events that have not come back yet." };
static const ResonateMetric written_metric = { "resonate_envelopes_sent", TRUE,
                                               "What this node said to others." };
static const ResonateMetric read_metric = { "resonate_envelopes_received", TRUE,
                                            "What was said to this node, its own words included." };

static const ResonateMetric links_metric = { "resonate_redis_connects", TRUE,
                                             "How often the connection to Redis came about." };
static const ResonateMetric round_trip_metric = { "resonate_redis_round_trip_seconds", FALSE,
                                                  "How long the latest answer of Redis took." };

static void
add_redis (ResonateRedis *redis, ResonateMetrics *metrics)
{
  ResonateRedisStats stats;

  resonate_redis_get_stats (redis, &stats);
  resonate_metrics_add (metrics, &links_metric, NULL, FALSE, stats.n_ready);
  resonate_metrics_add (metrics, &round_trip_metric, NULL, FALSE,
                        (double) stats.round_trip_us / G_USEC_PER_SEC);
}

/* By reason; the names live as long as the program. */
static const ResonateMetric *
get_dropped_metric (ResonateEnvelopeProblem problem)
{
  static ResonateMetric metrics[RESONATE_ENVELOPE_N_PROBLEMS];

  if (metrics[problem].name == NULL)
    {
      g_autofree char *name = g_strdup_printf ("resonate_envelopes_dropped_%s",
                                               resonate_envelope_problem_get_name (problem));
      g_autofree char *help = g_strdup_printf ("Envelopes that were dropped: %s.",
                                               resonate_envelope_problem_explain (problem));

      g_strdelimit (name, "-", '_');
      metrics[problem] = (ResonateMetric){ g_intern_string (name), TRUE, g_intern_string (help) };
    }

  return &metrics[problem];
}

void
resonate_server_cluster_add_metrics (ResonateServer *self, ResonateMetrics *metrics)
{
  const ResonateRelay *relay = self->relay;
  const ResonateEnvelopeCounters *envelopes;
  const ResonateGathererCounters *counters;

  if (relay == NULL)
    return;

  counters = resonate_gatherer_get_counters (self->gatherer);
  if (self->redis != NULL)
    add_redis (self->redis, metrics);
  envelopes = resonate_envelope_codec_get_counters (relay->codec);
  resonate_metrics_add (metrics, &connected_metric, NULL, FALSE, relay->is_connected);
  if (relay->counters.lag_us >= 0)
    resonate_metrics_add (metrics, &lag_metric, NULL, FALSE,
                          (double) relay->counters.lag_us / G_USEC_PER_SEC);
  resonate_metrics_add (metrics, &pending_metric, NULL, FALSE,
                        resonate_echoes_get_size (relay->echoes));
  for (size_t i = 0; i < G_N_ELEMENTS (relay_metrics); i++)
    resonate_metrics_add (metrics, &relay_metrics[i].metric, NULL, FALSE,
                          (double) G_STRUCT_MEMBER (uint64_t, &relay->counters,
                                                    relay_metrics[i].offset));

  for (size_t i = 0; i < G_N_ELEMENTS (gatherer_metrics); i++)
    resonate_metrics_add (metrics, &gatherer_metrics[i].metric, NULL, FALSE,
                          (double) G_STRUCT_MEMBER (uint64_t, counters,
                                                    gatherer_metrics[i].offset));

  resonate_metrics_add (metrics, &written_metric, NULL, FALSE, (double) envelopes->written);
  resonate_metrics_add (metrics, &read_metric, NULL, FALSE, (double) envelopes->read);
  for (unsigned int i = 0; i < RESONATE_ENVELOPE_N_PROBLEMS; i++)
    resonate_metrics_add (metrics, get_dropped_metric (i), NULL, FALSE,
                          (double) envelopes->dropped[i]);
  resonate_server_members_add_metrics (self, metrics);
}

/**
 * resonate_server_set_pub_sub:
 * @self: a server that is stopped
 * @pub_sub: (nullable): topics that other servers share, or %NULL for none but those of the
 *   configuration
 *
 * Makes the next start one of several servers that deliver as one: an event that one of them is
 * given reaches the clients of all that share @pub_sub. This counts before `[cluster] enabled`,
 * which has Redis carry the topics.
 *
 * Since: 1.0
 */
void
resonate_server_set_pub_sub (ResonateServer *self, ResonatePubSub *pub_sub)
{
  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (self->state == RESONATE_SERVER_STOPPED);
  g_return_if_fail (pub_sub == NULL || RESONATE_IS_PUB_SUB (pub_sub));

  g_set_object (&self->pub_sub, pub_sub);
}

/**
 * resonate_server_get_cluster_state: (get-property cluster-state)
 * @self: a server
 *
 * Gets whether the server is one of several, and reaches the others.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
ResonateClusterState
resonate_server_get_cluster_state (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), RESONATE_CLUSTER_OFF);

  if (self->relay == NULL)
    return RESONATE_CLUSTER_OFF;

  return resonate_pub_sub_get_is_connected (self->relay->bus) ? RESONATE_CLUSTER_CONNECTED
                                                              : RESONATE_CLUSTER_DEGRADED;
}

/**
 * resonate_server_dup_node_id: (get-property node-id)
 * @self: a server
 *
 * Gets what the server is called among those that it delivers with. Every start has another name.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL while it is alone
 *
 * Since: 1.0
 */
char *
resonate_server_dup_node_id (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);

  return self->relay != NULL ? g_strdup (resonate_envelope_codec_get_node (self->relay->codec))
                             : NULL;
}
